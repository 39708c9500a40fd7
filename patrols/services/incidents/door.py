"""The one door through which an incident's status changes: its lock, the table, the right, the clocks and the event."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from grids.models import Duty
from patrols.models import Incident, IncidentEvent
from patrols.services.incidents.clocks import clocks

Status = Incident.Status

# Whose right it takes to decide on an incident, by the level that it waits at.
DIRECTING = {
    Incident.Level.COMMUNITY: "patrols.dispatch_incident",
    Incident.Level.STREET: "patrols.direct_incident",
    Incident.Level.DISTRICT: "patrols.direct_district_incident",
}
# What whoever handles it does: everybody who works on that ground may.
HANDLING = {(Status.ASSIGNED, Status.HANDLED), (Status.ASSIGNED, Status.ACCEPTED)}
# What whoever it came to first does with it (首接负责): take it in hand, or give it to who can.
RECEIVING = {(Status.REPORTED, Status.ACCEPTED), (Status.ACCEPTED, Status.ASSIGNED)}
# What happens by itself, when a day has come or a deadline has passed.
SYSTEM_MAY = frozenset({Status.ACCEPTED, Status.ASSIGNED, Status.ESCALATED})
FORBIDDEN = "您没有办理这件事的权限。"


def lock_incident(incident):
    """The row as it now is, locked for the rest of the transaction."""
    rows = Incident.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("matter", "community", "grid").get(pk=incident.pk)


def stale(incident):
    """The error of somebody who acts on an old page: who did what, when."""
    event = incident.events.exclude(from_status=F("to_status")).select_related("actor").last()
    who = str(event.actor or "系统") if event else "有人"
    when = timezone.localtime(event.at).strftime("%m月%d日 %H:%M") if event else ""
    words = f"这件事已由{who}在{when}改为“{incident.get_status_display()}”，您看到的是旧页面，请刷新后再办。"
    return ValidationError(words, code="transition")


def demand(value, field, message):
    """ValidationError beside `field` for words that are owed and missing; the words without spaces around them."""
    words = (value or "").strip()
    if not words:
        raise ValidationError({field: message}, code="required")
    return words


@transaction.atomic
def change_status(incident, to, **change):
    """The one door for whoever has locked nothing yet: `change` is what `move` takes. Returns the row as it now is."""
    return move(lock_incident(incident), to, **change)


def move(incident, to, *, actor, note="", at=None, **columns):
    """The one door, for a verb that has locked `incident` by lock_incident.

    `actor` is a User, or None for what happens by itself; `columns` are written with the status. What follows from the
    edge alone is written here too: see clocks. Already there: nothing happens.

    ValidationError(code="transition") when the table has no such edge, with who moved it and when; PermissionDenied
    when the actor has no right on it. Returns `incident`.
    """
    at = at or timezone.now()
    if incident.status == to:
        return incident
    if to not in incident.next_statuses:
        raise stale(incident)
    permit(incident, to, actor)
    columns = {**clocks(incident, to, at), **columns}
    event = IncidentEvent(
        incident=incident,
        from_status=incident.status,
        to_status=to,
        actor=actor,
        note=note[:500],
        at=after_all(incident, at),
    )
    incident.status = to
    for name, value in columns.items():
        setattr(incident, name, value)
    incident.save(update_fields=["status", *columns])
    event.save()
    return incident


def remark(incident, note, *, actor, at=None):
    """An event that leaves the status of the locked `incident` as it is."""
    return IncidentEvent.objects.create(
        incident=incident,
        from_status=incident.status,
        to_status=incident.status,
        actor=actor,
        note=note[:500],
        at=after_all(incident, at or timezone.now()),
    )


def after_all(incident, at):
    """`at`, or the last event's moment where that is later: whoever waited for the lock read the clock before."""
    return max(at, incident.events.aggregate(last=Max("at"))["last"] or at)


def permit(incident, to, actor):
    """PermissionDenied unless `actor` may bring the locked `incident` to `to`."""
    if actor is None:
        allowed = to in SYSTEM_MAY
    elif (incident.status, to) in HANDLING:
        allowed = may_handle(incident, actor)
    elif (incident.status, to) in RECEIVING and is_receiver(incident, actor):
        allowed = True
    else:
        allowed = may_direct(incident, actor)
    if not allowed:
        raise PermissionDenied(FORBIDDEN)


def may_handle(incident, actor):
    return Incident.objects.editable_by(actor).filter(pk=incident.pk).exists()


def is_receiver(incident, actor):
    """Whether it came to `actor` first, or to whom they stand in for or succeeded, and still waits in the community."""
    if incident.receiver_id is None or incident.level != Incident.Level.COMMUNITY:
        return False
    return Duty.objects.answered_by(actor).filter(pk=incident.receiver_id).exists() and may_handle(incident, actor)


def may_whistle(incident, actor):
    """Whether `actor` may call departments to it, and enter who came."""
    return Incident.objects.allowed(actor, "patrols.add_whistle").filter(pk=incident.pk).exists()


def may_direct(incident, actor):
    """Whether `actor` decides at the level that the incident waits at; in the community its grid leader does too."""
    if Incident.objects.allowed(actor, DIRECTING[incident.level]).filter(pk=incident.pk).exists():
        return True
    if incident.level != Incident.Level.COMMUNITY or incident.grid_id is None:
        return False
    leads = Duty.objects.current().held_by(actor).filter(kind=Duty.Kind.LEADER, grid=incident.grid_id)
    return leads.exists() and may_handle(incident, actor)
