"""What the resident says of it once it is done, and what follows: reopened, handled again, closed."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from checklists.models import Need
from checklists.services.needs.door import change_status, demand, lock_need, move, stale
from organizations.parameters import parameter
from organizations.services.calendars import deadline

Status = Need.Status


def rate(need, *, actor, satisfaction, is_solved, note="", at=None):
    """评单 by the resident, or by staff who called back (回访) and write down what they were told."""
    at = at or timezone.now()
    if satisfaction not in Need.Satisfaction.values:
        raise ValidationError({"satisfaction": "请选择是否满意。"}, code="satisfaction")
    if is_solved is None:
        raise ValidationError({"is_solved": "请选择问题是否解决。"}, code="is_solved")
    _refuse_part(need)
    return change_status(
        need,
        Status.RATED,
        actor=actor,
        note=f"{Need.Satisfaction(satisfaction).label}，{'已解决' if is_solved else '没有解决'}",
        is_note_public=True,
        at=at,
        satisfaction=satisfaction,
        is_solved=is_solved,
        rating_note=note,
        rated_at=at,
    )


def _refuse_part(need):
    if need.parent_id:
        raise ValidationError(f"这是拆分出来的一件，请在 {need.parent.spoken_code} 上评价。", code="part")


def can_reopen(need, at=None):
    """Whether the resident may still say "it is not solved": once, within the set days after it was done."""
    at = at or timezone.now()
    return (
        Status.REOPENED in need.next_statuses
        and need.parent_id is None
        and need.reopen_count == 0
        and need.done_at is not None
        and (at - need.done_at).days < parameter("reopen_days")
    )


@transaction.atomic
def reopen(need, *, actor, reason, at=None):
    """再次反映: staff must judge it. The first rating stays in the events; the need awaits a new one."""
    at = at or timezone.now()
    demand(reason, "reason", "请写明哪里没有解决。")
    _refuse_part(need)
    need, dispatch = lock_need(need)
    if need.reopen_count:
        raise ValidationError("这件事已经再次反映过一次，请电话联系社区。", code="reopen")
    if not can_reopen(need, at):
        raise ValidationError(f"办好后 {parameter('reopen_days'):.0f} 天内可以再次反映，请重新提交。", code="reopen")
    return move(
        need,
        dispatch,
        Status.REOPENED,
        actor=actor,
        note=reason,
        is_note_public=True,
        at=at,
        reopen_count=1,
        closed_at=None,
        reminded_at=None,
        handle_by=deadline(at, need.category.handling_hours),
    )


@transaction.atomic
def accept_reopening(need, *, actor, note="", at=None):
    """The resident is right: handle it again, with a new rating to come."""
    need, dispatch = lock_need(need)
    if need.status not in (Status.REOPENED, Status.ACCEPTED):
        raise stale(need)
    return move(
        need,
        dispatch,
        Status.ACCEPTED,
        actor=actor,
        note=note,
        at=at,
        done_at=None,
        satisfaction="",
        is_solved=None,
        rating_note="",
        rated_at=None,
    )


@transaction.atomic
def close(need, *, actor, reason="", at=None):
    """办结. Refusing a reopening needs a reason, which the resident reads."""
    at = at or timezone.now()
    need, dispatch = lock_need(need)
    if need.status == Status.REOPENED:
        demand(reason, "reason", "请写明不再办理的原因，居民会看到。")
    return move(
        need, dispatch, Status.CLOSED, actor=actor, note=reason, is_note_public=bool(reason), at=at, closed_at=at
    )
