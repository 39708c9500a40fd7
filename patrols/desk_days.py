"""On which days a weekly desk is there, without a database: public holidays cancel it, and say which."""

from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar


@dataclass(frozen=True)
class DeskDay:
    """`holiday` is empty when the desk is there."""

    day: date
    holiday: str = ""


def next_days(weekday: int, first: date, count: int, overrides: dict[date, tuple[bool, str]]) -> list[DeskDay]:
    """The next `count` days from `first` on that are a `weekday` (Monday 0); `overrides` is {date: (works, name)}."""
    day = first + timedelta(days=(weekday - first.weekday()) % 7)
    return [
        DeskDay(each, holiday_on(each, overrides)) for each in (day + timedelta(weeks=week) for week in range(count))
    ]


def holiday_on(day: date, overrides: dict[date, tuple[bool, str]]) -> str:
    """The name of the holiday that `day` is; an ordinary weekend is none."""
    if day in overrides:
        is_working, name = overrides[day]
        return "" if is_working else name or "放假"
    try:
        is_holiday, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:  # a year that is not published yet
        return ""
    return HOLIDAYS.get(name, "放假") if is_holiday and name else ""


HOLIDAYS = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}
