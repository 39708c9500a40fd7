"""How a project stands, as plain values for its pages: staff's, units' and residents'."""

from django.utils import timezone

from checklists import gantt
from checklists.models import Project

Status = Project.Status
TONES = {
    Status.PROPOSED: "plain",
    Status.PUBLICIZED: "warn",
    Status.IMPLEMENTING: "info",
    Status.INSPECTING: "info",
    Status.CLOSED: "ok",
    Status.STOPPED: "plain",
}
PUBLIC_WORDS = {
    Status.PUBLICIZED: "立项公示中",
    Status.IMPLEMENTING: "正在实施",
    Status.INSPECTING: "正在验收",
    Status.CLOSED: "已完成",
}
SOON_DAYS = 7
HEAD_EM, ROW_EM, NAME_LETTERS = 2.0, 3.2, 12  # of the Gantt picture; a name beside its state fits on a phone


def badge(project):
    return {"tone": TONES[project.status], "word": project.get_status_display()}


def public_badge(project):
    return {"tone": TONES[project.status], "word": PUBLIC_WORDS[project.status]}


def short_number(project):
    """The number without the community's code, where the community stands beside it: 2026-003."""
    return project.number.partition("-")[2] or project.number


def deadline(project, today=None):
    """What the deadline partial takes, in days; None once the project has ended."""
    if project.status in (Status.CLOSED, Status.STOPPED):
        return None
    today = today or timezone.localdate()
    total, left = (project.due_on - project.starts_on).days + 1, (project.due_on - today).days + 1
    if left <= 0:
        words, tone = f"已超期 {1 - left} 天", "bad"
    elif today < project.starts_on:
        words, tone = f"{project.starts_on.month}月{project.starts_on.day}日 开始", "ok"
    else:
        words, tone = f"还剩 {left} 天", "warn" if left <= SOON_DAYS else "ok"
    at = f"{project.due_on.year}年{project.due_on.month}月{project.due_on.day}日"
    return {"words": words, "tone": tone, "used": min(max(total - left, 0), total), "total": total, "at": at}


def publicity(project, today=None):
    """(words, whether it is over) of a project that is publicized; None otherwise."""
    if project.status != Status.PUBLICIZED or project.publicity_ends_on is None:
        return None
    today = today or timezone.localdate()
    day = project.publicity_ends_on
    spoken = f"{day.year}年{day.month}月{day.day}日"
    return (f"公示到 {spoken}，已期满", True) if day < today else (f"公示到 {spoken} 为止", False)


def gantt_of(project, milestones, today=None):
    """The drawing of the project's milestones, in em of its own type; None without any."""
    if not milestones:
        return None
    is_over = project.status in (Status.CLOSED, Status.STOPPED)
    today = (project.closed_on or project.due_on) if is_over else today or timezone.localdate()
    drawn = gantt.draw(milestones, starts_on=project.starts_on, due_on=project.due_on, today=today)
    rows = [
        {"milestone": each, "bar": bar, "name": shortened(each.name), "y": HEAD_EM + ROW_EM * bar.row}
        for each, bar in zip(milestones, drawn.bars, strict=True)
    ]
    return {
        "ticks": drawn.ticks,
        "rows": rows,
        "height": HEAD_EM + ROW_EM * len(rows),
        "today_x": None if is_over else drawn.today_x,
        "has_done": any(bar.done_x is not None for bar in drawn.bars),
    }


def shortened(name):
    return name if len(name) <= NAME_LETTERS else name[: NAME_LETTERS - 1] + "…"


def yuan(amount):
    """12,860.00 元"""
    return f"{amount:,.2f} 元"


def money(budget, spent):
    """Budget, spent and rest in words; `percent` of the budget for a bar, `over` where more was spent than planned."""
    rest = budget - spent
    percent = min(int(100 * spent / budget), 100) if budget else (100 if spent > 0 else 0)
    return {
        "budget": yuan(budget),
        "spent": yuan(spent),
        "rest": yuan(rest),
        "over": yuan(-rest) if rest < 0 else "",
        "percent": percent,
    }


def priced(bids):
    """The bids, each with `budget_words`."""
    rows = list(bids)
    for bid in rows:
        bid.budget_words = yuan(bid.budget)
    return rows
