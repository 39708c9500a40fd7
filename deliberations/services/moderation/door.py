"""The one door through which a message's status changes: its lock, the table, the right, the clock and the record."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from deliberations.models import Message, ModerationAct
from deliberations.services.moderation.telling import tell_author
from organizations.parameters import parameter
from organizations.services.calendars import office_calendar
from organizations.workdays import add_working_time
from volunteers.models import Volunteer

Status, Deed = Message.Status, ModerationAct.Act
DEEDS = {
    Status.PUBLISHED: Deed.PUBLISHED,
    Status.REFUSED: Deed.REFUSED,
    Status.HIDDEN: Deed.HIDDEN,
    Status.WITHDRAWN: Deed.WITHDRAWN,
}
# What decides whether the public reads it, or asks to decide anew: the last of these tells where it stands.
JUDGEMENTS = (*DEEDS.values(), Deed.APPEALED, Deed.UPHELD, Deed.DISMISSED, Deed.FLAG_DISMISSED)
# What happens by itself: published where nothing is reviewed first, put aside when enough readers have flagged it.
SYSTEM_MAY = {(Status.PENDING, Status.PUBLISHED), (Status.PUBLISHED, Status.HIDDEN)}
FORBIDDEN = "您没有审核这条留言的权限。"
OWN = "这是您本人的留言，请由其他人审核。"


def lock_message(message):
    """The row as it now is, locked for the rest of the transaction."""
    rows = Message.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("community", "topic").get(pk=message.pk)


def last_act(message, *acts):
    """The newest record of one of `acts` (of all), with its actor; None for none."""
    rows = message.moderation_acts.select_related("actor").order_by("-at", "-pk")
    return rows.filter(act__in=acts or Deed.values).first()


def stale(message):
    """The error of somebody who acts on an old page: who did what, when."""
    act = last_act(message, *JUDGEMENTS)
    who = (str(act.actor) if act.actor else "系统") if act else "有人"
    when = timezone.localtime(act.at).strftime("%m月%d日 %H:%M") if act else ""
    if message.status == Status.WITHDRAWN:
        return ValidationError(f"这条留言已由本人在{when}撤回，不用再审核。", code="transition")
    deed = act.get_act_display() if act else message.get_status_display()
    words = f"这条留言已由{who}在{when}处理为“{deed}”，您看到的是旧页面，请刷新后再办。"
    return ValidationError(words, code="transition")


def demand(value, field, message):
    """ValidationError beside `field` for words that are owed and missing; the words without spaces around them."""
    words = (value or "").strip()
    if not words:
        raise ValidationError({field: ValidationError(message, code="required")})
    return words


@transaction.atomic
def change_status(message, to, **change):
    """The one door for whoever has locked nothing yet: `change` is what `move` takes. Returns the row as it now is."""
    return move(lock_message(message), to, **change)


def move(message, to, *, actor, reason="", deed=None, at=None):
    """The one door, for a verb that has locked `message` by lock_message.

    `actor` is a User, or None for what happens by itself and for the author, whose phone the caller has proven. `deed`
    is what the record calls it where the status does not tell. Already there by the same hand: nothing happens.

    ValidationError(code="transition") when the table has no such edge or somebody else was there first;
    PermissionDenied for whoever may not, or wrote it.
    """
    at = at or timezone.now()
    if message.status == to:
        done = last_act(message, *JUDGEMENTS)
        if actor is None or (done is not None and done.actor_id == actor.pk):
            return message
        raise stale(message)
    if to not in Message.TRANSITIONS[message.status]:
        raise stale(message)
    permit_move(message, to, actor)
    columns = _clock(message, at) if to == Status.PUBLISHED else {}
    message.status = to
    for name, value in columns.items():
        setattr(message, name, value)
    message.save(update_fields=["status", *columns])
    record(message, deed or DEEDS[to], actor=actor, reason=reason, at=at)
    return message


def record(message, deed, *, actor, reason="", text_before="", at=None):
    """One line of the record of the locked `message`; whom it judges is told."""
    at = at or timezone.now()
    # Whoever waited for the lock read the clock before.
    last = message.moderation_acts.aggregate(last=Max("at"))["last"] or at
    act = ModerationAct.objects.create(
        message=message, act=deed, actor=actor, reason=reason[:200], text_before=text_before, at=max(at, last)
    )
    tell_author(act)
    return act


def permit_move(message, to, actor):
    if to == Status.WITHDRAWN:
        if actor is not None and actor.pk != message.author_id:
            raise PermissionDenied("留言只有本人能撤回。")
    elif actor is None:
        if (message.status, to) not in SYSTEM_MAY:
            raise PermissionDenied(FORBIDDEN)
    else:
        permit(message, actor)


def permit(message, actor):
    """PermissionDenied unless `actor` may judge `message`: with the right on it, and not its author."""
    if not Message.objects.editable_by(actor).filter(pk=message.pk).exists():
        raise PermissionDenied(FORBIDDEN)
    if is_own(message, actor):
        raise PermissionDenied(OWN)


def is_own(message, user):
    """Whether `user` wrote it: signed in, or from the phone of the own account or volunteer."""
    if message.author_id == user.pk or (message.phone_index and message.phone_index == user.phone_index):
        return True
    return Volunteer.objects.filter(user=user, phone_index=message.phone_index).exists()


def _clock(message, at):
    """When it came out first, and by when an official reply is owed: some working days after it came out last."""
    schedule, overrides = office_calendar()
    one_day = sum((ends - starts for starts, ends in schedule.spans(timezone.localdate(at))), timedelta())
    reply_by = add_working_time(at, parameter("message_reply_days") * one_day, schedule, overrides)
    return {"published_at": message.published_at or at, "reply_by": reply_by}
