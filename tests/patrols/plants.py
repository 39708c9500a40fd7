"""One row of every model of the ground and its daily work, for the scope matrix."""

from datetime import date

from django.utils import timezone

from grids.models import BuildingStay, Leave, Outline, Route
from patrols import models
from tests import factories

SQUARE = {"type": "Polygon", "coordinates": [[[116.1, 39.1], [116.2, 39.1], [116.2, 39.2], [116.1, 39.1]]]}
BOX = {"west": 116.1, "south": 39.1, "east": 116.2, "north": 39.2, "area_m2": 1.0}


def ground_rows(community, grid, building, chief):
    """What belongs to `grid` beside the people on duty: boundaries, history, leave, rules of who gets it first."""
    today = timezone.localdate()
    away, here = (factories.make_duty(grid=grid, kind=kind) for kind in ("worker", "leader"))
    BuildingStay.objects.get_or_create(building=building, grid=grid, ends_on=None, defaults={"starts_on": today})
    return [
        grid.events.create(kind="founded", actor=chief),
        building.stays.first(),
        Leave.objects.create(duty=away, stand_in=here, ends_on=today),
        Outline.objects.create(grid=grid, geometry=SQUARE, **BOX),
        Route.objects.create(name="都给网格员", community=community),
    ]


def patrol_rows(community, grid, building, need, chief):
    """The daily work in `grid`: each row seen by its community's staff and its grid's worker."""
    now = timezone.now()
    incident = factories.make_incident("escalated", community=community, grid=grid, building=building)
    whistle = incident.whistles.first() or incident.whistles.create(
        level=2, reason="salient", note="请到场", called_by=chief, called_at=now, report_by=now
    )
    household = factories.make_household(building)
    item = models.CheckItem.objects.create(community=community, text="看楼道")
    walk = models.Round.objects.create(grid=grid, walker=chief, walked_at=now)
    admission = factories.make_admission(community.organization)
    errand = models.Errand.objects.create(
        admission=admission, title="发传单", text="每户一张", due_on=date(2030, 1, 1), issued_by=chief
    )
    desk = factories.make_field_desk(community)
    return [
        incident,
        incident.events.first(),
        incident.photos.create(image="x.jpg"),
        whistle,
        whistle.arrivals.create(department="城管"),
        household,
        household.visits.create(visitor=chief, visited_at=now),
        item,
        walk,
        walk.checks.create(item=item),
        admission,
        admission.events.create(to_status="approved", actor=chief),
        errand,
        errand.shares.create(grid=grid),
        factories.make_note(community, grid=grid),
        desk,
        desk.intakes.create(need=need),
        factories.make_ticket(community),
    ]
