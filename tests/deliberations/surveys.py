"""Surveys for tests: rows as the verbs leave them."""

from datetime import timedelta

from django.test import TestCase
from django.utils import timezone

from deliberations.models import Answer, Sheet, Survey
from deliberations.services.surveys.tickets import code_hash
from tests.factories import SEQUENCE, make_community, make_post, make_user

DAY = timedelta(days=1)
FIVE = (("满意", 100), ("一般", 60), ("不满意", 0), ("不了解", None))


def make_survey(community=None, status="open", *, groups=(), **fields):
    """With a choice, several choices, a scale and words; `groups` are (name, weight)."""
    today = timezone.localdate()
    survey = Survey.objects.create(
        **{
            "community": community or make_community(),
            "title": f"物业评议{next(SEQUENCE)}",
            "subject": "service",
            "subject_name": "翡翠湾物业",
            "starts_on": today - DAY,
            "ends_on": today + 9 * DAY,
            "status": status,
            "published_at": timezone.now() if status == "published" else None,
            **({} if "made_by" in fields else {"made_by": make_user()}),
            **fields,
        }
    )
    for name, weight in groups:
        survey.groups.create(name=name, weight=weight)
    make_question(survey, "满意吗", aspect="satisfied", choices=FIVE)
    make_question(survey, "哪里要改进", kind="multiple", choices=(("保洁", None), ("停车", None)), is_required=False)
    make_question(survey, "打个分", kind="scale", aspect="known", is_required=False)
    make_question(survey, "意见", kind="text", is_required=False)
    return survey


def make_question(survey, text, *, kind="single", choices=(), **fields):
    row = survey.questions.create(order=survey.questions.count() + 1, text=text, kind=kind, **fields)
    for order, (words, points) in enumerate(choices, 1):
        row.choices.create(order=order, text=words, points=points)
    return row


def keys_of(survey):
    """[(question, {words of a choice: its key})]."""
    rows = survey.questions.prefetch_related("choices")
    return [(row, {each.text: each.pk for each in row.choices.all()}) for row in rows]


def answers_of(survey, choice="满意", ticked=(), points=None, words=""):
    """As services.surveys.fill_sheet takes them."""
    (single, keys), (multiple, ticks), (scale, _), (text, _) = keys_of(survey)
    return {single.pk: keys[choice], multiple.pk: [ticks[each] for each in ticked], scale.pk: points, text.pk: words}


def make_ticket(survey, code, **fields):
    return survey.tickets.create(code_hash=code_hash(survey, code), **fields)


def make_sheets(survey, count, choice="满意", *, words="", **fields):
    """`count` sheets that all say the same; `fields` of Sheet."""
    (single, keys), _, _, (text, _) = keys_of(survey)
    sheets = Sheet.objects.bulk_create(Sheet(survey=survey, **fields) for _ in range(count))
    Answer.objects.bulk_create(Answer(sheet=each, question=single, choice_id=keys[choice]) for each in sheets)
    if words:
        Answer.objects.bulk_create(Answer(sheet=each, question=text, text=words) for each in sheets)
    return sheets


PHONE = "13900000001"
TODAY = timezone.localdate


def fields_of(caught):
    return set(caught.exception.message_dict)


class SurveyCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.community = make_community()
        cls.clerk = make_post(organization=cls.community.organization)
        cls.stranger = make_post(organization=make_community().organization)
