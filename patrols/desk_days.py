"""On which days a weekly desk is there, without a database: public holidays cancel it, and say which."""

from dataclasses import dataclass
from datetime import date, timedelta

from organizations.workdays import holiday_on


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
