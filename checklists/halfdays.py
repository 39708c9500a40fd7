"""Half days: which of them a resource is open on, how one is written in an address, and the weeks of a month.

A half day is (date, half), half 0 the morning and 1 the afternoon. No database here.
"""

from datetime import date, timedelta

HALVES = (0, 1)
NOON = 12
YEARS_AHEAD = 2


def open_half_days(availability, exceptions, first, last, until=None):
    """{(date, half)} from the date `first` to `last`, both included, on which something is open.

    `availability` has bit 2 * weekday + half, Monday morning first, 0 for any time; `exceptions`, {(date, half):
    is_open}, say otherwise for single ones. Nothing is open after the date `until`.
    """
    last = min(last, until) if until else last
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return {
        (day, half)
        for day in days
        for half in HALVES
        if exceptions.get((day, half), availability == 0 or availability >> 2 * day.weekday() + half & 1)
    }


def has_passed(day, half, now):
    """Whether a half day is over at the local time `now`: a morning at noon, an afternoon with its day."""
    return day < now.date() or (day == now.date() and half == 0 and now.hour >= NOON)


def spanned(start, end):
    """[(date, half)] that something from the local time `start` to `end` takes; an evening is part of the afternoon."""
    first, last = ((moment.date(), int(moment.hour >= NOON)) for moment in (start, end - timedelta(microseconds=1)))
    days = (first[0] + timedelta(days=number) for number in range((last[0] - first[0]).days + 1))
    return [slot for slot in ((day, half) for day in days for half in HALVES) if first <= slot <= last]


def spell(day, half):
    """2026-12-01-0: how an address and a form name a half day."""
    return f"{day.isoformat()}-{half}"


def read(text):
    """The (date, half) that `spell` wrote; ValueError for anything else."""
    day, _, half = text.rpartition("-")
    if half not in ("0", "1"):
        raise ValueError(f"no half day: {text}")
    return date.fromisoformat(day), int(half)


def read_month(text, today):
    """The first day of the month "2026-12"; of today's month for anything else or too far from it."""
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
    return month if abs(month.year - today.year) <= YEARS_AHEAD else today.replace(day=1)


def weeks_of(month):
    """The weeks, Monday first, that hold the month beginning on the date `month`: lists of seven dates."""
    start = month - timedelta(days=month.weekday())
    weeks = []
    while not weeks or (start.year, start.month) == (month.year, month.month):
        weeks.append([start + timedelta(days=number) for number in range(7)])
        start += timedelta(days=7)
    return weeks


def next_month(month):
    return (month + timedelta(days=31)).replace(day=1)


def previous_month(month):
    return (month - timedelta(days=1)).replace(day=1)
