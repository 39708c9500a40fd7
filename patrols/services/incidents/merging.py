"""合并: the same thing reported twice is handled once."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from organizations.parameters import parameter
from patrols.models import Incident
from patrols.services.incidents.door import FORBIDDEN, lock_incident, may_handle, move, stale
from patrols.services.incidents.telling import tell_reporters

Status = Incident.Status


@transaction.atomic
def merge(incident, *, into, actor, at=None):
    """Close `incident` as a repeat of `into`, which goes on; both of one community, and `into` open."""
    if incident.pk == into.pk:
        raise ValidationError({"into": "不能并入自己。"}, code="merge")
    locked = {pk: lock_incident(Incident(pk=pk)) for pk in sorted([incident.pk, into.pk])}
    incident, into = locked[incident.pk], locked[into.pk]
    if incident.status == Status.MERGED and incident.merged_into_id == into.pk:
        return incident
    if Status.MERGED not in incident.next_statuses:
        raise stale(incident)
    if not (into.is_open and into.community_id == incident.community_id):
        raise ValidationError({"into": "只能并入同一社区正在办理的事件。"}, code="merge")
    if not may_handle(into, actor):
        raise PermissionDenied(FORBIDDEN)
    incident.merged_incidents.update(merged_into=into)
    note = f"与 {into.spoken_code} 是同一件事，合并办理。"
    incident = move(incident, Status.MERGED, actor=actor, note=note, at=at, merged_into=into)
    tell_reporters(incident, f"并入 {into.spoken_code} 一起办", but=actor)
    return incident


def likely_repeats(incident, among, limit=5):
    """The open rows of `among` that may be the same as `incident`: same matter, same building (or grid, where no
    building is named), reported within `incident_duplicate_days` of it; nearest in time first.
    """
    days = timedelta(days=parameter("incident_duplicate_days"))
    around = (incident.reported_at - days, incident.reported_at + days)
    rows = (
        among.open()
        .exclude(pk=incident.pk)
        .filter(community=incident.community_id, matter=incident.matter_id, reported_at__range=around)
    )
    if incident.building_id:
        rows = rows.filter(building=incident.building_id)
    elif incident.grid_id:
        rows = rows.filter(grid=incident.grid_id)
    return sorted(rows[:50], key=lambda row: abs(row.reported_at - incident.reported_at))[:limit]
