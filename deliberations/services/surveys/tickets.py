"""评议码: made in a batch, printed once, kept as keyed hashes. The plain code is on paper and nowhere else."""

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.fields import plain
from deliberations.models import Survey, SurveyTicket
from deliberations.services.surveys.door import Status, demand, lock
from govern.codes import CODE_ALPHABET, new_code
from govern.fields import blind_index
from organizations.parameters import parameter

Audience = Survey.Audience
WRONG = "没有这个评议码，请照纸条上的 8 位核对。"
USED = "这个评议码已经用过了，一个码只能评一次。"


def read_code(text):
    """What was typed or scanned, as it was printed: without spaces and dashes, in capitals."""
    return "".join(letter for letter in plain(text).upper() if letter in CODE_ALPHABET)


def code_hash(survey, code):
    # With the survey in it: a slip of one survey says nothing in another.
    return blind_index(f"survey ticket {survey.pk} {read_code(code)}")


@transaction.atomic
def issue_tickets(survey, *, count, group=None, actor):
    """`count` new codes, in plain letters for this once; for a meeting no more than people who signed in.

    ValidationError beside "count" or "group".
    """
    survey = lock(survey, actor)
    demand(survey, Status.OPEN)
    if survey.audience == Audience.OPEN:
        raise ValidationError("这次评议用手机验证码，不用评议码。", code="audience")
    if survey.groups.exists() and group is None:
        raise ValidationError({"group": "请选择发给哪一组。"}, code="required")
    if group is not None and group.survey_id != survey.pk:
        raise ValidationError({"group": "请选择这次评议的分组。"}, code="group")
    most = int(parameter("survey_most_codes"))
    if not 1 <= count <= most:
        raise ValidationError({"count": f"一次 1 到 {most} 个。"}, code="count")
    if survey.audience == Audience.MEETING:
        left = present_count(survey) - survey.tickets.count()
        if count > left:
            raise ValidationError({"count": f"已签到的人还没有发码的有 {max(left, 0)} 位，不能多发。"}, code="present")
    codes = [new_code() for _ in range(count)]
    SurveyTicket.objects.bulk_create(
        SurveyTicket(survey=survey, group=group, code_hash=code_hash(survey, code)) for code in codes
    )
    return codes


def present_count(survey):
    """Who signed in to the meeting, whatever their part in it."""
    return survey.hearing.attendees.exclude(signed_in_at=None).count() if survey.hearing_id else 0


@transaction.atomic
def discard_tickets(survey, *, actor):
    """作废没用的评议码: slips that were not handed out no longer count as issued. Returns how many."""
    survey = lock(survey, actor)
    demand(survey, Status.OPEN)
    return survey.tickets.filter(is_used=False).delete()[0]


def find_ticket(survey, code):
    """The ticket of `code`; ValidationError beside "ticket", code="wrong" or "used"."""
    ticket = survey.tickets.select_related("group").filter(code_hash=code_hash(survey, code)).first()
    if ticket is None:
        raise ValidationError({"ticket": ValidationError(WRONG, code="wrong")})
    if ticket.is_used:
        raise ValidationError({"ticket": ValidationError(USED, code="used")})
    return ticket
