"""One row of every model of the grids' daily work, for the scope matrix."""

from datetime import date

from django.utils import timezone

from patrols import models
from tests import factories


def patrol_rows(place):
    """Each row is seen by its community's staff and its grid's worker."""
    community, grid, building, chief, now = place.community, place.grid, place.building, place.chief, timezone.now()
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
        desk.intakes.create(need=place.need),
        factories.make_ticket(community),
    ]
