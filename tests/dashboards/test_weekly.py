from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import Notification
from dashboards import services, tasks, weekly
from grids.models import Building
from tests.dashboards.grounds import Ground
from tests.factories import at, make_duty, make_post, make_user

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 16)
NOW = at("2026-11-23 08:30")


@pytest.fixture
def ground():
    return Ground()


def inbox(user):
    return list(Notification.objects.filter(recipient=user, link=weekly.link(MONDAY)).values_list("text", flat=True))


class TestSummary:
    def test_it_tells_the_week_of_ones_own_ground(self, ground):
        ground.now = at("2026-11-18 09:00")
        ground.incident(building=ground.a, grid=ground.first, accept_by=at("2026-11-18 12:00"))
        ground.incident(community=ground.star)
        make_duty(grid=ground.first)
        make_duty("building_head", building=ground.a)
        assert services.send_summary(ground.local, monday=MONDAY, at=NOW)
        (text,) = inbox(ground.local)
        assert "11月16日至11月22日" in text and "上报巡查事件 1 件，其中 1 件现在超期" in text
        assert "1 个网格没有网格员，2 栋楼没有楼栋长" in text and "应走访 0 户，已走访 0 户" in text
        assert services.send_summary(ground.head, monday=MONDAY, at=NOW)
        assert "上报巡查事件 2 件" in inbox(ground.head)[0]

    def test_one_for_a_person_and_week(self, ground):
        assert services.send_summary(ground.local, monday=MONDAY, at=NOW)
        assert not services.send_summary(ground.local, monday=MONDAY, at=NOW + timedelta(days=1))
        assert len(inbox(ground.local)) == 1
        assert services.send_summary(ground.local, monday=MONDAY + timedelta(days=7), at=NOW + timedelta(days=7))

    def test_the_longest_line_fits(self, ground):
        text = weekly.summary(ground.head, MONDAY, NOW)
        assert len(text) < 150 and len(weekly.link(MONDAY)) <= 200

    def test_nothing_is_sent_where_there_is_no_ground(self, ground):
        quarter = make_post(role="supervisor", organization=None)
        Building.objects.all().delete()
        assert not services.send_summary(make_user(), monday=MONDAY, at=NOW)
        assert not weekly.leaders().filter(pk=quarter.pk).exists()


class TestWhen:
    def test_from_monday_morning_on(self):
        assert not weekly.is_time(at("2026-11-23 07:59"))
        for moment in ("2026-11-23 08:00", "2026-11-25 03:00", "2026-11-29 23:59"):
            assert weekly.is_time(at(moment)) and weekly.last_week(at(moment)) == MONDAY

    def test_leaders_are_told_and_workers_are_not(self, ground):
        worker = make_post(ground.worker, "grid_worker", ground.pine.organization)
        told = set(weekly.leaders().values_list("pk", flat=True))
        assert {ground.head.pk, ground.local.pk, ground.stranger.pk} <= told and worker.pk not in told

    def test_the_sweep_finds_whom_a_lost_task_left_out(self, ground):
        monday = weekly.last_week(timezone.now())
        assert ground.local.pk in weekly.untold(monday)
        tasks.send_summary(ground.local.pk, monday.isoformat())
        assert ground.local.pk not in weekly.untold(monday) and ground.head.pk in weekly.untold(monday)
