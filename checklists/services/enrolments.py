"""报名: a neighbour without an account takes seats, gives them back, and says afterwards how it was.

Lock: the activity, whose seats are counted after it; a constraint keeps a phone from standing twice.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import PrivacyNotice
from checklists.models import Activity, Enrolment, Need
from checklists.services.activities import lock
from govern.fields import blind_index

RATABLE = (Activity.Status.HELD, Activity.Status.CONCLUDED)


def seats_left(activity):
    """How many more people find a seat; None where there is no limit."""
    return max(activity.seats - activity.enrolments.standing().people(), 0) if activity.seats else None


@transaction.atomic
def enrol(activity, *, name, phone, people_count=1, at=None):
    """Take `people_count` seats. ValidationError: closed ("closed"), too few seats ("seats"), the phone stands already
    ("phone"), or no privacy notice is in force ("notice").
    """
    at = at or timezone.now()
    activity = lock(activity)
    if not (activity.is_public and activity.takes_enrolments(at)):
        raise ValidationError("这场活动现在不能报名。", code="closed")
    notice = PrivacyNotice.objects.in_force(timezone.localdate(at)).first()
    if notice is None:
        raise ValidationError("还没有生效的隐私告知书，请打社区电话报名。", code="notice")
    if activity.enrolments.standing().filter(phone_index=blind_index(phone)).exists():
        raise ValidationError({"phone": "这个手机号已经报过名。要改人数，请先取消，再重新报。"}, code="phone")
    left = seats_left(activity)
    if left is not None and left < people_count:
        words = f"只剩 {left} 个名额。" if left else "名额已满。"
        raise ValidationError({"people_count": words}, code="seats")
    enrolment = Enrolment(
        activity=activity, name=name, phone=phone, people_count=people_count, notice=notice, enrolled_at=at
    )
    enrolment.full_clean(exclude=["notice", "activity"])
    enrolment.save()
    return enrolment


@transaction.atomic
def cancel_enrolment(enrolment, *, at=None):
    """Give the seats back, until the activity begins. Given back already: nothing happens."""
    at = at or timezone.now()
    activity = lock(enrolment.activity)
    enrolment = Enrolment.objects.get(pk=enrolment.pk)
    enrolment.activity = activity
    if enrolment.cancelled_at is not None:
        return enrolment
    if activity.status not in (Activity.Status.PLANNED, Activity.Status.ANNOUNCED) or activity.starts_at <= at:
        raise ValidationError("活动已经开始或结束，不能再取消报名。", code="late")
    enrolment.cancelled_at = at
    enrolment.save(update_fields=["cancelled_at"])
    return enrolment


def can_rate(enrolment):
    return (
        enrolment.cancelled_at is None
        and enrolment.rated_at is None
        and enrolment.has_attended is not False
        and enrolment.activity.status in RATABLE
    )


@transaction.atomic
def rate_enrolment(enrolment, *, satisfaction, note="", at=None):
    """评价, once, by somebody who enrolled and whom the list does not say to have stayed away."""
    at = at or timezone.now()
    activity = lock(enrolment.activity)
    enrolment = Enrolment.objects.get(pk=enrolment.pk)
    enrolment.activity = activity
    if enrolment.rated_at is not None:
        return enrolment
    if satisfaction not in Need.Satisfaction.values:
        raise ValidationError({"satisfaction": "请选择是否满意。"}, code="satisfaction")
    if enrolment.has_attended is False:
        raise ValidationError("社区记录您没有到场，不能评价。记错了请打社区电话。", code="absent")
    if not can_rate(enrolment):
        raise ValidationError("活动办完以后才能评价。", code="early")
    enrolment.satisfaction, enrolment.rating_note, enrolment.rated_at = satisfaction, note, at
    enrolment.save(update_fields=["satisfaction", "rating_note", "rated_at"])
    return enrolment
