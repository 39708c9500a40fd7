"""调解协议: drafted, in force, confirmed by a court (人民调解法 arts 28-33). Lock: the case, then its accord."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import notify
from deliberations.models import Accord, Case
from deliberations.services.cases.archive import take_up
from deliberations.services.cases.clocks import SETTLED
from deliberations.services.cases.door import demand, move, remark, stale
from deliberations.services.cases.follow_ups import plan_follow_ups
from deliberations.services.cases.people import page_of
from organizations.parameters import parameter

Status, Form = Case.Status, Accord.Form
SIGNED = "已经有人签字，改了文字签字就作废。要改，请先撤回签字并写明原因。"


def accord_of(case):
    """The accord of the locked `case`, locked too; None without one."""
    return Accord.objects.select_for_update(no_key=True).filter(case=case).first()


def tell_readers(case, words, *, but=None):
    readers = User.objects.filter(read_cases__case=case, read_cases__ended_at=None, is_active=True)
    notify(readers.exclude(pk=but.pk if but else None), text=f"{case}：{words}"[:200], link=page_of(case))


@transaction.atomic
def draft_accord(case, *, form, facts, terms, manner, perform_by, actor, at=None):
    """Write the accord down, or anew while nobody has signed it.

    ValidationError(code="signed") after the first signature, "effective" once it is in force, and beside "perform_by"
    for a day that is past.
    """
    at = at or timezone.now()
    case = take_up(case, actor=actor)
    accord = accord_of(case)
    if accord is not None and accord.effective_at:
        raise ValidationError("协议已经生效，不能再改。", code="effective")
    if case.status != Status.MEDIATING:
        raise stale(case)
    if accord is not None and accord.signatures.exists():
        raise ValidationError(SIGNED, code="signed")
    if perform_by < timezone.localdate(at):
        raise ValidationError({"perform_by": "履行期限不能早于今天。"}, code="early")
    is_new = accord is None
    accord = accord or Accord(case=case)
    accord.form, accord.facts, accord.terms, accord.manner = form, facts, terms, manner
    accord.perform_by, accord.drafted_at = perform_by, at
    accord.full_clean()
    accord.save()
    remark(case, f"{'拟定' if is_new else '修改'}{accord.get_form_display()}", actor=actor, at=at)
    return accord


def unsigned(accord):
    """(parties, whether a mediator is missing) that a written accord still waits for."""
    signed = {row.party_id for row in accord.signatures.all()}
    has_mediator = any(row.mediator_id for row in accord.signatures.all())
    return [party for party in accord.case.parties.all() if party.pk not in signed], not has_mediator


@transaction.atomic
def make_effective(accord, *, actor, at=None):
    """An oral accord is in force once it was made and a mediator of the case wrote it down (art. 30); a written one
    once all parties and a mediator signed it. Already in force: nothing happens.
    """
    case = take_up(accord.case, actor=actor)
    return bring_into_force(case, accord_of(case), actor=actor, at=at)


def bring_into_force(case, accord, *, actor, at=None):
    """For the locked `case` and its locked `accord`; `actor` None: the last signature was drawn on a phone."""
    at = at or timezone.now()
    if accord.effective_at:
        return accord
    accord.case = case
    sides = {party.side for party in case.parties.all()}
    if len(sides) < 2:
        raise ValidationError("协议要有双方当事人，请先登记另一方。", code="sides")
    if accord.form == Form.WRITTEN:
        _demand_signatures(accord)
    elif not case.mediators.filter(recused_at=None).exists():
        raise ValidationError("口头协议要由调解员记录，请先指定调解员。", code="mediator")
    day = timezone.localdate(at)
    accord.effective_at = at
    accord.confirm_by = day + timedelta(days=int(parameter("confirmation_days")))
    accord.save(update_fields=["effective_at", "confirm_by"])
    plan_follow_ups(accord, on=day)
    move(case, Status.AGREED, actor=actor, note=f"{accord.get_form_display()}生效", at=at, ended_at=at)
    until = f"{accord.confirm_by.month}月{accord.confirm_by.day}日"
    tell_readers(case, f"协议已生效，{until}前双方可以共同申请司法确认。", but=actor)
    return accord


def _demand_signatures(accord):
    parties, lacks_mediator = unsigned(accord)
    names = [party.label for party in parties] + (["调解员"] if lacks_mediator else [])
    if names:
        raise ValidationError(f"还没有签齐：{'、'.join(names)}。", code="unsigned")


# --- The court --------------------------------------------------------------------------------------------------------
def _in_force(case, actor):
    case = take_up(case, actor=actor)
    accord = accord_of(case)
    if accord is None or not accord.effective_at or case.status not in SETTLED:
        raise stale(case)
    return case, accord


@transaction.atomic
def apply_for_confirmation(accord, *, applied_on, actor, at=None):
    """Both have asked the court, on this day: within the set days of the accord's force (art. 33)."""
    at = at or timezone.now()
    case, accord = _in_force(accord.case, actor)
    if accord.confirm_applied_on == applied_on:
        return accord
    if not timezone.localdate(accord.effective_at) <= applied_on <= timezone.localdate(at):
        raise ValidationError({"applied_on": "申请日期要在协议生效以后，不晚于今天。"}, code="day")
    if applied_on > accord.confirm_by:
        words = f"司法确认要在 {accord.confirm_by:%Y年%m月%d日} 以前申请，已经过了。还可以就协议的履行起诉。"
        raise ValidationError({"applied_on": words}, code="late")
    accord.confirm_applied_on = applied_on
    accord.save(update_fields=["confirm_applied_on"])
    remark(case, f"双方于 {applied_on:%Y年%m月%d日} 共同申请司法确认", actor=actor, at=at)
    return accord


@transaction.atomic
def confirm_by_court(accord, *, confirmed_on, court, court_number, actor, at=None):
    """The court's ruling: the accord can be enforced from now on. Written down once."""
    at = at or timezone.now()
    case, accord = _in_force(accord.case, actor)
    if accord.confirmed_on:
        if (accord.confirmed_on, accord.court_number) == (confirmed_on, court_number.strip()):
            return accord
        raise ValidationError("法院的裁定已经登记过。", code="once")
    if accord.confirm_applied_on is None:
        raise ValidationError("请先登记双方共同申请的日期。", code="unapplied")
    if not accord.confirm_applied_on <= confirmed_on <= timezone.localdate(at):
        raise ValidationError({"confirmed_on": "裁定日期不早于申请日期，不晚于今天。"}, code="day")
    accord.confirmed_on = confirmed_on
    accord.court = demand(court, "court", "请填写法院名称。")
    accord.court_number = demand(court_number, "court_number", "请填写裁定文号。")
    accord.full_clean()
    accord.save(update_fields=["confirmed_on", "court", "court_number"])
    remark(case, "法院已确认协议有效", actor=actor, at=at)
    return accord
