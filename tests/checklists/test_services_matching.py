"""From rows to proposals: every filter, the weights of the day, and the queue that loses nobody."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from checklists import tasks
from checklists.models import Need, NeedEvent, Proposal, Resource
from checklists.services import dispatches, matching, needs
from organizations.models import Parameter, ParameterValue
from tests import factories as make

pytestmark = pytest.mark.django_db
S, Party = Need.Status, NeedEvent.Party


@pytest.fixture
def street():
    return make.make_street()


@pytest.fixture
def need(street):
    return make.make_need(S.ACCEPTED, community=make.make_community(street=street), target_group=4, window=0b11)


def resource_for(need, community=None, **fields):
    organization = (community or need.community).organization
    return make.make_resource(make.make_unit(organization), fields.pop("category", need.category), **fields)


def propose(need):
    Need.objects.filter(pk=need.pk).update(match_due_at=timezone.now())
    matching.propose(need)
    need.refresh_from_db()
    return [proposal.resource for proposal in need.proposals.order_by("rank")]


def set_parameter(key, value, on=None):
    row = {"parameter": Parameter.objects.get(key=key), "effective_on": on or timezone.localdate()}
    ParameterValue.objects.update_or_create(**row, defaults={"value": Decimal(value)})


class TestFilters:
    def test_funnel_counts_each_once_and_adds_up(self, need, street):
        neighbour, far = make.make_community(street=street), make.make_community()
        today = timezone.localdate()
        other = make.make_category()
        good = [
            resource_for(need),
            resource_for(need, neighbour, radius=2),
            resource_for(need, far, radius=3),
            resource_for(need, target_groups=4 | 32, availability=0b10),
            resource_for(need, valid_until=today),
        ]
        secondary = resource_for(need, category=other)
        secondary.other_categories.add(need.category)
        fallen = {
            "closed": [resource_for(need, is_paused=True), resource_for(need, valid_until=today - timedelta(days=1))],
            "category": [resource_for(need, category=other)],
            "area": [resource_for(need, neighbour), resource_for(need, far, radius=2)],
            "group": [resource_for(need, target_groups=32)],
            "window": [resource_for(need, availability=0b100)],
            "capacity": [resource_for(need, capacity=1, reserved=1, period="once")],
            "refused": [],
        }
        refuser = resource_for(need)
        row = dispatches.dispatch(need, refuser, actor=make.make_superuser())
        dispatches.decline(row, actor=Party.UNIT, reason="no_time")
        fallen["refused"] = [refuser]
        closed_unit = resource_for(need)
        closed_unit.unit.is_active = False
        closed_unit.unit.save()

        proposed = propose(need)

        assert set(proposed) == {*good, secondary}
        assert need.funnel == {step: len(rows) for step, rows in fallen.items()}
        in_use = Resource.objects.filter(unit__is_active=True).count()
        assert sum(need.funnel.values()) + len(proposed) == in_use

    def test_proposal_can_be_dispatched_and_what_is_out_of_reach_cannot(self, need, street):
        """The reach is told twice, to the engine and to the database: they must agree."""
        places = [need.community, make.make_community(street=street), make.make_community()]
        for place in places:
            for radius in Resource.Radius:
                resource_for(need, place, radius=radius)
        assert set(propose(need)) == set(Resource.objects.open().serving(need.community))

    def test_more_people_than_any_resource_takes(self, need):
        resource_for(need, capacity=3)
        Need.objects.filter(pk=need.pk).update(people_count=4)
        assert propose(need) == [] and need.funnel["capacity"] == 1

    def test_no_resource_at_all(self, need):
        assert propose(need) == [] and set(need.funnel.values()) == {0}
        assert need.matched_at is not None and need.match_due_at is None


class TestRanking:
    def test_wanted_one_is_first_and_says_so(self, need, street):
        near = resource_for(need)
        wanted = resource_for(need, make.make_community(street=street), radius=2)
        Need.objects.filter(pk=need.pk).update(wanted_resource=wanted)
        assert propose(need) == [wanted, near]
        assert [proposal.parts["wanted"] for proposal in need.proposals.order_by("rank")] == [True, False]

    def test_wanted_one_that_cannot_serve_is_not_forced(self, need):
        near, wanted = resource_for(need), resource_for(need, is_paused=True)
        Need.objects.filter(pk=need.pk).update(wanted_resource=wanted)
        assert propose(need) == [near]

    def test_ten_best_ties_by_id(self, need):
        resources = [resource_for(need) for _ in range(12)]
        assert propose(need) == resources[:10]
        assert list(need.proposals.order_by("rank").values_list("rank", flat=True)) == list(range(1, 11))

    def test_parts_add_up_to_the_score(self, need):
        resource_for(need)
        propose(need)
        proposal = need.proposals.get()
        points = {name: value for name, value in proposal.parts.items() if name not in ("price", "wanted")}
        assert sum(points.values()) == proposal.score
        assert points == {"urgency": 0, "waiting": 0, "proximity": 2500, "category": 1000, "load": 1000}

    def test_load_is_the_whole_units(self, need):
        busy = resource_for(need, capacity=5)
        make.make_resource(busy.unit, capacity=5, reserved=5, period="once")
        idle = resource_for(need)
        assert propose(need) == [idle, busy]
        assert need.proposals.get(resource=busy).parts["load"] == 500

    def test_weights_are_those_of_the_day(self, need):
        resource_for(need)
        tomorrow = timezone.localdate() + timedelta(days=1)
        set_parameter("match_weight_proximity", 5000, tomorrow)
        assert matching.weights().proximity == 2500
        assert matching.weights(tomorrow).proximity == pytest.approx(5000 / 1.25)

    def test_weights_add_up_whatever_is_written_down(self, need):
        resource_for(need)
        for name in matching.WEIGHTS:
            set_parameter(f"match_weight_{name}", 10_000)
        Need.objects.filter(pk=need.pk).update(urgency=5)
        propose(need)
        assert need.proposals.get().score == 8000
        for name in matching.WEIGHTS:
            set_parameter(f"match_weight_{name}", 0)
        propose(need)
        assert need.proposals.get().score == 0

    def test_queries_do_not_grow_with_resources(self, need):
        counts = []
        for _ in range(2):
            for _ in range(3):
                resource_for(need)
            with CaptureQueriesContext(connection) as queries:
                matching.supply_for(need, timezone.now())
            counts.append(len(queries))
        assert counts[1] == 4 < counts[0]  # the first one asks for the street, and counts for the funnel


class TestQueue:
    def test_runs_once(self, need):
        resource_for(need)
        propose(need)
        before = list(Proposal.objects.values_list("pk", flat=True))
        matching.propose(need)
        assert list(Proposal.objects.values_list("pk", flat=True)) == before

    def test_need_that_went_on_is_left_alone(self, need):
        resource = resource_for(need)
        dispatches.dispatch(need, resource, actor=make.make_superuser())
        matching.propose(need)
        need.refresh_from_db()
        assert (need.match_due_at, need.matched_at, need.proposals.count()) == (None, None, 0)

    def test_refusal_excludes_the_unit_and_asks_again(self, need):
        first, second = resource_for(need), resource_for(need)
        sibling = make.make_resource(first.unit, need.category)
        assert propose(need) == [first, second, sibling]
        row = dispatches.dispatch(need, first, actor=make.make_superuser())
        dispatches.decline(row, actor=Party.UNIT, reason="no_time")
        tasks.match_need(need.pk)
        need.refresh_from_db()
        assert [proposal.resource for proposal in need.proposals.all()] == [second]
        assert (need.match_due_at, need.funnel["refused"]) == (None, 2)

    def test_changed_resource_asks_again_only_where_it_may_help(self, need):
        elsewhere = make.make_need(S.ACCEPTED, community=need.community)
        resource = resource_for(need)
        for each in (need, elsewhere):
            propose(each)
        matching.queue_affected(resource)
        due = [Need.objects.get(pk=each.pk).match_due_at is not None for each in (need, elsewhere)]
        assert due == [True, False]

    def test_place_that_comes_back_is_offered_to_who_waits(self, need, django_capture_on_commit_callbacks):
        resource = resource_for(need, capacity=1)
        other = make.make_need(S.DISPATCHED, community=need.community, category=need.category, resource=resource)
        assert propose(need) == []
        dispatches.recall(other.dispatches.get(), actor=make.make_superuser())
        tasks.match_affected(resource.pk)
        tasks.match_need(need.pk)
        assert need.proposals.get().resource == resource

    def test_every_day_is_ranked_anew(self, need):
        resource_for(need)
        propose(need)
        tomorrow = timezone.now() + timedelta(days=1)
        assert not Need.objects.match_due(timezone.localdate()).exists()
        assert Need.objects.match_due(timezone.localdate(tomorrow)).get() == need
        matching.propose(need, at=tomorrow)
        assert not Need.objects.match_due(timezone.localdate(tomorrow)).exists()

    def test_sweep_takes_only_what_has_waited(self, need):
        now, today = timezone.now(), timezone.localdate()
        Need.objects.filter(pk=need.pk).update(match_due_at=now)
        assert not Need.objects.match_due(today, now - timedelta(seconds=45)).exists()
        assert Need.objects.match_due(today, now).get() == need


class TestAutomaticDispatch:
    @pytest.fixture
    def need(self):
        return make.make_need(S.ACCEPTED, category=make.make_category(auto_dispatch=True))

    def test_best_that_has_places_gets_it_once(self, need):
        best, second = resource_for(need, capacity=1), resource_for(need, capacity=1)
        propose(need)
        Resource.objects.filter(pk=best.pk).update(is_paused=True)
        assert matching.dispatch_best(need).resource == second
        assert matching.dispatch_best(need) is None
        event = need.events.last()
        assert (event.party, event.note, event.actor) == ("system", "系统自动派单", None)

    def test_lost_between_ranking_and_dispatch_is_swept(self, need):
        resource_for(need)
        propose(need)
        later = timezone.now() + timedelta(minutes=2)
        assert Need.objects.undispatched(later).get() == need
        tasks.match_need(need.pk)
        assert need.dispatches.open().count() == 1
        assert not Need.objects.undispatched(later).exists()

    def test_what_staff_took_back_waits_for_them(self, need):
        resource_for(need)
        propose(need)
        dispatches.recall(matching.dispatch_best(need), actor=make.make_superuser())
        tasks.match_need(need.pk)
        need.refresh_from_db()
        assert (need.status, need.dispatches.open().count()) == (S.ACCEPTED, 0)
        assert not Need.objects.undispatched(timezone.now() + timedelta(minutes=2)).exists()

    def test_what_a_unit_refused_goes_to_the_next(self, need):
        first, second = resource_for(need), resource_for(need)
        propose(need)
        dispatches.decline(matching.dispatch_best(need), actor=Party.UNIT, reason="no_time")
        tasks.match_need(need.pk)
        assert need.dispatches.open().get().resource == second
        assert need.dispatches.refusing().get().resource == first

    def test_other_categories_wait_for_a_click(self):
        need = make.make_need(S.ACCEPTED)
        resource_for(need)
        tasks.match_need(need.pk)
        need.refresh_from_db()
        assert (need.status, need.proposals.count()) == (S.ACCEPTED, 1)

    def test_accepting_puts_it_in_the_queue(self):
        need = needs.accept(make.make_need(), actor=make.make_superuser())
        assert need.match_due_at is not None
