"""The points of a member unit for a year, each with its reason. No database in here."""

from collections import Counter
from dataclasses import dataclass

QUARTERS = "一二三四"


@dataclass(frozen=True)
class Scheme:
    """What the settings say: full points, what is taken away, what is added, and where the grades begin."""

    meetings: float
    absence: float
    activities: float
    times: float
    shortfall: float
    study: float
    teams: float
    idea: float
    full: float
    excellent: float
    good: float
    fair: float


@dataclass(frozen=True)
class Row:
    """One reason: the item that it counts for, signed points, words; `source` is a meeting's key, `count` a number that
    was typed in, `subject` the row of another app that shows it.
    """

    item: str
    points: float
    words: str
    source: int | None = None
    count: int | None = None
    subject: object = None


def meeting_rows(meetings, scheme):
    """`meetings` are (key, words, state), state one of came, leave, absent; None where the unit has no councillor."""
    if meetings is None:
        return [Row("meetings", scheme.meetings, "本单位没有委员，不计缺席")]
    rows = [Row("meetings", scheme.meetings, "满分")]
    missed = [
        Row("meetings", -scheme.absence, f"{words}，无故缺席", key)
        for key, words, state in meetings
        if state == "absent"
    ]
    if meetings and all(state == "came" for _, _, state in meetings):
        return [*rows, Row("bonus", scheme.full, f"全年 {len(meetings)} 次会议全勤")]
    return rows + missed


def activity_rows(counts, words, quarters_over, scheme, deeds=()):
    """`deeds` stand in the lists, `counts` are what else there was in the four quarters, in `words`; only the first
    `quarters_over` quarters are held against the unit.
    """
    rows = [Row("activities", scheme.activities, "满分")]
    if words:
        rows.append(Row("activities", 0, words))
    deeds = [deed for deed in deeds if deed.is_activity]
    listed = Counter((deed.on.month - 1) // 3 for deed in deeds)
    for place, count in enumerate(counts):
        total = listed[place] + count
        short = place < quarters_over and total < scheme.times
        told = f"第{QUARTERS[place]}季度 {total} 次"
        if listed[place] and count:
            told += f"（清单里 {listed[place]} 次，另登记 {count} 次）"
        if short:
            told += f"，少于 {scheme.times:.0f} 次"
        rows.append(Row("activities", -scheme.shortfall if short else 0, told, None, count))
    for deed in deeds:
        told = f"{deed.on.month}月{deed.on.day}日{deed.words}"
        rows.append(Row("activities", 0, told, subject=deed.subject))
    return rows


def voice_rows(deeds):
    """What residents said of the unit: to be read beside the points, not to be counted."""
    return [
        Row("voice", 0, f"{deed.on.month}月{deed.on.day}日{deed.words}", subject=deed.subject)
        for deed in deeds
        if not deed.is_activity
    ]


def totals(rows, scheme):
    """({item: points within 0 and its full points}, total) of the unit's items: a bonus has no ceiling."""
    ceilings = {
        "meetings": scheme.meetings,
        "activities": scheme.activities,
        "study": scheme.study,
        "teams": scheme.teams,
        "bonus": float("inf"),
    }
    found = dict.fromkeys(ceilings, 0.0)
    for row in rows:
        if row.item in found:
            found[row.item] += float(row.points)
    found = {item: min(max(points, 0.0), ceilings[item]) for item, points in found.items()}
    return found, sum(found.values())


def grade(total, scheme):
    for name in ("excellent", "good", "fair"):
        if total >= getattr(scheme, name):
            return name
    return "failed"
