"""换班: proposed by one side, or by the community for both; done once both units have said yes.

One door for the status. Locks: both turns by pk, then the swap.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from checklists.models import Turn, TurnSwap
from checklists.services.rotas.planning import agreement_for
from checklists.services.rotas.telling import lock_turn, span, tell, tell_staff
from organizations.models import Unit

Status = TurnSwap.Status


def _lock_turns(*turns):
    return [lock_turn(turn) for turn in sorted(turns, key=lambda turn: turn.pk)]


def _lock(swap):
    """The swap as it now is, with its two turns; all three locked."""
    turns = {turn.pk: turn for turn in _lock_turns(swap.turn, swap.other_turn)}
    swap = TurnSwap.objects.select_for_update(of=("self",), no_key=True).get(pk=swap.pk)
    swap.turn, swap.other_turn = turns[swap.turn_id], turns[swap.other_turn_id]
    return swap


def _answers_for(actor, turn):
    return Unit.objects.of_liaison(actor, "checklists.change_turnswap").filter(pk=turn.unit_id).exists()


def _is_staff_of(actor, turn):
    return Turn.objects.editable_by(actor).filter(pk=turn.pk).exists()


def _check(turn, other, today):
    """ValidationError unless these two turns can be exchanged; else the agreements each unit brings along."""
    if turn.pk == other.pk or turn.unit_id == other.unit_id:
        raise ValidationError({"other_turn": "请选别的单位的轮值期。"}, code="same")
    if turn.rota.community_id != other.rota.community_id:
        raise ValidationError({"other_turn": "只能和同一社区的轮值期换。"}, code="community")
    begun = [each for each in (turn, other) if not each.is_ahead(today)]
    if begun:
        raise ValidationError(f"{span(begun[0])} 的轮值已经开始，不能再换。", code="past")
    brought = []
    for unit, place in ((other.unit, turn), (turn.unit, other)):
        agreement = agreement_for(unit, place.rota.community, place.starts_on, place.ends_on)
        if agreement is None:
            words = f"{unit}的协议不覆盖 {span(place)}，换不了。"
            raise ValidationError({"other_turn": words}, code="agreement")
        brought.append(agreement)
    return brought


@transaction.atomic
def propose_swap(turn, other_turn, *, actor, reason, at=None):
    """Ask for `turn` to be exchanged with `other_turn`.

    A liaison of the turn's unit thereby agrees for it; where staff propose, both units are asked. ValidationError for
    turns that cannot be exchanged or have an open swap; PermissionDenied to anybody else.
    """
    at = at or timezone.now()
    locked = {each.pk: each for each in _lock_turns(*{turn, other_turn})}
    turn, other = locked[turn.pk], locked[other_turn.pk]
    is_own = _answers_for(actor, turn)
    if not is_own and not _is_staff_of(actor, turn):
        raise PermissionDenied("您不能替这个单位提出换班。")
    if not reason.strip():
        raise ValidationError({"reason": "请写明换班的原因，对方会看到。"}, code="required")
    _check(turn, other, timezone.localdate(at))
    if TurnSwap.objects.open().touching(turn, other).exists():
        raise ValidationError("这两期里已有待同意的换班，请先等它有结果。", code="open")
    swap = TurnSwap.objects.create(
        turn=turn,
        other_turn=other,
        reason=reason,
        proposed_by=actor,
        proposed_at=at,
        agreed_at=at if is_own else None,
    )
    text = f"{turn.unit}（{span(turn)}）想和{other.unit}（{span(other)}）换班：{reason}"
    _tell(swap, text, actor)
    return swap


@transaction.atomic
def agree_swap(swap, *, actor, at=None):
    """The unit of one of the turns says yes; when both have, the units change places, each with its own agreement."""
    at = at or timezone.now()
    swap = _lock(swap)
    sides = [turn for turn in (swap.turn, swap.other_turn) if _answers_for(actor, turn)]
    if swap.status == Status.AGREED and _had_a_say(swap, actor):
        return swap
    if not sides:
        raise PermissionDenied("这次换班不由您答复。")
    if swap.status != Status.PROPOSED:
        raise stale(swap)
    if swap.turn in sides and swap.agreed_at is None:
        swap.agreed_at = at
    if swap.other_turn in sides and swap.other_agreed_at is None:
        swap.other_agreed_at = at
    swap.save(update_fields=["agreed_at", "other_agreed_at"])
    if swap.agreed_at and swap.other_agreed_at:
        swap = settle(swap, Status.AGREED, at=at)
        _tell(swap, f"换班已成：{_after(swap.turn)}；{_after(swap.other_turn)}", actor)
    return swap


def _after(turn):
    return f"{span(turn)} 由{turn.unit}轮值"


def _had_a_say(swap, actor):
    """After the exchange too the same two units stand on the two turns."""
    return any(_answers_for(actor, turn) for turn in (swap.turn, swap.other_turn))


def refuse_swap(swap, *, actor, note="", at=None):
    """One of the two units does not want to."""
    return change_status(swap, Status.REFUSED, actor=actor, note=note, at=at)


def withdraw_swap(swap, *, actor, note="", at=None):
    """Whoever proposed it, or the community, takes it back."""
    return change_status(swap, Status.WITHDRAWN, actor=actor, note=note, at=at)


@transaction.atomic
def change_status(swap, to, *, actor, note="", at=None):
    """The one door for whoever has locked nothing yet. Already there: nothing happens."""
    at = at or timezone.now()
    swap = _lock(swap)
    _permit(swap, to, actor)
    if swap.status == to:
        return swap
    swap = settle(swap, to, at=at, note=note)
    words = {Status.REFUSED: "没有同意", Status.WITHDRAWN: "已撤回"}.get(to, "已换班")
    text = f"{swap.turn.unit}和{swap.other_turn.unit}的换班{words}" + (f"：{note}" if note else "")
    _tell(swap, text, actor)
    return swap


def settle(swap, to, *, at, note=""):
    """The door for a verb that has locked both turns and the swap; agreeing exchanges the units.

    ValidationError(code="transition") when the table has no such edge.
    """
    if to not in swap.next_statuses:
        raise stale(swap)
    if to == Status.AGREED:
        _exchange(swap, timezone.localdate(at))
    swap.status, swap.ended_at, swap.note = to, at, note
    swap.save(update_fields=["status", "ended_at", "note"])
    return swap


def _exchange(swap, today):
    turn, other = swap.turn, swap.other_turn
    turn_agreement, other_agreement = _check(turn, other, today)
    turn.unit, other.unit = other.unit, turn.unit
    turn.agreement, other.agreement = turn_agreement, other_agreement
    for each in (turn, other):
        each.reminded_at = None
        each.save(update_fields=["unit", "agreement", "reminded_at"])


def _permit(swap, to, actor):
    sides = [turn for turn in (swap.turn, swap.other_turn) if _answers_for(actor, turn)]
    is_staff = _is_staff_of(actor, swap.turn)
    allowed = {
        Status.REFUSED: bool(sides),
        Status.WITHDRAWN: is_staff or swap.proposed_by_id == actor.pk,
    }.get(to, False)
    if not allowed:
        raise PermissionDenied("这次换班不由您答复。")


def stale(swap):
    when = timezone.localtime(swap.ended_at).strftime("%m月%d日 %H:%M") if swap.ended_at else ""
    words = f"这次换班{when}已有结果：{swap.get_status_display()}。您看到的是旧页面，请刷新。"
    return ValidationError(words, code="transition")


def _tell(swap, text, actor):
    tell([swap.turn, swap.other_turn], text=text, link="/desk/turns/", actor=actor)
    tell_staff(swap.turn.rota, text=text, actor=actor)
