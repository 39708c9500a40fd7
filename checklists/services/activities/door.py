"""The one door through which an activity's status changes, with its lock, its right and its event."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Max
from django.utils import timezone

from checklists.models import Activity, ActivityEvent

Status = Activity.Status


def lock(activity):
    # Without its unit, which a change may exchange: a joined row is not read again after the wait for the lock.
    rows = Activity.objects.select_for_update(of=("self",), no_key=True).select_related("community")
    return rows.get(pk=activity.pk)


def stale(activity):
    event = activity.events.select_related("actor").last()
    who = str(event.actor) if event and event.actor else "有人"
    when = timezone.localtime(event.at).strftime("%m月%d日 %H:%M") if event else ""
    return ValidationError(
        f"这场活动已由{who}在{when}改为“{activity.get_status_display()}”，您看到的是旧页面，请刷新后再办。",
        code="transition",
    )


def permit(activity, actor):
    if not Activity.objects.editable_by(actor).filter(pk=activity.pk).exists():
        raise PermissionDenied("您没有办理这场活动的权限。")


def move(activity, to, *, actor, note="", at=None, **columns):
    """The one door, for a verb that has locked `activity`. Already there: nothing happens.

    ValidationError(code="transition") when the table has no such edge, with who moved it and when; PermissionDenied
    when the actor has no right on it. `columns` are written with the status.
    """
    at = at or timezone.now()
    permit(activity, actor)
    if activity.status == to:
        return activity
    if to not in activity.next_statuses:
        raise stale(activity)
    last = activity.events.aggregate(last=Max("at"))["last"]
    event = ActivityEvent(
        activity=activity,
        from_status=activity.status,
        to_status=to,
        actor=actor,
        note=note[:500],
        at=max(at, last or at),  # whoever waited for the lock looked at the clock before
    )
    activity.status = to
    for name, value in columns.items():
        setattr(activity, name, value)
    activity.save(update_fields=["status", *columns])
    event.save()
    return activity


def spoken(value):
    if hasattr(value, "hour"):
        value = timezone.localtime(value)
        year = f"{value.year}年" if value.year != timezone.localdate().year else ""
        return f"{year}{value.month}月{value.day}日 {value:%H:%M}"
    return str(value) if value not in (None, "") else "无"
