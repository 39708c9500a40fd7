"""横道图: milestones along an axis of days, as plain numbers for an SVG. No ORM, no Django.

x and width are percentages of the picture's width; y counts rows.
"""

from dataclasses import dataclass
from datetime import date

ROOM = 25  # of the width, for the name of a month on a phone


@dataclass(frozen=True)
class Bar:
    """One milestone: planned from `x` over `width`; `done_x` is where it was done, None while it is not."""

    name: str
    words: str
    tone: str
    x: float
    width: float
    done_x: float | None
    row: int


@dataclass(frozen=True)
class Tick:
    label: str
    x: float


@dataclass(frozen=True)
class Gantt:
    bars: list
    ticks: list
    today_x: float | None
    rows: int


def draw(milestones, *, starts_on, due_on, today):
    """The Gantt of `milestones` (name, starts_on, due_on, done_on) in a project from `starts_on` to `due_on`."""
    ends = [due_on, *(each.due_on for each in milestones), *(each.done_on for each in milestones if each.done_on)]
    first = min([starts_on, *(each.starts_on for each in milestones)])
    last = max(ends)
    if first <= today and (today - last).days <= 31:
        last = max(last, today)
    days = (last - first).days + 1

    def at(day):
        return round(100 * (day - first).days / days, 2)

    bars = [
        Bar(
            name=each.name,
            words=words(each, today)[0],
            tone=words(each, today)[1],
            x=at(each.starts_on),
            width=round(100 * ((each.due_on - each.starts_on).days + 1) / days, 2),
            done_x=at(each.done_on) if each.done_on else None,
            row=row,
        )
        for row, each in enumerate(milestones)
    ]
    return Gantt(
        bars=bars,
        ticks=_ticks(first, last, at),
        today_x=at(today) if first <= today <= last else None,
        rows=len(bars),
    )


def words(milestone, today):
    """(words, tone) of how one milestone stands on the day `today`."""
    if milestone.done_on:
        late = (milestone.done_on - milestone.due_on).days
        return (f"已完成，晚 {late} 天", "warn") if late > 0 else ("已完成", "ok")
    if milestone.due_on < today:
        return f"已超期 {(today - milestone.due_on).days} 天", "bad"
    if milestone.starts_on > today:
        return "未开始", "plain"
    return f"还剩 {(milestone.due_on - today).days + 1} 天", "info"


def _ticks(first, last, at):
    """The months that begin in between, each with room for its name; the first of each year says the year."""
    day, ticks, year = first, [], None
    while day <= last:
        x = at(day)
        if not ticks or ticks[-1].x + ROOM <= x <= 100 - ROOM / 2:
            ticks.append(Tick(f"{day.month}月" if day.year == year else f"{day.year}年{day.month}月", x))
            year = day.year
        if (day.year, day.month) == (last.year, last.month):
            break
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return ticks
