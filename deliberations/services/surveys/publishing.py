"""From the last sheet to the published result."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from deliberations.models import Answer, Survey
from deliberations.services.surveys.counting import count_survey
from deliberations.services.surveys.door import Status, demand, lock, move


@transaction.atomic
def close_survey(survey, *, actor, at=None):
    """截止. `actor` is None where the last day is over. Who answered is forgotten (see mixing)."""
    return move(lock(survey, actor), Status.CLOSED, actor=actor, note="" if actor else "到了截止日期", at=at)


@transaction.atomic
def show_texts(survey, *, answers, actor):
    """选公开的意见: of all words written, those of `answers` are shown with the result and no others."""
    survey = lock(survey, actor)
    demand(survey, Status.CLOSED)
    rows = Answer.objects.filter(sheet__survey=survey, sheet__is_void=False).exclude(text="")
    rows.filter(is_public=True).update(is_public=False)
    return rows.filter(pk__in=[answer.pk for answer in answers]).update(is_public=True)


@transaction.atomic
def publish_survey(survey, *, actor, at=None):
    """公开结果: from here on nothing of it changes. ValidationError(code="empty") without a valid sheet."""
    survey = lock(survey, actor)
    if survey.status == Status.CLOSED and not count_survey(survey).valid:
        raise ValidationError("没有有效答卷，不能公开结果。", code="empty")
    return move(survey, Status.PUBLISHED, actor=actor, at=at, published_at=at or timezone.now())


@transaction.atomic
def ask_officer(survey, *, text, at=None):
    """对述职提问, by anybody and without a name; shown once staff have looked at it and it is answered."""
    survey = lock(survey)
    today = timezone.localdate(at)
    is_running = survey.status == Status.OPEN and today <= survey.ends_on
    if survey.subject != Survey.Subject.OFFICER or not is_running:
        raise ValidationError("这次评议现在不能提问。", code="closed")
    if not text.strip():
        raise ValidationError({"text": "请写您想问什么。"}, code="required")
    return survey.inquiries.create(text=text.strip(), asked_on=today)


@transaction.atomic
def answer_inquiry(inquiry, *, answer, actor):
    """The officer's answer, as staff write it down; question and answer are public from here on."""
    survey = lock(inquiry.survey, actor)
    demand(survey, Status.OPEN, Status.CLOSED)
    if not answer.strip():
        raise ValidationError({"answer": "请写答复。"}, code="required")
    inquiry = survey.inquiries.get(pk=inquiry.pk)
    inquiry.answer, inquiry.is_public = answer.strip(), True
    inquiry.full_clean()
    inquiry.save(update_fields=["answer", "is_public"])
    return inquiry
