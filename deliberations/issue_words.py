"""How an issue stands, in the words of whoever raised it."""

from django.conf import settings
from django.urls import reverse

from deliberations.models import Issue

Status, Level = Issue.Status, Issue.Level

TONES = {
    Status.RAISED: "info",
    Status.LISTED: "ok",
    Status.DECLINED: "plain",
    Status.MERGED: "plain",
    Status.SCHEDULED: "info",
    Status.SETTLED: "ok",
    Status.UNSETTLED: "warn",
}
STEPS = {
    Status.RAISED: "已提出，等社区筛选",
    Status.LISTED: "已列入议题目录",
    Status.DECLINED: "没有列入",
    Status.MERGED: "和相同的议题合并",
    Status.SCHEDULED: "已安排开会商量",
    Status.SETTLED: "已形成结果",
    Status.UNSETTLED: "这次没有达成一致",
}


def address_of(issue):
    return settings.PUBLIC_URL + reverse("hearings:issue", args=[issue.code])


def told(event):
    """The message to the author about one step."""
    issue = event.issue
    opening = f"{issue.community}：您提的议题“{issue.title}”"
    match event.to_status:
        case Status.RAISED:
            day = f"{issue.screen_by.month}月{issue.screen_by.day}日前" if issue.screen_by else "尽快"
            words = f"已收到，{day}告诉您是否列入。编号 {issue.code}"
        case Status.LISTED:
            words = f"已列入议题目录。{event.note}"
        case Status.DECLINED:
            words = f"没有列入。原因：{event.note}"
        case Status.MERGED:
            words = f"和“{issue.merged_into.title}”是同一件事，已合并办理"
        case Status.SCHEDULED:
            words = f"已安排开会商量：{event.note}"
        case Status.SETTLED:
            words = "开会商量有了结果"
        case _:
            words = "这次开会没有达成一致，会再商量或提到上一级"
    return f"{opening}{words.rstrip('。')}。查看：{address_of(issue)}"


def progress(issue, *, is_for_staff=False):
    """The steps for `_timeline.html`; who did what is for staff alone."""
    rows = []
    for event in issue.events.select_related("actor"):
        is_stop = event.to_status in (Status.DECLINED, Status.MERGED)
        row = {"at": event.at, "title": STEPS[event.to_status], "note": event.note}
        if is_for_staff:
            row["who"] = str(event.actor or issue.get_raised_by_display())
        rows.append({**row, "state": "stopped" if is_stop else "done"})
    if issue.status == Status.RAISED and issue.screen_by:
        day = f"{issue.screen_by.month}月{issue.screen_by.day}日前答复是否列入"
        rows.append({"at": "", "title": "社区筛选", "note": day, "state": "next"})
    return rows
