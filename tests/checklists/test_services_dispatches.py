"""派单 under pressure: places, periods, and everybody clicking at once."""

from datetime import timedelta
from functools import partial
from itertools import pairwise

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from checklists.models import Dispatch, Need, NeedEvent, Resource
from checklists.services import dispatches, matching, needs
from checklists.services.resources import change_resource
from tests import factories as make
from tests.races import race, won

S, D, Party = Need.Status, Dispatch.Status, NeedEvent.Party


def places(resource, on=None):
    return Resource.objects.get(pk=resource.pk).left(on)


def make_waiting(resource, **fields):
    community = resource.unit.organization.community
    return make.make_need(S.ACCEPTED, community=community, category=resource.category, **fields)


@pytest.mark.django_db
class TestPlaces:
    def test_need_for_more_people_than_are_left_is_refused_with_the_numbers(self):
        resource, chief = make.make_resource(capacity=5), make.make_superuser()
        dispatches.dispatch(make_waiting(resource, people_count=3), resource, actor=chief)
        with pytest.raises(ValidationError, match="还剩 2 个名额，这件事需要 3 个") as refusal:
            dispatches.dispatch(make_waiting(resource, people_count=3), resource, actor=chief)
        assert refusal.value.code == "capacity"
        assert places(resource) == 2

    def test_what_was_finished_still_counts_in_its_period(self):
        resource = make.make_resource(capacity=5, period="week")
        monday = make.at("2026-11-16 09:00")
        need = make_waiting(resource, people_count=2, clock=monday)
        row = dispatches.dispatch(need, resource, actor=make.make_superuser(), at=monday)
        dispatches.take(row, actor=Party.UNIT, at=monday)
        dispatches.finish_dispatch(row, actor=Party.UNIT, note="办好了", at=monday)
        assert places(resource, monday.date()) == 3
        assert places(resource, monday.date() + timedelta(days=7)) == 5

    @pytest.mark.parametrize("period", Resource.Period)
    def test_new_period_is_a_new_start_except_for_once(self, period):
        resource, chief = make.make_resource(capacity=2, period=period), make.make_superuser()
        for text in ("2026-06-30 10:00", "2026-07-06 10:00"):
            at = make.at(text)
            need = make_waiting(resource, people_count=1, clock=at)
            dispatches.dispatch(need, resource, actor=chief, at=at)
        assert places(resource, at.date()) == (0 if period == "once" else 1)

    def test_place_of_an_old_period_frees_nothing_in_the_new_one(self):
        resource, chief = make.make_resource(capacity=3, period="month"), make.make_superuser()
        january, february = make.at("2026-01-20 10:00"), make.at("2026-02-03 10:00")
        old = dispatches.dispatch(
            make_waiting(resource, people_count=3, clock=january), resource, actor=chief, at=january
        )
        new = dispatches.dispatch(
            make_waiting(resource, people_count=2, clock=february), resource, actor=chief, at=february
        )
        dispatches.decline(old, actor=Party.UNIT, reason="no_time", at=february)
        assert places(resource, february.date()) == 1
        dispatches.recall(new, actor=chief, at=february)
        assert places(resource, february.date()) == 3

    def test_capacity_cut_between_two_periods(self):
        resource, chief = make.make_resource(capacity=5, period="month"), make.make_superuser()
        january, february = make.at("2026-01-20 10:00"), make.at("2026-02-03 10:00")
        old = dispatches.dispatch(
            make_waiting(resource, people_count=5, clock=january), resource, actor=chief, at=january
        )
        with pytest.raises(ValidationError, match="名额不能少于本期已占用"):
            change_resource(resource, actor=chief, capacity=3, at=january)
        change_resource(resource, actor=chief, capacity=3, at=february)
        dispatches.decline(old, actor=Party.UNIT, reason="no_time", at=february)
        assert places(resource, february.date()) == 3
        dispatches.dispatch(make_waiting(resource, people_count=3, clock=february), resource, actor=chief, at=february)
        assert places(resource, february.date()) == 0

    @pytest.mark.parametrize(("before", "after"), [("month", "week"), ("week", "month"), ("once", "month")])
    def test_period_of_another_length_neither_breaks_nor_overbooks(self, before, after):
        resource, chief = make.make_resource(capacity=4, period=before), make.make_superuser()
        at = make.at("2026-11-17 10:00")
        rows = [dispatches.dispatch(make_waiting(resource, clock=at), resource, actor=chief, at=at) for _ in range(2)]
        change_resource(resource, actor=chief, period=after, at=at + timedelta(days=1))
        at += timedelta(days=2)
        rows += [dispatches.dispatch(make_waiting(resource, clock=at), resource, actor=chief, at=at) for _ in range(2)]
        with pytest.raises(ValidationError):
            dispatches.dispatch(make_waiting(resource, clock=at), resource, actor=chief, at=at)
        for free, row in enumerate(rows, start=1):
            dispatches.decline(row, actor=Party.UNIT, reason="no_time", at=at)
            assert places(resource, at.date()) == free

    def test_count_that_went_astray_mends_itself(self):
        resource, chief = make.make_resource(capacity=3), make.make_superuser()
        first = dispatches.dispatch(make_waiting(resource), resource, actor=chief)
        Resource.objects.filter(pk=resource.pk).update(reserved=0)  # as an old form would save it
        dispatches.dispatch(make_waiting(resource), resource, actor=chief)
        assert places(resource) == 1
        dispatches.decline(first, actor=Party.UNIT, reason="no_time")
        assert places(resource) == 2

    def test_places_left_is_the_same_in_sql(self):
        on = make.at("2026-11-18 10:00").date()
        for period in Resource.Period:
            for days in (0, 5, 40, 200):
                make.make_resource(period=period, reserved=2, period_starts_on=on - timedelta(days=days))
        for resource in Resource.objects.with_places_left(on):
            assert resource.places_left == resource.left(on)


@pytest.mark.django_db
class TestRefusals:
    def test_closed_expired_or_far_resource_is_refused(self):
        resource, chief = make.make_resource(), make.make_superuser()
        need, today = make_waiting(resource), timezone.localdate()
        for change in (
            {"is_paused": True},
            {"valid_until": today - timedelta(days=1)},
            {"unit": make.make_unit()},
            {"unit": make.make_unit(), "radius": 2},
        ):
            row = Resource.objects.filter(pk=resource.pk)
            kept = row.values("is_paused", "valid_until", "unit", "radius").get()
            row.update(**change)
            with pytest.raises(ValidationError, match="请另选") as refusal:
                dispatches.dispatch(need, resource, actor=chief)
            assert refusal.value.code == "closed"
            row.update(**kept)
        assert dispatches.dispatch(need, resource, actor=chief).status == D.OFFERED

    @pytest.mark.parametrize("how", ["decline", "expire"])
    def test_unit_that_said_no_is_not_asked_again(self, how):
        resource, chief = make.make_resource(), make.make_superuser()
        need = make_waiting(resource)
        row = dispatches.dispatch(need, resource, actor=chief)
        if how == "decline":
            dispatches.decline(row, actor=Party.UNIT, reason="other", note="停电")
        else:
            dispatches.expire(row, at=row.reply_by + timedelta(seconds=1))
        sibling = make.make_resource(resource.unit, resource.category)
        with pytest.raises(ValidationError) as refusal:
            dispatches.dispatch(need, sibling, actor=chief)
        assert refusal.value.code == "refused"
        need.refresh_from_db()
        assert (need.status, need.match_due_at is not None) == (S.ACCEPTED, True)

    def test_recalled_unit_may_be_asked_again(self):
        resource, chief = make.make_resource(), make.make_superuser()
        need = make_waiting(resource)
        dispatches.recall(dispatches.dispatch(need, resource, actor=chief), actor=chief)
        assert dispatches.dispatch(need, resource, actor=chief).status == D.OFFERED

    def test_reason_is_demanded(self):
        row = make.make_need(S.DISPATCHED).dispatches.get()
        for reason, note in (("", ""), ("bored", ""), ("other", " ")):
            with pytest.raises(ValidationError):
                dispatches.decline(row, actor=Party.UNIT, reason=reason, note=note)

    def test_only_the_units_own_people_answer(self):
        need = make.make_need(S.DISPATCHED)
        row = need.dispatches.get()
        liaison = make.make_liaison(row.resource.unit)
        for stranger in (make.make_liaison(make.make_unit(need.community.organization)), make.make_user()):
            with pytest.raises(PermissionDenied):
                dispatches.take(row, actor=stranger)
        row = dispatches.take(row, actor=liaison)
        event = need.events.last()
        assert (row.status, event.actor, event.party) == (D.TAKEN, liaison, Party.UNIT)

    def test_liaison_whose_post_ended_answers_no_more(self):
        row = make.make_need(S.DISPATCHED).dispatches.get()
        liaison = make.make_liaison(row.resource.unit)
        liaison.posts.update(starts_on="2020-01-01", ends_on="2020-12-31")
        with pytest.raises(PermissionDenied):
            dispatches.take(row, actor=type(liaison).objects.get(pk=liaison.pk))

    def test_liaison_hears_of_it(self):
        resource = make.make_resource()
        liaison = make.make_liaison(resource.unit)
        dispatches.dispatch(make_waiting(resource), resource, actor=make.make_superuser())
        assert "新派单" in liaison.notifications.get().text


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestRaces:
    """Each race is run a few times: the clash must not depend on luck."""

    def test_two_clerks_dispatch_one_need(self):
        for _ in range(5):
            need = make.make_need(S.ACCEPTED)
            resources = [make.make_resource(make.make_unit(need.community.organization), need.category) for _ in "ab"]
            clerks = [make.make_superuser() for _ in "ab"]
            results = race(
                *(
                    partial(dispatches.dispatch, need, resource, actor=clerk)
                    for resource, clerk in zip(resources, clerks, strict=True)
                )
            )
            (row,) = won(results)
            (refusal,) = set(results) - {row}
            assert refusal.code == "transition" and "超级管理员" in refusal.messages[0]
            assert need.dispatches.count() == need.events.filter(to_status=S.DISPATCHED).count() == 1
            assert [places(resource) for resource in resources].count(5) == 1

    def test_stale_pages_across_two_resources_do_not_deadlock(self):
        chief = make.make_superuser()
        for _ in range(5):
            one = make.make_resource()
            other = make.make_resource(one.unit, one.category)
            first, second = make_waiting(one), make_waiting(one)
            dispatches.dispatch(first, one, actor=chief)
            dispatches.dispatch(second, other, actor=chief)
            assert not won(
                race(
                    partial(dispatches.dispatch, first, other, actor=chief),
                    partial(dispatches.dispatch, second, one, actor=chief),
                )
            )

    def test_last_places_are_never_overbooked(self):
        resource, chief = make.make_resource(capacity=3), make.make_superuser()
        waiting = [make_waiting(resource) for _ in range(8)]
        results = race(*(partial(dispatches.dispatch, need, resource, actor=chief) for need in waiting))
        assert len(won(results)) == 3
        assert {error.code for error in results if isinstance(error, ValidationError)} == {"capacity"}
        resource.refresh_from_db()
        assert resource.reserved == resource.dispatches.open().count() == 3

    @pytest.mark.parametrize(
        ("first", "second"),
        [("take", "recall"), ("take", "withdraw"), ("decline", "expire"), ("take", "expire"), ("decline", "recall")],
    )
    def test_two_answers_at_once(self, first, second):
        chief = make.make_superuser()
        for _ in range(5):
            need = make.make_need(S.DISPATCHED)
            row = need.dispatches.get()
            late = row.reply_by + timedelta(seconds=1)
            verbs = {
                "take": partial(dispatches.take, row, actor=Party.UNIT),
                "decline": partial(dispatches.decline, row, actor=Party.UNIT, reason="no_time"),
                "expire": partial(dispatches.expire, row, at=late),
                "recall": partial(dispatches.recall, row, actor=chief),
                "withdraw": partial(needs.withdraw, need, actor=Party.RESIDENT),
            }
            race(verbs[first], verbs[second])
            need.refresh_from_db()
            row.refresh_from_db()
            expected = {
                D.TAKEN: S.TAKEN,
                D.DECLINED: S.ACCEPTED,
                D.EXPIRED: S.ACCEPTED,
                D.RECALLED: S.WITHDRAWN if second == "withdraw" else S.ACCEPTED,
            }
            assert need.status == expected[row.status]
            held = row.status == D.TAKEN
            assert (need.dispatches.open().exists(), places(row.resource)) == (held, 4 if held else 5)
            changes = list(need.events.order_by("pk").values_list("from_status", "to_status"))
            assert all(before[1] == after[0] for before, after in pairwise(changes))

    def test_same_answer_twice_is_one_event(self):
        for verb, end, options in (
            (dispatches.take, S.TAKEN, {}),
            (dispatches.decline, S.ACCEPTED, {"reason": "no_time"}),
        ):
            need = make.make_need(S.DISPATCHED)
            row = need.dispatches.get()
            assert len(won(race(*[partial(verb, row, actor=Party.UNIT, **options)] * 4))) == 4
            assert need.events.filter(from_status=S.DISPATCHED, to_status=end).count() == 1

    def test_ranking_and_dispatching_at_once_do_not_wait_for_each_other(self):
        """The proposals point at the resource that the clerk has locked."""
        chief = make.make_superuser()
        for _ in range(10):
            resource = make.make_resource()
            need = make_waiting(resource)
            assert (
                len(
                    won(
                        race(
                            partial(matching.propose, need),
                            partial(dispatches.dispatch, need, resource, actor=chief),
                            partial(matching.propose, need),
                        )
                    )
                )
                == 3
            )
            need.refresh_from_db()
            assert (need.status, need.match_due_at, need.dispatches.count()) == (S.DISPATCHED, None, 1)

    def test_workers_dispatch_one_need_once(self):
        category = make.make_category(auto_dispatch=True)
        resource = make.make_resource(category=category)
        make.make_resource(resource.unit, category)
        need = make_waiting(resource)

        def work():
            matching.propose(need)
            matching.dispatch_best(need)

        race(*[work] * 4)
        assert need.dispatches.count() == need.events.filter(to_status=S.DISPATCHED).count() == 1

    def test_capacity_changes_while_places_go(self):
        chief = make.make_superuser()
        for _ in range(5):
            resource = make.make_resource(capacity=4)
            waiting = [make_waiting(resource) for _ in range(4)]
            race(
                *(partial(dispatches.dispatch, need, resource, actor=chief) for need in waiting),
                partial(change_resource, resource, actor=chief, capacity=2),
            )
            resource.refresh_from_db()
            assert resource.reserved == resource.dispatches.open().count() <= resource.capacity
