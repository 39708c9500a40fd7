"""A survey while it is drawn up: its questions, choices and groups. Once it is open they stand."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from deliberations.models import Survey, SurveyChoice, SurveyGroup, SurveyQuestion
from deliberations.services.surveys.door import Status, demand, lock, move
from deliberations.survey_templates import TEMPLATES
from grids.models import Community

Kind, Audience = SurveyQuestion.Kind, Survey.Audience
CHOSEN = (Kind.SINGLE, Kind.MULTIPLE)
MOST_QUESTIONS = 40


def lock_draft(survey, actor):
    survey = lock(survey, actor)
    demand(survey, Status.DRAFTED)
    return survey


def check_terms(survey):
    if survey.audience == Audience.MEETING and survey.hearing_id is None:
        raise ValidationError({"hearing": "请选择是哪一次会。"}, code="required")
    for name, row in (("hearing", survey.hearing), ("follows", survey.follows)):
        if row is not None and row.community_id != survey.community_id:
            raise ValidationError({name: "请选择本社区的。"}, code="community")
    if survey.follows_id and survey.follows_id == survey.pk:
        raise ValidationError({"follows": "请选择上一次评议。"}, code="self")
    if survey.subject == Survey.Subject.UNIT and survey.unit_id is None:
        raise ValidationError({"unit": "请选择评的是哪个单位。"}, code="required")
    if survey.unit_id and survey.unit.organization_id != survey.community.organization_id:
        raise ValidationError({"unit": "请选择本社区的成员单位。"}, code="community")


@transaction.atomic
def draft_survey(survey, *, start="", source=None, actor, at=None):
    """Save the new `survey`, with the questions of the template `start` or of an earlier survey `source`."""
    may = Community.objects.under_posts(actor, "deliberations.add_survey")
    if not may.filter(pk=survey.community_id).exists():
        raise PermissionDenied("请选择您管辖范围内的社区。")
    check_terms(survey)
    survey.made_by = actor
    survey.full_clean()
    survey.save()
    survey.events.create(to_status=survey.status, actor=actor, at=at or timezone.now())
    if source is not None:
        copy_questions(survey, source)
    elif start:
        lay_out(survey, TEMPLATES[start])
    return survey


def lay_out(survey, template):
    survey.groups.bulk_create(SurveyGroup(survey=survey, name=name, weight=weight) for name, weight in template.groups)
    for order, (text, kind, aspect, choices) in enumerate(template.questions, 1):
        row = survey.questions.create(order=order, text=text, kind=kind, aspect=aspect, is_required=kind != Kind.TEXT)
        row.choices.bulk_create(new_choices(row, choices))


def copy_questions(survey, source):
    survey.groups.bulk_create(
        SurveyGroup(survey=survey, name=row.name, weight=row.weight) for row in source.groups.all()
    )
    for row in source.questions.prefetch_related("choices"):
        choices = [(each.text, each.points) for each in row.choices.all()]
        row.pk, row.survey, row._state.adding = None, survey, True
        row._prefetched_objects_cache = {}
        row.save()
        row.choices.bulk_create(new_choices(row, choices))


def new_choices(question, choices):
    return [
        SurveyChoice(question=question, order=order, text=text, points=points)
        for order, (text, points) in enumerate(choices, 1)
    ]


@transaction.atomic
def correct_survey(survey, *, actor, **columns):
    """What is said about it, while it is drawn up."""
    survey = lock_draft(survey, actor)
    for name, value in columns.items():
        setattr(survey, name, value)
    check_terms(survey)
    survey.full_clean()
    survey.save(update_fields=list(columns))
    return survey


@transaction.atomic
def write_question(survey, *, question=None, choices=(), actor, **columns):
    """A new question, or `question` written anew; `choices` are (text, points or None) in their order.

    ValidationError beside "choices": two at least for a choice, none for points and words.
    """
    survey = lock_draft(survey, actor)
    if question is None:
        if survey.questions.count() >= MOST_QUESTIONS:
            raise ValidationError(f"一份问卷最多 {MOST_QUESTIONS} 题。", code="most")
        last = survey.questions.aggregate(last=Max("order"))["last"] or 0
        question = SurveyQuestion(survey=survey, order=last + 1)
    for name, value in columns.items():
        setattr(question, name, value)
    if question.kind in CHOSEN and len(choices) < 2:
        raise ValidationError({"choices": "请至少写两个选项，一行一个。"}, code="choices")
    if len({text for text, _ in choices}) < len(choices):
        raise ValidationError({"choices": "有两个选项一样。"}, code="choices")
    if question.kind not in CHOSEN and choices:
        raise ValidationError({"choices": "打分题和文字题没有选项。"}, code="choices")
    rows = new_choices(question, choices)
    question.full_clean()
    for row in rows:
        row.full_clean(exclude=["question"])
    question.save()
    question.choices.all().delete()
    SurveyChoice.objects.bulk_create(rows)
    return question


@transaction.atomic
def shift_question(question, *, up, actor):
    """One place up or down; at the end nothing happens."""
    survey = lock_draft(question.survey, actor)
    rows = list(survey.questions.order_by("order", "pk"))
    place = next(number for number, row in enumerate(rows) if row.pk == question.pk)
    other = place + (-1 if up else 1)
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
    for number, row in enumerate(rows, 1):
        row.order = number
    SurveyQuestion.objects.bulk_update(rows, ["order"])


@transaction.atomic
def remove_question(question, *, actor):
    lock_draft(question.survey, actor)
    question.delete()


@transaction.atomic
def write_groups(survey, *, groups, actor):
    """Who answers apart from whom: (name, weight), all of them anew; none, and all sheets weigh alike."""
    survey = lock_draft(survey, actor)
    if len(groups) == 1:
        raise ValidationError({"groups": "分组至少要两组，不分组就都不写。"}, code="groups")
    if len({name for name, _ in groups}) < len(groups):
        raise ValidationError({"groups": "有两组同名。"}, code="groups")
    rows = [SurveyGroup(survey=survey, name=name, weight=weight) for name, weight in groups]
    for row in rows:
        row.full_clean(exclude=["survey"])
    if rows and not any(row.weight for row in rows):
        raise ValidationError({"groups": "至少有一组的权重大于 0。"}, code="groups")
    survey.groups.all().delete()
    SurveyGroup.objects.bulk_create(rows)
    return survey


@transaction.atomic
def open_survey(survey, *, actor, at=None):
    """开始评议: from here on the questions stand. Answers are taken from its first day to its last."""
    survey = lock(survey, actor)
    if survey.status == Status.OPEN:
        return survey
    if not survey.questions.exists():
        raise ValidationError("还没有问题，不能开始。", code="questions")
    if survey.questions.filter(kind__in=CHOSEN, choices=None).exists():
        raise ValidationError("有选择题没有选项，不能开始。", code="choices")
    if survey.ends_on < timezone.localdate(at):
        raise ValidationError("截止日期已经过了，请先改日期。", code="over")
    if survey.subject == Survey.Subject.OFFICER and not survey.speech.strip():
        raise ValidationError("评议干部要先有述职，请先填述职。", code="speech")
    return move(survey, Status.OPEN, actor=actor, at=at)
