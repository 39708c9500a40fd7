"""居民评议: what a resident says of a project, once per phone, without an account."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import PrivacyNotice
from checklists.models import Appraisal, Need, Project

OPEN_STATUSES = (Project.Status.INSPECTING, Project.Status.CLOSED)


def appraise(project, *, phone, satisfaction, note="", at=None):
    """One resident's word on what was done. ValidationError: too early, no notice in force, or said before."""
    at = at or timezone.now()
    if project.status not in OPEN_STATUSES:
        raise ValidationError("项目完成后才能评议。", code="early")
    notice = PrivacyNotice.objects.in_force(timezone.localdate(at)).first()
    if notice is None:
        raise ValidationError("评议暂时不能提交，请过后再来，或打社区电话。", code="notice")
    row = Appraisal(project=project, phone=phone, satisfaction=satisfaction, note=note, notice=notice, appraised_at=at)
    row.full_clean(exclude=["phone_index"])
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise ValidationError({"phone": "这个手机号已经评过这个项目，谢谢您。"}, code="twice") from error
    return row


def tally(project):
    """{"count": all, "satisfied": 满意 and 基本满意 together, then each answer by its value}."""
    values = list(project.appraisals.order_by().values_list("satisfaction", flat=True))
    counts = {each.value: values.count(each.value) for each in Need.Satisfaction}
    return {"count": len(values), **counts}
