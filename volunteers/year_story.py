"""What became of a year's sheet, and of a year's sheets, in words."""

from auditlog.models import LogEntry
from django.db.models import Max

from govern.views import number
from volunteers.models import YearReview

Status, Grade = YearReview.Status, YearReview.Grade


def tiles_of(reviews, request):
    """The grades of the year that the list asks for, or else of the newest: [{label, number, query, tone}]."""
    year = number(request.GET.get("year")) or reviews.aggregate(last=Max("year"))["last"]
    if year is None:
        return []
    community = number(request.GET.get("report__community__id__exact"))
    rows = reviews.filter(year=year)
    within = f"year={year}"
    if community is not None:
        rows, within = rows.filter(report__community=community), f"{within}&report__community__id__exact={community}"
    counts = rows.count_by_grade()
    graded = sum(count for grade, count in counts.items() if grade)
    tiles = [{"label": f"{year}年一共", "number": sum(counts.values()), "query": within, "note": ""}]
    for grade, label in Grade.choices:
        count = counts.get(grade, 0)
        note = f"占已鉴定的 {100 * count / graded:.1f}%" if graded else ""
        tiles.append({"label": label, "number": count, "query": f"{within}&grade__exact={grade}", "note": note})
    drafted = rows.filter(status=Status.DRAFTED).count()
    return [*tiles, {"label": "待鉴定", "number": drafted, "query": f"{within}&status__exact=drafted", "note": ""}]


def timeline_of(review):
    """The steps of one sheet, what was taken back included: out of the audit trail, for a sheet keeps its last only."""
    steps = [
        {"at": entry.timestamp, "title": _title(*entry.changes["status"]), "who": entry.actor, "state": "done"}
        for entry in LogEntry.objects.get_for_object(review).select_related("actor").order_by("timestamp", "pk")
        if "status" in (entry.changes or {})
    ]
    if review.status != Status.RECEIPTED:
        steps.append({"at": "", "title": NEXT[Status(review.status)], "state": "now"})
    return steps


TITLES = {Status.DRAFTED: "起草", Status.GRADED: "社区鉴定", Status.SENT: "反馈单位", Status.RECEIPTED: "单位回执"}
NEXT = {Status.DRAFTED: "等社区鉴定", Status.GRADED: "等反馈单位", Status.SENT: "等单位回执"}


def _title(before, now):
    return "退回重新鉴定" if before == Status.GRADED and now == Status.DRAFTED else TITLES[Status(now)]
