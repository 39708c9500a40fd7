"""转正: the office is told in time, once on each step."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Notification
from govern.celery import app
from govern.dates import months_after
from organizations import tasks
from organizations.models import PartyMember
from organizations.services import members, probations
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
ENDS = make.at("2026-11-20 09:00")


@pytest.fixture
def branch():
    return make.make_branch(make.make_community().organization)


@pytest.fixture
def offices(branch):
    """The community's, the street's; the trade above has one, too, and is never told."""
    return [
        make.make_post(organization=branch.parent),
        make.make_post(role="street_staff", organization=branch.parent.parent),
    ]


@pytest.fixture
def member(branch):
    return make.make_member(branch, "probationary", joined_on=months_after(ENDS.date(), -12), name="李明")


def told(users):
    return [Notification.objects.filter(recipient=user).count() for user in users]


class TestLadder:
    def test_climbs_and_comes_once(self, member, offices):
        counts = []
        for left in (61, 60, 45, 30, 1, 0, -1, -40):
            at = ENDS - timedelta(days=left)
            assert (member in probations.members_to_remind(at)) == (left <= 60)
            for _ in "ab":
                probations.remind_probation(member, at=at)
            counts.append(told(offices))
        assert counts == [[0, 0], [1, 0], [1, 0], [2, 0], [2, 0], [2, 0], [3, 1], [3, 1]]
        texts = list(Notification.objects.filter(recipient=offices[0]).order_by("pk").values_list("text", flat=True))
        assert "60 天内请准备转正" in texts[0] and "30 天内请准备转正" in texts[1]
        assert texts[2] == f"{member.branch}预备党员李明的预备期2026年11月20日已满，请办理转正或延长"

    def test_begins_anew_when_it_was_extended(self, member, offices, branch):
        probations.remind_probation(member, at=ENDS)
        until = months_after(ENDS.date(), 6)
        members.extend_probation(member, until=until, reason="还要考察", actor=offices[0], at=ENDS)
        probations.remind_probation(member, at=ENDS)
        assert told(offices) == [1, 0] and member not in probations.members_to_remind(ENDS)
        probations.remind_probation(member, at=ENDS + timedelta(days=160))
        assert told(offices) == [2, 0]

    def test_not_of_the_full_nor_of_the_gone(self, member, offices, branch):
        make.make_member(branch)
        PartyMember.objects.filter(pk=member.pk).update(left_on=ENDS.date(), leaving="not_confirmed")
        assert not probations.members_to_remind(ENDS).exists()
        probations.remind_probation(member, at=ENDS)
        assert told(offices) == [0, 0]

    def test_the_sweep_reaches_them(self, offices, branch):
        make.make_member(branch, "probationary", joined_on=TODAY() - timedelta(days=340))
        app.conf.task_always_eager = True
        try:
            for _ in "ab":
                tasks.remind_probations()
        finally:
            app.conf.task_always_eager = False
        assert told(offices) == [1, 0]
