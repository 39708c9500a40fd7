"""边界核对: where outlines contradict each other or the buildings, found anew each time it is asked."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from grids import geometry
from grids.models import Building, Grid, Outline
from organizations.parameters import parameters

OVERLAP, DISPUTE, GAP, STRAY = "overlap", "dispute", "gap", "stray"
LABELS = {OVERLAP: "网格重叠", DISPUTE: "社区重叠", GAP: "没有网格的空白", STRAY: "楼栋在网格外"}


@dataclass
class Finding:
    """`shapes` are drawn, the last of them marked; `points` are (longitude, latitude); `place` a row to be led to."""

    kind: str
    community: object
    words: str
    shapes: tuple
    area_m2: float = 0
    points: tuple = ()
    place: object = None
    url: str = ""

    @property
    def label(self):
        return LABELS[self.kind]

    @cached_property
    def drawing(self):
        return geometry.drawing(self.shapes, self.points)


@dataclass
class Report:
    findings: list
    bare_count: int  # grids in use that have no outline


def check(communities):
    """The Report of the `communities`: per kind the largest first. Six queries, however many there are."""
    least = parameters("outline_overlap_min_m2", "outline_gap_min_m2")
    least_overlap, least_gap = least["outline_overlap_min_m2"], least["outline_gap_min_m2"]
    known = dict(Outline.objects.filter(community__in=communities).values_list("community", "geometry"))
    whole = {row: geometry.shapes_of([known[row.pk]])[0] for row in communities if row.pk in known}
    grids_of, outlines, bare = _grids(communities)
    drawn = {grid: each for each, grids in grids_of.items() for grid in grids if grid in outlines}
    shapes = {grid: geometry.shapes_of([outlines[grid]])[0] for grid in drawn}
    findings = [
        *(
            Finding(OVERLAP, drawn[one], f"{one}和{other}", shown, size, place=one)
            for one, other, shown, size in _overlaps(shapes, least_overlap)
        ),
        *(
            Finding(DISPUTE, one, f"{one}和{other}的边界", shown, size, place=one)
            for one, other, shown, size in _overlaps(whole, least_overlap)
        ),
    ]
    for community, outline in whole.items():
        if own := [shapes[grid] for grid in grids_of.get(community, ()) if grid in shapes]:
            findings += _gaps(community, outline, own, least_gap)
    findings += _strays(communities, shapes)
    order = list(LABELS)
    return Report(sorted(findings, key=lambda each: (order.index(each.kind), -each.area_m2)), bare)


def _grids(communities):
    """({community: its grids in use}, {grid: its outline's geometry}, how many have none)."""
    pairs = Grid.communities.through.objects.filter(
        community__in=communities, grid__dissolved_on=None, grid__level=Grid.Level.COMMUNITY
    )
    named, grids_of, grids = {row.pk: row for row in communities}, defaultdict(list), {}
    for pair in pairs.select_related("grid").order_by("grid__code", "community"):
        grid = grids.setdefault(pair.grid_id, pair.grid)
        grids_of[named[pair.community_id]].append(grid)
    outlines = dict(Outline.objects.filter(grid__in=list(grids)).values_list("grid", "geometry"))
    return grids_of, {grids[pk]: each for pk, each in outlines.items()}, len(grids) - len(outlines)


def _overlaps(shapes, least):
    """(one place, another, what is drawn of them, m²) of the {place: shape}."""
    places = list(shapes)
    for each in geometry.overlaps(np.array(list(shapes.values()), dtype=object), least):
        one, other = places[each.one], places[each.other]
        yield one, other, (shapes[one], shapes[other], each.shape), each.area_m2


def _gaps(community, whole, shapes, least):
    for piece, size in geometry.gaps(whole, np.array(shapes, dtype=object), least):
        words = f"{community}的边界里有一块不属于任何网格"
        yield Finding(GAP, community, words, (whole, *shapes, piece), size, place=community)


def _strays(communities, shapes):
    points = defaultdict(list)
    by_key = {grid.pk: shape for grid, shape in shapes.items()}
    rows = Building.objects.active().filter(
        quarter__community__in=communities, grid__in=list(by_key), longitude__isnull=False
    )
    for pk, grid, longitude, latitude in rows.order_by("pk").values_list("pk", "grid", "longitude", "latitude"):
        points[grid].append((pk, longitude, latitude))
    lost = {}
    for grid, held in points.items():
        for place in geometry.strays(by_key[grid], [row[1:] for row in held]):
            lost[held[place][0]] = (by_key[grid], held[place][1:])
    for building in Building.objects.filter(pk__in=list(lost)).select_related("quarter__community", "grid"):
        shape, point = lost[building.pk]
        words = f"{building}不在所属{building.grid}的边界里"
        yield Finding(STRAY, building.quarter.community, words, (shape,), points=(point,), place=building)
