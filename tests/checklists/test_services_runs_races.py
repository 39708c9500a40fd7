"""统筹匹配 on PostgreSQL with real threads: claimed once, read as of one moment, written while others work."""

from functools import partial

import pytest
from django.db import InternalError

from checklists.models import Need, Proposal, Resource
from checklists.services import dispatches, instances, matching, runs
from checklists.services.runs import writing
from tests import factories as make
from tests.races import race, won

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
S = Need.Status


class Town:
    def __init__(self):
        self.community, self.category = make.make_community(), make.make_category()
        self.district, body = self.community.street.district, self.community.organization
        self.resources = [make.make_resource(make.make_unit(body), self.category, capacity=2) for _ in range(3)]

    def need(self, **fields):
        return make.make_need(S.ACCEPTED, community=self.community, category=self.category, **fields)


@pytest.fixture
def town():
    return Town()


class TestRaces:
    def test_two_workers_claim_it_once(self, town):
        town.need()
        for _ in range(5):
            run = runs.start_run(town.district, actor="system")
            results = race(*[partial(runs.perform_run, run) for _ in "ab"])
            assert len([result for result in results if result is not None]) == 1
            run.refresh_from_db()
            assert (run.status, run.attempts, run.assignments.count()) == ("finished", 1, 1)

    def test_two_clerks_start_one(self, town):
        for _ in range(5):
            clerks = [make.make_superuser() for _ in "ab"]
            results = race(*[partial(runs.start_run, town.district, actor=clerk) for clerk in clerks])
            (run,) = won(results)
            (refusal,) = [result for result in results if result is not run]
            assert "正在进行" in refusal.messages[0]
            runs.perform_run(run)

    def test_run_dispatches_and_singles_at_once_leave_all_complete(self, town):
        chief = make.make_superuser()
        waiting = [town.need(urgency=1 + 2 * (number % 3)) for number in range(9)]
        for _ in range(3):
            run = runs.start_run(town.district, actor="system")
            race(
                partial(runs.perform_run, run),
                partial(matching.propose, waiting[0]),
                partial(dispatches.dispatch, waiting[1], town.resources[0], actor=chief),
                partial(dispatches.dispatch, waiting[2], town.resources[1], actor=chief),
            )
            run.refresh_from_db()
            assert run.status == "finished"
        for need in Need.objects.with_status(S.ACCEPTED):
            assert sorted(need.proposals.values_list("rank", flat=True)) == [1, 2, 3]
        assert Need.objects.with_status(S.DISPATCHED).count() == 2


class TestSnapshot:
    def test_all_is_read_as_of_one_moment(self, town):
        need, chief = town.need(), make.make_superuser()
        waiting = Need.objects.with_status(S.ACCEPTED)
        with instances.snapshot():
            assert waiting.count() == 1
            assert won(race(partial(dispatches.dispatch, need, town.resources[0], actor=chief)))
            assert waiting.count() == 1
        assert waiting.count() == 0

    def test_nothing_is_written_while_reading(self, town):
        with pytest.raises(InternalError), instances.snapshot():
            Resource.objects.update(price=1)


class TestBulk:
    def test_copy_leaves_what_single_rows_leave(self, town):
        needs = [town.need() for _ in range(3)]
        columns = ("need_id", "resource_id", "rank", "score", "parts")
        parts = matching.parts_as_told([1, 2, 3, 4, 5], 6, is_wanted=True)
        rows = [
            (need.pk, resource.pk, rank, 100 * rank, parts)
            for need in needs
            for rank, resource in enumerate(town.resources, start=1)
        ]
        found = []
        for write in (writing.copy_rows, writing.create_rows):
            write(Proposal, columns, rows)
            found.append(list(Proposal.objects.order_by("need_id", "rank").values_list(*columns)))
            Proposal.objects.all().delete()
        assert found[0] == found[1] == rows

    def test_prices_in_one_update(self, town):
        prices = {resource.pk: place * 100 for place, resource in enumerate(town.resources, start=1)}
        writing.set_prices(prices)
        assert dict(Resource.objects.values_list("pk", "price")) == prices
