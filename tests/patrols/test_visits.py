"""走访: what is written down once, who is told, and when the next one falls due."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import Notification
from organizations.models import ParameterValue
from patrols.models import Visit
from patrols.services.visits import record_visit
from tests.factories import make_duty, make_grid, make_household, make_leave, make_post, make_user, make_worker_of
from tests.races import race

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
DAY = timedelta(days=1)


@pytest.fixture
def household():
    return make_household(group="lonely_elder")


@pytest.fixture
def worker(household):
    return make_worker_of(household.building.grid)


def visit(household, worker, finding="well", days_ago=0, **fields):
    at = timezone.now() - days_ago * DAY
    return record_visit(household, way="door", finding=finding, actor=worker, visited_at=at, **fields)


class TestCadence:
    def due(self, household):
        household.refresh_from_db()
        return (household.due_on - TODAY()).days

    def test_next_one_by_the_groups_days(self, household, worker):
        visit(household, worker)
        assert self.due(household) == 7

    def test_setting_decides(self, household, worker):
        ParameterValue.objects.create(
            parameter=ParameterValue.objects.get(parameter__key="visit_days_lonely_elder").parameter,
            value=3,
            effective_on=TODAY(),
        )
        visit(household, worker)
        assert self.due(household) == 3

    def test_absent_puts_off_a_little_and_is_no_visit(self, household, worker):
        visit(household, worker, days_ago=10)
        visit(household, worker, "absent")
        assert self.due(household) == 2
        visit(household, worker, "well")
        assert self.due(household) == 7

    def test_absent_before_it_is_due_changes_nothing(self, household, worker):
        visit(household, worker, days_ago=1)
        visit(household, worker, "absent")
        assert self.due(household) == 6

    def test_late_arrival_of_an_older_visit(self, household, worker):
        visit(household, worker, days_ago=1)
        visit(household, worker, "watch", days_ago=5)
        household.refresh_from_db()
        assert self.due(household) == 6
        assert timezone.localdate(household.last_visit_at) == TODAY() - DAY

    def test_watched_is_seen_again_soon(self, worker):
        other = make_household(building=None, grid=worker.grid, group="low_income")
        visit(other, worker, "watch")
        assert self.due(other) == 7


class TestOnce:
    def test_same_key_is_one_row(self, household, worker):
        key = uuid4()
        first = visit(household, worker, client_key=key, note="血压偏高")
        assert visit(household, worker, client_key=key, note="血压偏高") == first
        assert Visit.objects.count() == 1

    def test_foreign_key_is_refused(self, household, worker):
        key = uuid4()
        visit(household, worker, client_key=key)
        with pytest.raises(ValidationError) as refused:
            visit(household, make_worker_of(household.building.grid), client_key=key)
        assert refused.value.code == "key"


class TestRefusals:
    def test_out_of_reach(self, household):
        for stranger in (make_worker_of(make_grid()), make_user(), make_post(role="supervisor")):
            with pytest.raises(PermissionDenied):
                visit(household, stranger)

    def test_removed_household(self, household, worker):
        household.ends_on = TODAY() - DAY
        household.save()
        with pytest.raises(ValidationError) as refused:
            visit(household, worker)
        assert refused.value.code == "ended"
        visit(household, worker, days_ago=2)  # kept on the phone since before that day

    def test_time_that_cannot_be(self, household, worker):
        for days_ago, code in ((-1, "future"), (40, "past")):
            with pytest.raises(ValidationError) as refused:
                visit(household, worker, days_ago=days_ago)
            assert refused.value.error_dict["visited_at"][0].code == code


class TestCallForHelp:
    def test_leader_stand_in_and_community_are_told_without_a_name(self, household, worker):
        grid = household.building.grid
        community = household.building.quarter.community
        leader, stand_in = make_user("赵网格长"), make_user("钱代班")
        duty = make_duty("leader", grid=grid, user=leader)
        make_leave(duty, make_duty(grid=grid, user=stand_in))
        staff = make_post(role="community_staff", organization=community.organization)
        make_post(role="community_staff")
        visit(household, worker, "urgent", note="摔倒了")
        told = Notification.objects.all()
        assert {row.recipient for row in told} == {leader, stand_in, staff}
        assert household.name not in told[0].text and "马上帮助" in told[0].text
        assert told[0].link == f"/desk/households/{household.pk}/"

    def test_others_are_not_told(self, household, worker):
        make_duty("leader", grid=household.building.grid, user=make_user())
        visit(household, worker, "watch")
        assert not Notification.objects.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_sent_at_once_from_several_tabs_is_one_row():
    household = make_household()
    worker, key = make_worker_of(household.building.grid), uuid4()
    found = race(*[lambda: visit(household, worker, client_key=key)] * 4)
    assert {row.pk for row in found} == {Visit.objects.get().pk}
