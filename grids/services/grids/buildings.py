"""Which grid a building is in, and was: the row and its stays, always together."""

from copy import copy
from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from grids.models import Building, BuildingStay, Grid
from grids.services.grids.door import Event, day, demand_reason, demand_standing, following, lock, record, said
from organizations.services.trail import audit_rows

BATCH = 1000


@transaction.atomic
def move_buildings(buildings, *, grid, reason, on=None, actor, at=None):
    """调整楼栋: `buildings` are in `grid` (None: in none) from the date `on` (today).

    Returns how many were moved; those that are there already are left alone. ValidationError beside `grid` where it
    does not cover a building's community or holds no buildings, beside `on`, and beside `reason`.
    """
    demand_reason(reason)
    rows = Building.objects.editable_by(actor).filter(pk__in=[building.pk for building in buildings])
    if rows.count() != len({building.pk for building in buildings}):
        raise PermissionDenied("有的楼栋不在您的管辖范围内。")
    wanted = {key for key in rows.values_list("grid", flat=True) if key} | ({grid.pk} if grid else set())
    list(Grid.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=wanted).order_by("pk"))
    if grid is not None:
        [grid] = lock(grid, actor=actor, permission="grids.view_grid")
        demand_open(grid)
    held = hold([building.pk for building in buildings])
    moved = [row for row in held if row.grid_id != (grid and grid.pk)]
    if not moved:
        return 0
    if grid is not None:
        demand_covered(grid, moved)
    on = day(on, since=[*begun(moved), grid and grid.founded_on])
    note_of = {}
    for row in moved:
        note_of.setdefault(row.grid_id, []).append(row)
    settle_buildings(moved, grid, on, actor=actor)
    told = {"actor": actor, "on": on, "at": at, "reason": reason}
    if grid is not None:
        record(grid, Event.DRAWN, note=f"移入 {said(moved)}", **told)
    for source in Grid.objects.filter(pk__in=[key for key in note_of if key]):
        record(source, Event.DRAWN, note=f"移出 {said(note_of[source.pk])}", other=grid, **told)
    return len(moved)


def demand_open(grid, field="grid"):
    """`grid` may take buildings."""
    demand_standing(grid, field)
    if grid.level != Grid.Level.COMMUNITY:
        raise ValidationError({field: "楼栋归入社区分网格，不直接归总网格。"}, code="level")


def demand_covered(grid, buildings, field="grid"):
    covered = set(grid.communities.values_list("pk", flat=True))
    for building in buildings:
        community = building.quarter.community
        if community.pk not in covered:
            words = f"{grid}没有覆盖{community}。请先在网格里加上这个社区，再归入{building}。"
            raise ValidationError({field: words}, code="community")


def hold(keys):
    """The buildings of `keys` as they are now, locked in the order of their keys."""
    rows = Building.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=keys).order_by("pk")
    return list(rows.select_related("quarter__community"))


def begun(buildings):
    """The day from which the latest of them is where it is now."""
    latest = BuildingStay.objects.filter(building__in=[row.pk for row in buildings], ends_on=None)
    return [latest.order_by("-starts_on").values_list("starts_on", flat=True).first()]


def settle_buildings(buildings, grid, on, *, actor):
    """Write it: rows, audit trail and stays. What began on the day `on` itself never was otherwise."""
    keys = [row.pk for row in buildings]
    held = BuildingStay.objects.filter(building__in=keys, ends_on=None)
    held.filter(starts_on__gte=on).delete()
    held.update(ends_on=on - timedelta(days=1))
    before = [copy(row) for row in buildings]
    for row in buildings:
        row.grid = grid
    Building.objects.filter(pk__in=keys).update(grid=grid)
    audit_rows(Building, list(zip(before, buildings, strict=True)), actor=actor)
    open_stays(buildings, on)
    for rows, role in following():
        rows.move_along(role, keys, grid)


def open_stays(buildings, on=None):
    """The stays of rows that were made together with their grid, in bulk."""
    on = on or timezone.localdate()
    stays = (BuildingStay(building=row, grid_id=row.grid_id, starts_on=on) for row in buildings if row.grid_id)
    BuildingStay.objects.bulk_create(stays, batch_size=BATCH)


def out_of_step():
    """The buildings whose row and open stay say different things: there are none."""
    stays = BuildingStay.objects.filter(building=OuterRef("pk"), ends_on=None)
    agreeing = Exists(stays.filter(grid=OuterRef("grid")))
    return Building.objects.filter(Q(grid__isnull=False) & ~agreeing | Q(grid=None) & Exists(stays))
