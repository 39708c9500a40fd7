"""写留言, 撤回, 申诉: by whoever has proven the phone; the caller asks for the proof."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from deliberations.models import Message, MessagePhoto, ModerationAct
from deliberations.services.messages.telling import tell_staff
from deliberations.services.moderation import change_status, is_blocked, lock_message, weigh
from deliberations.services.moderation.door import last_act, record
from govern.fields import blind_index
from grids.models import Community
from organizations.parameters import parameter

Deed, Status = ModerationAct.Act, Message.Status
HOUR = timedelta(hours=1)
VERDICT_STATUSES = (Status.REFUSED, Status.HIDDEN)
VERDICTS = (Deed.REFUSED, Deed.HIDDEN)
NOT_BY_THE_AUTHOR = ["community", "topic", "notice", "author", "need", "case", "issue", "status", "code"]


@transaction.atomic
def write_message(*, community, topic, text, name, phone, notice, photos=(), author=None, at=None):
    """A message of the proven `phone`, public at once where nothing has to be looked at first. The same words again
    within the hour are the first one.

    `photos` are files that clean_photo returned; `author` the account that is signed in, if any. ValidationError:
    code="blocked", "too_many" above messages_per_hour, or beside its field for a word that is not taken.
    """
    at = at or timezone.now()
    # Who writes in one book waits here for each other, so that the count below holds.
    community = Community.objects.select_for_update(no_key=True).get(pk=community.pk)
    # Without an upper end: whoever waited above may find what was written after `at`.
    recent = Message.objects.filter(phone_index=blind_index(phone), written_at__gt=at - HOUR)
    twin = recent.filter(community=community, text=text).exclude(status=Status.WITHDRAWN).first()
    if twin is not None:
        return twin
    effect = _weigh(community, phone, text, recent.count(), at)
    message = Message(
        community=community, topic=topic, text=text, name=name, phone=phone, notice=notice, author=author, written_at=at
    )
    message.full_clean(exclude=NOT_BY_THE_AUTHOR)
    message.save()
    for photo in photos:
        MessagePhoto(message=message).image.save(photo.name, photo, save=True)
    if not effect and not parameter("message_is_reviewed_first"):
        message = change_status(message, Status.PUBLISHED, actor=None, at=at)
    return message


def _weigh(community, phone, text, count, at):
    """ "hold" or "" for a message that may be written."""
    if is_blocked(community, phone, at):
        words = "这个手机号在本社区暂停留言，原因和期限请看“我的留言”。要办的事仍可以提需求。"
        raise ValidationError(words, code="blocked")
    most = int(parameter("messages_per_hour"))
    if count >= most:
        raise ValidationError(f"一个手机号一小时最多写 {most} 条，请过一会儿再写。", code="too_many")
    effect, words = weigh(text)
    if effect == "refuse":
        refusal = f"留言里有不能收的词：{'、'.join(words)}。请改一改再提交。"
        raise ValidationError({"text": ValidationError(refusal, code="words")})
    return effect


def withdraw_message(message, *, at=None):
    """本人撤回, whatever became of it; a second time nothing happens."""
    return change_status(message, Status.WITHDRAWN, actor=None, at=at)


def last_verdict(message):
    """The act by which the message was refused or hidden last; None where it was not."""
    return last_act(message, *VERDICTS) if message.status in VERDICT_STATUSES else None


def can_appeal(message, at=None):
    """Once against each refusal or hiding, within message_appeal_days of it."""
    act = last_verdict(message)
    if act is None or (at or timezone.now()) > appeal_by(act):
        return False
    return not message.moderation_acts.filter(act=Deed.APPEALED, at__gte=act.at).exists()


def appeal_by(act):
    return act.at + timedelta(days=parameter("message_appeal_days"))


@transaction.atomic
def appeal_message(message, *, words, at=None):
    """申诉; ValidationError(code="transition") where there is nothing to appeal against, or not any more."""
    at = at or timezone.now()
    words = (words or "").strip()
    if not words:
        raise ValidationError({"words": ValidationError("请写一写为什么应当公开。", code="required")})
    message = lock_message(message)
    if not can_appeal(message, at):
        raise ValidationError("这条留言现在不能申诉：已经申诉过，或者过了期限。", code="transition")
    record(message, Deed.APPEALED, actor=None, reason=words, at=at)
    tell_staff(message, "作者申诉，请由没有处理过它的人复核")
    return message
