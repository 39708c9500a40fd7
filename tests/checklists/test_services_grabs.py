"""抢单: opened by staff, taken by the first unit that can serve it, closed by the sweep."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import TransactionTestCase
from django.utils import timezone

from accounts.models import Notification
from checklists.models import Need, NeedEvent, Resource
from checklists.services import dispatches, grabs, needs
from checklists.tasks import close_grab
from tests import factories as make
from tests.races import race, won

pytestmark = pytest.mark.django_db
S = Need.Status
SYSTEM = NeedEvent.Party.SYSTEM


@pytest.fixture
def need():
    return make.make_need(S.ACCEPTED)


@pytest.fixture
def clerk(need):
    return make.make_post(organization=need.community.organization)


def unit_for(need, **fields):
    """(resource that can serve `need`, its liaison)."""
    resource = make.make_resource(make.make_unit(need.community.organization), need.category, **fields)
    return resource, make.make_liaison(resource.unit)


def opened(need, clerk, **kwargs):
    return grabs.open_to_grab(need, actor=clerk, note="帮老人换灯", **kwargs)


def code_of(call, *args, **kwargs):
    with pytest.raises(ValidationError) as caught:
        call(*args, **kwargs)
    return caught.value.code


class TestOpening:
    def test_tells_those_who_can_serve_it(self, need, clerk):
        _, liaison = unit_for(need)
        _, cannot = unit_for(need, availability=1)
        Need.objects.filter(pk=need.pk).update(window=2)
        opened(need, clerk)
        opened(need, clerk)
        assert Need.objects.get(pk=need.pk).is_grabbable
        assert [row.recipient for row in Notification.objects.filter(link="/desk/grabs/")] == [liaison]
        assert need.events.filter(note="开放抢单：帮老人换灯").count() == 1
        assert Need.objects.grabbable().get().grab_note == "帮老人换灯"

    def test_wants_words_and_a_right_and_a_waiting_need(self, need, clerk):
        with pytest.raises(ValidationError):
            grabs.open_to_grab(need, actor=clerk, note=" ")
        with pytest.raises(PermissionDenied):
            opened(need, make.make_post(organization=make.make_community().organization))
        needs.start_own_service(need, actor=clerk)
        assert code_of(opened, need, clerk) == "transition"

    def test_ends_with_the_state(self, need, clerk):
        opened(need, clerk)
        needs.escalate(need, actor=clerk, note="办不了")
        assert not Need.objects.get(pk=need.pk).is_grabbable

    def test_keeps_the_system_from_dispatching(self, need, clerk):
        type(need.category).objects.filter(pk=need.category_id).update(auto_dispatch=True)
        assert Need.objects.dispatching_themselves().exists()
        opened(need, clerk)
        assert not Need.objects.dispatching_themselves().exists()

    def test_staff_may_still_dispatch(self, need, clerk):
        resource, _ = unit_for(need)
        opened(need, clerk)
        dispatches.dispatch(need, resource, actor=clerk)
        assert not Need.objects.get(pk=need.pk).is_grabbable


class TestGrab:
    def test_takes_it_at_once(self, need, clerk):
        resource, liaison = unit_for(need)
        opened(need, clerk)
        row = grabs.grab(need, resource, actor=liaison)
        need.refresh_from_db()
        resource.refresh_from_db()
        assert (row.status, row.is_grabbed, need.status, need.is_grabbable) == ("taken", True, S.TAKEN, False)
        assert resource.reserved == need.people_count and row.answered_at == row.offered_at
        event = need.events.last()
        assert (event.from_status, event.to_status, event.actor, event.dispatch) == ("accepted", "taken", liaison, row)
        dispatches.finish_dispatch(row, actor=liaison, note="换好了")

    def test_second_comes_too_late_and_the_same_one_has_it(self, need, clerk):
        (first, one), (second, two) = unit_for(need), unit_for(need)
        opened(need, clerk)
        row = grabs.grab(need, first, actor=one)
        assert code_of(grabs.grab, need, second, actor=two) == "taken"
        assert grabs.grab(need, first, actor=one) == row
        second.refresh_from_db()
        assert second.reserved == 0

    def test_not_what_was_never_opened(self, need):
        resource, liaison = unit_for(need)
        assert code_of(grabs.grab, need, resource, actor=liaison) == "taken"

    def test_not_with_anothers_resource(self, need, clerk):
        resource, _ = unit_for(need)
        _, stranger = unit_for(need)
        opened(need, clerk)
        with pytest.raises(PermissionDenied):
            grabs.grab(need, resource, actor=stranger)

    @pytest.mark.parametrize(
        ("change", "step"),
        [
            ({"is_paused": True}, "closed"),
            ({"target_groups": 2}, "group"),
            ({"availability": 1 << 13}, "window"),
            ({"capacity": 2}, "capacity"),
        ],
    )
    def test_only_what_the_matcher_would_propose(self, clerk, need, change, step):
        Need.objects.filter(pk=need.pk).update(people_count=3, window=1, target_group=4)
        resource, liaison = unit_for(need)
        opened(need, clerk)
        Resource.objects.filter(pk=resource.pk).update(**change)
        assert code_of(grabs.grab, need, resource, actor=liaison) == step
        mine = Resource.objects.filter(pk=resource.pk)
        assert grabs.fitting(Need.objects.grabbable(), mine, timezone.now()) == {}

    def test_not_after_the_unit_has_refused(self, need, clerk):
        resource, liaison = unit_for(need)
        row = dispatches.dispatch(need, resource, actor=clerk)
        dispatches.decline(row, actor=liaison, reason="no_time")
        opened(need, clerk)
        assert code_of(grabs.grab, need, resource, actor=liaison) == "refused"


class TestSweep:
    def test_closes_what_nobody_took_and_tells_staff(self, need, clerk):
        opened(need, clerk, at=timezone.now() - timedelta(hours=25))
        fresh = make.make_need(S.ACCEPTED, community=need.community)
        opened(fresh, clerk)
        for row in (need, fresh, need):
            close_grab(row.pk)
        assert list(Need.objects.grabbable()) == [fresh]
        assert Notification.objects.filter(recipient=clerk, text__startswith="没有单位抢单").count() == 1

    def test_counts_from_the_last_opening(self, need, clerk):
        opened(need, clerk, at=timezone.now() - timedelta(hours=25))
        grabs.stop_grab(need, actor=clerk)
        opened(need, clerk)
        assert not grabs.stale_grabs(timezone.now()).exists()


@pytest.mark.postgres
class TestRace(TransactionTestCase):
    def test_exactly_one_of_many_units_has_it(self):
        need = make.make_need(S.ACCEPTED)
        clerk = make.make_post(organization=need.community.organization)
        units = [unit_for(need) for _ in range(5)]
        opened(need, clerk)
        calls = [lambda r=resource, a=liaison: grabs.grab(need, r, actor=a) for resource, liaison in units]
        results = race(*calls)
        (row,) = won(results)
        losers = [result for result in results if isinstance(result, ValidationError)]
        assert len(losers) == 4 and all("谢谢您" in error.messages[0] for error in losers)
        assert need.dispatches.get() == row
        assert sum(Resource.objects.values_list("reserved", flat=True)) == need.people_count
        assert need.events.filter(to_status="taken").count() == 1

    def test_a_grab_against_a_dispatch(self):
        need = make.make_need(S.ACCEPTED)
        clerk = make.make_post(organization=need.community.organization)
        (mine, liaison), (other, _) = unit_for(need), unit_for(need)
        opened(need, clerk)
        results = race(
            lambda: grabs.grab(need, mine, actor=liaison), lambda: dispatches.dispatch(need, other, actor=clerk)
        )
        assert len(won(results)) == need.dispatches.count() == 1
