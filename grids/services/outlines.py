"""边界: written by the file, and redrawn where their grids are."""

from copy import copy
from itertools import groupby

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from grids import geometry
from grids.models import Outline
from organizations.services.trail import audit_rows

WRITTEN = ["geometry", "west", "south", "east", "north", "area_m2", "drawn_on", "imported_by"]
BATCH = 500


def dressed(outline, shape, *, actor, on=None):
    """The unsaved `outline` with the shape (degrees), its box and size."""
    outline.geometry = geometry.written(shape)
    outline.west, outline.south, outline.east, outline.north = shape.bounds
    outline.area_m2 = geometry.area_m2(shape)
    outline.drawn_on = on or timezone.localdate()
    outline.imported_by = actor
    return outline


@transaction.atomic
def draw_outlines(drawings, *, actor, on=None):
    """Write the (kind, place, shape) of `drawings`: the outline of each place, new or in the place of its old one.

    `kind` is "community", "quarter" or "grid". PermissionDenied where a place is out of reach. Returns the rows.
    """
    rows, before = [], []
    for kind, each in groupby(sorted(drawings, key=lambda drawn: (drawn[0], drawn[1].pk)), key=lambda drawn: drawn[0]):
        places = {place: shape for _, place, shape in each}
        held = Outline.objects.select_for_update(of=("self",)).filter(**{f"{kind}__in": [row.pk for row in places]})
        known = {getattr(row, f"{kind}_id"): row for row in held.order_by("pk")}
        for place, shape in places.items():
            old = known.get(place.pk)
            before.append(copy(old))
            rows.append(dressed(old or Outline(**{kind: place}), shape, actor=actor, on=on))
    Outline.objects.bulk_create([row for row in rows if row.pk is None], batch_size=BATCH)
    Outline.objects.bulk_update([row for row, old in zip(rows, before, strict=True) if old], WRITTEN, batch_size=BATCH)
    if Outline.objects.allowed(actor, "grids.add_outline").filter(pk__in=[row.pk for row in rows]).count() != len(rows):
        raise PermissionDenied("有的地方不在您的管辖范围内。")
    audit_rows(Outline, list(zip(before, rows, strict=True)), actor=actor)
    return rows


def divide_outline(grid, new, *, actor):
    """Two outlines of one, by the points of the buildings of `grid` and of `new`; whether it could be done."""
    held = Outline.objects.filter(grid=grid).first()
    ours, theirs = (points_of(each.buildings.all()) for each in (grid, new))
    if held is None or (parts := geometry.divided(geometry.shapes_of([held.geometry])[0], ours, theirs)) is None:
        return False
    dressed(held, parts[0], actor=actor).save()
    dressed(Outline(grid=new), parts[1], actor=actor).save()
    return True


def join_outlines(grid, into, *, actor):
    """The outline of `into` around what was both; where either has none, nothing is known of the whole."""
    rows = {row.grid_id: row for row in Outline.objects.filter(grid__in=[grid, into])}
    if len(rows) == 2:
        whole = geometry.joined(geometry.shapes_of([row.geometry for row in rows.values()]))
        dressed(rows[into.pk], whole, actor=actor).save()


def grid_at(grids, longitude, latitude):
    """The first of `grids`, by key, inside whose outline the point (degrees) lies, or None."""
    boxed = Outline.objects.filter(
        grid__in=grids, west__lte=longitude, east__gte=longitude, south__lte=latitude, north__gte=latitude
    ).select_related("grid")
    point = [(longitude, latitude)]
    inside = (
        row.grid for row in boxed.order_by("grid") if not geometry.strays(geometry.shapes_of([row.geometry])[0], point)
    )
    return next(inside, None)


def points_of(buildings):
    """[(longitude, latitude)] of those that have a point."""
    return list(buildings.filter(longitude__isnull=False).order_by("pk").values_list("longitude", "latitude"))
