"""派单 and 接单: a need is offered to a resource, whose places it holds until it is finished or comes back."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from accounts.models import User
from accounts.services import notify
from checklists.models import Dispatch, Need, NeedEvent, Resource
from checklists.services.needs import lock_need, move, stale
from checklists.services.photos import add_photos
from organizations.parameters import parameter
from organizations.services.calendars import deadline

Status = Dispatch.Status
Party = NeedEvent.Party


@transaction.atomic
def dispatch(need, resource, *, actor, note="", at=None):
    """Offer `need` to `resource` and hold its places.

    ValidationError: the need is no longer waiting (code "transition", with who was quicker), the resource is closed
    or out of the actor's reach, the unit already refused this need, or too few places are left (code "capacity").
    """
    at = at or timezone.now()
    need, _ = lock_need(need, resource)
    resource = hold_places(need, resource, at=at)
    row = Dispatch.objects.create(
        need=need,
        resource=resource,
        people_count=need.people_count,
        dispatcher=actor if isinstance(actor, User) else None,
        offered_at=at,
        reply_by=deadline(at, parameter("reply_hours")),
        note=note,
    )
    move(need, row, Need.Status.DISPATCHED, actor=actor, note=note, dispatch=row, at=at)
    if resource.unit.liaison:
        text = f"新派单：{need.category}（{need.place}）"
        notify([resource.unit.liaison], text=text, link=f"/desk/dispatches/{row.pk}/")
    return row


def hold_places(need, resource, *, at):
    """Reserve what the locked `need` wants of the locked `resource`; the resource as it now is, with its liaison.

    ValidationError as `dispatch` says.
    """
    today = timezone.localdate(at)
    resource = Resource.objects.select_related("unit__liaison").get(pk=resource.pk)
    if Need.Status.DISPATCHED not in need.next_statuses:
        raise stale(need)
    if not Resource.objects.open(today).serving(need.community).filter(pk=resource.pk).exists():
        raise ValidationError(f"“{resource.name}”已停止或不服务本社区，请另选。", code="closed")
    if need.dispatches.refusing().filter(resource__unit=resource.unit_id).exists():
        raise ValidationError(f"{resource.unit}已谢绝过这件事，请另选。", code="refused")
    count_places(resource, today)
    left = resource.capacity - resource.reserved
    if left < need.people_count:
        raise ValidationError(
            f"“{resource.name}”本期还剩 {left} 个名额，这件事需要 {need.people_count} 个，请另选。", code="capacity"
        )
    resource.reserved += need.people_count
    resource.save(update_fields=["reserved", "period_starts_on"])
    return resource


def count_places(resource, on):
    """Set `reserved` of the locked `resource` to what dispatches of the period of the date `on` hold.

    Counted anew each time: a period ends by itself, and an office may change its length or the capacity in the middle.
    """
    resource.period_starts_on = max(resource.period_starts_on, resource.period_start(on))
    held = resource.dispatches.held().filter(offered_at__date__gte=resource.period_starts_on)
    resource.reserved = min(held.aggregate(total=Sum("people_count"))["total"] or 0, resource.capacity)


def settle(row, to, *, at, **columns):
    """Bring a locked dispatch to its end or to "taken"; the places of one that comes back are free for other needs.

    Called with the resource, the need and the dispatch locked, and `row` read since: its resource is as it now is.
    """
    from checklists.tasks import match_affected

    if to not in row.next_statuses:
        raise ValidationError(f"这张派单{row.get_status_display()}，不能再操作。", code="transition")
    row.status = to
    for name, value in columns.items():
        setattr(row, name, value)
    row.save(update_fields=["status", *columns])
    if to in (Status.DECLINED, Status.EXPIRED, Status.RECALLED):
        resource = row.resource
        count_places(resource, timezone.localdate(at))
        resource.save(update_fields=["reserved", "period_starts_on"])
        row.bookings.filter(day__gte=timezone.localdate(at)).delete()
        match_affected.delay_on_commit(resource.pk)
    return row


def _lock(row, actor):
    """(dispatch, need) as they now are, locked; PermissionDenied to a stranger."""
    if isinstance(actor, User) and not Dispatch.objects.editable_by(actor).filter(pk=row.pk).exists():
        raise PermissionDenied("这张派单不属于您的单位。")
    need, locked = lock_need(row.need)
    row = locked if locked == row else Dispatch.objects.select_related("resource__unit").get(pk=row.pk)
    row.need = need
    return row, need


@transaction.atomic
def take(row, *, actor, note="", at=None):
    """接单."""
    at = at or timezone.now()
    row, need = _lock(row, actor)
    if row.status == Status.TAKEN:
        return row
    settle(row, Status.TAKEN, at=at, answered_at=at)
    _change_as_unit(need, Need.Status.TAKEN, actor=actor, note=note, row=row, at=at)
    return row


@transaction.atomic
def decline(row, *, actor, reason, note="", at=None):
    """The unit cannot: the reason is kept, the unit is not asked again for this need, and the need is matched anew."""
    at = at or timezone.now()
    if reason not in Dispatch.Reason.values:
        raise ValidationError({"reason": "请选择不能接单的原因。"}, code="required")
    if reason == Dispatch.Reason.OTHER and not note.strip():
        raise ValidationError({"note": "请写明原因。"}, code="required")
    row, need = _lock(row, actor)
    if row.status == Status.DECLINED:
        return row
    settle(
        row,
        Status.DECLINED,
        at=at,
        answered_at=row.answered_at or at,
        reason=reason,
        note=note,
        is_no_show=reason == Dispatch.Reason.NO_SHOW,
    )
    words = Dispatch.Reason(reason).label + (f"：{note}" if note else "")
    return _give_back(need, row, actor=actor, note=words, at=at)


@transaction.atomic
def expire(row, *, at=None):
    """Nobody answered in time: the need returns by itself."""
    at = at or timezone.now()
    row, need = _lock(row, Party.SYSTEM)
    if row.status != Status.OFFERED or row.reply_by >= at:
        return row
    settle(row, Status.EXPIRED, at=at)
    return _give_back(need, row, actor=Party.SYSTEM, note=f"{row.resource.unit}未在时限内答复", at=at)


@transaction.atomic
def recall(row, *, actor, note="", at=None):
    """The community takes a dispatch back, to give the need to somebody else."""
    at = at or timezone.now()
    if not isinstance(actor, User) or not Need.objects.editable_by(actor).filter(pk=row.need_id).exists():
        raise PermissionDenied("您没有办理这件事的权限。")
    need, locked = lock_need(row.need)
    row.refresh_from_db()
    if row.status == Status.RECALLED:
        return row
    if locked is None or locked.pk != row.pk:
        raise stale(need)
    settle(row, Status.RECALLED, at=at)
    move(need, row, Need.Status.ACCEPTED, actor=actor, note=note or "收回派单", dispatch=row, at=at)
    return row


def _give_back(need, row, *, actor, note, at):
    _change_as_unit(need, Need.Status.ACCEPTED, actor=actor, note=note, row=row, at=at)
    return row


@transaction.atomic
def start_service(row, *, actor, note="", at=None):
    """The unit has begun: somebody is on the way or there."""
    row, need = _lock(row, actor)
    if row.status != Status.TAKEN or need.status == Need.Status.SUSPENDED:  # which only the community ends
        raise stale(need)
    _change_as_unit(need, Need.Status.IN_SERVICE, actor=actor, note=note, row=row, at=at)
    return row


@transaction.atomic
def finish_dispatch(row, *, actor, note, photos=(), at=None):
    """完成, with what was done in words the resident reads, and photos."""
    at = at or timezone.now()
    if not note.strip():
        raise ValidationError({"note": "请写一句办理结果，居民会看到。"}, code="required")
    row, need = _lock(row, actor)
    if row.status == Status.FINISHED:
        return row
    settle(row, Status.FINISHED, at=at, finished_at=at, note=note)
    _change_as_unit(need, Need.Status.DONE, actor=actor, note=note, is_note_public=True, row=row, at=at, done_at=at)
    add_photos(need, photos, stage="finished")
    return row


def _change_as_unit(need, to, *, actor, row, **kwargs):
    """The right was asked of the dispatch; the need's door hears that it is the unit, the event names the person."""
    party = Party.SYSTEM if actor == Party.SYSTEM else Party.UNIT
    return move(need, row, to, actor=actor, party=party, dispatch=row, **kwargs)
