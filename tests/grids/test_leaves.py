"""请假代班: somebody of the same community acts meanwhile, never in a ring, and it ends by itself."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notification
from grids.models import Duty, Grid, Leave
from grids.services.duties import on_duty, stand_ins
from grids.services.leaves import end_leave, grant_leave, replace_stand_in
from tests import factories as make
from tests.races import race, won

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def day(number):
    return TODAY() + timedelta(days=number)


@pytest.fixture
def grid():
    return make.make_grid(make.make_community(), name="红星第一网格")


@pytest.fixture
def clerk(grid):
    return make.make_post(organization=grid.communities.get().organization)


@pytest.fixture
def people(grid):
    fields = {"grid": grid, "starts_on": day(-90)}
    return [make.make_duty(name=name, user=make.make_user(name), **fields) for name in ("甲", "乙", "丙")]


def away(duty, stand_in, first=0, last=3, *, actor):
    return grant_leave(duty, stand_in=stand_in, starts_on=day(first), ends_on=day(last), reason="年假", actor=actor)


class TestGranting:
    def test_the_stand_in_acts_is_told_and_sees_the_grid_until_it_ends(self, people, clerk, grid):
        one, two, _ = people
        other = make.make_duty(grid=make.make_grid(grid.communities.get()), name="丁", user=make.make_user("丁"))
        away(one, other, 0, 2, actor=clerk)
        assert (on_duty(one), on_duty(one, day(3)), on_duty(two)) == (other, one, two)
        assert grid in Grid.objects.served_by(other.user)
        Leave.objects.update(starts_on=day(-5), ends_on=day(-1))
        assert grid not in Grid.objects.served_by(other.user)
        note = Notification.objects.get()
        assert note.recipient == other.user
        assert note.text.startswith("请您代班：红星第一网格 网格员甲，")

    def test_said_twice_is_one_leave_and_one_message(self, people, clerk):
        assert away(*people[:2], actor=clerk) == away(*people[:2], actor=clerk)
        assert (Leave.objects.count(), Notification.objects.count()) == (1, 1)

    def test_refusals_stand_beside_their_field(self, people, clerk, grid):
        one, two, three = people
        same_person = make.make_duty(Duty.Kind.LEADER, grid=grid, name="甲", phone=one.phone, starts_on=day(-9))
        ending = make.make_duty(grid=grid, name="戊", starts_on=day(-9), ends_on=day(1))
        far = make.make_duty(grid=make.make_grid(make.make_community()), name="己", starts_on=day(-9))
        away(three, two, 5, 6, actor=clerk)
        table = [
            (one, one, 0, 3, "stand_in", "代班人不能是请假人自己。"),
            (one, same_person, 0, 3, "stand_in", "代班人不能是请假人自己。"),
            (one, ending, 0, 3, "stand_in", "戊这几天不都在任"),
            (one, far, 0, 3, "stand_in", "代班人要是同一社区的值守人员。"),
            (one, three, 6, 8, "stand_in", "自己也请假，请换一个代班人。"),
            (one, two, 3, 0, "ends_on", "结束日期不能早于开始日期。"),
            (ending, two, 0, 3, "starts_on", "戊这几天不都在任"),
            (three, one, 6, 9, "starts_on", "已登记请假，由乙代班。"),
            (two, one, 4, 5, "starts_on", "正替丙代班，请先给丙换代班人。"),
        ]
        for duty, stand_in, first, last, field, words in table:
            with pytest.raises(ValidationError) as refusal:
                away(duty, stand_in, first, last, actor=clerk)
            assert words in refusal.value.message_dict[field][0], words
        assert Leave.objects.count() == 1

    def test_out_of_reach_and_without_the_right(self, people):
        for role in ("community_staff", "grid_worker"):
            actor = make.make_post(role=role, organization=make.make_organization())
            with pytest.raises(PermissionDenied):
                away(*people[:2], actor=actor)


class TestEnding:
    def test_back_early_ends_the_day_before_and_a_leave_to_come_is_taken_off(self, people, clerk):
        one, two, three = people
        leave = away(one, two, -2, 3, actor=clerk)
        coming = away(three, two, 5, 6, actor=clerk)
        end_leave(leave, actor=clerk)
        end_leave(leave, actor=clerk)
        leave.refresh_from_db()
        assert (leave.ends_on, on_duty(one)) == (day(-1), one)
        assert end_leave(coming, actor=clerk) is None
        assert end_leave(coming, actor=clerk) is None
        assert Leave.objects.get() == leave

    def test_another_stand_in_from_today_on(self, people, clerk):
        one, two, three = people
        leave = away(one, two, -2, 3, actor=clerk)
        rest = replace_stand_in(leave, stand_in=three, actor=clerk)
        replace_stand_in(rest, stand_in=three, actor=clerk)
        assert (on_duty(one, day(-1)), on_duty(one), on_duty(one, day(3))) == (two, three, three)
        assert away(two, one, 5, 6, actor=clerk)
        with pytest.raises(ValidationError, match="自己"):
            replace_stand_in(rest, stand_in=one, actor=clerk)


class TestChains:
    def test_are_followed_and_a_ring_stops(self, people, clerk, django_assert_num_queries):
        one, two, three = people
        span = {"starts_on": day(0), "ends_on": day(1)}
        Leave.objects.create(duty=one, stand_in=two, **span)
        Leave.objects.create(duty=two, stand_in=three, **span)
        with django_assert_num_queries(2):
            assert stand_ins(people) == {one.pk: three, two.pk: three}
        Leave.objects.create(duty=three, stand_in=one, **span)
        assert [on_duty(each) for each in people] == people

    def test_who_is_off_duty_stands_in_for_nobody(self, people, clerk):
        one, two, _ = people
        away(one, two, actor=clerk)
        Duty.objects.filter(pk=two.pk).update(ends_on=day(-1))
        assert on_duty(one) == one


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_three_at_once_close_no_ring(self, people, clerk):
        one, two, three = people
        for _ in range(5):
            Leave.objects.all().delete()
            pairs = [(one, two), (two, three), (three, one)]
            results = race(*[lambda pair=pair: away(*pair, actor=clerk) for pair in pairs])
            assert len(won(results)) == 1
            assert Leave.objects.count() == 1

    def test_the_same_click_twice_is_one_leave(self, people, clerk):
        results = race(*[lambda: away(*people[:2], actor=clerk)] * 4)
        assert len({leave.pk for leave in results}) == Leave.objects.count() == 1


class TestPages:
    def test_ended_and_handed_over_on_its_own_page(self, people, clerk, client):
        client.force_login(clerk)
        one, two, three = people
        leave = away(one, two, -1, 3, actor=clerk)
        page = reverse("admin:grids_leave_change", args=[leave.pk])
        assert "请假中" in client.get(page).content.decode()
        act = reverse("admin:grids_leave_act", args=[leave.pk, "replace"])
        client.post(act, {"stand_in": three.pk})
        assert on_duty(one) == three
        rest = Leave.objects.get(stand_in=three)
        end = reverse("admin:grids_leave_act", args=[rest.pk, "end"])
        for _ in range(2):
            assert client.post(end, {"returns_on": f"{day(0)}"}).status_code == 302
        assert on_duty(one) == one
        assert "甲" in client.get(reverse("admin:grids_leave_changelist")).content.decode()
