"""申诉 of the author, judged by another person than who decided; 举报 of readers."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from deliberations.models import Message
from deliberations.services.moderation.door import (
    JUDGEMENTS,
    Deed,
    demand,
    last_act,
    lock_message,
    move,
    permit,
    record,
    stale,
)

Status = Message.Status
KEPT_BACK = (Status.REFUSED, Status.HIDDEN)
OTHER_JUDGE = "这条留言是您处理的，申诉请由其他人复核，街道也可以复核。"


def appeal_stands(message):
    """Whether the author's appeal waits for an answer."""
    last = last_act(message, *JUDGEMENTS) if message.status in KEPT_BACK else None
    return last is not None and last.act == Deed.APPEALED


def is_put_aside(message):
    """Hidden by itself because enough readers flagged it, and not looked at yet."""
    last = last_act(message, Deed.HIDDEN, Deed.DISMISSED) if message.status == Status.HIDDEN else None
    return last is not None and last.actor_id is None


def hider_of(message):
    """Who refused or hid it; None where nobody did."""
    act = last_act(message, Deed.REFUSED, Deed.HIDDEN)
    return act.actor if act else None


def may_judge_appeal(message, user):
    return hider_of(message) != user


@transaction.atomic
def uphold_appeal(message, *, actor, reason="", at=None):
    """申诉成立: it is public (again)."""
    message = _appealed(message, actor, done=Deed.UPHELD)
    if message.status == Status.PUBLISHED:
        return message
    answer_flags(message, at=at)
    return move(message, Status.PUBLISHED, actor=actor, reason=reason.strip(), deed=Deed.UPHELD, at=at)


@transaction.atomic
def dismiss_appeal(message, *, reason, actor, at=None):
    """申诉不成立: it stays as it is, and the author reads why."""
    reason = demand(reason, "reason", "请写明申诉为什么不成立。")
    message = _appealed(message, actor, done=Deed.DISMISSED)
    if appeal_stands(message):
        record(message, Deed.DISMISSED, actor=actor, reason=reason, at=at)
        answer_flags(message, at=at)
    return message


def _appealed(message, actor, *, done):
    """The locked `message` whose appeal `actor` may judge, or has just judged so (a second click).

    ValidationError(code="transition") where no appeal stands; PermissionDenied for whoever decided on it.
    """
    message = lock_message(message)
    permit(message, actor)
    if not appeal_stands(message):
        last = last_act(message, *JUDGEMENTS)
        if last is not None and last.act == done and last.actor_id == actor.pk:
            return message
        raise stale(message)
    if not may_judge_appeal(message, actor):
        raise PermissionDenied(OTHER_JUDGE)
    return message


@transaction.atomic
def dismiss_flags(message, *, actor, reason="", at=None):
    """举报不成立: the flags are answered, and what they had put aside is public again."""
    message = lock_message(message)
    permit(message, actor)
    if not message.flags.filter(answered_at=None).exists():
        last = last_act(message)
        if last is not None and last.act == Deed.FLAG_DISMISSED and last.actor_id == actor.pk:
            return message
        raise ValidationError("这条留言没有待处理的举报，您看到的是旧页面，请刷新后再办。", code="transition")
    answer_flags(message, at=at)
    if is_put_aside(message):
        return move(message, Status.PUBLISHED, actor=actor, reason=reason.strip(), deed=Deed.FLAG_DISMISSED, at=at)
    record(message, Deed.FLAG_DISMISSED, actor=actor, reason=reason.strip(), at=at)
    return message


def answer_flags(message, *, at=None):
    message.flags.filter(answered_at=None).update(answered_at=at or timezone.now())
