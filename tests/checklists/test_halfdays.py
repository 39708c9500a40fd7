"""Half days without a database: a week of flags, exceptions, and what has passed."""

from datetime import date, timedelta

import pytest

from checklists.halfdays import (
    has_passed,
    next_month,
    open_half_days,
    previous_month,
    read,
    read_month,
    spell,
    weeks_of,
)
from tests.factories import at

MONDAY = date(2026, 11, 23)
SUNDAY = MONDAY + timedelta(days=6)


class TestOpenHalfDays:
    def test_no_flag_means_any_time(self):
        assert len(open_half_days(0, {}, MONDAY, SUNDAY)) == 14

    @pytest.mark.parametrize("day", range(7))
    @pytest.mark.parametrize("half", (0, 1))
    def test_one_flag_is_one_half_day_of_each_week(self, day, half):
        found = open_half_days(1 << 2 * day + half, {}, MONDAY, SUNDAY + timedelta(days=7))
        assert found == {(MONDAY + timedelta(days=day), half), (MONDAY + timedelta(days=day + 7), half)}

    def test_exceptions_win_both_ways(self):
        tuesday = MONDAY + timedelta(days=1)
        found = open_half_days(0b01, {(MONDAY, 0): False, (tuesday, 1): True}, MONDAY, SUNDAY)
        assert found == {(tuesday, 1)}

    def test_nothing_is_open_after_the_resource_has_run_out(self):
        assert len(open_half_days(0, {(SUNDAY, 0): True}, MONDAY, SUNDAY, until=MONDAY)) == 2
        assert open_half_days(0, {}, MONDAY, SUNDAY, until=MONDAY - timedelta(days=1)) == set()


class TestDays:
    def test_a_morning_is_over_at_noon_and_an_afternoon_with_its_day(self):
        now = at("2026-11-23 11:59")
        assert not has_passed(MONDAY, 0, now)
        assert has_passed(MONDAY, 0, at("2026-11-23 12:00")) and not has_passed(MONDAY, 1, at("2026-11-23 23:59"))
        assert has_passed(MONDAY - timedelta(days=1), 1, now)

    def test_addresses_come_back(self):
        assert read(spell(MONDAY, 1)) == (MONDAY, 1)

    @pytest.mark.parametrize("text", ["", "2026-11-23", "2026-11-23-2", "2026-13-01-0", "明天-0"])
    def test_nonsense_is_no_half_day(self, text):
        with pytest.raises(ValueError):
            read(text)

    def test_months_meet_and_their_weeks_begin_on_monday(self):
        month = date(2024, 1, 1)
        for _ in range(36):
            weeks = weeks_of(month)
            days = [day for week in weeks for day in week if day.month == month.month and day.year == month.year]
            assert days[0] == month and days[-1] == next_month(month) - timedelta(days=1)
            assert all(week[0].weekday() == 0 and len(week) == 7 for week in weeks)
            assert previous_month(next_month(month)) == month
            month = next_month(month)

    @pytest.mark.parametrize("text", ["", "abc", "2026-13", "9999-12", "1900-01", "2026-11-01"])
    def test_a_wrong_month_is_this_month(self, text):
        assert read_month(text, MONDAY) == date(2026, 11, 1)
