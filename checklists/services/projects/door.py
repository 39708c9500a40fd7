"""The one door through which a project's status changes: its lock, the table, the right and the event."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from checklists.models import Project, ProjectEvent

Status = Project.Status
# Where the liaison of the lead unit may bring it; everywhere else goes the community's staff alone.
LEAD_MAY = frozenset({Status.INSPECTING})


def lock_project(project):
    """The project as it now is, locked: before its bids, and before the needs that end with it.

    Not joined to its unit, which may have been chosen while this waited: a join would still show the former one.
    """
    locked = Project.objects.select_for_update(of=("self",), no_key=True)
    return locked.select_related("community").get(pk=project.pk)


def stale(project):
    """The error of somebody who acts on an old page: who did what, when."""
    event = project.events.exclude(from_status=F("to_status")).select_related("actor").last()
    who = str(event.actor) if event and event.actor else "有人"
    when = timezone.localtime(event.at).strftime("%m月%d日 %H:%M") if event else ""
    return ValidationError(
        f"这个项目已由{who}在{when}改为“{project.get_status_display()}”，您看到的是旧页面，请刷新后再办。",
        code="transition",
    )


@transaction.atomic
def change_status(project, to, **change):
    """The one door for whoever has locked nothing yet: `change` is what `move` takes. Returns the project as it is."""
    return move(lock_project(project), to, **change)


def move(project, to, *, actor, note="", at=None, **columns):
    """The one door, for a verb that has locked `project` by lock_project; `columns` are written with the status.

    Already there: nothing happens. ValidationError(code="transition") when the table has no such edge, with who moved
    it and when; PermissionDenied when `actor` has no right on it.
    """
    at = at or timezone.now()
    if project.status == to:
        return project
    if to not in project.next_statuses:
        raise stale(project)
    permit(project, actor, lead_may=to in LEAD_MAY)
    before = project.status
    columns = {**_columns(to, note, at), **columns}
    project.status = to
    write(project, **columns)
    record(project, actor=actor, note=note, at=at, before=before)
    return project


def _columns(to, note, at):
    """What every change to `to` writes."""
    if to == Status.CLOSED:
        return {"closed_on": timezone.localdate(at)}
    if to == Status.STOPPED:
        return {"stop_reason": note[:200], "is_open_to_bids": False}
    if to == Status.PROPOSED:
        return {"publicity_ends_on": None}
    return {}


def write(project, **columns):
    for name, value in columns.items():
        setattr(project, name, value)
    project.save(update_fields=["status", *columns])


def record(project, *, actor, note, at=None, before=None):
    """Append what happened; without `before` the status stayed as it was."""
    at = at or timezone.now()
    last = project.events.aggregate(last=Max("at"))["last"]
    return ProjectEvent.objects.create(
        project=project,
        from_status=project.status if before is None else before,
        to_status=project.status,
        actor=actor,
        note=note[:500],
        progress=project.progress,
        # Whoever waited for the lock looked at the clock before; the story is told in the order in which it happened.
        at=max(at, last or at),
    )


def permit(project, actor, *, lead_may=False):
    """PermissionDenied unless `actor` works for the project's community or, with `lead_may`, for its lead unit."""
    rows = Project.objects.filter(pk=project.pk)
    if rows.handled_by(actor).exists() or (lead_may and rows.led_by(actor).exists()):
        return
    raise PermissionDenied("您没有办理这个项目的权限。")


def demand(value, field, message):
    """ValidationError beside `field` for what is owed and missing."""
    if not (value.strip() if isinstance(value, str) else value):
        raise ValidationError({field: message}, code="required")


def demand_status(project, *statuses):
    if project.status not in statuses:
        raise stale(project)
