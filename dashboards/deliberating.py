"""What wishes, messages, mediation, hearings and appraisals are measured by, written once: the rows a figure counts.

A figure belongs to the period by the day its definition names; how its rows stand is as of now, so that a number and
the rows it opens are the same at any moment. Rates are percent with one decimal.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from dashboards.figures import GROUPS
from dashboards.patrolling import Share
from deliberations.models import Accord, Case, Hearing, Message, Opinion, Outcome, Reply, Survey, Wish


@dataclass(frozen=True)
class Tally:
    """`rows` takes the first moment of the period, the first one after it, and now."""

    label: str
    rows: Callable[..., QuerySet]
    definition: str = ""
    place: str = "community"
    is_sealed: bool = False  # counted here, opened by those whom each row names


def _messages(starts_at, ends_at):
    published = Message.objects.filter(published_at__gte=starts_at, published_at__lt=ends_at, reply_by__isnull=False)
    replies = Reply.objects.filter(message=OuterRef("pk")).order_by("replied_at").values("replied_at")
    return published.annotate(first_replied_at=Subquery(replies[:1]))


def _reply_due(starts_at, ends_at, at):
    return _messages(starts_at, ends_at).filter(
        Q(first_replied_at__isnull=False) | Q(status=Message.Status.PUBLISHED, reply_by__lt=at)
    )


def _cases(starts_at, ends_at):
    return Case.objects.filter(accepted_at__gte=starts_at, accepted_at__lt=ends_at)


def _agreed():
    return Exists(Accord.objects.filter(case=OuterRef("pk"), effective_at__isnull=False))


def _wishes(starts_at, ends_at):
    return Wish.objects.filter(published_at__gte=starts_at, published_at__lt=ends_at)


def _opinions(starts_at, ends_at):
    return Opinion.objects.filter(hearing__opened_at__gte=starts_at, hearing__opened_at__lt=ends_at)


def _outcomes(starts_at, ends_at):
    return Outcome.objects.filter(hearing__opened_at__gte=starts_at, hearing__opened_at__lt=ends_at)


OPEN_CASES = (Case.Status.ACCEPTED, Case.Status.MEDIATING)
TALLIES = {
    "wishes": Tally(
        "心愿上墙",
        lambda start, end, at: _wishes(start, end),
        "这段时间上墙的心愿，后来撤下的也算。",
        "need__community",
    ),
    "wishes_fulfilled": Tally(
        "已实现",
        lambda start, end, at: _wishes(start, end).filter(need__status__in=GROUPS["finished"].statuses),
        "这段时间上墙、现在已经办好的心愿。",
        "need__community",
    ),
    "messages": Tally("公开留言", lambda start, end, at: _messages(start, end), "这段时间公开的留言，后来隐藏的也算。"),
    "reply_due": Tally("应答复", _reply_due),
    "replied": Tally(
        "按时答复", lambda start, end, at: _reply_due(start, end, at).filter(first_replied_at__lte=F("reply_by"))
    ),
    "unanswered": Tally(
        "超期未答",
        lambda start, end, at: _messages(start, end).filter(
            status=Message.Status.PUBLISHED, first_replied_at=None, reply_by__lt=at
        ),
        "这段时间公开、过了答复期限还没有官方答复的留言。",
    ),
    "cases": Tally(
        "受理调解",
        lambda start, end, at: _cases(start, end),
        "这段时间受理的调解案件。案件只给指定的人看，这里只有件数。",
        is_sealed=True,
    ),
    "cases_open": Tally(
        "调解中",
        lambda start, end, at: _cases(start, end).filter(status__in=OPEN_CASES),
        "这段时间受理、现在还没有结果的。",
        is_sealed=True,
    ),
    "cases_ended": Tally(
        "有结果的", lambda start, end, at: _cases(start, end).exclude(status__in=OPEN_CASES), is_sealed=True
    ),
    "cases_agreed": Tally("达成协议", lambda start, end, at: _cases(start, end).filter(_agreed()), is_sealed=True),
    "hearings": Tally(
        "开三会",
        lambda start, end, at: Hearing.objects.filter(opened_at__gte=start, opened_at__lt=end),
        "这段时间开了的听证会、协调会、评议会；人数不够、延期的不算。",
    ),
    "opinions": Tally(
        "意见", lambda start, end, at: _opinions(start, end), "这段时间三会上提出的意见。", "hearing__community"
    ),
    "opinions_answered": Tally(
        "有答复的意见", lambda start, end, at: _opinions(start, end).exclude(answer=""), place="hearing__community"
    ),
    "opinions_adopted": Tally(
        "采纳的意见",
        lambda start, end, at: _opinions(start, end).filter(answer__in=(Opinion.Answer.ADOPTED, Opinion.Answer.PARTLY)),
        place="hearing__community",
    ),
    "outcomes": Tally(
        "决议事项", lambda start, end, at: _outcomes(start, end), "这段时间三会定下的事。", "hearing__community"
    ),
    "outcomes_done": Tally(
        "已落实",
        lambda start, end, at: _outcomes(start, end).filter(status=Outcome.Status.DONE),
        place="hearing__community",
    ),
    "outcomes_overdue": Tally(
        "超期未落实",
        lambda start, end, at: _outcomes(start, end).filter(
            status=Outcome.Status.OPEN, due_on__lt=timezone.localdate(at)
        ),
        "这段时间三会定下、过了时限还没有落实的事。",
        "hearing__community",
    ),
    "surveys": Tally(
        "公开评议",
        lambda start, end, at: Survey.objects.filter(published_at__gte=start, published_at__lt=end),
        "这段时间公开了结果的评议。",
    ),
}
SHARES = {
    "replies": Share("按时答复率", "replied", "reply_due", "按时答复的留言，除以已答复的和过了期限还没答复的。"),
    "accords": Share("调解成功率", "cases_agreed", "cases_ended", "达成协议的案件，除以已有结果的案件。"),
    "adoption": Share(
        "意见采纳率", "opinions_adopted", "opinions_answered", "采纳和部分采纳的意见，除以已答复的意见。"
    ),
    "follow_up": Share("决议落实率", "outcomes_done", "outcomes", "已落实的决议事项，除以全部决议事项。"),
}


def select(key, outlook):
    """The rows that the figure `key` counts in the communities looked at."""
    tally = TALLIES[key]
    rows = tally.rows(outlook.starts_at, outlook.ends_at, outlook.at)
    return rows.filter(**{f"{tally.place}__in": outlook.ground})


def counts(outlook):
    """{community: {figure: count}}, one query a figure."""
    found = defaultdict(lambda: dict.fromkeys(TALLIES, 0))
    for key, tally in TALLIES.items():
        rows = select(key, outlook).order_by().values_list(tally.place)
        for community, count in rows.annotate(count=Count("pk")):
            found[community][key] = count
    return found


def total(found):
    return {key: sum(row[key] for row in found.values()) for key in TALLIES}
