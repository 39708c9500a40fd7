"""一次调解 and its record (人民调解法 art. 27)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from deliberations.models import Case, CaseSession
from deliberations.services.cases.archive import take_up
from deliberations.services.cases.clocks import MEDIATED
from deliberations.services.cases.door import move, remark, stale

Status = Case.Status


@transaction.atomic
def hold_session(case, *, held_at, place, present, record, actor, at=None):
    """Write down a session that was held; the first one begins the mediation. The same one twice is one row.

    ValidationError: nobody mediates yet, or beside "held_at": ahead of now, before the acceptance, taken already.
    """
    at = at or timezone.now()
    case = take_up(case, actor=actor)
    known = case.sessions.filter(held_at=held_at).first()
    if known is not None and known.record == record:
        return known
    if case.status not in MEDIATED:
        raise stale(case)
    if known is not None:
        raise ValidationError({"held_at": "这个时间已经有一份调解记录。"}, code="unique")
    if held_at > at:
        raise ValidationError({"held_at": "调解还没有开始，开完以后再记录。"}, code="early")
    if timezone.localdate(held_at) < timezone.localdate(case.accepted_at):
        raise ValidationError({"held_at": "调解时间不能早于受理的日期。"}, code="early")
    if not case.mediators.filter(recused_at=None).exists():
        raise ValidationError("还没有调解员，请先指定或请当事人选择。", code="mediator")
    row = CaseSession(case=case, held_at=held_at, place=place, present=present, record=record, recorded_by=actor)
    row.full_clean()
    row.save()
    if case.status == Status.ACCEPTED:
        move(case, Status.MEDIATING, actor=actor, note="第一次调解", at=at)
    else:
        remark(case, f"第 {case.sessions.count()} 次调解", actor=actor, at=at)
    return row
