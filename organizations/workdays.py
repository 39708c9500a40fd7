"""Working hours on the Chinese calendar, without a database: holidays and make-up days come in as arguments.

`overrides` is {date: is_working}; days it does not name follow the State Council's published calendar where the
chinesecalendar package knows the year, and Monday to Friday where it does not yet.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar

BEIJING = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Schedule:
    """The office's hours of a working day, in hours after midnight (8.5 is half past eight)."""

    morning_starts: float = 8.5
    morning_ends: float = 12.0
    afternoon_starts: float = 13.5
    afternoon_ends: float = 18.0

    def spans(self, day):
        """The two open spans of `day` as aware datetimes."""
        midnight = datetime.combine(day, time(), tzinfo=BEIJING)
        for starts, ends in (
            (self.morning_starts, self.morning_ends),
            (self.afternoon_starts, self.afternoon_ends),
        ):
            if ends > starts:
                yield midnight + timedelta(hours=starts), midnight + timedelta(hours=ends)


def is_working_day(day: date, overrides: dict[date, bool]) -> bool:
    if day in overrides:
        return overrides[day]
    try:
        return chinese_calendar.is_workday(day)
    except NotImplementedError:
        return day.weekday() < 5


HOLIDAYS = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}


def holiday_on(day: date, overrides: dict[date, tuple[bool, str]]) -> str:
    """The name of the public holiday that `day` is, "" for none; an ordinary weekend is none.

    `overrides` is {date: (is_working, name)} here.
    """
    if day in overrides:
        is_working, name = overrides[day]
        return "" if is_working else name or "放假"
    try:
        is_holiday, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:  # a year that is not published yet
        return ""
    return HOLIDAYS.get(name, "放假") if is_holiday and name else ""


def add_working_time(start: datetime, duration: timedelta, schedule: Schedule, overrides: dict[date, bool]) -> datetime:
    """The moment at which `duration` of office time has passed since `start`; ValueError if none comes in 20 years."""
    left, day = duration, start.astimezone(BEIJING).date()
    for _ in range(20 * 366):
        if is_working_day(day, overrides):
            for opens, closes in schedule.spans(day):
                opens = max(opens, start)
                if closes <= opens:
                    continue
                if left <= closes - opens:
                    return opens + left
                left -= closes - opens
        day += timedelta(days=1)
    raise ValueError("the calendar has no working time left")


def working_time_between(start: datetime, end: datetime, schedule: Schedule, overrides: dict[date, bool]) -> timedelta:
    """How much office time lies between `start` and `end`; zero when end is not later."""
    total, day = timedelta(), start.astimezone(BEIJING).date()
    while day <= end.astimezone(BEIJING).date():
        if is_working_day(day, overrides):
            for opens, closes in schedule.spans(day):
                total += max(min(closes, end) - max(opens, start), timedelta())
        day += timedelta(days=1)
    return total
