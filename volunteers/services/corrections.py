"""更正申请 (个人信息保护法 art. 46, 志愿服务记录与证明出具办法): asked by the person, answered by staff."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.services import notify
from volunteers.models import Correction
from volunteers.services.people import check_acting, lock_volunteer

Status = Correction.Status
MOST_OPEN = 5


@transaction.atomic
def ask_correction(volunteer, *, text, signup=None, actor, at=None):
    """Say what is wrong with the own record, or with one `signup` of it. The same words again are the same request."""
    check_acting(actor, volunteer)
    volunteer = lock_volunteer(volunteer)
    text = text.strip()
    if not text:
        raise ValidationError({"text": "请写一写哪里不对、应该是什么。"}, code="required")
    if signup is not None and signup.volunteer_id != volunteer.pk:
        raise ValidationError({"signup": "请选择您自己的一次服务。"}, code="foreign")
    waiting = volunteer.corrections.filter(status=Status.ASKED)
    if same := waiting.filter(text=text, signup=signup).first():
        return same
    if waiting.count() >= MOST_OPEN:
        raise ValidationError(f"已有 {MOST_OPEN} 条更正申请在核实，请等社区答复。", code="too_many")
    row = Correction(volunteer=volunteer, signup=signup, text=text, asked_at=at or timezone.now())
    row.full_clean(exclude=["volunteer"])
    row.save()
    return row


@transaction.atomic
def answer_correction(correction, to, *, answer, actor, at=None):
    """已更正 or 维持原记录, with words that the person reads. Answered so already: nothing happens.

    The record itself is put right where it lies (hours by a reversal, facts in the volunteer's form) before this.
    """
    if not Correction.objects.editable_by(actor).filter(pk=correction.pk).exists():
        raise PermissionDenied("您不能答复这条更正申请。")
    row = Correction.objects.select_for_update(no_key=True, of=("self",)).select_related("volunteer__user").get(
        pk=correction.pk
    )  # fmt: skip
    if row.status == to:
        return row
    if to not in Correction.TRANSITIONS[Status(row.status)]:
        words = f"这条申请已经是“{row.get_status_display()}”，您看到的是旧页面，请刷新。"
        raise ValidationError(words, code="transition")
    if not answer.strip():
        raise ValidationError({"answer": "请写明核实的结果，本人会看到。"}, code="required")
    row.status, row.answer = to, answer.strip()
    row.answered_by, row.answered_at = actor, at or timezone.now()
    row.save(update_fields=["status", "answer", "answered_by", "answered_at"])
    if row.volunteer.user:
        words = f"您的更正申请：{row.get_status_display()}。{row.answer}"[:200]
        notify([row.volunteer.user], text=words, link="/me/data/corrections/")
    return row
