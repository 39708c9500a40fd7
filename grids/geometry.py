"""What is computed of shapes: all that shapely does here.

Shapes come in as GeoJSON geometries in degrees (RFC 7946: longitude before latitude). Areas and overlaps are in
metres, on a local equirectangular plane: x is longitude times the cosine of one middle latitude. In a district of some
30 km that is wrong by less than one part in a thousand, far below what an outline drawn on a screen is worth.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil, cos, radians, sqrt

import numpy as np
import shapely
from shapely import STRtree
from shapely.geometry import mapping, shape
from shapely.validation import explain_validity

METRES_PER_DEGREE = 111_320.0
DECIMALS = 7  # a centimetre
WEST, SOUTH, EAST, NORTH = 73.0, 3.0, 136.0, 54.0  # where China lies
MOST_POINTS = 20_000
REASONS = (
    ("Ring Self-intersection", "边界自己碰到自己"),
    ("Self-intersection", "边界自己交叉"),
    ("Hole lies outside shell", "洞在边界外面"),
    ("Holes are nested", "洞里套着洞"),
    ("Interior is disconnected", "图形被切成互不相连的几块"),
    ("Nested shells", "几块图形互相套着"),
    ("Duplicate Rings", "有重复的边界"),
    ("Too few points in geometry component", "点太少，围不成一块地"),
    ("Invalid Coordinate", "有坐标不是数字"),
    ("Ring is not closed", "边界没有闭合"),
)


class NoShape(ValueError):
    """Why a geometry is none that a place may have, in words."""


@dataclass(frozen=True)
class Plane:
    """A flat piece of ground around the latitude `middle`, in metres."""

    middle: float

    @cached_property
    def width(self):
        return METRES_PER_DEGREE * cos(radians(self.middle))

    def flat(self, shapes):
        """The array of `shapes` in metres."""
        return shapely.transform(shapes, lambda points: points * (self.width, METRES_PER_DEGREE))

    def round(self, shapes):
        """And back into degrees."""
        return shapely.transform(shapes, lambda points: points / (self.width, METRES_PER_DEGREE))


def plane_of(shapes):
    bounds = shapely.total_bounds(np.asarray(shapes))
    return Plane((bounds[1] + bounds[3]) / 2)


# --- Reading ----------------------------------------------------------------------------------------------------------
def read(geometry):
    """The GeoJSON `geometry` as a valid Polygon or MultiPolygon in degrees. NoShape says what is wrong with it."""
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        raise NoShape(f"要是多边形（Polygon 或 MultiPolygon），这里是“{str(kind)[:20]}”。" if kind else "没有图形。")
    coordinates = geometry.get("coordinates")
    if _count(coordinates) > MOST_POINTS:
        raise NoShape(f"边界的点超过 {MOST_POINTS} 个，请先简化。")
    _check_rings(coordinates if geometry["type"] == "MultiPolygon" else [coordinates])
    try:
        found = shapely.force_2d(shape({"type": geometry["type"], "coordinates": coordinates}))
    except (ValueError, TypeError, IndexError, AttributeError, shapely.errors.ShapelyError) as error:
        raise NoShape("坐标写得不对，读不出图形。") from error
    if found.is_empty:
        raise NoShape("图形是空的。")
    _check_degrees(found)
    if not shapely.is_valid(found):
        raise NoShape(f"{translated(explain_validity(found))}。")
    if not found.area:
        raise NoShape("点都在一条线上，围不成一块地。")
    return settled(shapely.set_precision(found, 10**-DECIMALS))


def settled(found):
    """One way of writing one shape: its first point, and its outer rings against the clock (RFC 7946, 3.1.6)."""
    return shapely.orient_polygons(shapely.normalize(found))


def _count(coordinates):
    """How many positions the nested lists hold; told without recursion, for a file may nest as deep as it likes."""
    count, waiting = 0, [coordinates]
    while waiting and count <= MOST_POINTS:
        each = waiting.pop()
        if isinstance(each, list):
            if each and not isinstance(each[0], list):
                count += 1
            else:
                waiting.extend(each)
    return count


def _check_rings(polygons):
    if not isinstance(polygons, list) or not polygons:
        raise NoShape("没有坐标。")
    for polygon in polygons:
        if not isinstance(polygon, list) or not polygon:
            raise NoShape("没有坐标。")
        for ring in polygon:
            if not isinstance(ring, list) or len(ring) < 4:
                raise NoShape("点太少，围不成一块地：至少要四个点，最后一点和第一点相同。")
            for position in ring:
                if not _is_position(position):
                    raise NoShape("坐标要写成 [经度, 纬度] 两个数字。")
            if ring[0][:2] != ring[-1][:2]:
                raise NoShape("边界没有闭合：最后一点要和第一点相同。")


def _is_position(position):
    return (
        isinstance(position, list)
        and 2 <= len(position) <= 4
        and all(isinstance(each, int | float) and not isinstance(each, bool) for each in position)
        and all(abs(each) < 1e12 for each in position)
    )


def _check_degrees(found):
    west, south, east, north = found.bounds
    if west >= WEST and east <= EAST and south >= SOUTH and north <= NORTH:
        return
    if south >= WEST and north <= EAST and west >= SOUTH and east <= NORTH:
        raise NoShape("经度和纬度写反了：GeoJSON 先写经度，再写纬度。")
    if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:
        raise NoShape("坐标不是经纬度，像是以米为单位的。请先转换成度。")
    raise NoShape(f"经纬度在中国以外：经度 {west:.4f} 到 {east:.4f}，纬度 {south:.4f} 到 {north:.4f}。请核对。")


def translated(words):
    """What GEOS says of an invalid shape, in Chinese, with the place: “Self-intersection[1 2]”."""
    said, _, place = words.partition("[")
    reason = next((chinese for english, chinese in REASONS if said.startswith(english)), "图形不合规则")
    return f"{reason}，在经度 {'、纬度 '.join(place.rstrip(']').split()[:2])} 处" if place else reason


def written(found):
    """The shape as a GeoJSON geometry of lists."""
    geometry = mapping(found)
    return {"type": geometry["type"], "coordinates": _lists(geometry["coordinates"])}


def _lists(coordinates):
    if coordinates and isinstance(coordinates[0], float | int):
        return [round(float(each), DECIMALS) for each in coordinates]
    return [_lists(each) for each in coordinates]


def shapes_of(geometries):
    """The shapes of geometries that were read before, as an array."""
    return np.array([shape(each) for each in geometries], dtype=object)


def area_m2(found):
    return float(shapely.area(plane_of([found]).flat(found)))


# --- Comparing --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Overlap:
    """That the shapes numbered `one` and `other` both claim `shape` (degrees), of `area_m2`."""

    one: int
    other: int
    shape: object
    area_m2: float


def overlaps(shapes, least_m2):
    """The Overlaps of more than `least_m2` among `shapes` (degrees)."""
    if len(shapes) < 2:
        return []
    plane = plane_of(shapes)
    flat = plane.flat(shapes)
    tree = STRtree(flat)
    ones, others = tree.query(flat, predicate="intersects")
    pairs = np.flatnonzero(ones < others)
    ones, others = ones[pairs], others[pairs]
    common = shapely.intersection(flat[ones], flat[others])
    sizes = shapely.area(common)
    return [
        Overlap(int(one), int(other), plane.round(each), float(size))
        for one, other, each, size in zip(ones, others, common, sizes, strict=True)
        if size > least_m2
    ]


def gaps(whole, parts, least_m2):
    """[(shape in degrees, m²)] of the pieces of `whole` of more than `least_m2` that none of `parts` covers."""
    plane = plane_of([whole])
    left = shapely.difference(plane.flat(whole), shapely.union_all(plane.flat(parts)) if len(parts) else None)
    pieces = shapely.get_parts(left) if left is not None else [plane.flat(whole)]
    return [(plane.round(each), float(each.area)) for each in pieces if each.area > least_m2]


def strays(found, points):
    """The numbers of those of `points` ((longitude, latitude), ...) that lie outside the shape."""
    if not len(points):
        return []
    xs, ys = np.array(points, dtype=float).T
    shapely.prepare(found)
    return [int(place) for place in np.flatnonzero(~shapely.intersects_xy(found, xs, ys))]


def joined(shapes):
    """One shape of all; slivers between neighbours of less than a metre are closed."""
    plane = plane_of(shapes)
    whole = shapely.union_all(shapely.buffer(plane.flat(shapes), 0.5, join_style="mitre"))
    return polygonal(plane.round(shapely.buffer(whole, -0.5, join_style="mitre")))


def divided(whole, ours, theirs):
    """`whole` in two, each piece of ground to whom its nearest point belongs: (shape around `ours`, around `theirs`).

    Points are (longitude, latitude). None where one side has no point or would have no ground.
    """
    if not ours or not theirs or set(ours) & set(theirs):
        return None
    plane = plane_of([whole])
    flat, points = plane.flat(whole), plane.flat(shapely.points([*ours, *theirs]))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.union_all(points), extend_to=flat))
    owners = STRtree(cells).query(points, predicate="intersects")[1]
    is_ours = np.zeros(len(cells), dtype=bool)
    is_ours[owners[: len(ours)]] = True
    sides = [shapely.intersection(shapely.union_all(cells[side]), flat) for side in (is_ours, ~is_ours)]
    sides = [polygonal(plane.round(each)) for each in sides]
    return None if any(each.is_empty for each in sides) else tuple(sides)


def polygonal(found):
    """What of the shape has an area, as stored: no lines and points that computing left behind."""
    found = shapely.make_valid(shapely.set_precision(found, 10**-DECIMALS))
    kept = [each for each in shapely.get_parts(found) if each.geom_type in ("Polygon", "MultiPolygon")]
    return settled(shapely.union_all(kept)) if kept else shapely.Polygon()


def reading_order(points):
    """The numbers of `points` ((longitude, latitude), ...) from west to east and from north to south, as one reads:
    in as many rows as there are columns, the northernmost row first.
    """
    count = len(points)
    by_latitude = sorted(range(count), key=lambda place: (-points[place][1], points[place][0]))
    width = ceil(count / max(1, round(sqrt(count)))) or 1
    rows = [by_latitude[start : start + width] for start in range(0, count, width)]
    return [place for row in rows for place in sorted(row, key=lambda each: points[each][0])]


# --- Drawing ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Drawing:
    """For inline SVG: the view box and, for each shape, its path (north is up)."""

    width: int
    height: int
    paths: list
    dots: list


def drawing(shapes: Sequence, points: Sequence = (), *, size=480, margin=8):
    """The `shapes` and `points` in one Drawing, whose longer side is `size`."""
    around = np.array([*shapes, *shapely.points(list(points))] if len(points) else list(shapes), dtype=object)
    plane = plane_of(around)
    west, south, east, north = shapely.total_bounds(plane.flat(around))
    scale = (size - 2 * margin) / max(east - west, north - south, 1.0)

    def placed(coordinates):
        x, y = np.asarray(coordinates, dtype=float)[:, :2].T
        return np.column_stack(((x - west) * scale + margin, (north - y) * scale + margin))

    paths = [_path(each, placed) for each in plane.flat(np.array(list(shapes), dtype=object))] if len(shapes) else []
    dots = [
        (round(float(x), 1), round(float(y), 1))
        for x, y in placed(shapely.get_coordinates(plane.flat(around[len(shapes) :])))
    ]
    return Drawing(ceil((east - west) * scale) + 2 * margin, ceil((north - south) * scale) + 2 * margin, paths, dots)


def _path(found, placed):
    rings = [ring for each in shapely.get_parts(found) for ring in shapely.get_rings(each)]
    return " ".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in placed(ring.coords[:-1])) + "Z" for ring in rings)
