"""回访: the committee sees to it that the accord is performed (人民调解法 art. 31)."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from deliberations.models import Accord, Case, FollowUp
from deliberations.services.cases.archive import take_up
from deliberations.services.cases.door import demand, move, remark, stale
from organizations.parameters import parameter

Status, Outcome = Case.Status, FollowUp.Outcome
VISITED = frozenset({Status.AGREED, Status.BREACHED})
STATUS_OF = {Outcome.PERFORMED: Status.PERFORMED, Outcome.BREACHED: Status.BREACHED}


def plan_follow_ups(accord, *, on):
    """The set days after it came into force, and after it was to be performed."""
    days = timedelta(days=int(parameter("accord_follow_up_days")))
    due = sorted({on + days, accord.perform_by + days})
    return FollowUp.objects.bulk_create(FollowUp(accord=accord, due_on=day) for day in due)


def next_follow_up(accord):
    return accord.follow_ups.filter(visited_on=None).first()


@transaction.atomic
def visit(follow_up, *, outcome, words, visited_on, actor, at=None):
    """What was found. 已履行 ends it; 没有履行 is a breach only after the day it was owed; else the next visit stands.

    `follow_up` is a FollowUp, or an Accord: its next one, and one of that day where none is planned. A visit that was
    written down already stays as it is.
    """
    at = at or timezone.now()
    accord = follow_up if isinstance(follow_up, Accord) else follow_up.accord
    case = take_up(accord.case, actor=actor)
    if follow_up is accord:
        follow_up = next_follow_up(accord) or FollowUp(accord=accord, due_on=visited_on)
    elif FollowUp.objects.get(pk=follow_up.pk).visited_on:
        return follow_up
    if case.status not in VISITED:
        raise stale(case)
    if not timezone.localdate(accord.effective_at) <= visited_on <= timezone.localdate(at):
        raise ValidationError({"visited_on": "回访日期要在协议生效以后，不晚于今天。"}, code="day")
    follow_up.words = demand(words, "words", "请写明了解到的情况。")
    follow_up.visited_on, follow_up.outcome, follow_up.visited_by = visited_on, outcome, actor
    follow_up.full_clean()
    follow_up.save()
    _conclude(case, accord, follow_up, actor=actor, at=at)
    return follow_up


def _conclude(case, accord, row, *, actor, at):
    note = f"回访：{row.get_outcome_display()}"
    is_early = row.outcome == Outcome.BREACHED and row.visited_on <= accord.perform_by
    to = None if is_early else STATUS_OF.get(row.outcome)
    if to is None or to == case.status:
        remark(case, note, actor=actor, at=at)
    else:
        move(case, to, actor=actor, note=note, at=at)
    if row.outcome == Outcome.PERFORMED:
        accord.follow_ups.filter(visited_on=None).delete()
    elif next_follow_up(accord) is None:
        days = timedelta(days=int(parameter("accord_follow_up_days")))
        FollowUp.objects.create(accord=accord, due_on=max(row.visited_on, accord.perform_by) + days)


def next_ways(accord):
    """What the party that got nothing may do now (arts 32, 33), in words."""
    if accord.confirmed_on:
        return f"协议已由{accord.court}裁定有效，一方不履行的，对方可以向法院申请强制执行。"
    return "一方不履行的，对方可以就协议的履行向人民法院提起诉讼。"
