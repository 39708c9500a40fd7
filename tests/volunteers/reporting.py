"""Makers of reports, as the verbs leave them; and the form as somebody fills it in."""

from tests.factories import make_community
from tests.volunteers.people import make_volunteer, new_phone
from tests.volunteers.positions import make_clerk
from volunteers.models import Report
from volunteers.services import reports

S = Report.Status
WORDS = "想参加周末的活动"


def make_report(status=S.SUBMITTED, *, community=None, clerk=None, at=None, **person):
    """One that came to `status` by the verbs, all at the time `at`."""
    community = community or make_community()
    volunteer = make_volunteer(community, **person)
    report = reports.submit_report(volunteer, community=community, source=Report.Source.SELF, at=at)
    clerk = clerk or (make_clerk(community) if status != S.SUBMITTED else None)
    if status == S.RETURNED:
        return reports.return_report(report, reason="请写明工作单位", actor=clerk, at=at)
    if status in (S.REGISTERED, S.CONTACTED, S.POSTED, S.MOVED):
        report = reports.receive_report(report, actor=clerk, at=at)
    if status in (S.CONTACTED, S.POSTED):
        report = reports.contact_report(report, note=WORDS, actor=clerk, at=at)
    if status == S.POSTED:
        report = reports.mark_posted(report, actor=clerk, at=at)
    if status == S.MOVED:
        reports.move_report(report, to=make_community(), actor=clerk, at=at)
        report.refresh_from_db()
    if status == S.ENDED:
        report = reports.end_report(report, reason="搬离本市", actor=clerk, at=at)
    return report


def filled(place, **changes):
    """What a citizen types."""
    typed = {
        "kind": "citizen",
        "name": "陈志愿",
        "identity_number": "",
        "born_on": "1990-05-01",
        "community": place.pk,
        "employer": "",
        "phone": new_phone(),
        "consent": "on",
    }
    return {name: value for name, value in {**typed, **changes}.items() if value is not None}
