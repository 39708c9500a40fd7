"""事项准入: what a department may have grid workers do. Applied for, decided by somebody else, ended.

A department applies, the grid body approves (滨州市社会治理网格化服务管理条例 第十条). What has an end date ends
with it: nobody has to write that down. `at` is the clock (now).
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from organizations.models import Organization
from patrols.models import Admission, AdmissionEvent

Status = Admission.Status


@transaction.atomic
def apply_admission(admission, *, actor, at=None):
    """Save the unsaved `admission` as an application."""
    if not Organization.objects.under_posts(actor, "patrols.add_admission").filter(pk=admission.organization_id):
        raise PermissionDenied("您没有在这个范围申请事项准入的权限。")
    at = at or timezone.now()
    admission.applied_by = actor
    admission.full_clean()
    if admission.ends_on and admission.ends_on < timezone.localdate(at):
        raise ValidationError({"ends_on": "截止日期已经过去。"}, code="past")
    admission.save()
    AdmissionEvent.objects.create(admission=admission, to_status=admission.status, actor=actor, at=at)
    return admission


def approve(admission, *, note="", actor, at=None):
    return _decide(admission, Status.APPROVED, note, actor, at)


def refuse(admission, *, note, actor, at=None):
    if not note.strip():
        raise ValidationError({"note": "请写明不准入的原因，申请部门会看到。"}, code="required")
    return _decide(admission, Status.REFUSED, note, actor, at)


def end(admission, *, note, actor, at=None):
    """退出 before its end date, or where it has none; what was issued under it stays."""
    if not note.strip():
        raise ValidationError({"note": "请写明退出的原因。"}, code="required")
    return change_status(admission, Status.ENDED, actor=actor, note=note, at=at)


def _decide(admission, to, note, actor, at):
    at = at or timezone.now()
    columns = {"decided_by": actor, "decided_at": at, "decision": note.strip()}
    return change_status(admission, to, actor=actor, note=note, at=at, **columns)


@transaction.atomic
def change_status(admission, to, *, actor, note="", at=None, **columns):
    """The one door. Already there: nothing happens.

    ValidationError(code="transition") where no way leads; PermissionDenied for whoever may not decide on this range,
    and for whoever applied.
    """
    admission = Admission.objects.select_for_update(no_key=True).get(pk=admission.pk)
    if not Admission.objects.allowed(actor, "patrols.decide_admission").filter(pk=admission.pk).exists():
        raise PermissionDenied("您没有审批这个事项准入的权限。")
    if admission.status == to:
        return admission
    if to not in admission.next_statuses:
        words = f"这个事项现在是“{admission.get_status_display()}”，您看到的是旧页面，请刷新后再办。"
        raise ValidationError(words, code="transition")
    if admission.status == Status.APPLIED and admission.applied_by_id == actor.pk:
        raise PermissionDenied("申请人不能审批自己的申请，请由另一位有审批权限的人办理。")
    event = AdmissionEvent(
        admission=admission,
        from_status=admission.status,
        to_status=to,
        actor=actor,
        note=note.strip(),
        at=at or timezone.now(),
    )
    admission.status = to
    for name, value in columns.items():
        setattr(admission, name, value)
    admission.save(update_fields=["status", *columns])
    event.save()
    return admission
