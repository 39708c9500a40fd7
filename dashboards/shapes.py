"""The shapes of a place's parts as GeoJSON (RFC 7946), as coarse as a screen needs: no counts, so that they keep."""

from collections import defaultdict
from hashlib import sha256

import shapely
from django.core.cache import cache
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F
from shapely.geometry import MultiPoint, Point, mapping, shape

from grids.models import Outline

FINENESS = 800  # a shape this many steps wide loses nothing that a screen shows
DIGITS = 1e-6  # degrees: about 0.1 m
KEPT_FOR = 24 * 3600  # seconds
EDGE = 0.0004  # degrees (about 40 m) around points that have no outline


def tag(place):
    """What changes whenever `shapes` would: of every outline its key, day, size and box, and of buildings the point."""
    rows = [place.level, *_outlines(place).values_list("pk", "drawn_on", "area_m2", "west", "south", "part")]
    if place.level == "grid":
        rows += place.buildings().values_list("pk", "longitude", "latitude")
    return sha256(DjangoJSONEncoder().encode(rows).encode()).hexdigest()[:32]


def shapes(place, key):
    """{"type": "FeatureCollection", ...}; each feature's `name` is the key of its part. `key` is the place's `tag`.

    Of a grid the features are its buildings as points, and one more, "frame": its outline, or the box around them.
    """
    return cache.get_or_set(f"map-shapes:{key}", lambda: _collect(place), KEPT_FOR)


def _outlines(place):
    """`part`: to which part of the place an outline belongs."""
    if place.level in ("community", "grid"):
        grids = [place.grid.pk] if place.grid else place.grids().order_by().values("pk")
        return Outline.objects.filter(grid__in=grids).annotate(part=F("grid")).order_by("pk")
    column = {"street": "community", "district": "community__street", "all": "community__street__district"}
    rows = Outline.objects.filter(community__in=place.keys)
    return rows.annotate(part=F(column[place.level])).order_by("pk")


def _collect(place):
    found = defaultdict(list)
    for part, geometry in _outlines(place).values_list("part", "geometry"):
        found[part].append(shape(geometry))
    if place.level == "grid":
        features = _points(place, found)
    else:
        areas = [each[0] if len(each) == 1 else shapely.union_all(shapely.make_valid(each)) for each in found.values()]
        features = [_feature(part, area) for part, area in zip(found, coarse(areas), strict=True)]
    return {"type": "FeatureCollection", "features": features}


def _points(place, found):
    rows = place.buildings().filter(longitude__isnull=False).values_list("pk", "longitude", "latitude")
    points = {pk: Point(longitude, latitude) for pk, longitude, latitude in rows}
    frames = list(coarse(found[place.grid.pk]))
    around = MultiPoint([*points.values()]).envelope.buffer(EDGE) if points else None
    # A point that lies outside its grid's outline is shown all the same.
    if around is not None and not any(shapely.box(*frame.bounds).covers(around.centroid) for frame in frames):
        frames.append(around)
    return [
        *(_feature("frame", frame) for frame in frames),
        *(_feature(pk, point) for pk, point in points.items()),
    ]


def coarse(areas):
    """The polygons `areas` with fewer corners; borders that two of them share stay shared."""
    if not len(areas):
        return []
    west, south, east, north = shapely.total_bounds(areas)
    simpler = shapely.coverage_simplify(areas, max(east - west, north - south) / FINENESS)
    return shapely.set_precision(simpler, DIGITS, mode="pointwise")


def _feature(name, area):
    return {"type": "Feature", "properties": {"name": str(name)}, "geometry": mapping(area)}
