"""Hours, points and goods for tests: the ledgers as the verbs leave them."""

from datetime import timedelta

from django.utils import timezone

from govern.codes import new_code
from tests.factories import SEQUENCE, make_community
from tests.volunteers.people import make_volunteer
from tests.volunteers.sessions import in_days, make_session
from volunteers.models import Good, HourEntry, PointEntry, Station
from volunteers.services import points

TODAY = timezone.localdate


def make_held_session(community=None, **fields):
    """Yesterday's, two hours long, with its roll closed."""
    return make_session(community, **{"status": "held", "starts_at": in_days(-1), **fields})


def make_hours(volunteer=None, minutes=120, ledger="voluntary", **fields):
    """Confirmed and counting, with the points of the day's rule."""
    volunteer = volunteer or make_volunteer()
    day = fields.pop("served_on", None) or TODAY() - timedelta(days=1)
    entry = HourEntry.objects.create(
        **{
            "volunteer": volunteer,
            "ledger": ledger,
            "minutes": minutes,
            "served_on": day,
            "counts_on": day,
            "community": volunteer.community,
            "words": f"服务{next(SEQUENCE)}",
            **fields,
        }
    )
    points.earn([entry], timezone.now())
    return entry


def make_points(volunteer, count):
    return PointEntry.objects.create(volunteer=volunteer, points=count, words="转入")


def make_good(community=None, *, points=10, count=5, keepers=(), **fields):
    station = Station.objects.create(
        community=community or make_community(), name=f"服务站{next(SEQUENCE)}", code=new_code(), place="社区大院"
    )
    station.keepers.set(keepers)
    return Good.objects.create(
        **{"station": station, "name": f"物资{next(SEQUENCE)}", "points": points, "count": count, **fields}
    )
