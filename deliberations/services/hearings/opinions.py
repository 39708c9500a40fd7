"""意见: written down at the meeting, each answered 采纳, 部分采纳 or 未采纳 with why before anything is published."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from deliberations.models import Hearing, Opinion
from deliberations.services.hearings.quorum import lock

AT_AND_AFTER = (Hearing.Status.OPENED, Hearing.Status.CLOSED)


@transaction.atomic
def record_opinion(hearing, *, text, attendee=None, actor, at=None):
    """Of an attendee, or of nobody by name. The same words of the same person are one opinion."""
    hearing = lock(hearing, actor, *AT_AND_AFTER)
    if attendee is not None and attendee.hearing_id != hearing.pk:
        raise ValidationError({"attendee": "这个人不在这次会议的名单里。"}, code="attendee")
    opinion = Opinion(hearing=hearing, attendee=attendee, text=text.strip())
    opinion.full_clean(exclude=["hearing", "attendee"])
    same = hearing.opinions.filter(attendee=attendee, text=opinion.text).first()
    if same is None:
        opinion.save()
    return same or opinion


@transaction.atomic
def answer_opinion(opinion, *, answer, reason, actor, at=None):
    """Answered anew it says the new answer, until the result is published."""
    hearing = lock(opinion.hearing, actor, *AT_AND_AFTER)
    opinion = Opinion.objects.get(pk=opinion.pk, hearing=hearing)
    if answer not in Opinion.Answer.values:
        raise ValidationError({"answer": "请选采纳、部分采纳或未采纳。"}, code="required")
    if not reason.strip():
        raise ValidationError({"reason": "请写明采纳或不采纳的理由。"}, code="required")
    opinion.answer, opinion.reason, opinion.answered_at = answer, reason.strip(), at or timezone.now()
    opinion.full_clean(exclude=["hearing", "attendee"])
    opinion.save(update_fields=["answer", "reason", "answered_at"])
    return opinion
