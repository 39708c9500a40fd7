"""A meeting that runs, with its people: for the tests of the meeting itself and of what becomes of it."""

from datetime import timedelta
from itertools import count

from django.utils import timezone

from deliberations.models import Hearing
from deliberations.services.hearings import running, votes
from tests import factories as make

PHONES = count(13700000001)


def make_meeting(clerk, community, *, entitled=5, present=4, status="announced", **fields):
    """Announced for a moment ago; the first `present` of its `entitled` have signed in."""
    now = timezone.now()
    hearing = Hearing.objects.create(
        **{
            "community": community,
            "kind": "hearing",
            "title": "加装电梯听证会",
            "background": "三单元想装电梯。",
            "starts_at": now - timedelta(minutes=10),
            "place": "活动室",
            "host": "赵主任",
            "recorder": "钱委员",
            "quorum_percent": 50,
            "pass_percent": 50,
            "status": status,
            "announced_at": now - timedelta(days=12),
            **fields,
        }
    )
    for order, title in enumerate(["介绍方案", "居民发言", "表决"], 1):
        hearing.agenda.create(order=order, title=title, minutes=10)
    for number in range(entitled):
        add_person(hearing, is_here=number < present)
    return hearing


def add_person(hearing, *, is_here=True, **fields):
    return hearing.attendees.create(
        **{
            "name": "孙居民",
            "phone": str(next(PHONES)),
            "signed_in_at": timezone.now() - timedelta(minutes=20) if is_here else None,
            **fields,
        }
    )


def make_clerk(community):
    return make.make_post(role="community_staff", organization=community.organization)


def open_meeting(clerk, community, **fields):
    return running.open_hearing(make_meeting(clerk, community, **fields), actor=clerk)


def open_vote(hearing, clerk, way="ballot", question="同意方案二"):
    vote = votes.put_vote(hearing, question=question, way=way, actor=clerk)
    return votes.open_vote(vote, actor=clerk)
