"""What a resource gives and has given, as plain values for the pages: its week, a month of half days, its periods."""

from collections import Counter
from datetime import timedelta

from django.utils import timezone

from checklists.halfdays import HALVES, has_passed, next_month, previous_month, spell, weeks_of
from checklists.models import Half, Resource
from checklists.models.resources import period_starts
from checklists.services.bookings import free_half_days, offered_days, open_half_days_of, spoken

PERIOD_COUNT = 6
WEEKDAYS = "一二三四五六日"
# state: (the word in the cell, the words in full)
STATES = {
    "free": ("空", "空着，可预约"),
    "taken": ("约", "已预约"),
    "closed": ("休", "不开放"),
    "used": ("用", "用过"),
    "past": ("—", "已过"),
}


def has_calendar(resource):
    """Whether it is given away by half days: every venue, and what has an exception or a booking."""
    return resource.kind == Resource.Kind.VENUE or resource.exceptions.exists() or resource.bookings.exists()


def week_of(resource):
    """The week as its flags say it: [(周一, [morning open, afternoon open])], for a table of seven by two."""
    flags = resource.availability
    return [
        (f"周{WEEKDAYS[day]}", [{"half": Half(half).label, "is_open": not flags or bool(flags >> 2 * day + half & 1)}
                               for half in HALVES])
        for day in range(7)
    ]  # fmt: skip


def purpose(booking):
    """What a half day was given for, in words without anything personal."""
    if booking.activity_id:
        return f"活动：{booking.activity.name}"
    if booking.dispatch_id:
        return f"派单：{booking.dispatch.need.category}（{booking.dispatch.need.community}）"
    return booking.note


def bookings_between(resource, first, last):
    return resource.bookings.between(first, last).select_related(
        "activity", "dispatch__need__category", "dispatch__need__community", "booked_by"
    )


def month_of(resource, month, *, at=None):
    """The month that begins on the date `month`: {title, previous, next, weeks, taken, free, legend}.

    Each day of a week is {day, is_in_month, is_today, cells}, each cell {slot, state, word, words, what, exception};
    `slot` is empty unless the half day can be booked. Three queries.
    """
    now = timezone.localtime(at or timezone.now())
    weeks, (_, until) = weeks_of(month), offered_days(now)
    first, last = weeks[0][0], weeks[-1][-1]
    opened = open_half_days_of(resource, first, last)
    noted = {(row.day, row.half): row for row in resource.exceptions.between(first, last)}
    booked = {(row.day, row.half): row for row in bookings_between(resource, first, last)}
    counts, rows = Counter(), []
    for week in weeks:
        days = []
        for day in week:
            cells = []
            is_in_month = day.month == month.month
            for half in HALVES if is_in_month else ():
                slot = (day, half)
                booking, exception = booked.get(slot), noted.get(slot)
                state = _state(slot, booking, opened, now)
                counts[state] += 1
                word, words = STATES[state]
                cells.append(
                    {
                        "slot": spell(*slot) if state == "free" and day <= until else "",
                        "state": state,
                        "word": word,
                        "words": f"{spoken(*slot)}，{words}",
                        "what": purpose(booking) if booking else "",
                        "exception": f"例外：{exception.note or exception}" if exception else "",
                    }
                )
            days.append({"day": day, "is_in_month": is_in_month, "is_today": day == now.date(), "cells": cells})
        rows.append(days)
    return {
        "title": f"{month.year}年{month.month}月",
        "previous": f"{previous_month(month):%Y-%m}",
        "next": f"{next_month(month):%Y-%m}",
        "weeks": rows,
        "taken": counts["taken"] + counts["used"],
        "free": counts["free"],
        "legend": [{"state": state, "word": word, "words": words} for state, (word, words) in STATES.items()],
    }


def _state(slot, booking, opened, now):
    if has_passed(*slot, now):
        return "used" if booking else "past"
    if booking:
        return "taken"
    return "free" if slot in opened else "closed"


def periods_of(resource, *, at=None):
    """The places used in each of the last six periods, oldest first: [{starts_on, used, capacity, words}]."""
    today = timezone.localdate(at or timezone.now())
    start, starts = resource.period_start(today), []
    while len(starts) < PERIOD_COUNT:
        starts.insert(0, start)
        if resource.period == Resource.Period.ONCE:
            break
        start = period_starts(start - timedelta(days=1))[resource.period]
    used = Counter()
    held = resource.dispatches.held().filter(offered_at__date__gte=starts[0])
    for offered_at, people in held.values_list("offered_at", "people_count"):
        used[resource.period_start(timezone.localdate(offered_at))] += people
    return [
        {
            "label": _name(resource, start),
            "used": used[start],
            "capacity": resource.capacity,
            "words": f"{used[start]} / {resource.capacity}",
            "tone": "bad" if used[start] >= resource.capacity else "ok",
        }
        for start in starts
    ]


def _name(resource, start):
    match resource.period:
        case Resource.Period.WEEK:
            return f"{start.month}月{start.day}日起一周"
        case Resource.Period.MONTH:
            return f"{start.year}年{start.month}月"
        case Resource.Period.QUARTER:
            return f"{start.year}年第{(start.month + 2) // 3}季度"
    return "一共"


def free_weeks(resource, *, at=None):
    """The free half days of this week and the next, day by day: [{title, days: [{day, words}]}], words 上午、下午."""
    today = timezone.localdate(at or timezone.now())
    monday = today - timedelta(days=today.weekday())
    weeks = []
    for title, first in (("本周", monday), ("下周", monday + timedelta(days=7))):
        days = {}
        for day, half in free_half_days(resource, first, first + timedelta(days=6), at=at):
            days.setdefault(day, []).append(Half(half).label)
        weeks.append({"title": title, "days": [{"day": day, "words": "、".join(each)} for day, each in days.items()]})
    return weeks
