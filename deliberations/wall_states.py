"""心愿墙: how a wish stands is how its need stands; here the one is told by the other, in words for passers-by."""

from django.db.models import Q

from checklists.models import Need

S = Need.Status
GONE = frozenset({S.REJECTED, S.MERGED, S.WITHDRAWN})
# Rated and not solved: the community goes on with it, until it gives up.
UNSOLVED = Q(need__status=S.RATED, need__is_solved=False)
WAITING = Q(need__status__in=[S.SUBMITTED, S.ACCEPTED, S.ESCALATED, S.REOPENED])
CLAIMED = Q(need__status__in=[S.DISPATCHED, S.TAKEN, S.IN_SERVICE, S.SUSPENDED, S.SPLIT, S.HANDED_OFF]) | UNSOLVED
FULFILLED = Q(need__status__in=[S.DONE, S.RATED, S.CLOSED]) & (Q(need__is_solved=None) | Q(need__is_solved=True))
OPEN = WAITING | CLAIMED
STATES = {"waiting": WAITING, "claimed": CLAIMED, "fulfilled": FULFILLED}
LABELS = {"waiting": "等待认领", "claimed": "认领中", "fulfilled": "已实现"}
TONES = {"waiting": "gold", "claimed": "info", "fulfilled": "ok"}

IN_HAND = "{helper}认领了"
WORDS = {
    S.SUBMITTED: "社区正在看，很快可以认领",
    S.ACCEPTED: "等您来认领",
    S.ESCALATED: "社区正在请上级一起想办法",
    S.REOPENED: "社区正在重新了解情况",
    S.DISPATCHED: "已请人帮忙，等答复",
    S.TAKEN: IN_HAND,
    S.IN_SERVICE: "{helper}正在帮着实现",
    S.SUSPENDED: "暂时停一停，条件合适了接着办",
    S.SPLIT: "分成几步在实现",
    S.HANDED_OFF: "已请外面的单位帮忙",
    S.DONE: "{helper}帮着实现了",
    S.RATED: "{helper}帮着实现了",
    S.CLOSED: "{helper}帮着实现了",
}

# What a card needs of the wish, and of its need: nothing that tells whose it is.
READ = ("need_id", "numbered_in_id", "words", "year", "number", "published_at", "thanks", "photo", "has_photo_consent")
READ_OF_NEED = (
    *("code", "status", "category_id", "category__name", "category__icon", "community_id", "community__name"),
    *("community__code", "community__hotline", "is_solved", "is_grabbable", "done_at", "closed_at"),
)


def state_of(need):
    """waiting, claimed or fulfilled; "" for what came to nothing."""
    if need.status in GONE or (need.status == S.CLOSED and need.is_solved is False):
        return ""
    if need.status in (S.DONE, S.RATED, S.CLOSED):
        return "claimed" if need.is_solved is False else "fulfilled"
    return "waiting" if need.status in (S.SUBMITTED, S.ACCEPTED, S.ESCALATED, S.REOPENED) else "claimed"


def words_of(need, helper):
    """How it stands, as a sentence; `helper` is whoever may be named in public, or None."""
    if need.is_solved is False:
        return "还差一点，社区在跟进"
    if need.status == S.TAKEN and not helper:
        return "有人想认领，社区正在核实"
    return WORDS[S(need.status)].format(helper=helper or "社区")
