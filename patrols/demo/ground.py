"""The map of the invented district: communities that adjoin, cut into quarters, joined to grids, and a point for every
building. It lies where nobody lives.
"""

from math import sqrt

import shapely
from django.utils import timezone
from shapely import MultiPoint, Point, Polygon
from shapely.ops import unary_union

from grids import geometry
from grids.models import Building, BuildingStay, GridEvent, Outline
from grids.services.outlines import dressed

WEST, NORTH = 104.0, 36.05  # degrees
WIDE, HIGH = 0.012, 0.009  # of a community, about a kilometre each way
JITTER = 0.16  # of a community's width: how far a corner may stray
METRE = 1 / geometry.METRES_PER_DEGREE  # degrees of latitude
WITHOUT_OUTLINE = (14, 15)  # places of communities: shown as blocks
OVERLAP, GAP = (0, 1), 3  # two grids that claim the same corner; a grid that leaves one of its own out


class Ground:
    def __init__(self, district, *, now, rng):
        self.district, self.rng, self.today = district, rng, timezone.localdate(now)
        self.rows = []

    def run(self):
        self.corners = {}
        self.communities = {
            community: self.cell(*cell_of(place)) for place, community in enumerate(self.district.communities)
        }
        self.bare = {self.district.communities[place] for place in WITHOUT_OUTLINE}
        buildings = []
        for community, shape in self.communities.items():
            quarters = self.cut(shape, self.district.quarters[community])
            if community not in self.bare:
                self.draw(shape, community=community)
                for quarter, part in quarters.items():
                    self.draw(part, quarter=quarter)
            for quarter, part in quarters.items():
                buildings += self.place_buildings(quarter, part)
        self.draw_grids()
        Outline.objects.bulk_create(self.rows)
        Building.objects.bulk_update(buildings, ["longitude", "latitude"], batch_size=500)
        self.begin_history()

    # --- Shapes -----------------------------------------------------------------------------------------------------
    def corner(self, x, y):
        """The point at column `x`, row `y` of the lattice, halves being the middles of sides; once drawn, it stays."""
        if (x, y) not in self.corners:
            east, south = (self.rng.uniform(-JITTER, JITTER) for _ in range(2))
            self.corners[x, y] = (round(WEST + (x + east) * WIDE, 6), round(NORTH - (y + south) * HIGH, 6))
        return self.corners[x, y]

    def cell(self, x, y):
        ring = ((0, 0), (0.5, 0), (1, 0), (1, 0.5), (1, 1), (0.5, 1), (0, 1), (0, 0.5))
        return Polygon([self.corner(x + east, y + south) for east, south in ring])

    def cut(self, shape, quarters):
        """{quarter: its part of `shape`}: what lies nearest to points that keep apart."""
        west, south, east, north = shape.bounds
        points = []
        while len(points) < len(quarters):
            point = Point(self.rng.uniform(west, east), self.rng.uniform(south, north))
            if shape.contains(point):
                points.append(point)
        for _ in range(3):
            points = [part.centroid for part in nearest(points, shape)]
        parts = sorted(nearest(points, shape), key=lambda part: (-part.centroid.y, part.centroid.x))
        return dict(zip(quarters, parts, strict=True))

    def place_buildings(self, quarter, shape):
        """In rows from west to east, north to south; returns them with their points."""
        here = [each for each in self.district.buildings[quarter.community] if each.quarter_id == quarter.pk]
        inner = shape.buffer(-40 * METRE)
        inner = inner if not inner.is_empty else shape
        step = sqrt(inner.area / (len(here) + 1))
        while len(spots := spots_in(inner, step)) < len(here):
            step *= 0.8
        spots = sorted(self.rng.sample(spots, len(here)), key=lambda spot: (-spot[1], spot[0]))
        for building, (x, y) in zip(here, spots, strict=True):
            building.longitude, building.latitude = round(x, 6), round(y, 6)
        return here

    def draw_grids(self):
        shapes = {}
        for grid in self.district.grids:
            covered = list(grid.communities.all())
            if not self.bare.intersection(covered):
                shapes[grid] = unary_union([self.communities[community] for community in covered])
        one, other, careless = (self.district.grids[place] for place in (*OVERLAP, GAP))
        border = shapes[one].intersection(shapes[other])
        shapes[one] = shapes[one].union(border.centroid.buffer(90 * METRE, quad_segs=2).intersection(shapes[other]))
        outer = max(shapes[careless].exterior.coords, key=lambda point: point[0] - point[1])
        shapes[careless] = shapes[careless].difference(Point(outer).buffer(160 * METRE, quad_segs=2))
        for grid, shape in shapes.items():
            self.draw(shape, grid=grid)

    def draw(self, shape, **place):
        shape = geometry.settled(shapely.set_precision(shape, 10**-geometry.DECIMALS))
        row = dressed(Outline(**place), shape, actor=self.district.admin, on=self.district.founded_on)
        self.rows.append(row)

    # --- History ----------------------------------------------------------------------------------------------------
    def begin_history(self):
        since = self.district.founded_on
        BuildingStay.objects.bulk_create(
            BuildingStay(building=building, grid_id=building.grid_id, starts_on=since)
            for buildings in self.district.buildings.values()
            for building in buildings
        )
        GridEvent.objects.bulk_create(
            GridEvent(
                grid=grid,
                kind=GridEvent.Kind.FOUNDED,
                reason="区网格化服务管理方案",
                actor=self.district.admin,
                effective_on=since,
            )
            for grid in self.district.grids
        )


def cell_of(place):
    """(column, row) of a community: a street is two wide, and those next in number adjoin."""
    half, number = divmod(place, 8)
    row, column = divmod(number, 2)
    return (2 if half == 0 else 0) + (column if row % 2 == 0 else 1 - column), row


def nearest(points, shape):
    """The parts of `shape` that lie nearest to each of `points`."""
    if len(points) == 1:
        return [shape]
    cells = shapely.voronoi_polygons(MultiPoint(points), extend_to=shape, ordered=True)
    return [cell.intersection(shape) for cell in cells.geoms]


def spots_in(shape, step):
    """Points within `shape` on rows `step` degrees apart, from the north-west on."""
    west, south, east, north = shape.bounds
    columns, rows = int((east - west) / step) + 1, int((north - south) / step) + 1
    spots = [
        (west + (column + 0.5) * step, north - (row + 0.5) * step) for row in range(rows) for column in range(columns)
    ]
    return [spot for spot in spots if shape.contains(Point(spot))]
