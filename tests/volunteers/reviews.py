"""Members who reported, and their year, as the verbs leave them."""

from datetime import timedelta

from django.utils import timezone

from govern.codes import new_code
from tests.factories import make_unit
from tests.volunteers.ledgers import make_hours
from tests.volunteers.people import make_volunteer
from volunteers.models import Report, YearReview
from volunteers.services.year_reviews import figures_of

TODAY = timezone.localdate


def make_report(community=None, status="contacted", *, volunteer=None, **fields):
    """A member's report to `community`, registered a moment ago."""
    volunteer = volunteer or make_volunteer(community, kind="member", **{"name": "王小明", **fields.pop("person", {})})
    now = timezone.now()
    is_registered = status not in ("submitted", "returned")
    is_contacted = status in ("contacted", "posted")
    return Report.objects.create(
        **{
            "volunteer": volunteer,
            "community": volunteer.community,
            "status": status,
            "code": new_code(),
            "submitted_at": now,
            "registered_at": now if is_registered else None,
            "contact_by": now + timedelta(days=7) if is_registered else None,
            "contacted_at": now if is_contacted else None,
            "posted_at": now if status == "posted" else None,
            **fields,
        }
    )


def make_review(community=None, status="graded", *, report=None, unit=None, grade="qualified", **fields):
    """A sheet of this year; drafted ones have no grade."""
    unit = unit or make_unit()
    report = report or make_report(community, person={"unit": unit})
    now = timezone.now()
    graded = {"grade": grade, "graded_at": now} if status != "drafted" else {}
    duty, voluntary, times = figures_of([report.volunteer_id], TODAY().year).get(report.volunteer_id, (0, 0, 0))
    return YearReview.objects.create(
        **{
            "report": report,
            "year": TODAY().year,
            "unit": report.volunteer.unit,
            "status": status,
            "duty_minutes": duty,
            "voluntary_minutes": voluntary,
            "sessions_count": times,
            "sent_at": now if status in ("sent", "receipted") else None,
            "receipted_at": now if status == "receipted" else None,
            **graded,
            **fields,
        }
    )


def serve(volunteer, *minutes, ledger="duty", **fields):
    """Hours of today, an entry for each of `minutes`."""
    return [make_hours(volunteer, each, ledger, **{"served_on": TODAY(), **fields}) for each in minutes]
