"""Into somebody's hands: claimed and confirmed, or offered and agreed to."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from checklists.models import Appeal, Claim, Need, NeedEvent
from checklists.services.claims.appeals import record
from checklists.services.claims.door import (
    carry,
    demand_voice,
    give_back,
    lock_as_helper,
    lock_as_staff,
    settle,
    speaker_of,
    tell,
    tell_staff,
    too_late,
)
from checklists.services.needs import lock_need, move, stale
from checklists.services.needs.door import demand
from organizations.parameters import parameter
from organizations.services.calendars import deadline

Party = NeedEvent.Party
Status = Claim.Status
GONE = "这件事刚被认领走或不再开放认领，谢谢您，请看看别的。"


@transaction.atomic
def claim(need, helper, *, plan, actor, due_on=None, at=None):
    """认领 of an open need by `helper`, a Volunteer or a Team; it waits for the community's word.

    Of two at once one has it, and the other reads so (code "taken"); the same one again gets the own claim.
    PermissionDenied to whoever does not speak for `helper`.
    """
    at = at or timezone.now()
    demand_voice(speaker_of(helper), actor)
    demand(plan, "plan", "请写一句打算怎么帮、什么时候。")
    due_on = _clean_due(due_on, at)
    try:
        need, _ = lock_need(need)
    except ValidationError as error:  # it went to a unit while this transaction waited
        raise ValidationError(GONE, code="taken") from error
    mine = need.claims.active().of(helper).first()
    if mine is not None:
        return mine
    if need.status != Need.Status.ACCEPTED or not Appeal.objects.standing().filter(need=need).exists():
        raise ValidationError(GONE, code="taken")
    _demand_neighbour(need, helper)
    if need.claims.refusing().of(helper).exists():
        raise ValidationError("这件事您认领过，没有办成，请看看别的。", code="refused")
    row = _begin(need, helper, Status.CLAIMED, plan=plan, due_on=due_on, at=at)
    carry(need, row, Need.Status.TAKEN, actor=actor, note=f"打算：{plan}", at=at)
    tell_staff(row, f"{row.helper}想认领，请确认")
    return row


@transaction.atomic
def offer(need, helper, *, actor, words="", due_on=None, at=None):
    """交给队伍或个人: staff ask `helper`, who may say no (志愿服务条例 art. 25)."""
    at = at or timezone.now()
    due_on = _clean_due(due_on, at)
    need, dispatch = lock_need(need)
    if need.status != Need.Status.ACCEPTED:
        raise stale(need)
    _demand_neighbour(need, helper)
    if speaker_of(helper) is None:
        raise ValidationError("这支服务队还没有队长，请先定好队长再交给它。", code="leader")
    row = _begin(need, helper, Status.OFFERED, note=words, due_on=due_on, at=at, offered_by=actor)
    move(need, dispatch, Need.Status.DISPATCHED, actor=actor, note=words, claim=row, at=at)
    tell(row, f"社区想请您帮一件事，请答复：{need.category}")
    return row


def _begin(need, helper, status, *, at, **columns):
    columns[helper._meta.model_name] = helper
    reply_by = deadline(at, parameter("reply_hours"))
    return Claim.objects.create(need=need, status=status, claimed_at=at, reply_by=reply_by, **columns)


def last_day(at=None):
    """The latest date that a claim made at `at` may promise."""
    return timezone.localdate(at or timezone.now()) + timedelta(days=int(parameter("claim_days")))


def _clean_due(due_on, at):
    latest = last_day(at)
    if due_on is None:
        return latest
    if not timezone.localdate(at) <= due_on <= latest:
        words = f"请选今天到 {latest.month}月{latest.day}日 之间的一天。"
        raise ValidationError({"due_on": words}, code="due_on")
    return due_on


def _demand_neighbour(need, helper):
    is_there = helper.is_here if hasattr(helper, "is_here") else helper.dissolved_on is None
    if helper.community_id != need.community_id or not is_there:
        raise ValidationError(f"只有{need.community}的志愿者和服务队可以认领这件事。", code="outside")


# --- Answered ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def agree(row, *, plan, actor, due_on=None, at=None):
    """答应 what the community asked for: it is in hand at once."""
    at = at or timezone.now()
    demand(plan, "plan", "请写一句打算怎么帮、什么时候。")
    due_on = _clean_due(due_on, at) if due_on else row.due_on
    row, need = lock_as_helper(row, actor)
    if row.status == Status.APPROVED:
        return row
    settle(row, Status.APPROVED, approved_at=at, plan=plan, due_on=due_on)
    carry(need, row, Need.Status.TAKEN, actor=actor, note=f"打算：{plan}", at=at)
    return row


@transaction.atomic
def decline(row, *, reason, actor, at=None):
    """婉拒 by whoever was asked."""
    demand(reason, "reason", "请写一句不能帮的原因。")
    row, need = lock_as_helper(row, actor)
    if row.status == Status.CLAIMED:  # the own claim is given up
        raise too_late(row)
    give_back(need, row, Status.DECLINED, reason, actor=actor, at=at)
    return row


@transaction.atomic
def approve(row, *, actor, at=None):
    """同意认领 by the community: from now on the helper may see whose it is."""
    at = at or timezone.now()
    row, need = lock_as_staff(row, actor)
    if row.status == Status.APPROVED:
        return row
    settle(row, Status.APPROVED, approved_at=at, approved_by=actor)
    record(need, f"同意{row.helper}认领", actor=actor, claim=row, at=at)
    tell(row, f"社区同意您认领了，请联系居民：{need.category}")
    return row


@transaction.atomic
def refuse(row, *, reason, actor, at=None):
    """不同意认领, with a reason that the helper reads."""
    demand(reason, "reason", "请写明不同意的原因，认领的人会看到。")
    row, need = lock_as_staff(row, actor)
    if row.status == Status.OFFERED:
        raise too_late(row)
    if give_back(need, row, Status.DECLINED, reason, actor=actor, party=Party.STAFF, at=at):
        tell(row, f"社区没有同意这次认领：{reason}")
    return row
