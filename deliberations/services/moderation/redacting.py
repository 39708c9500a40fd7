"""遮盖: what the public reads and sees of a message, never what was written."""

from django.core.exceptions import ValidationError
from django.db import transaction

from deliberations.blackening import COVER, clean_areas, covers
from deliberations.models import MessagePhoto
from deliberations.services.moderation.door import Deed, lock_message, permit, record


@transaction.atomic
def redact_message(message, *, text, actor, reason="", at=None):
    """`text` is what the public reads from now on: the original with letters covered (■), and nothing else changed.

    The original itself uncovers it. ValidationError beside "text" for words that the author did not write.
    """
    message = lock_message(message)
    permit(message, actor)
    if not covers(text, message.text):
        raise ValidationError({"text": ValidationError(f"只能用 {COVER} 遮盖原文，不能改写。", code="rewritten")})
    shown = "" if text == message.text else text
    if shown == message.shown_text:
        return message
    before = message.public_text
    message.shown_text = shown
    message.save(update_fields=["shown_text"])
    what = reason.strip() or ("遮盖文字" if shown else "取消遮盖文字")
    record(message, Deed.REDACTED, actor=actor, reason=what, text_before=before, at=at)
    return message


@transaction.atomic
def redact_photo(photo, *, areas, actor, reason="", at=None):
    """Cover `areas` of the picture: [x, y, width, height] each, as shares of it (0 to 1); none uncovers it.

    ValidationError beside "areas" for what is no box inside the picture.
    """
    message = lock_message(photo.message)
    permit(message, actor)
    photo = MessagePhoto.objects.select_for_update(of=("self",), no_key=True).get(pk=photo.pk, message=message)
    areas = clean_areas(areas)
    if areas == photo.hidden_areas:
        return photo
    photo.hidden_areas = areas
    photo.save(update_fields=["hidden_areas"])
    place = message.photos.filter(pk__lte=photo.pk).count()
    what = f"照片 {place} 遮盖 {len(areas)} 处" if areas else f"照片 {place} 取消遮盖"
    record(message, Deed.REDACTED, actor=actor, reason="：".join(filter(None, [what, reason.strip()])), at=at)
    return photo
