"""一张图: the parts of a place with their figures, coloured, each with the ways down and to its rows."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from math import ceil

from dashboards.places import REST, Place
from dashboards.workload import Load, loads
from grids.models import Grid, Outline

STEPS = 4
COLUMNS = (  # (key of Load, heading, figure and kind of the rows behind it)
    ("open", "在办", "open", ""),
    ("overdue", "已超期", "overdue", ""),
    ("need_open", "需求在办", "open", "need"),
    ("need_overdue", "需求超期", "overdue", "need"),
    ("incident_open", "事件在办", "open", "incident"),
    ("incident_overdue", "事件超期", "overdue", "incident"),
)


@dataclass
class Part:
    """One area of the map. `blocks` are the smaller ones inside it, for the block view."""

    name: str
    place: Place
    load: Load = field(default_factory=Load)
    blocks: list = field(default_factory=list)
    has_shape: bool = False
    heat: str = "none"
    value: float | None = None  # what its colour says
    href: str = ""
    note: str = ""

    @property
    def key(self):
        return REST if self.place.rest else getattr(self.place, self.place.level).pk

    @property
    def words(self):
        told = [f"在办 {self.load.open}", f"超期 {self.load.overdue}"]
        return "，".join(told + ([f"每百户 {self.load.load}"] if self.load.load is not None else []))

    def cells(self):
        return [
            {
                "label": label,
                "number": getattr(self.load, key),
                "href": self.place.href("work_list", figure=figure, kind=kind),
            }
            for key, label, figure, kind in COLUMNS
        ]


def parts_of(place, by):
    """The parts of `place` in the order of their codes, coloured by `by`, a key of workload.WORDS."""
    build = {"all": _areas, "district": _areas, "street": _communities, "community": _grids, "grid": _buildings}
    parts = build[place.level](place, loads(place))
    _colour(parts, by)
    blocks = [block for part in parts for block in part.blocks]
    _colour(blocks, by)
    for part in parts + blocks:
        is_last = part.place.level == "building" or part.place.rest
        part.href = part.place.href("work_list", figure="open") if is_last else part.place.href(by=by)
    return parts


def _areas(place, found):
    """The districts of everything, or the streets of a district: their communities added up."""
    outlined = _outlined("community", place.keys)
    parts = {}
    for community in place.known:
        below = replace(place, district=community.street.district)
        if place.district:
            below = replace(below, street=community.street)
        key = getattr(below, below.level).pk
        part = parts.setdefault(key, Part(below.name, below))
        part.load.add(found.get((community.pk, None), Load()))
        part.load.settle(community.households, community.households_on)
        part.has_shape |= community.pk in outlined
    return list(parts.values())


def _communities(place, found):
    outlined = _outlined("community", place.keys)
    grids, parts = _grids_of(place.keys), []
    totals = defaultdict(Load)
    for (community, _), load in found.items():
        totals[community].add(load)
    for community in place.known:
        here = replace(place, community=community)
        part = Part(community.name, here, totals[community.pk], has_shape=community.pk in outlined)
        part.load.settle(community.households, community.households_on)
        part.blocks = [
            Part(grid.name, replace(here, grid=grid), found.get((community.pk, grid.pk), Load()))
            for grid in grids[community.pk]
        ]
        parts.append(part)
    return parts


def _grids_of(communities):
    """{community pk: its grids in use}."""
    spans = Grid.communities.through.objects.filter(
        community__in=communities, grid__dissolved_on=None, grid__level=Grid.Level.COMMUNITY
    )
    found = defaultdict(list)
    for span in spans.select_related("grid").order_by("grid__code"):
        found[span.community_id].append(span.grid)
    return found


def _grids(place, found):
    grids = list(place.grids())
    outlined = _outlined("grid", [grid.pk for grid in grids])
    parts = {grid.pk: Part(grid.name, replace(place, grid=grid), has_shape=grid.pk in outlined) for grid in grids}
    rest = Part("未划入网格", replace(place, rest=True))
    for (grid, _), load in found.items():
        parts.get(grid, rest).load.add(load)
    for building in place.buildings().select_related("quarter"):
        part = parts.get(building.grid_id, rest)
        there = replace(place, grid=part.place.grid, building=building)
        block = Part(building.name, there, found.get((building.grid_id or REST, building.pk), Load()))
        block.load.settle(building.households, building.households_on)
        part.load.settle(building.households, building.households_on)
        block.note = str(building.quarter)
        part.blocks.append(block)
    is_empty = not (rest.blocks or rest.load.open)
    return [*parts.values(), *([] if is_empty else [rest])]


def _buildings(place, found):
    buildings = {building.pk: building for building in place.buildings().select_related("quarter")}
    parts = []
    for building in buildings.values():
        there = replace(place, building=building)
        part = Part(building.name, there, found.get((building.pk, None), Load()), note=str(building.quarter))
        part.load.settle(building.households, building.households_on)
        part.has_shape = building.longitude is not None
        parts.append(part)
    rest = Part("没有定到楼栋", replace(place, rest=True))
    for (building, _), load in found.items():
        if building not in buildings:
            rest.load.add(load)
    return [*parts, *([rest] if rest.load.open else [])]


def _outlined(kind, keys):
    return set(Outline.objects.filter(**{f"{kind}__in": keys}).values_list(kind, flat=True))


# --- Colours ----------------------------------------------------------------------------------------------------------
def bounds(values):
    """The upper ends of at most four even steps from nought to the largest of `values`; none where all are nought."""
    top = max(values, default=0)
    if not top:
        return []
    if isinstance(top, int):
        step = ceil(top / STEPS)
        return list(range(step, top + step, step))
    return [round(top * step / STEPS, 1) for step in range(1, STEPS + 1)]


def heat(value, ends):
    """The step of `value`: "none" for unknown, "0" for nought, "1" to "4"."""
    if value is None:
        return "none"
    return str(next((step for step, end in enumerate(ends, 1) if value <= end), len(ends))) if value else "0"


def _colour(parts, by):
    for part in parts:
        part.value = getattr(part.load, by)
    ends = bounds([part.value for part in parts if part.value is not None])
    for part in parts:
        part.heat = heat(part.value, ends)


def legend(parts):
    values = [part.value for part in parts]
    known = [value for value in values if value is not None]
    ends = bounds(known)
    rows = [{"heat": "0", "words": "0"}] if 0 in known else []
    low = 0
    for step, end in enumerate(ends, 1):
        first = low + 1 if isinstance(end, int) else low
        words = str(end) if first == end else f"{first}–{end}" if isinstance(end, int) or low else f"{end} 以下"
        rows.append({"heat": str(step), "words": words})
        low = end
    return rows + ([{"heat": "none", "words": "没有户数"}] if None in values else [])
