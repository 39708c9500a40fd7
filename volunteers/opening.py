"""Whether a station is open now, and when it opens next, without a database.

A public holiday closes it. A make-up working day (调休) that has no hours of its own goes by those of the first working
day that has some.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from organizations.workdays import holiday_on, is_working_day

Spans = list[tuple[time, time]]
LOOKS_AHEAD_DAYS = 31
NAMES = "一二三四五六日"


@dataclass(frozen=True)
class Day:
    """One day of the public page: `holiday` says why it is closed where a public holiday does that."""

    on: date
    spans: Spans
    holiday: str = ""

    @property
    def hours(self):
        return hours_words(self.spans)


@dataclass(frozen=True)
class Now:
    is_open: bool
    words: str


def hours_words(spans: Spans) -> str:
    return "、".join(f"{opens:%H:%M}—{closes:%H:%M}" for opens, closes in spans)


def week_words(week: dict[int, Spans]) -> str:
    """“周一至周五 08:30—11:30、14:00—17:30；周六 09:00—11:30”, “” without hours."""
    parts = []
    for hours, run in groupby(range(7), key=lambda day: hours_words(sorted(week.get(day, [])))):
        days = [*run]
        until = f"至周{NAMES[days[-1]]}" if len(days) > 1 else ""
        if hours:
            parts.append(f"周{NAMES[days[0]]}{until} {hours}")
    return "；".join(parts)


def day_of(on: date, week: dict[int, Spans], overrides: dict[date, tuple[bool, str]]) -> Day:
    """`week` is {weekday (Monday 0): spans}, `overrides` {date: (is_working, name)}."""
    holiday = holiday_on(on, overrides)
    if holiday:
        return Day(on, [], holiday)
    spans = week.get(on.weekday(), [])
    if not spans and on.weekday() >= 5 and is_working_day(on, {day: works for day, (works, _) in overrides.items()}):
        spans = next((week[day] for day in range(5) if week.get(day)), [])
    return Day(on, sorted(spans))


def state_at(now: datetime, week: dict[int, Spans], overrides: dict[date, tuple[bool, str]]) -> Now:
    """`now` is the local time."""
    clock, today = now.time(), day_of(now.date(), week, overrides)
    for opens, closes in today.spans:
        if opens <= clock < closes:
            return Now(True, f"现在开放，到 {closes:%H:%M}")
        if clock < opens:
            return Now(False, f"今天 {opens:%H:%M} 开")
    because = f"今天{today.holiday}，" if today.holiday else "今天已关门，" if today.spans else "今天不开放，"
    for ahead in range(1, LOOKS_AHEAD_DAYS + 1):
        day = day_of(today.on + timedelta(days=ahead), week, overrides)
        if day.spans:
            return Now(False, f"{because}{_when(day.on, ahead)} {day.spans[0][0]:%H:%M} 开")
    return Now(False, "开放时间请打电话问")


def _when(on, ahead):
    return "明天" if ahead == 1 else f"{on.month}月{on.day}日 周{NAMES[on.weekday()]}"
