"""A need on its way: served by the community, suspended, reminded of, done or taken back."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.services import notify
from checklists.models import Dispatch, Need
from checklists.services.needs.door import change_status, demand, lock_need, move, staff_of, stale
from checklists.services.needs.parts import lock_whole
from checklists.services.photos import add_photos

Status = Need.Status


@transaction.atomic
def withdraw(need, *, actor, note="", at=None):
    """撤回 by the resident, with all parts; an open dispatch is recalled and its places are free again."""
    at = at or timezone.now()
    need, dispatch, parts = lock_whole(need)
    need = _withdraw(need, dispatch, actor=actor, note=note, at=at)
    for part, row in parts:
        _withdraw(part, row, actor=actor, note=f"整件事撤回。{note}".strip(), at=at)
    return need


def _withdraw(need, dispatch, *, actor, note, at):
    from checklists.services.claims import release
    from checklists.services.dispatches import settle

    release(need, at=at)
    if dispatch is not None:
        settle(dispatch, Dispatch.Status.RECALLED, at=at)
    return move(
        need,
        dispatch,
        Status.WITHDRAWN,
        actor=actor,
        note=note[:500],
        is_note_public=True,
        dispatch=dispatch,
        at=at,
        closed_at=at,
    )


@transaction.atomic
def start_own_service(need, *, actor, note="", at=None):
    """社区自办: the community serves the need itself, without a unit."""
    need, dispatch = lock_need(need)
    if dispatch is not None or need.status not in (Status.ACCEPTED, Status.IN_SERVICE):
        raise stale(need)
    return move(need, dispatch, Status.IN_SERVICE, actor=actor, note=note or "社区直接办理", at=at)


@transaction.atomic
def finish(need, *, actor, note, photos=(), at=None):
    """办好 by the community, the level above it or a body outside, when no unit holds the need."""
    at = at or timezone.now()
    demand(note, "note", "请写明办理结果，居民会看到。")
    need, dispatch = lock_need(need)
    if dispatch is not None:
        raise ValidationError("这件事在单位手里，由单位填写办理结果。", code="dispatch")
    if need.claims.active().exists():
        raise ValidationError("这件事由志愿者认领着，由他们填写办理结果。", code="claim")
    if need.status == Status.SPLIT:
        raise ValidationError("这件事拆成了几件，各件都办完才算办好。", code="split")
    if need.status == Status.DONE:
        return need
    need = move(
        need,
        dispatch,
        Status.DONE,
        actor=actor,
        note=note,
        is_note_public=True,
        at=at,
        done_at=at,
        responded_at=need.responded_at or at,  # one escalated unheard is answered by its result
    )
    add_photos(need, photos, stage="finished")
    return need


def suspend(need, *, actor, reason, until, at=None):
    """挂起 until the date `until`, with a reason the resident reads. The handling clock stops."""
    at = at or timezone.now()
    demand(reason, "reason", "请写明挂起的原因，居民会看到。")
    if until is None or until <= timezone.localdate(at):
        raise ValidationError({"until": "请选择今天以后的日期。"}, code="until")
    return change_status(
        need,
        Status.SUSPENDED,
        actor=actor,
        note=reason,
        is_note_public=True,
        at=at,
        suspended_at=at,
        suspended_until=until,
    )


@transaction.atomic
def resume(need, *, actor, note="", at=None):
    """Back to where it was suspended from."""
    need, dispatch = lock_need(need)
    if need.status != Status.SUSPENDED:
        raise stale(need)
    suspensions = need.events.filter(to_status=Status.SUSPENDED).exclude(from_status=Status.SUSPENDED)
    return move(need, dispatch, suspensions.last().from_status, actor=actor, note=note or "恢复办理", at=at)


def remind_deadline(need, *, at=None):
    """Tell the community's staff, once, that the deadline of `need` is near."""
    at = at or timezone.now()
    with transaction.atomic():
        need = Need.objects.select_for_update(no_key=True).get(pk=need.pk)
        if need.reminded_at is not None or need.deadline is None:
            return
        need.reminded_at = at
        need.save(update_fields=["reminded_at"])
        due = timezone.localtime(need.deadline).strftime("%m月%d日 %H:%M")
        notify(
            staff_of(need.community),
            text=f"{need.spoken_code} {need.category} 将在 {due} 到期",
            link=f"/admin/checklists/need/{need.pk}/change/",
        )
