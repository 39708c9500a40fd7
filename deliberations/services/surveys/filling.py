"""A sheet comes in. Who answered and what was answered stand in two tables that nothing joins (see mixing)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from deliberations.models import Answer, Sheet, Survey, SurveyAnswerer, SurveyQuestion, SurveyTicket
from deliberations.services.surveys.door import Status, demand, lock
from deliberations.services.surveys.mixing import MIXED, mix
from deliberations.services.surveys.tickets import USED, find_ticket
from govern.fields import blind_index

Kind = SurveyQuestion.Kind
ALREADY = "这个手机号已经评过了，一个手机号只能评一次。"


def mark_of(survey, phone):
    # With the survey in it: the same phone leaves another mark in every survey.
    return blind_index(f"survey phone {survey.pk} {phone}")


@transaction.atomic
def fill_sheet(survey, *, answers, ticket="", phone="", name="", group=None, at=None):
    """Take one sheet. `answers` is {question pk: choice pk, list of them, points or words}; what is empty was left out.

    `phone` has been proven by the caller (accounts.phone_codes); whoever has a `ticket` belongs to its group.
    ValidationError beside "question_<pk>", "ticket", "phone", "name" or "group".
    """
    survey = lock(survey)
    today = timezone.localdate(at)
    if survey.status != Status.OPEN or not survey.starts_on <= today <= survey.ends_on:
        raise ValidationError("这次评议现在不收答卷。", code="closed")
    rows = read_answers(survey, answers)
    if survey.audience == Survey.Audience.OPEN:
        group = own_group(survey, group)
        remember(survey, phone)
    else:
        group = spend(find_ticket(survey, ticket))
    if not survey.is_anonymous and not name.strip():
        raise ValidationError({"name": "这次评议要写姓名。"}, code="required")
    sheet = Sheet(survey=survey, group=group)
    if not survey.is_anonymous:
        sheet.name, sheet.filled_on = name.strip(), today
    for row in rows:
        row.sheet = sheet
    if survey.is_anonymous:
        mix(survey.sheets.filter(group=group).order_by("?")[:MIXED], [sheet], rows)
    else:
        sheet.save()
        Answer.objects.bulk_create(rows)


def remember(survey, phone):
    """Of two at once with one phone, the key of the table lets one through."""
    if not phone:
        raise ValidationError({"phone": "请填 11 位手机号。"}, code="required")
    _, is_first = SurveyAnswerer.objects.get_or_create(mark=mark_of(survey, phone), defaults={"survey": survey})
    if not is_first:
        raise ValidationError({"phone": ValidationError(ALREADY, code="used")})


def own_group(survey, group):
    if group is not None and group.survey_id == survey.pk:
        return group
    if survey.groups.exists():
        raise ValidationError({"group": "请选择您是哪一方面的。"}, code="required")
    return None


def spend(ticket):
    """Mark it used: of two at once, one does. Its group."""
    if not SurveyTicket.objects.filter(pk=ticket.pk, is_used=False).update(is_used=True):
        raise ValidationError({"ticket": ValidationError(USED, code="used")})
    return ticket.group


def read_answers(survey, answers):
    """The Answers of one sheet, without it; ValidationError beside every question that was answered wrongly."""
    rows, errors = [], {}
    for question in survey.questions.prefetch_related("choices"):
        try:
            found = READERS[question.kind](question, answers.get(question.pk))
            if question.is_required and not found:
                raise ValidationError("这一题要回答。", code="required")
            rows += found
        except ValidationError as error:
            errors[f"question_{question.pk}"] = error
    if errors:
        raise ValidationError(errors)
    return rows


def read_choices(question, value):
    chosen = value if isinstance(value, list) else [value] if value else []
    by_key = {choice.pk: choice for choice in question.choices.all()}
    if len(set(chosen)) < len(chosen) or not set(chosen) <= set(by_key):
        raise ValidationError("请在列出的选项里选。", code="choice")
    if question.kind == Kind.SINGLE and len(chosen) > 1:
        raise ValidationError("这一题只选一项。", code="single")
    return [Answer(question=question, choice=by_key[key]) for key in chosen]


def read_points(question, value):
    if value in (None, ""):
        return []
    if not 0 <= value <= 100:
        raise ValidationError("请打 0 到 100 分。", code="points")
    return [Answer(question=question, points=value)]


def read_words(question, value):
    words = (value or "").strip()
    if len(words) > 300:
        raise ValidationError(f"最多写 300 个字，您写了 {len(words)} 个字。", code="max_length")
    return [Answer(question=question, text=words)] if words else []


READERS = {
    Kind.SINGLE: read_choices,
    Kind.MULTIPLE: read_choices,
    Kind.SCALE: read_points,
    Kind.TEXT: read_words,
}


@transaction.atomic
def void_sheet(sheet, *, reason, actor):
    """作无效票: counted as returned and as void, and no answer of it enters. Only after closing: while sheets come in,
    whoever reads each as it comes knows whose it is.
    """
    survey = lock(sheet.survey, actor)
    demand(survey, Status.CLOSED)
    if not reason.strip():
        raise ValidationError({"reason": "请写明为什么无效。"}, code="required")
    sheet = survey.sheets.get(pk=sheet.pk)
    sheet.is_void, sheet.void_reason = True, reason.strip()[:100]
    sheet.save(update_fields=["is_void", "void_reason"])
    sheet.answers.update(is_public=False)
    return sheet
