from datetime import datetime, timedelta

from organizations.models import CalendarDay
from organizations.parameters import parameters
from organizations.workdays import Schedule, add_working_time, working_time_between


def office_calendar(on=None):
    """(Schedule, {date: is_working}) in force on the date `on`: what the functions of `workdays` are called with."""
    hours = parameters(
        "workday_morning_starts",
        "workday_morning_ends",
        "workday_afternoon_starts",
        "workday_afternoon_ends",
        on=on,
    )
    schedule = Schedule(**{key.removeprefix("workday_"): value for key, value in hours.items()})
    return schedule, dict(CalendarDay.objects.values_list("day", "is_working"))


def named_days():
    """{date: (is_working, name)} of the days that are set: what `workdays.holiday_on` is called with."""
    return {day: (works, name) for day, works, name in CalendarDay.objects.values_list("day", "is_working", "name")}


def deadline(start: datetime, hours: float) -> datetime:
    """`hours` working hours after `start`."""
    return add_working_time(start, timedelta(hours=hours), *office_calendar())


def deadlines(start: datetime, *hours: float) -> list[datetime]:
    calendar = office_calendar()
    return [add_working_time(start, timedelta(hours=each), *calendar) for each in hours]


def working_time(start: datetime, end: datetime) -> timedelta:
    return working_time_between(start, end, *office_calendar())
