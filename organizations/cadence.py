"""How often each 组织生活 is owed, and how a branch stands: from the days of its meetings alone, without a database.

Periods: 《中国共产党支部工作条例（试行）》; how many times per period is a dated setting.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, StrEnum

from govern.dates import months_after

QUARTERS = ("第一季度", "第二季度", "第三季度", "第四季度")


class Period(Enum):
    """Its length in months, and what one of them is called in a sentence."""

    MONTH = 1, "每月"
    QUARTER = 3, "每季度"
    HALF = 6, "每半年"
    YEAR = 12, "每年"

    def __init__(self, months, words):
        self.months, self.words = months, words

    def label(self, number):
        """The name of the `number`th of a year, counted from 0."""
        match self:
            case Period.MONTH:
                return f"{number + 1}月"
            case Period.QUARTER:
                return QUARTERS[number]
            case Period.HALF:
                return ("上半年", "下半年")[number]
        return "全年"


PERIODS = {
    "assembly": Period.QUARTER,
    "committee": Period.MONTH,
    "group": Period.MONTH,
    "lecture": Period.HALF,
    "theme_day": Period.MONTH,
    "life": Period.YEAR,
    "review": Period.YEAR,
}


class State(StrEnum):
    DONE = "done"
    DUE = "due"
    SOON = "soon"  # due, and the period is nearly over
    MISSED = "missed"
    AHEAD = "ahead"
    FREE = "free"  # not owed


class Light(StrEnum):
    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    NONE = "none"  # nothing was owed


@dataclass(frozen=True)
class Slot:
    """One period of a year: `held` of the `wanted` meetings."""

    label: str
    starts_on: date
    ends_on: date
    wanted: int
    held: int
    state: State

    @property
    def missed(self):
        return self.wanted - self.held if self.state is State.MISSED else 0


def slots(period, *series, times, year, today, since=None, warn_days=0):
    """The Slots of `year`. `series` are the days of those who each owe `times` per period (a branch; its groups).

    Nothing is owed for a period that had begun before the date `since` (None: always), and none without a series.
    """
    counts = [Counter((day.month - 1) // period.months for day in days if day.year == year) for days in series]
    found = []
    for number in range(12 // period.months):
        starts_on = date(year, 1 + number * period.months, 1)
        ends_on = months_after(starts_on, period.months) - timedelta(days=1)
        is_owed = since is None or since <= starts_on
        wanted = times * len(series) if is_owed else 0
        # What one group held too often does not stand for another one.
        held = sum(min(count[number], times) for count in counts) if wanted else sum(c[number] for c in counts)
        state = _state(starts_on, ends_on, wanted, held, today, warn_days)
        found.append(Slot(period.label(number), starts_on, ends_on, wanted, held, state))
    return found


def _state(starts_on, ends_on, wanted, held, today, warn_days):
    if held and held >= wanted:
        return State.DONE
    if not wanted:
        return State.FREE
    if today > ends_on:
        return State.MISSED
    if today < starts_on:
        return State.AHEAD
    return State.SOON if (ends_on - today).days < warn_days else State.DUE


def light(found, *, amber, red):
    """The Light over Slots: by how many meetings were missed, amber at the least where one is nearly too late."""
    missed = sum(slot.missed for slot in found)
    if missed >= red:
        return Light.RED
    if missed >= amber or any(slot.state is State.SOON for slot in found):
        return Light.AMBER
    owed = any(slot.wanted for slot in found)
    return Light.GREEN if owed else Light.NONE
