"""What a unit did with a community in a year, as the apps to the right keep it: each registers a teller when it starts,
and none of them is imported here.
"""

from dataclasses import dataclass
from datetime import date

TELLERS = []


@dataclass(frozen=True)
class Deed:
    """`subject` is the row that shows it, whatever its model; `words` name nobody. What residents said of the unit
    (`is_activity` false) stands as evidence and counts for no quarter.
    """

    on: date
    words: str
    subject: object
    is_activity: bool = True


def teller(tell):
    """Register `tell(unit, organization, year)`, which gives the Deeds of `unit` with `organization` and below it."""
    TELLERS.append(tell)
    return tell


def deeds_of(unit, organization, year):
    found = [deed for tell in TELLERS for deed in tell(unit, organization, year)]
    return sorted(found, key=lambda deed: (deed.on, deed.words))
