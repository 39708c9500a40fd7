"""Sessions, series and sign-ups for tests: rows as the verbs leave them."""

from datetime import date, time, timedelta

from django.utils import timezone

from govern.codes import new_code
from tests.factories import SEQUENCE, make_community
from tests.volunteers.people import make_volunteer
from volunteers.models import Series, Session, Signup

HOUR = timedelta(hours=1)


def in_days(days=1, hour=9):
    """An o'clock of a day from today on, in Beijing."""
    start = timezone.localtime().replace(hour=hour, minute=0, second=0, microsecond=0)
    return start + timedelta(days=days)


def make_series(community=None, *, weekday=1, **fields):
    return Series.objects.create(
        **{
            "community": community or make_community(),
            "title": f"活动系列{next(SEQUENCE)}",
            "place": "社区广场",
            "weekday": weekday,
            "starts_at": time(9),
            "ends_at": time(11),
            "starts_on": date(2026, 1, 1),
            **fields,
        }
    )


def make_session(community=None, status="open", *, skills=(), **fields):
    starts_at = fields.pop("starts_at", None) or in_days()
    session = Session.objects.create(
        **{
            "community": community or make_community(),
            "code": new_code(),
            "title": f"活动{next(SEQUENCE)}",
            "place": "社区广场",
            "starts_at": starts_at,
            "ends_at": starts_at + 2 * HOUR,
            "status": status,
            **fields,
        }
    )
    session.skills.set(skills)
    return session


def make_signup(session=None, volunteer=None, status="seated", **fields):
    """`arrived_at` and `left_at` come by themselves with status "attended"."""
    session = session or make_session()
    came = {}
    if status == "attended":
        came = {"arrived_at": session.starts_at, "arrived_by": "qr", "left_at": session.ends_at, "left_by": "qr"}
    signed_at = min(session.starts_at - timedelta(days=1), timezone.now() - HOUR)
    if status in ("seated", "attended", "absent"):
        came["seated_at"] = signed_at
    volunteer = volunteer or make_volunteer(community=session.community)
    return Signup.objects.create(
        **{
            "session": session,
            "volunteer": volunteer,
            "status": status,
            "signed_at": signed_at,
            **came,
            **fields,
        }
    )
