"""What a phone kept and sends when the signal is back: once, however often it comes, and with a time that can be."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone

AHEAD = timedelta(minutes=10)  # a phone's clock may be a little fast
KEPT_DAYS = 30


def already_sent(model, client_key, *, by):
    """The row that this key made before, if it is the same person's about the same thing (`by`)."""
    known = model.objects.filter(client_key=client_key).first() if client_key else None
    if known and any(getattr(known, name) != value for name, value in by.items()):
        raise ValidationError("这条记录的编号已被别的记录使用，请重新填写一次。", code="key")
    return known


def when(given, at, field):
    """The time that was written down on the phone, `at` where there is none."""
    if given is None:
        return at
    if given > at + AHEAD:
        raise ValidationError({field: ValidationError("时间不能在将来，请看看手机的时间准不准。", code="future")})
    if given < at - timedelta(days=KEPT_DAYS):
        first = timezone.localdate(at) - timedelta(days=KEPT_DAYS)
        raise ValidationError({field: ValidationError(f"只能登记 {first.month}月{first.day}日 以后的。", code="past")})
    return min(given, at)
