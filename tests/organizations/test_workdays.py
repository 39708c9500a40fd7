"""Office hours on the Chinese calendar of 2026, whose holidays and make-up days the State Council published."""

from datetime import UTC, date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from organizations.models import CalendarDay
from organizations.services.calendars import deadline, working_time
from organizations.workdays import Schedule, add_working_time, is_working_day, working_time_between
from tests.factories import at

OFFICE = Schedule()
HOURS = timedelta(hours=1)


class TestDays:
    @pytest.mark.parametrize(
        ("day", "is_working"),
        [
            ("2026-02-14", True),  # a Saturday made up for the Spring Festival
            ("2026-02-16", False),
            ("2026-02-23", False),
            ("2026-02-24", True),
            ("2026-02-28", True),  # the other Saturday
            ("2026-10-01", False),
            ("2026-10-07", False),
            ("2026-11-21", False),
            ("2026-11-23", True),
        ],
    )
    def test_published_calendar(self, day, is_working):
        assert is_working_day(date.fromisoformat(day), {}) is is_working

    def test_beyond_the_published_years_weekdays_count(self):
        assert is_working_day(date(2035, 6, 1), {}) and not is_working_day(date(2035, 6, 2), {})

    def test_the_offices_own_word_is_the_last(self):
        for day in (date(2026, 11, 23), date(2035, 6, 1), date(2026, 2, 16)):
            for word in (True, False):
                assert is_working_day(day, {day: word}) is word


class TestDeadlines:
    @pytest.mark.parametrize(
        ("start", "hours", "end"),
        [
            ("2026-11-16 09:00", 2, "2026-11-16 11:00"),
            ("2026-11-16 11:00", 2, "2026-11-16 14:30"),  # over lunch
            ("2026-11-16 10:00", 2, "2026-11-16 12:00"),  # ends with the morning
            ("2026-11-16 12:30", 1, "2026-11-16 14:30"),  # begins at lunch
            ("2026-11-20 17:30", 2, "2026-11-23 10:00"),  # Friday evening
            ("2026-11-20 23:59", 8, "2026-11-23 18:00"),
            ("2026-11-21 03:00", 1, "2026-11-23 09:30"),  # on a Saturday
            ("2026-11-16 00:00", 0, "2026-11-16 08:30"),
            ("2026-02-13 17:00", 2, "2026-02-14 09:30"),  # the next day is a working Saturday
            ("2026-02-14 17:00", 2, "2026-02-24 09:30"),  # over the whole Spring Festival
            ("2026-09-30 18:00", 8, "2026-10-08 18:00"),
            ("2026-12-31 17:00", 2, "2027-01-01 09:30"),  # the calendar of 2027 is not out yet
        ],
    )
    def test_working_hours(self, start, hours, end):
        assert add_working_time(at(start), hours * HOURS, OFFICE, {}) == at(end)
        assert working_time_between(at(start), at(end), OFFICE, {}) == hours * HOURS

    def test_start_in_another_zone_is_the_same_moment(self):
        start = at("2026-11-20 17:30").astimezone(UTC)
        assert add_working_time(start, 2 * HOURS, OFFICE, {}) == at("2026-11-23 10:00")

    def test_office_that_never_opens_is_told(self):
        with pytest.raises(ValueError, match="no working time"):
            add_working_time(at("2026-11-16 09:00"), HOURS, Schedule(9, 9, 9, 9), {})

    def test_years_of_work(self):
        assert add_working_time(at("2026-11-16 09:00"), 6000 * HOURS, OFFICE, {}) > at("2029-01-01 00:00")

    @given(
        start=st.datetimes(at("2026-01-01 00:00").replace(tzinfo=None), at("2026-10-31 00:00").replace(tzinfo=None)),
        minutes=st.integers(0, 6000),
        more=st.integers(0, 600),
    )
    def test_adding_and_measuring_agree(self, start, minutes, more):
        start = start.replace(tzinfo=at("2026-01-01 00:00").tzinfo)
        duration = timedelta(minutes=minutes)
        end = add_working_time(start, duration, OFFICE, {})
        assert working_time_between(start, end, OFFICE, {}) == duration
        further = add_working_time(end, timedelta(minutes=more), OFFICE, {})
        if more:
            assert further == add_working_time(start, timedelta(minutes=minutes + more), OFFICE, {})

    def test_backwards_is_nothing(self):
        assert working_time_between(at("2026-11-17 09:00"), at("2026-11-16 09:00"), OFFICE, {}) == timedelta()


@pytest.mark.django_db
class TestOfficeCalendar:
    def test_overrides_are_rows(self):
        CalendarDay.objects.create(day=date(2026, 11, 23), is_working=False, name="文明城市迎检调休")
        CalendarDay.objects.create(day=date(2026, 11, 21), is_working=True)
        assert deadline(at("2026-11-20 17:30"), 2) == at("2026-11-21 10:00")
        assert deadline(at("2026-11-21 18:00"), 1) == at("2026-11-24 09:30")
        assert working_time(at("2026-11-20 18:00"), at("2026-11-24 08:30")) == timedelta(hours=8)
