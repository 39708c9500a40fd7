from datetime import date

from govern.dates import month_start, months_after, whole_years


class TestMonths:
    def test_same_day_or_the_last_one(self):
        assert months_after(date(2024, 1, 31), 1) == date(2024, 2, 29)
        assert months_after(date(2026, 12, 15), -12) == date(2025, 12, 15)

    def test_first_day_of_another_month(self):
        assert month_start(date(2026, 12, 31), 1) == date(2027, 1, 1)
        assert month_start(date(2026, 1, 31), -1) == date(2025, 12, 1)
        assert month_start(date(2026, 1, 31)) == date(2026, 1, 1)


def test_age_grows_on_the_birthday():
    assert whole_years(date(2000, 2, 29), date(2026, 2, 28)) == 25
    assert whole_years(date(2000, 2, 29), date(2026, 3, 1)) == 26
