"""Grids founded, split, merged and dissolved: what lies there goes along, and any day can be asked for."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from grids import geometry
from grids.models import BuildingStay, Duty, Grid, GridEvent, Outline, Route
from grids.services.grids import (
    Share,
    change_grid,
    dissolve_grid,
    found_grid,
    merge_grids,
    move_buildings,
    number_grids,
    open_stays,
    out_of_step,
    split_grid,
)
from grids.services.outlines import draw_outlines
from patrols.models import Admission, Errand, ErrandShare, Incident, Matter
from tests import factories as make
from tests.races import race, won

pytestmark = pytest.mark.django_db
Kind, Event = Duty.Kind, GridEvent.Kind
SINCE, ON = date(2025, 1, 1), date(2026, 3, 1)
WHY = {"reason": "户数过多"}


def square(west, south, size=0.01):
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return geometry.read({"type": "Polygon", "coordinates": [ring]})


def incident(grid, building=None, status="assigned"):
    now = timezone.now()
    head = Matter.objects.filter(parent=None).first()
    return Incident.objects.create(
        matter=head.children.first() or Matter.objects.create(parent=head, code=f"{head.code}99", name="某事"),
        text="路灯不亮",
        community=grid.communities.first(),
        grid=grid,
        building=building,
        reporter=make.make_superuser(),
        noticed_at=now,
        reported_at=now,
        accept_by=now,
        handle_by=now,
        status=status,
        closed_at=now,
    )


@pytest.fixture
def actor():
    return make.make_superuser()


@pytest.fixture
def community():
    return make.make_community(name="红星社区")


@pytest.fixture
def grid(community):
    return make.make_grid(community, name="一网格", founded_on=SINCE, code=f"{community.code}001")


@pytest.fixture
def buildings(community, grid):
    quarter = make.make_quarter(community, name="翡翠湾")
    rows = [
        make.make_building(
            quarter, name=f"{place}栋", grid=grid, households=100, longitude=116 + place / 1000, latitude=39.005
        )
        for place in range(1, 6)
    ]
    open_stays(rows, SINCE)
    return rows


def holds(grid, day):
    return {stay.building.name for stay in BuildingStay.objects.as_of(day).filter(grid=grid).select_related("building")}


def refusal(call, *args, **kwargs):
    with pytest.raises(ValidationError) as raised:
        call(*args, **kwargs)
    return raised.value.message_dict


class TestFounding:
    def test_a_code_is_the_communitys_next_and_is_never_used_again(self, community, grid, actor):
        top = grid.parent
        codes = [
            found_grid(Grid(name=f"{place}网格", parent=top), communities=[community], actor=actor).code
            for place in "二三"
        ]
        assert codes == [f"{community.code}002", f"{community.code}003"]
        dissolve_grid(Grid.objects.get(code=codes[1]), actor=actor, **WHY)
        assert found_grid(Grid(name="四网格", parent=top), communities=[community], actor=actor).code[-3:] == "004"

    def test_a_district_grids_code_is_the_countys(self, community, actor):
        grid = found_grid(Grid(name="总网格", level="district"), communities=[community], actor=actor)
        assert grid.code == f"{community.code[:6]}000000001"
        assert grid.events.get().kind == Event.FOUNDED

    def test_it_needs_its_communities_within_reach(self, community, grid, actor):
        assert "communities" in refusal(found_grid, Grid(name="无社区", parent=grid.parent), actor=actor)
        staff = make.make_post(role="street_staff", organization=make.make_organization())
        with pytest.raises(PermissionDenied):
            found_grid(Grid(name="越界", parent=grid.parent), communities=[community], actor=staff)

    def test_a_new_name_is_an_event(self, grid, actor):
        grid.name = "第一网格"
        change_grid(grid, actor=actor)
        assert grid.events.get().note == "名称：一网格 → 第一网格"

    def test_numbered_from_west_to_east_and_from_north_to_south(self, community, grid, actor):
        corners = {"东北": (0.02, 0.02), "西南": (0.0, 0.0), "西北": (0.0, 0.02), "东南": (0.02, 0.0)}
        quarter, rows = make.make_quarter(community), {}
        for place, (name, (x, y)) in enumerate(corners.items(), 2):
            rows[name] = make.make_grid(community, name=name, code=f"{community.code}{place:03}")
            make.make_building(quarter, grid=rows[name], longitude=116 + x, latitude=39 + y)
        with pytest.raises(ValidationError, match="一网格的楼栋都没有经纬度"):
            number_grids(community, actor=actor, **WHY)
        dissolve_grid(grid, actor=actor, **WHY)
        order = number_grids(community, actor=actor, **WHY)
        assert [row.name for row in order] == ["西北", "东北", "西南", "东南"]
        assert [row.code[-3:] for row in order] == ["002", "003", "004", "005"]  # 001 stays the dissolved one's
        assert Grid.objects.filter(code__startswith="~").count() == 0

    @pytest.mark.postgres
    @pytest.mark.django_db(transaction=True)
    def test_two_at_once_get_a_code_each(self, community, grid, actor):
        def found(name):
            return lambda: found_grid(Grid(name=name, parent=grid.parent), communities=[community], actor=actor).code

        assert sorted(race(*(found(name) for name in "甲乙丙丁"))) == [
            f"{community.code}{each:03}" for each in range(2, 6)
        ]


class TestMoving:
    def test_rows_and_stays_go_together(self, grid, buildings, community, actor):
        other = make.make_grid(community, name="二网格", founded_on=SINCE)
        assert move_buildings(buildings[:2], grid=other, on=ON, actor=actor, **WHY) == 2
        assert move_buildings(buildings[:2], grid=other, on=ON, actor=actor, **WHY) == 0
        assert not out_of_step().exists()
        before = ON - timedelta(days=1)
        assert (len(holds(grid, before)), holds(other, before)) == (5, set())
        assert (holds(grid, ON), holds(other, ON)) == ({"3栋", "4栋", "5栋"}, {"1栋", "2栋"})
        assert other.events.get().note == "移入 2 栋 200 户：翡翠湾1栋、翡翠湾2栋"

    def test_what_began_on_the_day_never_was_otherwise(self, grid, buildings, community, actor):
        other = make.make_grid(community, founded_on=SINCE)
        for target in (other, grid, None):
            move_buildings(buildings[:1], grid=target, on=ON, actor=actor, **WHY)
        assert BuildingStay.objects.filter(building=buildings[0]).count() == 1
        assert not out_of_step().exists()

    def test_days_reach_and_reason(self, grid, buildings, community, actor):
        other, foreign = make.make_grid(community, founded_on=SINCE), make.make_grid(founded_on=SINCE)
        one = buildings[:1]
        assert "on" in refusal(move_buildings, one, grid=other, on=date(2024, 1, 1), actor=actor, **WHY)
        tomorrow = timezone.localdate() + timedelta(days=1)
        assert "on" in refusal(move_buildings, one, grid=other, on=tomorrow, actor=actor, **WHY)
        assert "没有覆盖红星社区" in refusal(move_buildings, one, grid=foreign, actor=actor, **WHY)["grid"][0]
        assert "grid" in refusal(move_buildings, one, grid=grid.parent, actor=actor, **WHY)
        assert "reason" in refusal(move_buildings, one, grid=other, reason=" ", actor=actor)
        clerk = make.make_post(organization=make.make_community().organization)
        with pytest.raises(PermissionDenied):
            move_buildings(one, grid=other, actor=clerk, **WHY)

    def test_open_incidents_go_with_their_building(self, grid, buildings, community, actor):
        other = make.make_grid(community, founded_on=SINCE)
        running, closed = incident(grid, buildings[0]), incident(grid, buildings[0], status="closed")
        move_buildings(buildings[:1], grid=other, on=ON, actor=actor, **WHY)
        assert Incident.objects.get(pk=running.pk).grid == other
        assert Incident.objects.get(pk=closed.pk).grid == grid


class TestSplitting:
    def test_buildings_people_and_work_go_where_they_are_told(self, grid, buildings, actor):
        leader, adviser, worker = (
            make.make_duty(kind, grid=grid, name=name, starts_on=SINCE)
            for kind, name in ((Kind.LEADER, "赵"), (Kind.ADVISER, "钱"), (Kind.WORKER, "孙"))
        )
        leave = worker.leaves.create(stand_in=adviser, starts_on=ON, ends_on=ON)
        Route.objects.create(name="规则", grid=grid)
        here, there = incident(grid, buildings[4]), incident(grid)
        share = self.errand_share(grid)
        new = split_grid(
            grid,
            name="二网格",
            buildings=buildings[3:],
            shares={adviser: Share.BOTH, worker: Share.GOES},
            leader=worker,
            on=ON,
            actor=actor,
            **WHY,
        )
        assert (new.code[-3:], new.parent, new.founded_on) == ("002", grid.parent, ON)
        assert not out_of_step().exists()
        assert (holds(new, ON), holds(grid, ON - timedelta(days=1))) == (
            {"4栋", "5栋"},
            {f"{n}栋" for n in range(1, 6)},
        )
        now = {(duty.kind, duty.name) for duty in new.duties.current()}
        assert now == {("leader", "孙"), ("worker", "孙"), ("adviser", "钱")}
        assert {(duty.kind, duty.name) for duty in grid.duties.current()} == {("leader", "赵"), ("adviser", "钱")}
        before = ON - timedelta(days=1)
        assert {duty.name for duty in grid.duties.current(before)} == {"赵", "钱", "孙"}
        assert not new.duties.current(before).exists()
        worker.refresh_from_db()
        assert (worker.grid, leave.duty) == (new, worker)  # the row went, and with it what hangs on it
        assert [Incident.objects.get(pk=row.pk).grid for row in (here, there)] == [new, grid]
        assert (new.routes.count(), grid.routes.count()) == (1, 1)
        assert set(ErrandShare.objects.filter(errand=share.errand).values_list("grid", flat=True)) == {grid.pk, new.pk}
        assert (grid.events.get().kind, new.events.get().kind) == (Event.SPLIT, Event.FOUNDED)
        assert leader.grid == grid

    def errand_share(self, grid):
        chief = make.make_superuser()
        body = grid.communities.first().organization
        admission = Admission.objects.create(
            name="消防排查", organization=body, status="approved", decided_by=chief, starts_on=SINCE
        )
        fields = {"admission": admission, "title": "排查", "issued_by": chief, "due_on": timezone.localdate()}
        return ErrandShare.objects.create(errand=Errand.objects.create(**fields), grid=grid)

    def test_an_outline_is_divided_by_the_buildings(self, grid, buildings, actor):
        draw_outlines([("grid", grid, square(116, 39))], actor=actor)
        whole = Outline.objects.get(grid=grid).area_m2
        new = split_grid(grid, name="二网格", buildings=buildings[3:], on=ON, actor=actor, **WHY)
        parts = {row.grid_id: row.area_m2 for row in Outline.objects.all()}
        assert set(parts) == {grid.pk, new.pk} and sum(parts.values()) == pytest.approx(whole, rel=1e-4)

    def test_what_is_refused(self, grid, buildings, actor):
        def told(**fields):
            fields = {"name": "二网格", "buildings": buildings[:2], "actor": actor, **WHY} | fields
            return refusal(split_grid, grid, **fields)

        assert "buildings" in told(buildings=[])
        assert "不能把楼栋全部划走" in told(buildings=buildings)["buildings"][0]
        assert "buildings" in told(buildings=[make.make_building()])
        assert "前 12 位" in told(code="9" * 15)["code"][0]
        assert "name" in told(name="")
        assert "reason" in told(reason="")
        assert Grid.objects.filter(level="community").count() == 1
        clerk = make.make_post(organization=grid.communities.first().organization)
        with pytest.raises(PermissionDenied):
            split_grid(grid, name="二网格", buildings=buildings[:1], actor=clerk, **WHY)


class TestMerging:
    @pytest.fixture
    def other(self, community):
        return make.make_grid(community, name="二网格", founded_on=SINCE)

    def test_all_that_is_open_goes_along(self, grid, other, buildings, actor):
        elsewhere = make.make_community(name="青松社区")
        grid.communities.add(elsewhere)
        worker = make.make_duty(grid=grid, starts_on=SINCE)
        route, row = Route.objects.create(name="规则", grid=grid), incident(grid)
        done = incident(grid, status="closed")
        merge_grids(grid, into=other, on=ON, actor=actor, **WHY)
        for each in (grid, worker, route, row, done):
            each.refresh_from_db()
        assert (grid.dissolved_on, worker.grid, route.grid, row.grid, done.grid) == (ON, other, other, other, grid)
        assert (holds(grid, ON), len(holds(other, ON)), len(holds(grid, ON - timedelta(days=1)))) == (set(), 5, 5)
        assert set(other.communities.all()) == {*grid.communities.all()} and not out_of_step().exists()
        assert grid.duties.current(ON - timedelta(days=1)).get().name == worker.name
        assert "5 栋 500 户" in grid.events.get().note

    def test_of_two_leaders_one_goes_on(self, grid, other, buildings, actor):
        ours = make.make_duty(Kind.LEADER, grid=grid, name="赵", starts_on=SINCE)
        theirs = make.make_duty(Kind.LEADER, grid=other, name="钱", starts_on=SINCE)
        assert "赵和二网格的钱都是网格长" in refusal(merge_grids, grid, into=other, actor=actor, **WHY)["leader"][0]
        merge_grids(grid, into=other, leader=ours, on=ON, actor=actor, **WHY)
        now = {(duty.kind, duty.name) for duty in other.duties.current()}
        assert now == {("leader", "赵"), ("worker", "钱")}
        theirs.refresh_from_db()
        assert theirs.ends_on == ON - timedelta(days=1)

    def test_the_same_person_in_both_serves_once(self, grid, other, actor):
        for each in (grid, other):
            make.make_duty(Kind.ADVISER, grid=each, phone="13900000000", starts_on=SINCE)
        merge_grids(grid, into=other, on=ON, actor=actor, **WHY)
        assert other.duties.current().count() == 1

    def test_outlines_become_one(self, grid, other, actor):
        draw_outlines([("grid", grid, square(116, 39)), ("grid", other, square(116.01, 39))], actor=actor)
        total = sum(Outline.objects.values_list("area_m2", flat=True))
        merge_grids(grid, into=other, actor=actor, **WHY)
        assert Outline.objects.get(grid=other).area_m2 == pytest.approx(total, rel=1e-4)

    def test_an_end_without_an_heir_leaves_nothing_behind(self, grid, other, buildings, actor):
        row = incident(grid)
        assert "楼栋 5 栋、巡查事件 1 项" in refusal(dissolve_grid, grid, actor=actor, **WHY)["heir"][0]
        dissolve_grid(grid, heir=other, actor=actor, **WHY)
        row.refresh_from_db()
        assert row.grid == other and not out_of_step().exists()
        assert refusal(merge_grids, other, into=grid, actor=actor, **WHY)["into"]
        assert "heir" in refusal(dissolve_grid, other.parent, actor=actor, **WHY)

    @pytest.mark.postgres
    @pytest.mark.django_db(transaction=True)
    def test_two_merges_of_one_grid_at_once(self, grid, other, buildings, community, actor):
        third = make.make_grid(community, name="三网格", founded_on=SINCE)
        results = race(
            lambda: merge_grids(grid, into=other, actor=actor, **WHY),
            lambda: merge_grids(grid, into=third, actor=actor, **WHY),
            lambda: merge_grids(other, into=grid, actor=actor, **WHY),
        )
        assert 1 <= len(won(results)) <= 2 and not out_of_step().exists()
        assert not Grid.objects.filter(dissolved_on__isnull=False, buildings__isnull=False).exists()


def test_every_row_that_points_to_a_grid_has_a_way_or_is_past():
    """A new foreign key to a grid has to say what becomes of its rows when the grid is split or merged."""
    written_by_the_services = {"Building", "Duty", "Grid", "Outline"}
    past = {"BuildingStay", "GridEvent", "Note", "Round"}
    silent = {
        relation.related_model.__name__
        for relation in Grid._meta.related_objects
        if not hasattr(relation.related_model._default_manager.all(), "move_along")
    }
    assert silent <= past | written_by_the_services
