"""上报: what the community cannot do goes to the street, then to the district; and the way back down."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from patrols.models import Incident
from patrols.services.incidents.clocks import escalated_until
from patrols.services.incidents.door import FORBIDDEN, demand, lock_incident, may_direct, move, remark, stale
from patrols.services.incidents.handling import assign
from patrols.services.incidents.telling import directors_of, spoken, tell

Status, Level = Incident.Status, Incident.Level


@transaction.atomic
def escalate(incident, *, reason, level=None, actor, at=None):
    """上报 by one level, from community to street to district; `actor` None where a rule does it.

    ValidationError: no reason, or a `level` that is not the next one. There already: nothing happens.
    """
    at = at or timezone.now()
    reason = demand(reason, "reason", "请写明上报的原因和已做的工作。")
    incident = lock_incident(incident)
    if incident.status == Status.ESCALATED and level in (None, incident.level):
        return incident
    higher = incident.level + 1
    if level not in (None, higher) or higher > Level.DISTRICT:
        raise ValidationError({"level": "只能一级一级上报：社区报街道，街道报区。"}, code="level")
    note = f"上报{Level(higher).label}：{reason}"
    if incident.status == Status.ESCALATED:
        _put(incident, higher, note, actor=actor, at=at)
    else:
        incident = move(incident, Status.ESCALATED, actor=actor, note=note, at=at, level=higher)
    words = f"上报到{incident.get_level_display()}，{spoken(incident.handle_by)} 前处置"
    tell(incident, directors_of(incident), words)
    return incident


def _put(incident, level, note, *, actor, at):
    """The status stays “escalated”: only whose decision it waits for changes, and the event says so."""
    if actor is not None and not may_direct(incident, actor):
        raise PermissionDenied(FORBIDDEN)
    incident.level, incident.reminded_at = level, None
    incident.handle_by = escalated_until(incident.matter, at)
    incident.save(update_fields=["level", "handle_by", "reminded_at"])
    remark(incident, note, actor=actor, at=at)


@transaction.atomic
def take_up(incident, *, department="", duty=None, note="", actor, at=None):
    """接办: the street or the district takes what was sent up to it, and names who handles it if it knows already."""
    incident = lock_incident(incident)
    if incident.status in (Status.ACCEPTED, Status.ASSIGNED) and incident.level > Level.COMMUNITY:
        return incident  # a double click
    if incident.status != Status.ESCALATED:
        raise stale(incident)
    words = f"{incident.get_level_display()}接办"
    incident = move(incident, Status.ACCEPTED, actor=actor, note=f"{words}：{note}" if note else words, at=at)
    if not department.strip() and duty is None:
        return incident
    return assign(incident, duty=duty, department=department, actor=actor, at=at)


@transaction.atomic
def hand_down(incident, *, note, actor, at=None):
    """退回社区办理: the level above gives it back, with what it decided or arranged in `note`."""
    note = demand(note, "note", "请写明退回的意见，社区照着办。")
    incident = lock_incident(incident)
    if incident.status == Status.ACCEPTED and incident.level == Level.COMMUNITY:
        return incident
    if incident.status not in (Status.ESCALATED, Status.ACCEPTED) or incident.level == Level.COMMUNITY:
        raise stale(incident)
    words = f"{incident.get_level_display()}退回社区：{note}"
    if incident.status == Status.ESCALATED:
        incident = move(incident, Status.ACCEPTED, actor=actor, note=words, at=at, level=Level.COMMUNITY)
    elif not may_direct(incident, actor):
        raise PermissionDenied(FORBIDDEN)
    else:
        incident.level = Level.COMMUNITY
        incident.save(update_fields=["level"])
        remark(incident, words, actor=actor, at=at)
    tell(incident, directors_of(incident), f"退回社区办理：{note}")
    return incident
