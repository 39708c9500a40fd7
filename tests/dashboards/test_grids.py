import re
from datetime import date
from html import unescape
from io import BytesIO
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from dashboards import grid_rows
from dashboards.outlook import Outlook
from organizations.models import Parameter
from patrols.models import Incident
from tests.dashboards.grounds import Ground
from tests.factories import make_grid, make_superuser, make_user

pytestmark = pytest.mark.django_db
GRIDS, INCIDENTS = "/dashboards/grids/", "/dashboards/incidents/"


@pytest.fixture
def ground():
    return Ground().patrolled()


@pytest.fixture
def open_as(client):
    def enter(user):
        client.force_login(user)
        return lambda path, **parameters: client.get(f"{path}?{urlencode(parameters)}" if parameters else path)

    return enter


def outlook(user):
    today = timezone.localdate()
    return Outlook(user, None, today - timezone.timedelta(days=29), today, timezone.now())


def rows(ground, kind="grid", user=None):
    return {row.name: row for row in grid_rows.rows_of(outlook(user or ground.head), kind)}


def total(response):
    assert response.status_code == 200
    return int(re.search(r'data-total="(\d+)"', response.content.decode()).group(1))


class TestMeasures:
    def test_a_grids_figures_are_those_counted_by_hand(self, ground):
        row = rows(ground)["青松第一网格"]
        assert {key: row.counts[key] for key in ("reported", "on_spot", "open", "overdue", "returned")} == {
            "reported": 6,
            "on_spot": 1,
            "open": 1,
            "overdue": 1,
            "returned": 1,
        }
        assert row.share("on_time") == (50.0, 2, 4)
        assert row.share("acceptance") == (100.0, 4, 4)
        assert row.share("rework") == (33.3, 1, 3)
        assert row.share("returns") == (16.7, 1, 6)
        assert row.share("visits") == (33.3, 1, 3)
        assert (row.rounds, row.arrival) == (2, (30, 2, 3))
        assert (row.households, row.load, row.counted_on) == (100, 6.0, "2026-01-05 至 2026-06-30 统计")

    def test_a_grid_without_work_has_noughts_and_no_rates(self, ground):
        row = rows(ground)["红星第一网格"]
        assert row.counts["reported"] == 0 and row.share("on_time") == (None, 0, 0)
        assert row.load is None and row.arrival == (None, 0, 0) and row.note == "红星社区"

    def test_a_community_counts_its_grids_and_says_when_its_households_were_counted(self, ground):
        row = rows(ground, "community")["青松社区"]
        assert (row.counts["reported"], row.per_grid, row.load) == (7, 3.5, 3.5)
        assert (row.households, row.counted_on) == (200, "2026-06-30 统计")
        assert row.share("visits") == (33.3, 1, 3) and row.rounds == 2

    def test_a_person_has_what_was_reported_visited_and_walked(self, ground):
        row = rows(ground, "person")["网格员小李"]
        assert (row.counts["reported"], row.visited, row.visits_due, row.rounds) == (6, 1, None, 2)
        assert row.note == "青松第一网格网格员"

    def test_too_few_is_shown_and_not_ranked(self, ground, open_as):
        found = list(rows(ground).values())
        by_rate = grid_rows.in_order(found, "on_time", 5)
        assert [row.name for row in by_rate] == [row.name for row in found]  # nobody has five
        assert grid_rows.in_order(found, "-on_time", 4)[0].name == "青松第一网格"
        parameter = Parameter.objects.get(key="grid_rate_minimum")
        page = open_as(ground.head)(GRIDS)
        cell = page.context["rows"][0]["cells"][3]
        assert cell["label"] == "按期处置率" and cell["percent"] == 50.0 and cell["is_few"]
        parameter.values.create(value=2, effective_on=date(2026, 1, 1))
        assert not open_as(ground.head)(GRIDS).context["rows"][0]["cells"][3]["is_few"]


class TestPage:
    def cells(self, context):
        for number in (*context["totals"]["numbers"], *(p for r in context["totals"]["rates"] for p in r["counts"])):
            yield number["number"], number["href"]
        for row in context["rows"]:
            for cell in row["cells"]:
                for part in cell.get("counts", [cell] if "number" in cell else []):
                    if part["href"]:
                        yield part["number"], part["href"]
        for table in context["intake"]:
            for row in (*table["rows"], table["total"]):
                yield row["number"], row["href"]

    @pytest.mark.parametrize("kind", ["grid", "community", "person"])
    def test_every_number_is_the_total_of_its_rows(self, ground, open_as, kind):
        ground.busy()
        visit = open_as(ground.local)
        found = dict.fromkeys(self.cells(visit(GRIDS, by=kind).context))
        assert len(found) > 40
        for number, href in found:
            if number:
                assert total(visit(href)) == number, unescape(href)

    def test_channels_are_counted(self, ground, open_as):
        ground.need(community=ground.pine, channel="matters_desk")
        ground.need(community=ground.foreign, channel="matters_desk")
        needs, incidents = open_as(ground.head)(GRIDS).context["intake"]
        assert {row["label"]: row["number"] for row in needs["rows"] if row["number"]} == {"小事办": 1}
        assert {row["label"]: row["number"] for row in incidents["rows"] if row["number"]} == {
            "网格巡查": 6,
            "周二红马甲": 1,
        }

    def test_the_period_cuts_off_what_was_reported_before(self, ground, open_as):
        assert total(open_as(ground.head)(INCIDENTS)) == 7
        long_ago = timezone.localdate() - timezone.timedelta(days=60)
        assert total(open_as(ground.head)(INCIDENTS, **{"from": long_ago})) == 8

    def test_sheets_hold_the_rates_with_their_counts(self, ground, open_as):
        visit = open_as(ground.head)
        sheet = load_workbook(BytesIO(visit(f"{GRIDS}export/").content)).active
        head, first, *_ = sheet.iter_rows(values_only=True)
        said = dict(zip(head, first, strict=True))
        assert (said["按期处置率%"], said["按期处置"], said["应处置好"], said["户数"]) == (50, 2, 4, 100)
        for path in (f"{INCIDENTS}export/", "/dashboards/rounds/export/"):
            assert len(list(load_workbook(BytesIO(visit(path).content)).active.rows)) > 2
        page = open_as(ground.local)("/dashboards/households/export/")
        text = str(list(load_workbook(BytesIO(page.content)).active.iter_rows(values_only=True)))
        assert "独居老人" in text and "陈" not in text and "单元" not in text

    def test_the_home_page_has_a_panel_of_patrols(self, ground, open_as):
        page = open_as(ground.head)("/dashboards/")
        numbers = {each["label"]: each["number"] for each in page.context["patrols"]["numbers"]}
        assert (numbers["上报"], numbers["已超期"]) == (7, 1)
        assert "50.0<span" in page.content.decode().replace("\n", "")


class TestScope:
    def test_another_streets_supervisor_sees_none(self, ground, open_as):
        visit = open_as(ground.stranger)
        assert [row["name"] for row in visit(GRIDS).context["rows"]] == []
        assert total(visit(INCIDENTS)) == 1
        assert total(visit(INCIDENTS, reporter=ground.worker.pk)) == 0
        assert "小李" not in visit(INCIDENTS, reporter=ground.worker.pk).content.decode()
        assert total(visit(INCIDENTS, grid=ground.first.pk)) == 0
        assert total(visit("/dashboards/rounds/", grid=ground.first.pk)) == 0
        assert visit(GRIDS, organization=ground.pine.organization_id).status_code == 404
        assert visit("/dashboards/rounds/", grid="x").status_code == 404

    def test_supervisors_count_visits_but_do_not_read_whose(self, ground, open_as):
        visit = open_as(ground.head)
        cells = {cell["label"]: cell for cell in visit(GRIDS).context["rows"][0]["cells"]}
        assert [part["number"] for part in cells["走访"]["counts"]] == [1, 3]
        assert not any(part["href"] for part in cells["走访"]["counts"])
        assert visit("/dashboards/households/").status_code == 403
        assert total(open_as(ground.local)("/dashboards/households/", state="missed")) == 2

    def test_without_the_right_nothing_opens(self, ground, open_as):
        for path in (GRIDS, INCIDENTS, "/dashboards/rounds/", "/dashboards/households/"):
            assert open_as(make_user())(path).status_code == 403


class TestQueries:
    @pytest.mark.parametrize("kind", ["grid", "community", "person"])
    def test_the_count_does_not_grow_with_the_grids(self, ground, open_as, kind):
        visit = open_as(ground.head)

        def count():
            with CaptureQueriesContext(connection) as queries:
                assert visit(GRIDS, by=kind).status_code == 200
            return len(queries)

        before = count()
        for _ in range(3):
            ground.incident(community=ground.pine, grid=make_grid(ground.pine))
            Incident.objects.order_by("-pk").first()
        assert count() == before <= 45, before

    def test_everything_opens_to_a_superuser(self, ground, open_as):
        visit = open_as(make_superuser())
        for path in (GRIDS, INCIDENTS, "/dashboards/rounds/", "/dashboards/households/", "/dashboards/"):
            assert visit(path).status_code == 200
