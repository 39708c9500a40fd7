"""附议 and 举报 of readers: each counted once."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from deliberations.models import Flag, Message, MessageSupport
from deliberations.services.messages.telling import tell_staff
from deliberations.services.moderation import lock_message
from deliberations.services.moderation.door import move
from govern.fields import blind_index
from organizations.parameters import parameter

Status = Message.Status
GONE = "这条留言现在不公开了。"
PUT_ASIDE = "多位居民举报，先收起，等社区查看"


@transaction.atomic
def support_message(message, *, phone, at=None):
    """附议 of the proven `phone`; whether it is a new one. ValidationError for one's own and for what is not public."""
    message = _lock_public(message)
    index = blind_index(phone)
    if index == message.phone_index:
        raise ValidationError("这是您自己的留言，不用附议。", code="own")
    _, is_new = MessageSupport.objects.get_or_create(
        message=message, phone_index=index, defaults={"at": at or timezone.now()}
    )
    return is_new


def reader_hash(*, phone="", address=""):
    """Who flags, unreadable: the proven phone, else the network address."""
    return blind_index(phone or f"address {address}")


@transaction.atomic
def flag_message(message, *, reason, reader, words="", also=(), at=None):
    """举报; whether it is a new one. `reader` and `also` are all the hashes (reader_hash) that this reader goes by.

    With message_flags_to_hide flags that nobody has answered yet, the message is put aside until somebody looks.
    """
    at = at or timezone.now()
    message = _lock_public(message)
    if message.flags.filter(reader__in=[reader, *also]).exists():
        return False
    flag = Flag(message=message, reason=reason, words=words, reader=reader, at=at)
    flag.full_clean(exclude=["message"])
    flag.save()
    if message.flags.filter(answered_at=None).count() >= parameter("message_flags_to_hide"):
        move(message, Status.HIDDEN, actor=None, reason=PUT_ASIDE, at=at)
        tell_staff(message, "多位居民举报，已先收起，请查看")
    return True


def _lock_public(message):
    message = lock_message(message)
    if message.status != Status.PUBLISHED:
        raise ValidationError(GONE, code="gone")
    return message
