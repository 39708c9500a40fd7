import json
import re
from io import BytesIO
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from dashboards import maps
from grids.models import Outline
from tests.dashboards.grounds import Ground, outline, square
from tests.factories import make_building, make_grid, make_superuser, make_user

pytestmark = pytest.mark.django_db
MAP, SHAPES, WORK = "/dashboards/map/", "/dashboards/map/shapes/", "/dashboards/map/work/"


@pytest.fixture
def ground():
    return Ground().outlined().busy()


@pytest.fixture
def open_as(client):
    def enter(user):
        client.force_login(user)
        return lambda path, **parameters: client.get(f"{path}?{urlencode(parameters)}" if parameters else path)

    return enter


def told(response):
    """{name of a part: (open, overdue, needs open, incidents open)}."""
    assert response.status_code == 200
    return {
        part.name: (part.load.open, part.load.overdue, part.load.need_open, part.load.incident_open)
        for part in response.context["parts"]
    }


class TestFigures:
    def test_a_street_a_community_and_a_grid_add_up_by_hand(self, ground, open_as):
        visit = open_as(ground.head)
        assert told(visit(MAP)) == {"青松社区": (5, 2, 3, 2), "红星社区": (1, 0, 1, 0)}
        assert told(visit(MAP, community=ground.pine.pk)) == {
            "青松第一网格": (3, 1, 2, 1),
            "青松第二网格": (1, 1, 0, 1),
            "未划入网格": (1, 0, 1, 0),
        }
        assert told(visit(MAP, grid=ground.first.pk)) == {"1栋": (3, 1, 2, 1), "2栋": (0, 0, 0, 0)}

    def test_every_number_of_every_level_is_the_total_of_its_rows(self, ground, open_as):
        visit, seen = open_as(ground.head), 0
        for asked in ({}, {"community": ground.pine.pk}, {"grid": ground.first.pk}, {"grid": ground.second.pk}):
            context = visit(MAP, **asked).context
            for part in (context["total"], *context["parts"], *(b for p in context["parts"] for b in p.blocks)):
                for cell in part.cells():
                    page = visit(cell["href"])
                    kind = "incident" if "kind=incident" in cell["href"] else "need"
                    counts = {each["label"]: each["count"] for each in page.context["kinds"]}
                    said = int(re.search(r'data-total="(\d+)"', page.content.decode()).group(1))
                    wanted = (
                        counts["巡查事件" if kind == "incident" else "居民需求"] if "kind=" in cell["href"] else said
                    )
                    assert wanted == cell["number"], cell
                    seen += 1
        assert seen > 60

    def test_households_come_with_the_day_they_were_counted(self, ground, open_as):
        visit = open_as(ground.head)
        street = {part.name: part.load for part in visit(MAP).context["parts"]}
        assert (street["青松社区"].households, street["青松社区"].load) == (200, 2.5)
        assert street["青松社区"].counted_on == "2026-06-30 统计"
        assert street["红星社区"].load is None
        grid = visit(MAP, community=ground.pine.pk).context["parts"][0].load
        assert (grid.households, grid.counted_on, grid.load) == (100, "2026-01-05 至 2026-06-30 统计", 3.0)

    def test_colours_and_legend_go_in_even_steps(self, ground, open_as):
        assert maps.bounds([0, 0]) == [] and maps.bounds([3, 10]) == [3, 6, 9, 12]
        assert [maps.heat(value, [3, 6, 9, 12]) for value in (None, 0, 1, 7, 12)] == ["none", "0", "1", "3", "4"]
        page = open_as(ground.head)(MAP, community=ground.pine.pk, by="overdue")
        assert {part.name: part.heat for part in page.context["parts"]}["未划入网格"] == "0"
        assert [row["words"] for row in page.context["legend"]] == ["0", "1"]

    def test_the_table_is_sorted_and_leaves_as_a_sheet(self, ground, open_as):
        visit = open_as(ground.head)
        names = [part.name for part in visit(MAP, community=ground.pine.pk, sort="open").context["parts"]]
        assert names == ["青松第二网格", "未划入网格", "青松第一网格"]
        sheet = load_workbook(BytesIO(visit(f"{MAP}export/", community=ground.pine.pk, sort="-open").content)).active
        rows = list(sheet.iter_rows(values_only=True))
        assert rows[0][:3] == ("名称", "在办", "已超期") and rows[1][:3] == ("青松第一网格", 3, 1)
        work = visit(f"{WORK}export/", grid=ground.second.pk, kind="incident")
        assert len(list(load_workbook(BytesIO(work.content)).active.rows)) == 2

    def test_blocks_stand_where_no_outline_does(self, ground, open_as):
        page = open_as(ground.head)(MAP, community=ground.star.pk)
        assert not page.context["shaped"] and "按示意图显示" in page.content.decode()
        page = open_as(ground.head)(MAP, community=ground.pine.pk)
        assert page.context["shaped"] == 2 and page.context["is_whole"]
        assert [block.name for block in page.context["tiles"][0]["blocks"]] == ["1栋", "2栋"]


class TestScope:
    def test_another_streets_supervisor_sees_none_of_it(self, ground, open_as):
        visit = open_as(ground.stranger)
        assert visit(MAP).context["place"].community == ground.foreign
        places = (
            {"district": ground.street.district_id + 99},
            {"street": ground.street.pk},
            {"community": ground.pine.pk},
            {"grid": ground.first.pk},
            {"building": ground.a.pk},
            {"grid": ground.first.pk, "community": ground.foreign.pk},
            {"community": "x"},
        )
        for asked in places:
            for path in (MAP, SHAPES, WORK, f"{MAP}export/", f"{WORK}export/"):
                assert visit(path, **asked).status_code == 404, (path, asked)

    def test_community_staff_begin_at_their_own_and_go_no_higher(self, ground, open_as):
        page = open_as(ground.local)(MAP)
        assert page.context["place"].level == "community"
        assert [step["label"] for step in page.context["trail"]] == ["青松社区"]
        assert open_as(ground.local)(MAP, community=ground.star.pk).status_code == 404
        # A street is seen as far as one's own ground in it.
        assert list(told(open_as(ground.local)(MAP, street=ground.street.pk))) == ["青松社区"]

    def test_without_the_right_nothing_opens(self, ground, open_as):
        for path in (MAP, SHAPES, WORK):
            assert open_as(make_user())(path).status_code == 403

    def test_everything_opens_by_districts(self, ground, open_as):
        page = open_as(make_superuser())(MAP)
        assert page.context["place"].level in ("all", "district")
        assert sum(row[0] for row in told(page).values()) == 8


class TestShapes:
    def test_of_a_community_its_grids_and_of_a_street_its_communities(self, ground, open_as):
        visit = open_as(ground.head)
        found = json.loads(visit(SHAPES, community=ground.pine.pk).content)
        assert [each["properties"]["name"] for each in found["features"]] == [
            str(ground.first.pk),
            str(ground.second.pk),
        ]
        street = json.loads(visit(SHAPES).content)
        assert [each["properties"]["name"] for each in street["features"]] == [str(ground.pine.pk)]
        assert all(len(corner) == 2 for corner in street["features"][0]["geometry"]["coordinates"][0])

    def test_of_a_grid_its_buildings_within_its_frame(self, ground, open_as):
        visit = open_as(ground.head)
        names = {
            each["properties"]["name"]: each["geometry"]["type"]
            for each in visit(SHAPES, grid=ground.first.pk).json()["features"]
        }
        assert names == {"frame": "Polygon", str(ground.a.pk): "Point", str(ground.b.pk): "Point"}
        Outline.objects.filter(grid=ground.first).delete()
        frame = visit(SHAPES, grid=ground.first.pk).json()["features"][0]
        assert frame["properties"]["name"] == "frame" and frame["geometry"]["type"] == "Polygon"

    def test_streets_are_their_communities_together(self, ground, open_as):
        outline(1, 0, community=ground.star)
        found = open_as(ground.head)(SHAPES, district=ground.street.district_id).json()["features"]
        assert len(found) == 1 and found[0]["geometry"]["type"] == "Polygon"

    def test_it_keeps_until_an_outline_changes(self, ground, open_as):
        first = open_as(ground.head)(SHAPES, community=ground.pine.pk)
        again = {"headers": {"If-None-Match": first["ETag"]}}
        path = f"{SHAPES}?community={ground.pine.pk}"
        client = open_as(ground.head).__closure__[0].cell_contents
        assert client.get(path, **again).status_code == 304
        Outline.objects.filter(grid=ground.first).update(geometry=square(0, 1), south=31.31)
        changed = client.get(path, **again)
        assert changed.status_code == 200 and changed["ETag"] != first["ETag"]
        assert "private" in changed["Cache-Control"]


class TestQueries:
    def count(self, visit, path, **asked):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert visit(path, **asked).status_code == 200
        return len(queries)

    def test_the_count_does_not_grow_with_the_ground(self, ground, open_as):
        visit = open_as(ground.head)
        places = ({}, {"community": ground.pine.pk}, {"grid": ground.first.pk})
        before = [self.count(visit, MAP, **asked) for asked in places]
        for _ in range(3):
            grid = make_grid(ground.pine)
            ground.need(building=make_building(ground.a.quarter, grid=grid))
            make_building(ground.a.quarter, grid=ground.first)
        assert [self.count(visit, MAP, **asked) for asked in places] == before
        assert max(before) <= 22, before
