"""Makers of teams and stations; people come from tests/volunteers/people.py."""

from datetime import time, timedelta

from django.utils import timezone

from govern.codes import new_code
from tests.factories import SEQUENCE, make_community, make_superuser
from tests.volunteers.people import make_volunteer
from volunteers.models import Good, OpeningHour, Station, Team
from volunteers.services.musters import call_muster

Kind, Joining = Team.Kind, Team.Joining


def make_team(community=None, *, leader=None, kind=Kind.VOLUNTEER, members=(), **fields):
    """A team as its services leave it; `leader` True makes one, with an account."""
    community = community or (leader.community if leader not in (None, True) else make_community())
    leader = make_volunteer(community, has_account=True) if leader is True else leader
    team = Team.objects.create(
        **{"community": community, "name": f"服务队{next(SEQUENCE)}", "kind": kind, "leader": leader, **fields}
    )
    for volunteer in [*([leader] if leader else []), *members]:
        make_membership(team, volunteer)
    return team


def make_membership(team=None, volunteer=None, status="joined", **fields):
    team = team or make_team()
    at = timezone.now()
    times = {"joined_at": at} if status in ("joined", "left") else {}
    times |= {"ended_at": at} if status in ("left", "declined") else {}
    volunteer = volunteer or make_volunteer(team.community)
    return team.memberships.create(**{"volunteer": volunteer, "status": status, **times, **fields})


def make_muster(team=None, **fields):
    """Called through the service, an hour ahead."""
    team = team or make_team(leader=True)
    told = {"text": "清积水", "place": "3 号楼前", "meet_at": timezone.now() + timedelta(hours=1), "wanted_count": 5}
    return call_muster(team, actor=make_superuser(), **{**told, **fields})


def make_station(community=None, *, week=(), **fields):
    """`week`: (weekday, opening hour, closing hour) each."""
    number = next(SEQUENCE)
    station = Station.objects.create(
        **{
            "community": community or make_community(),
            "name": f"服务站{number}",
            "code": new_code(),
            "place": "社区服务大厅",
            **fields,
        }
    )
    for day, opens, closes in week:
        OpeningHour.objects.create(station=station, weekday=day, starts_at=time(opens), ends_at=time(closes))
    return station


def make_good(station=None, **fields):
    return Good.objects.create(**{"station": station or make_station(), "name": f"毛巾{next(SEQUENCE)}", **fields})
