"""One row of every model of the ground and the people on duty, for the scope matrix."""

from django.utils import timezone

from grids.models import BuildingStay, Instructor, Leave, Outline, Route
from tests import factories

SQUARE = {"type": "Polygon", "coordinates": [[[116.1, 39.1], [116.2, 39.1], [116.2, 39.2], [116.1, 39.1]]]}
BOX = {"west": 116.1, "south": 39.1, "east": 116.2, "north": 39.2, "area_m2": 1.0}


def ground_rows(place):
    today, grid, building = timezone.localdate(), place.grid, place.building
    away, here = (factories.make_duty(grid=grid, kind=kind) for kind in ("worker", "leader"))
    BuildingStay.objects.get_or_create(building=building, grid=grid, ends_on=None, defaults={"starts_on": today})
    instructor = Instructor.objects.create(quarter=place.quarter, name="陈老师", phone=f"1370000{place.number:04}")
    return [
        place.community,
        place.quarter,
        grid,
        building,
        factories.make_duty(grid=grid, user=place.worker),
        grid.events.create(kind="founded", actor=place.chief),
        building.stays.first(),
        Leave.objects.create(duty=away, stand_in=here, ends_on=today),
        Outline.objects.create(grid=grid, geometry=SQUARE, **BOX),
        Route.objects.create(name="都给网格员", community=place.community),
        instructor,
        instructor.reviews.create(year=2025, grade="competent"),
    ]
