"""公开, 不公开, 隐藏."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from deliberations.models import Message
from deliberations.services.moderation.appeals import KEPT_BACK, answer_flags, appeal_stands, is_put_aside
from deliberations.services.moderation.door import Deed, demand, lock_message, move, permit, record, stale

Status = Message.Status
APPEALED = "作者已申诉，请在申诉里处理。"


@transaction.atomic
def publish_message(message, *, actor, at=None):
    """公开 what waits for a look."""
    message = lock_message(message)
    if message.status in KEPT_BACK:
        raise stale(message)
    return move(message, Status.PUBLISHED, actor=actor, at=at)


@transaction.atomic
def restore_message(message, *, reason, actor, at=None):
    """恢复公开 of what was kept back by mistake; where the author has appealed, the appeal is judged instead."""
    reason = demand(reason, "reason", "请写明为什么恢复公开。")
    message = lock_message(message)
    _refuse_past_appeal(message)
    message = move(message, Status.PUBLISHED, actor=actor, reason=reason, at=at)
    answer_flags(message, at=at)
    return message


@transaction.atomic
def refuse_message(message, *, reason, actor, at=None):
    """不公开: the author reads why, and may appeal."""
    reason = demand(reason, "reason", "请选择或写明不公开的原因。")
    return move(lock_message(message), Status.REFUSED, actor=actor, reason=reason, at=at)


@transaction.atomic
def hide_message(message, *, reason, actor, at=None):
    """隐藏 what is public, or confirm what was put aside because readers flagged it; the flags are answered by that."""
    at = at or timezone.now()
    reason = demand(reason, "reason", "请选择或写明隐藏的原因。")
    message = lock_message(message)
    if is_put_aside(message):
        permit(message, actor)
        _refuse_past_appeal(message)
        record(message, Deed.HIDDEN, actor=actor, reason=reason, at=at)
    else:
        message = move(message, Status.HIDDEN, actor=actor, reason=reason, at=at)
    answer_flags(message, at=at)
    return message


def _refuse_past_appeal(message):
    if appeal_stands(message):
        raise ValidationError(APPEALED, code="appealed")
