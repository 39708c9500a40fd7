"""单位履约: what became of the dispatches of a unit, or of a category, counted in one query and defined here alone."""

from dataclasses import dataclass

from django.db.models import F, Q

from checklists.models import Dispatch, Need

S, R, B = Dispatch.Status, Dispatch.Reason, Dispatch.Feedback

OFFERED = Q(is_grabbed=False)
ANSWERED = OFFERED & Q(answered_at__isnull=False)
# A need that was done again by somebody since is rated for that one's work, not for this one's.
RATED = Q(status=S.FINISHED, need__done_at=F("finished_at")) & ~Q(need__satisfaction="")
# name: (the words above its column, which dispatches count)
MEASURES = {
    "offered": ("派出", OFFERED),
    "due": ("应答复", ANSWERED | (OFFERED & Q(status=S.EXPIRED))),
    "on_time": ("按时答复", ANSWERED & Q(answered_at__lte=F("reply_by"))),
    "taken": ("接单", OFFERED & Q(status__in=[S.TAKEN, S.FINISHED])),
    "grabbed": ("抢单", Q(is_grabbed=True)),
    "declined": ("谢绝", Q(status=S.DECLINED)),
    **{f"declined_{reason}": (reason.label, Q(status=S.DECLINED, reason=reason)) for reason in R},
    "expired": ("超时退回", Q(status=S.EXPIRED)),
    "recalled": ("社区收回", Q(status=S.RECALLED)),
    "finished": ("办好", Q(status=S.FINISHED)),
    "rated": ("有评价", RATED),
    "satisfied": ("满意和基本满意", RATED & ~Q(need__satisfaction=Need.Satisfaction.DISSATISFIED)),
    "no_show": ("居民爽约", Q(is_no_show=True)),
    "told": ("单位评价", ~Q(feedback="")),
    **{feedback.value: (feedback.label, Q(feedback=feedback)) for feedback in B},
}
# (name, label, numerator, denominator, what it says)
RATES = (
    ("on_time", "按时答复率", "on_time", "due", "期限内接单或谢绝的，除以已答复和超时退回的。抢单不算。"),
    ("taken", "接单率", "taken", "due", "现在已接或已办好的，除以已答复和超时退回的。"),
    ("satisfied", "居民满意率", "satisfied", "rated", "评满意和基本满意的，除以有评价的。后来由别人重办的不算。"),
)
# What the rows are counted by: {choice: (label, the fields that name a row)}
GROUPINGS = {
    "unit": ("按单位", ("resource__unit", "resource__unit__name")),
    "category": ("按需求类别", ("need__category", "need__category__name")),
}


@dataclass(frozen=True)
class Card:
    """One unit's (or category's) counts; `pk` is None for all of them together."""

    pk: int | None
    name: str
    counts: dict[str, int]

    @property
    def rates(self):
        """[{label, part, whole, percent}] in the order of RATES; `percent` is None where nothing was counted."""
        found = []
        for name, label, part, whole, _ in RATES:
            part, whole = self.counts[part], self.counts[whole]
            percent = round(100 * part / whole) if whole else None
            found.append({"name": name, "label": label, "part": part, "whole": whole, "percent": percent})
        return found


def scorecards(dispatches, by="unit"):
    """[Card] of the queryset `dispatches`, the busiest first, in one query."""
    key, name = GROUPINGS[by][1]
    rows = dispatches.counted_by(key, name, **{each: condition for each, (_, condition) in MEASURES.items()})
    cards = [Card(row[key], row[name], {each: row[each] for each in MEASURES}) for row in rows]
    return sorted(cards, key=lambda card: (-card.counts["offered"] - card.counts["grabbed"], card.name))


def total(cards):
    return Card(None, "合计", {each: sum(card.counts[each] for card in cards) for each in MEASURES})
