"""三会一课 counted from days alone."""

from datetime import date

import pytest

from organizations.cadence import Light, Period, State, light, slots

YEAR, TODAY = 2026, date(2026, 8, 20)


def states(period, *series, **given):
    asked = {"times": 1, "year": YEAR, "today": TODAY, **given}
    return [slot.state for slot in slots(period, *series, **asked)]


class TestSlots:
    def test_a_quarter_is_done_missed_due_or_ahead(self):
        days = [date(2026, 3, 31), date(2026, 4, 1), date(2025, 8, 1)]
        assert states(Period.QUARTER, days) == [State.DONE, State.DONE, State.DUE, State.AHEAD]
        assert states(Period.QUARTER, days[1:]) == [State.MISSED, State.DONE, State.DUE, State.AHEAD]

    @pytest.mark.parametrize(("period", "count", "last"), [("MONTH", 12, "12月"), ("HALF", 2, "下半年")])
    def test_a_year_is_covered_without_gap(self, period, count, last):
        found = slots(Period[period], [], times=1, year=2028, today=TODAY)
        assert (len(found), found[-1].label) == (count, last)
        assert (found[0].starts_on, found[-1].ends_on) == (date(2028, 1, 1), date(2028, 12, 31))
        assert all(
            (after.starts_on - before.ends_on).days == 1 for before, after in zip(found, found[1:], strict=False)
        )

    def test_the_last_day_still_counts_and_the_day_after_is_too_late(self):
        for today, state in ((date(2026, 9, 30), State.DUE), (date(2026, 10, 1), State.MISSED)):
            assert states(Period.QUARTER, [], today=today)[2] == state

    def test_the_last_days_warn(self):
        for day, state in ((24, State.DUE), (25, State.SOON), (31, State.SOON)):
            assert states(Period.MONTH, [], today=date(2026, 8, day), warn_days=7)[7] == state

    def test_too_few_of_several_are_missed_by_the_rest(self):
        slot = slots(Period.HALF, [date(2026, 2, 1)], times=3, year=YEAR, today=TODAY)[0]
        assert (slot.state, slot.wanted, slot.held, slot.missed) == (State.MISSED, 3, 1, 2)

    def test_each_group_owes_its_own(self):
        one = [date(2026, 1, 5), date(2026, 1, 20)]
        slot = slots(Period.MONTH, one, [], times=1, year=YEAR, today=TODAY)[0]
        assert (slot.state, slot.wanted, slot.held, slot.missed) == (State.MISSED, 2, 1, 1)
        assert states(Period.MONTH, one, one)[0] == State.DONE

    def test_nothing_is_owed_before_the_branch_was_there_nor_without_anybody(self):
        since = date(2026, 5, 12)
        found = states(Period.QUARTER, [date(2026, 6, 1)], since=since)
        assert found == [State.FREE, State.DONE, State.DUE, State.AHEAD]
        assert states(Period.QUARTER, [], times=0) == [State.FREE] * 4
        assert states(Period.QUARTER) == [State.FREE] * 4


class TestLight:
    def light(self, *days, **given):
        asked = {"times": 1, "year": YEAR, "today": TODAY, **given}
        return light(slots(Period.MONTH, list(days), **asked), amber=1, red=3)

    def test_by_the_missed(self):
        held = [date(2026, month, 10) for month in range(1, 8)]
        assert self.light(*held) == Light.GREEN
        assert self.light(*held[1:]) == Light.AMBER
        assert self.light(*held[2:]) == Light.AMBER
        assert self.light(*held[3:]) == Light.RED

    def test_amber_where_one_is_nearly_too_late(self):
        held = [date(2026, month, 10) for month in range(1, 8)]
        assert self.light(*held, today=date(2026, 8, 30), warn_days=7) == Light.AMBER

    def test_no_light_where_nothing_was_owed(self):
        assert self.light(times=0) == Light.NONE
