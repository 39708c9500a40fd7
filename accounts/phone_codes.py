"""Proving that a phone is one's own: a code of six digits is sent there and typed in. Limits are the caller's."""

import secrets
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts import channels
from accounts.models import PhoneCode
from govern.fields import blind_index

HOUR = timedelta(hours=1)
WORDS = "{code} 是您的验证码，{minutes} 分钟内有效，用于{purpose}。不是您本人操作，请不要理会，也不要告诉别人。"
TOO_MANY = "这个手机号一小时内发送的验证码太多，请过一会儿再试。"
NOT_SENT = "短信没有发出去，请过几分钟再试，或者联系社区。"
WRONG = "验证码不对，请核对短信里的 6 位数字。"
GONE = "验证码已经失效，请重新获取一个。"


def send_code(phone, *, purpose, minutes, most_per_hour, at=None):
    """A new code to `phone`, good for `minutes`; the one before is void.

    ValidationError(code="too_many") above `most_per_hour`; code="not_sent" where the channel fails or there is none.
    """
    code = f"{secrets.randbelow(10**6):06}"
    _note(phone, code, purpose=purpose, minutes=minutes, most_per_hour=most_per_hour, at=at or timezone.now())
    words = WORDS.format(code=code, minutes=minutes, purpose=PhoneCode.Purpose(purpose).label)
    try:
        channels.send(phone, words)
    except channels.NotSent as error:
        raise ValidationError(NOT_SENT, code="not_sent") from error


@transaction.atomic
def _note(phone, code, *, purpose, minutes, most_per_hour, at):
    row = _lock(phone, purpose, at=at)
    if row.hour_began_at <= at - HOUR:
        row.hour_began_at, row.sent_count = at, 0
    if row.sent_count >= most_per_hour:
        raise ValidationError(TOO_MANY, code="too_many")
    row.sent_count += 1
    row.code_hash = _hash(phone, code)
    row.expires_at = at + timedelta(minutes=minutes)
    row.tries_count, row.used_at = 0, None
    row.save()


def _lock(phone, purpose, *, at):
    key = {"phone_index": blind_index(phone), "purpose": purpose}
    PhoneCode.objects.get_or_create(**key, defaults={"expires_at": at, "hour_began_at": at})
    return PhoneCode.objects.select_for_update().get(**key)


def _hash(phone, code):
    return blind_index(f"{phone} {code}")


def prove_phone(phone, code, *, purpose, most_tries, at=None):
    """Return if `code` is the one sent to `phone`; it is spent by that. Of two at once, one returns.

    ValidationError(code="wrong") beside "code"; code="gone" once it has expired, was used or tried `most_tries` times.
    """
    # Outside the transaction: a wrong try has to stay counted.
    if refusal := _try(phone, code, purpose=purpose, most_tries=most_tries, at=at or timezone.now()):
        raise refusal


@transaction.atomic
def _try(phone, code, *, purpose, most_tries, at):
    row = PhoneCode.objects.select_for_update().filter(phone_index=blind_index(phone), purpose=purpose).first()
    if row is None or row.used_at or row.expires_at <= at or row.tries_count >= most_tries:
        return ValidationError({"code": ValidationError(GONE, code="gone")})
    row.tries_count += 1
    is_right = constant_time_compare(row.code_hash, _hash(phone, code))
    row.used_at = at if is_right else None
    row.save(update_fields=["tries_count", "used_at"])
    return None if is_right else ValidationError({"code": ValidationError(WRONG, code="wrong")})


def forget_codes(at=None):
    """Drop the rows that count for nothing any more: which phones ever asked is nobody's business."""
    at = at or timezone.now()
    return PhoneCode.objects.filter(hour_began_at__lte=at - HOUR, expires_at__lte=at).delete()[0]
