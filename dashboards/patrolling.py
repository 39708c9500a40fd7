"""What the work of grids is measured by, written once: which incidents a figure counts, and what a rate divides.

The period of incidents is by the day they were reported; how they stand is as of now, so that a figure and the rows it
opens are the same at any moment. Counts are 件 unless said otherwise; rates are percent with one decimal; times of
arrival are minutes. Visits and rounds count by the day they were made.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from dashboards.figures import Figure
from patrols.models import Arrival, CareHousehold, Incident, Round, Visit
from patrols.models.incidents import OPEN_STATUSES

Status = Incident.Status
SENT = Q(is_solved_on_spot=False) & ~Q(status__in=[Status.RETURNED, Status.MERGED])

# Each condition may ask for `due_at` (IncidentQuerySet.with_deadline).
REPORTS = {
    "reported": Figure("上报", lambda at: Q(), "这段时间上报的巡查事件，不论后来怎样。"),
    "on_spot": Figure("当场解决", lambda at: Q(is_solved_on_spot=True), "上报时已经当场处理好、同时结案的。"),
    "open": Figure(
        "在办", lambda at: Q(status__in=sorted(OPEN_STATUSES)), "这段时间上报、现在还没有结果的，挂起的也在内。"
    ),
    "overdue": Figure(
        "已超期",
        lambda at: Q(due_at__lt=at),
        "这段时间上报、现在已过期限的：待受理看受理期限，派遣后看处置期限，待核查看核查期限；挂起的不计时。",
    ),
    "returned": Figure("不予受理", lambda at: Q(status=Status.RETURNED), "上报后被退回、不予受理的。"),
    "accept_due": Figure(
        "应受理",
        lambda at: SENT & (Q(accepted_at__isnull=False) | Q(status=Status.REPORTED, accept_by__lt=at)),
    ),
    "accepted": Figure("按时受理", lambda at: SENT & Q(accepted_at__lte=F("accept_by"))),
    "handle_due": Figure(
        "应处置好",
        lambda at: (
            SENT
            & (
                Q(handled_at__isnull=False, handle_by__isnull=False)
                | (Q(status__in=sorted(OPEN_STATUSES - {Status.SUSPENDED})) & Q(handled_at=None, handle_by__lt=at))
            )
        ),
    ),
    "handled": Figure("按期处置", lambda at: SENT & Q(handled_at__lte=F("handle_by"))),
    "worked": Figure("处置过", lambda at: SENT & (Q(handled_at__isnull=False) | Q(rework_count__gt=0))),
    "reworked": Figure("返工", lambda at: SENT & Q(rework_count__gt=0)),
}


@dataclass(frozen=True)
class Share:
    """A rate of grids: the figure above the line, the one below it, and what it means."""

    label: str
    of: str
    among: str
    definition: str


SHARES = {
    "on_time": Share(
        "按期处置率",
        "handled",
        "handle_due",
        "在处置期限内处置完成的，除以已处置完成和处置期限已过的。当场解决的、不予受理的、合并的、挂起的不计。",
    ),
    "acceptance": Share(
        "按时受理率",
        "accepted",
        "accept_due",
        "在受理期限内受理的，除以已受理和受理期限已过的。当场解决的、不予受理的、合并的不计。",
    ),
    "rework": Share("返工率", "reworked", "worked", "核查没有通过、退回重做过的，除以处置过的；一件返工几次都算一件。"),
    "returns": Share("退回率", "returned", "reported", "不予受理的，除以上报的。"),
}
OTHER = {
    "households": "户数：楼栋（社区）登记的户数，注明统计日期（户）。",
    "load": "每百户上报：这段时间的上报件数除以户数再乘 100（件/百户）。没有户数的不算，不参加排序。",
    "per_grid": "平均每网格上报：这段时间的上报件数除以现有网格数（件/个）。",
    "visits": "走访：这段时间见到了人的走访户，除以应走访的户。应走访的是已走访的，加上到这段时间的最后一天该走访、"
    "还没有走访到的（按现在的走访期限）。没有见到人的不算走访到。",
    "rounds": "巡查：这段时间走完的巡查次数（次）。",
    "arrival": "报到：从吹哨到部门报到的分钟数，取中位数；后面是已报到和被吹哨的部门数。",
}


def counts(rows, at, column=None):
    """{key of the column: {figure: count}} of the incidents `rows`, in one query; without a column, of all at ""."""
    figures = {key: Count("pk", filter=figure.condition(at)) for key, figure in REPORTS.items()}
    rows = rows.with_deadline().order_by()
    if column is None:
        return {"": rows.aggregate(**figures)}
    return {row.pop(column): row for row in rows.values(column).annotate(**figures)}


def select(rows, figure, at):
    return rows.with_deadline().filter(REPORTS[figure].condition(at))


# --- Whistles ---------------------------------------------------------------------------------------------------------
def arrivals(rows, column):
    """{key: (median minutes to arrive or None, departments that came, departments called)} of `rows` (arrivals)."""
    minutes, called = defaultdict(list), defaultdict(int)
    for key, called_at, arrived_at in rows.values_list(column, "whistle__called_at", "arrived_at"):
        called[key] += 1
        if arrived_at:
            minutes[key].append((arrived_at - called_at).total_seconds() / 60)
    return {
        key: (round(median(minutes[key])) if minutes[key] else None, len(minutes[key]), count)
        for key, count in called.items()
    }


def called(communities, starts, ends):
    """The departments called by whistles from `starts` to before `ends` in the communities (keys)."""
    return Arrival.objects.filter(
        whistle__incident__community__in=communities, whistle__called_at__gte=starts, whistle__called_at__lt=ends
    )


# --- Visits and rounds ------------------------------------------------------------------------------------------------
def met(communities, starts, ends):
    """The visits that met somebody."""
    return Visit.objects.filter(
        household__building__quarter__community__in=communities, visited_at__gte=starts, visited_at__lt=ends
    ).exclude(finding=Visit.Finding.ABSENT)


def visited(communities, starts, ends):
    """The households that were met."""
    return CareHousehold.objects.filter(
        pk__in=met(communities, starts, ends).values("household"), building__quarter__community__in=communities
    )


def missed(communities, starts, ends):
    """The households that were to be visited by the last day, and were not."""
    day = timezone.localdate(ends) - timedelta(days=1)
    rows = CareHousehold.objects.filter(building__quarter__community__in=communities).due(day)
    return rows.exclude(pk__in=met(communities, starts, ends).values("household"))


def due(communities, starts, ends):
    """Both: the households that were to be visited in the period. `is_visited` says which of the two."""
    seen = met(communities, starts, ends).filter(household=OuterRef("pk"))
    keys = visited(communities, starts, ends).values("pk"), missed(communities, starts, ends).values("pk")
    rows = CareHousehold.objects.filter(Q(pk__in=keys[0]) | Q(pk__in=keys[1]))
    return rows.annotate(is_visited=Exists(seen))


def tally(rows, column):
    """{key: count}."""
    return dict(rows.order_by().values_list(column).annotate(count=Count("pk")))


def walked(grids, starts, ends):
    return Round.objects.filter(grid__in=grids, walked_at__gte=starts, walked_at__lt=ends)
