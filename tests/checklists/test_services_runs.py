"""统筹匹配: who is in it, what it writes, and what a second worker, a dead one or a late change makes of it."""

from datetime import timedelta

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from checklists import tasks
from checklists.models import Assignment, Need, NeedEvent, Proposal, Resource, Run
from checklists.services import dispatches, needs, runs
from checklists.services.runs import performing, writing
from checklists.services.runs.door import Overtaken
from checklists.services.runs.sweeping import due_since
from tests import factories as make

pytestmark = pytest.mark.django_db
S, Party = Need.Status, NeedEvent.Party
WEIGHTS = {"urgency": 1000, "waiting": 6000, "proximity": 1000, "category": 1000, "load": 1000}


@pytest.fixture
def town():
    """A community, a category, and two resources of it with one place each."""

    class Town:
        community = make.make_community()
        category = make.make_category()
        chief = make.make_superuser()

        def need(self, urgency=1, status=S.ACCEPTED, **fields):
            fields = {"community": self.community, "category": self.category, **fields}
            return make.make_need(status, urgency=urgency, **fields)

        def resource(self, capacity=1, **fields):
            return make.make_resource(make.make_unit(self.community.organization), self.category, capacity=capacity)

        def start(self, **options):
            return runs.start_run(self.community.street.district, actor=self.chief, **options)

        def run(self, **options):
            return runs.perform_run(self.start(**options))

    town = Town()
    town.resources = [town.resource(), town.resource()]
    return town


def given(run):
    return dict(run.assignments.values_list("need", "resource"))


def ranks(need):
    return list(need.proposals.order_by("rank").values_list("resource", flat=True))


class TestStart:
    def test_one_at_a_time_in_a_district(self, town):
        first = town.start()
        with pytest.raises(ValidationError, match="正在进行"):
            town.start()
        assert town.start(is_trial=True).pk != first.pk
        runs.perform_run(first)
        assert town.start().pk != first.pk

    def test_another_district_goes_on_beside_it(self, town):
        town.start()
        other = make.make_community(street=make.make_street(district=make.make_district()))
        assert runs.start_run(other.street.district, actor=Party.SYSTEM).started_by is None

    def test_right_and_reach_are_asked_for(self, town):
        district = town.community.street.district
        elsewhere = make.make_organization()
        make.make_community(elsewhere, make.make_street(district=make.make_district()))
        for actor in (
            make.make_user(),
            make.make_post(role="community_staff", organization=town.community.organization),
            make.make_post(role="street_staff", organization=elsewhere),
        ):
            with pytest.raises(PermissionDenied):
                runs.start_run(district, actor=actor)
        staff = make.make_post(role="street_staff", organization=town.community.organization)
        assert runs.start_run(district, actor=staff).started_by == staff

    def test_weights_are_tried_and_never_run(self, town):
        with pytest.raises(ValidationError, match="试算"):
            town.start(weights=WEIGHTS)
        for bad in ({"urgency": 1}, dict.fromkeys(WEIGHTS, 0), {**WEIGHTS, "load": -1}):
            with pytest.raises(ValidationError, match="权重"):
                town.start(is_trial=True, weights=bad)
        run = town.start(is_trial=True, weights=WEIGHTS)
        assert run.settings["weights"] == WEIGHTS
        assert run.settings["shapes"]["street_proximity"] == 0.6 and run.settings["on"]

    def test_double_click_on_a_trial_is_one_trial(self, town):
        assert town.start(is_trial=True, weights=WEIGHTS) == town.start(is_trial=True, weights=WEIGHTS)
        assert town.start(is_trial=True) != town.start(is_trial=True, weights=WEIGHTS)


class TestResult:
    def test_the_most_urgent_are_served_and_everybody_has_proposals(self, town):
        waiting = [town.need(urgency) for urgency in (1, 3, 5)]
        run = town.run()
        assert set(given(run)) == {need.pk for need in waiting[1:]}
        assert (run.status, run.need_count, run.resource_count, run.edge_count, run.served_count) == (
            "finished",
            3,
            2,
            6,
            2,
        )
        assert run.score == sum(run.assignments.values_list("score", flat=True)) <= run.upper_bound
        assert 0 < run.ratio <= 1
        assert set(run.seconds) == {"read", "candidates", "solve", "write"}
        for need in waiting:
            need.refresh_from_db()
            assert need.proposals.count() == 2
            assert (need.match_due_at, need.matched_at) == (None, run.started_at)
            if need.pk in given(run):
                assert ranks(need)[0] == given(run)[need.pk]

    def test_same_rows_same_answer(self, town):
        for urgency in (1, 3, 5, 5):
            town.need(urgency)
        assert given(town.run()) == given(town.run())

    def test_prices_say_what_is_scarce_and_fall_again(self, town):
        waiting = [town.need(5) for _ in range(3)]
        idle = make.make_resource(make.make_unit(town.community.organization), make.make_category())
        town.run()
        scarce = Resource.objects.filter(pk__in=[row.pk for row in town.resources])
        assert all(price > 0 for price in scarce.values_list("price", flat=True))
        assert Resource.objects.get(pk=idle.pk).price == 0
        proposal = Proposal.objects.filter(need=waiting[0]).first()
        assert proposal.parts["price"] == Resource.objects.get(pk=proposal.resource_id).price
        assert sum(proposal.parts[name] for name in WEIGHTS) == proposal.score
        for need in waiting[:2]:
            needs.withdraw(need, actor=Party.RESIDENT)
        town.run()
        run = town.run()
        assert max(scarce.values_list("price", flat=True)) <= run.epsilon

    def test_only_unconfirmed_needs_move(self, town):
        held = town.need(5, S.DISPATCHED, resource=town.resources[0])
        waiting, new = town.need(1), town.need(5, S.SUBMITTED)
        before = list(held.proposals.values_list("pk"))
        assert given(town.run()) == {waiting.pk: town.resources[1].pk}
        assert list(held.proposals.values_list("pk")) == before
        assert not new.proposals.exists()

    def test_who_refused_is_not_asked_again(self, town):
        need = town.need()
        row = dispatches.dispatch(need, town.resources[0], actor=town.chief)
        dispatches.decline(row, actor=Party.UNIT, reason="no_time")
        assert given(town.run()) == {need.pk: town.resources[1].pk}
        assert ranks(need) == [town.resources[1].pk]

    def test_other_districts_are_left_alone(self, town):
        other = make.make_community(street=make.make_street(district=make.make_district()))
        stranger = make.make_need(S.ACCEPTED, community=other, category=town.category)
        far = make.make_resource(make.make_unit(other.organization), town.category, radius=3)
        Resource.objects.filter(pk=far.pk).update(price=77)
        town.need()
        run = town.run()
        assert (run.need_count, run.resource_count) == (1, 2)
        assert not stranger.proposals.exists() and Resource.objects.get(pk=far.pk).price == 77

    def test_what_the_resident_ordered_is_first_with_others_behind(self, town):
        need = town.need(wanted_resource=town.resources[1])
        rival = town.need(5, wanted_resource=town.resources[1])
        run = town.run()
        assert given(run) == {rival.pk: town.resources[1].pk}  # an order is not sent elsewhere
        for each in (need, rival):
            assert ranks(each) == [town.resources[1].pk, town.resources[0].pk]
            assert [row.parts["wanted"] for row in each.proposals.order_by("rank")] == [True, False]

    def test_no_needs_and_no_resources(self, town):
        assert (town.run().ratio, Assignment.objects.count()) == (None, 0)
        Resource.objects.all().delete()
        need = town.need()
        run = town.run()
        need.refresh_from_db()
        assert (run.served_count, need.proposals.count(), need.match_due_at) == (0, 0, None)

    def test_trial_writes_what_it_found_and_nothing_else(self, town):
        need = town.need(5)
        run = town.run(is_trial=True, weights=WEIGHTS)
        need.refresh_from_db()
        assert given(run) == {need.pk: town.resources[0].pk}
        assert (need.matched_at, need.proposals.count()) == (None, 0)
        assert set(Resource.objects.values_list("price", flat=True)) == {0}

    def test_categories_that_dispatch_themselves_do_so_after_the_run(self, town):
        town.category.auto_dispatch = True
        town.category.save()
        waiting = [town.need(urgency) for urgency in (1, 5)]
        run = town.run()
        for need in waiting:
            tasks.match_need(need.pk)
        assert {
            need.pk: need.dispatches.open().get().resource_id for need in Need.objects.with_status(S.DISPATCHED)
        } == given(run)

    def test_queries_do_not_grow_with_needs(self, town, django_assert_max_num_queries):
        counts = []
        for _ in range(2):
            for _ in range(4):
                town.need()
            run = town.start()
            with django_assert_max_num_queries(60) as queries:
                runs.perform_run(run)
            counts.append(len(queries))
        assert counts[1] <= counts[0]


class TestMeanwhile:
    """Between the snapshot and the writing."""

    @pytest.fixture
    def meanwhile(self, monkeypatch):
        """`meanwhile(act)`: happens right after the rows were read."""

        def arrange(act):
            read = performing.read_instance

            def reading(*arguments):
                answer = read(*arguments)
                act()
                return answer

            monkeypatch.setattr(performing, "read_instance", reading)

        return arrange

    def test_need_that_left_keeps_what_it_has(self, town, meanwhile):
        gone, stays = town.need(), town.need()
        make.make_proposals(gone)
        before = list(gone.proposals.values_list("pk"))
        meanwhile(lambda: dispatches.dispatch(gone, town.resources[0], actor=town.chief))
        town.run()
        assert list(gone.proposals.values_list("pk")) == before
        assert stays.proposals.count() == 2

    def test_need_that_was_refused_or_corrected_waits_for_its_own_ranking(self, town, meanwhile):
        need = town.need()

        def refuse():
            row = dispatches.dispatch(need, town.resources[0], actor=town.chief)
            dispatches.decline(row, actor=Party.UNIT, reason="no_time")

        meanwhile(refuse)
        town.run()
        need.refresh_from_db()
        assert need.match_due_at is not None and not need.proposals.exists()

    def test_overtaken_worker_writes_nothing(self, town, meanwhile):
        need = town.need()
        run = town.start()
        meanwhile(lambda: Run.objects.filter(pk=run.pk).update(attempts=2))
        assert runs.perform_run(run) is None
        run.refresh_from_db()
        assert (run.status, run.assignments.count(), need.proposals.count()) == ("running", 0, 0)

    def test_failure_queues_it_again_and_three_give_it_up(self, town, meanwhile):
        def fail():
            raise ArithmeticError

        town.need()
        run = town.start()
        meanwhile(fail)
        for attempt, status in enumerate(("queued", "queued", "failed"), start=1):
            with pytest.raises(ArithmeticError):
                runs.perform_run(run)
            run.refresh_from_db()
            assert (run.status, run.attempts) == (status, attempt)
            assert f"{attempt} 次没有算完" in run.error
        assert runs.perform_run(run) is None

    def test_it_is_carried_out_once(self, town):
        town.need()
        run = town.start()
        assert runs.perform_run(run).attempts == 1
        assert runs.perform_run(run) is None


class TestSweep:
    def test_died_run_is_done_again_from_the_rows(self, town):
        need = town.need()
        run = town.start()
        runs.claim(run, at=timezone.now() - timedelta(minutes=31))
        need.proposals.create(resource=town.resources[0], rank=1, score=1)  # as far as it came
        tasks.resume_runs()
        run.refresh_from_db()
        assert (run.status, run.attempts) == ("queued", 1)
        tasks.run_matching(run.pk)
        run.refresh_from_db()
        assert (run.status, run.attempts, run.error) == ("finished", 2, "")
        assert (need.proposals.count(), len(given(run))) == (2, 1)

    def test_living_run_is_left_to_its_worker(self, town):
        run = town.start()
        runs.claim(run, at=timezone.now() - timedelta(minutes=29))
        tasks.resume_runs()
        run.refresh_from_db()
        assert run.status == "running"

    def test_worker_that_comes_back_from_the_dead_changes_nothing(self, town):
        town.need()
        dead = runs.claim(town.start(), at=timezone.now() - timedelta(minutes=31))
        runs.put_back_stuck_runs()
        runs.perform_run(dead)
        with pytest.raises(Overtaken):
            performing.carry_out(dead, timezone.now())

    def test_old_assignments_go_and_the_figures_stay(self, town):
        town.need()
        run = town.run()
        runs.forget_assignments(at=timezone.now() + timedelta(days=89))
        assert run.assignments.count() == 1
        runs.forget_assignments(at=timezone.now() + timedelta(days=91))
        assert run.assignments.count() == 0 and Run.objects.get(pk=run.pk).served_count == 1


class TestSchedule:
    def test_slots_do_not_drift(self):
        hours = timedelta(hours=1)
        for now, interval, expected in (
            ("2026-11-23 02:10", 24 * hours, "2026-11-23 02:00"),
            ("2026-11-23 01:59", 24 * hours, "2026-11-22 02:00"),
            ("2026-11-23 09:30", 6 * hours, "2026-11-23 08:00"),
            ("2026-11-23 02:10", 48 * hours, "2026-11-22 02:00"),
        ):
            assert due_since(make.at(now), 2, interval) == make.at(expected)

    def test_each_district_gets_its_run_once(self, town):
        district = town.community.street.district
        at = timezone.localtime().replace(hour=2, minute=10) + timedelta(days=1)
        assert district in runs.districts_due(at)
        town.run(is_trial=True)
        run = runs.start_due_run(district, at=at)
        assert run.started_by is None
        assert runs.start_due_run(district, at=at) is None
        runs.perform_run(run)
        assert district not in runs.districts_due(at + timedelta(hours=23))
        assert district in runs.districts_due(at + timedelta(hours=24))


class TestWriting:
    def test_price_of_what_took_no_part_is_nought(self, town):
        first, second = town.resources
        Resource.objects.update(price=9)
        writing.write_prices(town.community.street.district, np.array([first.pk]), np.array([40_000]))
        assert [Resource.objects.get(pk=row.pk).price for row in (first, second)] == [32767, 0]
