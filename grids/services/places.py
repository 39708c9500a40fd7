"""Communities' quarters and buildings: codes that nobody gives twice, and sheets of buildings in one stroke.

Lock: the community's row, before any of its buildings.
"""

import re
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from grids.geometry import reading_order
from grids.models import Building, Community, Quarter
from grids.services.grids import move_buildings, open_stays, settle_buildings
from grids.services.grids.buildings import demand_covered, demand_open
from organizations.services.trail import audit_rows

LARGEST_NUMBER = 99999
MOST_AT_ONCE = 200
BATCH = 1000


def free_codes(community, count):
    """The next `count` free building codes of the community: its 12 digits and a number from 00001 on.

    A number is never given again, so that a poster of a building that is gone leads nowhere and not to another door.
    Locks the community: of two who add buildings at once each gets own numbers.
    """
    list(Community.objects.select_for_update(no_key=True, of=("self",)).filter(pk=community.pk))
    known = Building.objects.filter(code__startswith=community.code).order_by("-code")
    last = known.values_list("code", flat=True).first()
    start = int(last[12:]) + 1 if last else 1
    if start + count - 1 > LARGEST_NUMBER:
        start = _gap(community, count)
    return [f"{community.code}{number:05}" for number in range(start, start + count)]


def _gap(community, count):
    """Where the numbers reach their end, the first `count` that are free in a row."""
    known = Building.objects.filter(code__startswith=community.code).values_list("code", flat=True)
    before = 0
    for number in sorted({int(code[12:]) for code in known} | {LARGEST_NUMBER + 1}):
        if number - before > count:
            return before + 1
        before = number
    raise ValidationError({"code": f"{community}的楼栋序号已经用完。"}, code="full")


@transaction.atomic
def save_building(building, *, grid, actor, reason="在楼栋页面修改", at=None):
    """Save a new or changed `building`, and have it in `grid` (None: in none) through the grids' own door.

    ValidationError beside the field. A new one without a code gets the next free one.
    """
    building.grid = Building.objects.get(pk=building.pk).grid if building.pk else None
    if not building.code:
        [building.code] = free_codes(building.quarter.community, 1)
    building.full_clean()
    is_new = building.pk is None
    building.save()
    if is_new and grid is not None:
        demand_open(grid)
        demand_covered(grid, [building])
        settle_buildings([building], grid, timezone.localdate(at), actor=actor)
    elif building.grid_id != (grid and grid.pk):
        move_buildings([building], grid=grid, reason=reason, actor=actor, at=at)
        building.grid = grid
    return building


@transaction.atomic
def add_buildings(quarter, *, first, last, suffix="栋", grid=None, units_count=1, floors_count=6, actor, at=None):
    """批量添加: the buildings `first` to `last` of the quarter that are not there yet, numbered; returns them."""
    demand_quarter(quarter, actor, "grids.add_building")
    if not 0 < first <= last or last - first >= MOST_AT_ONCE:
        raise ValidationError({"last": f"从小到大填，一次最多添加 {MOST_AT_ONCE} 栋。"}, code="range")
    codes = iter(free_codes(quarter.community, last - first + 1))
    taken = set(quarter.buildings.values_list("name", flat=True))
    names = [name for number in range(first, last + 1) if (name := f"{number}{suffix}") not in taken]
    if not names:
        raise ValidationError({"first": "这些楼栋都已经有了。"}, code="taken")
    shape = {"units_count": units_count, "floors_count": floors_count}
    rows = [Building(name=name, quarter=quarter, code=next(codes), grid=grid, **shape) for name in names]
    if grid is not None:
        demand_open(grid)
        demand_covered(grid, rows)
    for row in rows:
        row.clean_fields()
    _create(rows, timezone.localdate(at), actor)
    return rows


@transaction.atomic
def number_buildings(quarter, *, actor):
    """统一编号: fresh codes for all buildings of the quarter, in one block; returns them in their order.

    From west to east and from north to south where all have a point, else by the numbers in their names. Posters that
    hang already carry the old codes and have to be printed anew: no old code is given again.
    """
    demand_quarter(quarter, actor, "grids.change_building")
    rows = list(quarter.buildings.select_for_update(no_key=True, of=("self",)).order_by("pk"))
    if not rows:
        raise ValidationError("这个小区还没有楼栋。", code="empty")
    for row, code in zip(in_order(rows), free_codes(quarter.community, len(rows)), strict=True):
        row.code = code
        row.save(update_fields=["code"])
    return in_order(rows)


def in_order(rows):
    if all(row.longitude is not None for row in rows):
        return [rows[place] for place in reading_order([(row.longitude, row.latitude) for row in rows])]
    return sorted(
        rows, key=lambda row: [int(part) if part.isdecimal() else 0 for part in re.split(r"(\d+)", row.search_name)]
    )


def demand_quarter(quarter, actor, permission):
    if not Quarter.objects.allowed(actor, permission).filter(pk=quarter.pk).exists():
        raise PermissionDenied("这个小区不在您的管辖范围内。")


# --- In bulk ----------------------------------------------------------------------------------------------------------
@dataclass
class Wanted:
    """A line of a sheet: the `building` as it will be (unsaved where new), and how it was (None: new).

    `quarter` may be unsaved, too: several lines share it then. `grid` is where it is to be (None: nowhere).
    """

    building: object
    quarter: object
    grid: object = None
    before: object = None
    changed: list = field(default_factory=list)  # names of its fields that differ


@transaction.atomic
def write_places(lines, *, actor, reason="由表格导入", progress=None):
    """Write the Wanted `lines` as one: new quarters, new buildings with codes and stays, changes, moves.

    Whoever calls has checked rows, names and reach. `progress` is called with the share that is done.
    """
    tell = progress or (lambda share: None)
    today = timezone.localdate()
    for quarter in {id(line.quarter): line.quarter for line in lines if line.quarter.pk is None}.values():
        quarter.save()
    new = [line for line in lines if line.before is None]
    _number(new)
    for line in new:
        line.building.quarter, line.building.grid = line.quarter, line.grid
    for start in range(0, len(new), BATCH):
        _create([line.building for line in new[start : start + BATCH]], today, actor)
        tell((start + BATCH) / len(lines) * 0.9)
    _change([line for line in lines if line.before is not None], actor, reason)
    tell(1)


def _number(lines):
    wanting = {}
    for line in sorted((each for each in lines if not each.building.code), key=lambda each: each.quarter.community.pk):
        wanting.setdefault(line.quarter.community, []).append(line.building)
    for community, rows in wanting.items():
        typed = {line.building.code for line in lines if line.building.code}
        free = (code for code in free_codes(community, len(rows) + len(typed)) if code not in typed)
        for row in rows:
            row.code = next(free)


def _create(rows, on, actor):
    Building.objects.bulk_create(rows, batch_size=BATCH)
    open_stays(rows, on)
    audit_rows(Building, [(None, row) for row in rows], actor=actor)


def _change(lines, actor, reason):
    rows = [line for line in lines if line.changed]
    names = sorted({name for line in rows for name in line.changed})
    if names:
        for row in rows:  # bulk_update does not ask the fields
            row.building._meta.get_field("search_name").pre_save(row.building, add=False)
        found = [line.building for line in rows]
        Building.objects.bulk_update(found, [*names, "search_name"], batch_size=BATCH)
        audit_rows(Building, [(line.before, line.building) for line in rows], actor=actor)
    moving = {}
    for line in lines:
        if line.before.grid_id != (line.grid and line.grid.pk):
            moving.setdefault(line.grid, []).append(line.building)
    for grid, buildings in moving.items():
        move_buildings(buildings, grid=grid, reason=reason, actor=actor)
