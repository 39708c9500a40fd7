"""Which needs a figure counts, written once: the figure counts them, and its rows are them. All counting is SQL's."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import TruncDate

from checklists.models import Dispatch, Need
from checklists.models.needs import OPEN_STATUSES, RUNNING_STATUSES
from grids.models import Instructor
from organizations.models import Organization

Status = Need.Status


@dataclass(frozen=True)
class Figure:
    label: str
    condition: Callable[[datetime], Q]
    definition: str = ""


@dataclass(frozen=True)
class Group:
    """Statuses that a chart shows as one; the six hold every status once."""

    label: str
    statuses: tuple[Status, ...]
    tone: str
    token: str


GROUPS = {
    "waiting": Group("待受理", (Status.SUBMITTED,), "info", "--series-2"),
    "arranging": Group("待安排", (Status.ACCEPTED, Status.ESCALATED, Status.REOPENED), "warn", "--series-4"),
    "serving": Group(
        "办理中", (Status.DISPATCHED, Status.TAKEN, Status.IN_SERVICE, Status.SPLIT), "info", "--series-1"
    ),
    "suspended": Group("挂起、转外部", (Status.SUSPENDED, Status.HANDED_OFF), "plain", "--series-5"),
    "finished": Group("已办好", (Status.DONE, Status.RATED, Status.CLOSED), "ok", "--series-3"),
    "dropped": Group("未办了结", (Status.REJECTED, Status.MERGED, Status.WITHDRAWN), "plain", "--ink-3"),
}
GROUP_OF = {status: key for key, group in GROUPS.items() for status in group.statuses}
FINISHED = Q(status__in=GROUPS["finished"].statuses)
# A rating counts while the need stands as finished: once the resident comes back, it waits for the judgement.
RATED = FINISHED & Q(rated_at__isnull=False)
RUNNING = Q(status__in=sorted(RUNNING_STATUSES))
PAUSED = Q(status__in=sorted(OPEN_STATUSES - RUNNING_STATUSES))
# A dispatch that the community took back tells nothing of the unit.
SENT = ("offered", "taken", "finished", "declined", "expired")
RETURNED = ("declined", "expired")
LEFT_BEFORE_ANSWER = Q(status=Status.WITHDRAWN, responded_at=None, closed_at__lte=F("respond_by"))


def _has_dispatch(statuses):
    return Q(Exists(Dispatch.objects.filter(need=OuterRef("pk"), status__in=statuses)))


def overdue(at):
    return Q(pk__in=Need.objects.overdue(at).order_by().values("pk"))


FIGURES = {
    "received": Figure("收到", lambda at: Q(), "这段时间提交的全部需求，不论后来怎样，撤回、不予受理和合并的也在内。"),
    "finished": Figure(
        "办结",
        lambda at: FINISHED,
        "这段时间提交、现在已办好的：已办好、已评价、已办结。居民再次反映、还没有判定的不算。",
    ),
    "overdue": Figure(
        "已超期",
        overdue,
        "这段时间提交、还没有办好、现在已过期限的：待受理的看响应期限，受理后看办理期限。挂起期间不计时，不算超期。",
    ),
    "open": Figure(
        "正在办",
        lambda at: Q(status__in=sorted(OPEN_STATUSES)),
        "这段时间提交、现在还没有结果的。挂起、上报、再次反映的也在内，其中有的可能已超期。",
    ),
    **{
        key: Figure(f"{group.label}的需求", lambda at, group=group: Q(status__in=group.statuses))
        for key, group in GROUPS.items()
        if key != "finished"
    },
    "responded": Figure("按时回应", lambda at: Q(responded_at__lte=F("respond_by"))),
    "response_due": Figure(
        "应当回应",
        lambda at: (Q(responded_at__isnull=False) | Q(respond_by__lt=at)) & ~LEFT_BEFORE_ANSWER,
    ),
    "unanswered": Figure(
        "过了响应期限还没有回应",
        lambda at: Q(status__in=sorted(OPEN_STATUSES), responded_at=None, respond_by__lt=at),
    ),
    "rated": Figure("已评价", lambda at: RATED),
    "solved": Figure("居民认为已解决", lambda at: RATED & Q(is_solved=True)),
    "satisfied": Figure(
        "满意和基本满意",
        lambda at: RATED & Q(satisfaction__in=[Need.Satisfaction.SATISFIED, Need.Satisfaction.MOSTLY]),
    ),
    "dissatisfied": Figure("不满意", lambda at: RATED & Q(satisfaction=Need.Satisfaction.DISSATISFIED)),
    "left_before_answer": Figure("响应期限内自己撤回", lambda at: LEFT_BEFORE_ANSWER),
    "awaiting_answer": Figure(
        "还没回应，期限也没到", lambda at: Q(responded_at=None, respond_by__gte=at) & ~LEFT_BEFORE_ANSWER
    ),
    "unrated": Figure("办好后没有评价", lambda at: FINISHED & Q(rated_at=None)),
    "due": Figure("应当办好", lambda at: FINISHED | (RUNNING & Q(handle_by__lt=at))),
    "on_time": Figure("按期办好", lambda at: FINISHED & Q(done_at__lte=F("handle_by"))),
    "paused": Figure("挂起、转外部", lambda at: PAUSED),
    "running_in_time": Figure("正在办，期限没到", lambda at: RUNNING & Q(handle_by__gte=at)),
    "dispatched": Figure("派过单", lambda at: _has_dispatch(SENT)),
    "returned": Figure("被退过单", lambda at: _has_dispatch(RETURNED)),
    "never_dispatched": Figure("没有派过单", lambda at: ~_has_dispatch(SENT)),
    "escalated": Figure("已上报，等待处置", lambda at: Q(status=Status.ESCALATED)),
    "reopened": Figure("再次反映，等待判定", lambda at: Q(status=Status.REOPENED)),
}
HEADLINES = ("received", "finished", "overdue", "open")
COVERS = {
    "own": ("有小区党支部", "--series-3"),
    "joint": ("由联合党支部覆盖", "--series-1"),
    "instructor": ("派驻党建指导员", "--series-2"),
    "none": ("没有支部和指导员", "--series-6"),
}


def select(needs, figure, at):
    return needs.filter(FIGURES[figure].condition(at))


def _counts(figures, at):
    return {key: Count("pk", filter=FIGURES[key].condition(at)) for key in figures}


def totals(needs, at, figures):
    """{figure: how many of `needs` it counts}, in one query."""
    return needs.order_by().aggregate(**_counts(figures, at))


def by_community(needs, at, figures):
    """{community pk: {figure: count}}, in one query; a community without needs is missing."""
    rows = needs.order_by().values("community").annotate(**_counts(figures, at))
    return {row.pop("community"): row for row in rows}


def buckets(starts_on, ends_on):
    """[(first day, last day)] of the bars of a period: days, and weeks from Monday where days would be too thin."""
    day, spans = starts_on, []
    is_weekly = (ends_on - starts_on).days >= 92
    while day <= ends_on:
        last = min(day + timedelta(days=6 - day.weekday()), ends_on) if is_weekly else day
        spans.append((day, last))
        day = last + timedelta(days=1)
    return spans


def by_day(needs, spans):
    """{group: [count per span]}; grouped by day and status in one query, folded into `spans` here."""
    index = {}
    for position, (first, last) in enumerate(spans):
        for offset in range((last - first).days + 1):
            index[first + timedelta(days=offset)] = position
    series = {key: [0] * len(spans) for key in GROUPS}
    rows = needs.order_by().annotate(day=TruncDate("submitted_at")).values("day", "status").annotate(count=Count("pk"))
    for row in rows:
        series[GROUP_OF[row["status"]]][index[row["day"]]] += row["count"]
    return series


def overdue_causes(needs, at):
    """[(community name, its organization's pk, overdue count, main category, its count)], most overdue first."""
    rows = (
        select(needs, "overdue", at)
        .order_by()
        .values("community__organization", "community__name", "category__name")
        .annotate(count=Count("pk"))
    )
    causes = defaultdict(list)
    for row in rows:
        place = row["community__name"], row["community__organization"]
        causes[place].append((row["count"], row["category__name"]))
    found = []
    for (name, organization), parts in causes.items():
        count, category = max(parts)
        found.append((name, organization, sum(part[0] for part in parts), category, count))
    return sorted(found, key=lambda cause: (-cause[2], cause[0]))


def worst_category(needs, at):
    """(category pk, name, dissatisfied, rated) of the category that left most people dissatisfied, or None."""
    rows = needs.order_by().values("category", "category__name").annotate(**_counts(("dissatisfied", "rated"), at))
    worst = rows.filter(dissatisfied__gt=0).order_by("-dissatisfied", "category").first()
    return worst and (worst["category"], worst["category__name"], worst["dissatisfied"], worst["rated"])


def chain(organizations):
    """{kind: count} of the nodes in use."""
    rows = organizations.active().order_by().values("kind").annotate(count=Count("pk"))
    return {row["kind"]: row["count"] for row in rows}


def with_cover(quarters, on):
    """`cover`: by what the Party reaches a quarter, a key of COVERS."""
    sent = Instructor.objects.current(on).filter(quarter=OuterRef("pk"))
    return quarters.annotate(
        cover=Case(
            When(branch__kind=Organization.Kind.QUARTER_BRANCH, then=Value("own")),
            When(branch__kind=Organization.Kind.JOINT_BRANCH, then=Value("joint")),
            When(Exists(sent), then=Value("instructor")),
            default=Value("none"),
            output_field=CharField(),
        )
    )


def coverage(quarters, on):
    """[{organization, community, kind, cover, count}] per community and cover, in one query."""
    return list(
        with_cover(quarters, on)
        .order_by()
        .values(
            "cover",
            organization=F("community__organization"),
            community_name=F("community__name"),
            kind=F("community__organization__kind"),
        )
        .annotate(count=Count("pk"))
        .order_by("kind", "organization", "cover")
    )
