"""巡查清单: what is due where, a round written down once, and the report that an item leads to."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from patrols.models import Check, CheckItem, Matter, Round
from patrols.services.incidents import report
from patrols.services.rounds import items_due, link_check, record_round
from tests.factories import make_community, make_grid, make_worker_of
from tests.races import race

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def grid():
    CheckItem.objects.update(is_active=False)
    return make_grid()


@pytest.fixture
def worker(grid):
    return make_worker_of(grid)


def item(text="楼道堵不堵", **fields):
    return CheckItem.objects.create(text=text, **fields)


class TestDue:
    def test_shipped_items_name_their_matters(self):
        shipped = CheckItem.objects.filter(is_active=True)
        assert shipped.count() == 10
        assert not shipped.filter(matter=None).exists()

    def test_by_days_place_and_use(self, grid, worker):
        daily, weekly = item(), item("井盖", every_days=7)
        item("别的社区的", community=make_community())
        item("停用的", is_active=False)
        own = item("本社区的", community=grid.communities.get())
        assert items_due([grid])[grid] == [daily, weekly, own]
        record_round(grid, results={weekly: True, own: True}, actor=worker)
        assert items_due([grid])[grid] == [daily]
        assert items_due([grid], timezone.localdate() + DAY)[grid] == [daily, own]
        assert items_due([grid], timezone.localdate() + 7 * DAY)[grid] == [daily, weekly, own]

    def test_several_grids_in_few_queries(self, grid, django_assert_num_queries):
        item()
        grids = [grid, *(make_grid() for _ in range(3))]
        with django_assert_num_queries(3):
            assert [len(items) for items in items_due(grids).values()] == [1, 1, 1, 1]


class TestRecord:
    def test_once_for_a_key(self, grid, worker):
        key, daily = uuid4(), item()
        first = record_round(grid, results={daily: False}, client_key=key, actor=worker)
        assert record_round(grid, results={daily: False}, client_key=key, actor=worker) == first
        assert (Round.objects.count(), Check.objects.count()) == (1, 1)

    def test_item_put_out_of_use_since_counts(self, grid, worker):
        daily = item(is_active=False)
        assert record_round(grid, results={daily: True}, actor=worker).checks.count() == 1

    def test_refusals_write_nothing(self, grid, worker):
        daily, foreign = item(), item(community=make_community())
        for results, actor, error in (
            ({}, worker, ValidationError),
            ({foreign: True}, worker, ValidationError),
            ({daily: True}, make_worker_of(), PermissionDenied),
        ):
            with pytest.raises(error):
                record_round(grid, results=results, actor=actor)
        assert not Round.objects.exists()

    def test_report_is_tied_to_the_item_of_ones_own_round(self, grid, worker):
        key, daily = uuid4(), item()
        record_round(grid, results={daily: False}, client_key=key, actor=worker)
        matter = Matter.objects.kinds().first()
        found = report(matter=matter, text="堵了", community=grid.communities.get(), grid=grid, actor=worker)
        assert link_check(found, client_key=key, item=daily, actor=make_worker_of(grid)) == 0
        assert link_check(found, client_key=key, item=daily, actor=worker) == 1
        assert Check.objects.get().incident == found
        assert link_check(found, client_key=uuid4(), item=daily, actor=worker) == 0


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_sent_at_once_from_several_tabs_is_one_row():
    grid, daily, key = make_grid(), item(), uuid4()
    worker = make_worker_of(grid)
    found = race(*[lambda: record_round(grid, results={daily: True}, client_key=key, actor=worker)] * 4)
    assert {row.pk for row in found} == {Round.objects.get().pk}
