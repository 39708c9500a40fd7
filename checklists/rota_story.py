"""What the pages of a rota show, staff's and the unit's, as plain values for the partials."""

from django.db.models import Count, Q
from django.utils import timezone

from checklists.gantt import draw
from checklists.models import Activity, TurnSwap
from checklists.services.rotas.telling import span

ROW, HEAD = 3.2, 1.8  # of the picture, in em of its own type
HELD = (Activity.Status.HELD, Activity.Status.CONCLUDED)
SWAP_TONES = {"proposed": "warn", "agreed": "ok", "refused": "plain", "withdrawn": "plain"}


def state_of(turn, today):
    """(tone, word) of how a turn stands on the date `today`."""
    if turn.handed_over_at:
        return "ok", "已交接"
    if turn.is_on_duty(today):
        return "info", "轮值中"
    return ("plain", "未到") if turn.is_ahead(today) else ("warn", "待交接")


def turns_of(rota):
    held = Count("activities", filter=Q(activities__status__in=HELD), distinct=True)
    return list(
        rota.turns.select_related("unit__liaison", "agreement").annotate(
            held_count=held, activity_count=Count("activities", distinct=True)
        )
    )


def rows_of(turns, today=None):
    """[{turn, span, tone, word, is_now, fault}]: `fault` says why its agreement does not carry it."""
    today = today or timezone.localdate()
    rows = []
    for turn in turns:
        tone, word = state_of(turn, today)
        rows.append(
            {
                "turn": turn,
                "span": span(turn),
                "tone": tone,
                "word": word,
                "is_now": turn.is_on_duty(today),
                "is_ahead": turn.is_ahead(today),
                "fault": fault_of(turn) if turn.ends_on >= today else "",
            }
        )
    return rows


def fault_of(turn):
    if turn.agreement is None:
        return "没有协议"
    return "" if turn.agreement.is_covering(turn.starts_on, turn.ends_on) else "协议到期或终止，覆盖不到这一期"


def shares_of(turns):
    """[(unit, turns)] of the rota, the busiest first."""
    counts = {}
    for turn in turns:
        counts[turn.unit] = counts.get(turn.unit, 0) + 1
    return sorted(counts.items(), key=lambda share: (-share[1], share[0].name))


class _Stretch:
    """A turn as the picture of milestones takes it."""

    done_on = None

    def __init__(self, turn):
        self.name, self.starts_on, self.due_on = turn.unit.name, turn.starts_on, turn.ends_on


def picture_of(rota, turns, today=None):
    """A line for each unit with its turns along the months: x and width in percent, y and height in em."""
    today = today or timezone.localdate()
    if not turns:
        return None
    drawn = draw([_Stretch(turn) for turn in turns], starts_on=rota.starts_on, due_on=rota.ends_on, today=today)
    lines = {
        turn.unit: round(HEAD + ROW * place, 1)
        for place, turn in enumerate({turn.unit_id: turn for turn in turns}.values())
    }
    bars = [
        {
            "x": bar.x,
            "width": bar.width,
            "y": lines[turn.unit],
            "tone": state_of(turn, today)[0],
            "words": f"{span(turn)} {turn.unit}，{state_of(turn, today)[1]}",
        }
        for bar, turn in zip(drawn.bars, turns, strict=True)
    ]
    months = [{"x": bar.x, "label": f"{turn.starts_on.month}月"} for bar, turn in zip(drawn.bars, turns, strict=True)]
    return {
        "months": months if len(months) <= 6 else months[:: -(-len(months) // 6)],
        "units": [{"name": unit.name, "y": y} for unit, y in lines.items()],
        "bars": bars,
        "today_x": drawn.today_x if rota.starts_on <= today <= rota.ends_on else None,
        "height": round(HEAD + ROW * len(lines), 1),
    }


def swap_line(swap):
    """A swap in words. Once it is done the units stand exchanged, so they are told as they were."""
    one, other = swap.turn.unit, swap.other_turn.unit
    if swap.status == TurnSwap.Status.AGREED:
        one, other = other, one
    return {
        "swap": swap,
        "tone": SWAP_TONES[swap.status],
        "word": swap.get_status_display(),
        "one": f"{one}（{span(swap.turn)}）",
        "other": f"{other}（{span(swap.other_turn)}）",
        "waits_for": _waiting(swap),
    }


def _waiting(swap):
    if swap.status != TurnSwap.Status.PROPOSED:
        return ""
    sides = [(swap.agreed_at, swap.turn.unit), (swap.other_agreed_at, swap.other_turn.unit)]
    return "、".join(str(unit) for agreed_at, unit in sides if agreed_at is None)


def swaps_of(rows):
    loaded = rows.select_related("turn__unit", "other_turn__unit", "proposed_by")
    return [swap_line(swap) for swap in loaded]
