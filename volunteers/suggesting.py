"""Whom to ask: people ranked for a post or a session, with the reasons. Numbers and sets only: no database, no Django.

The idea of the four lists' matching: each ground gives a share from 0 to 1, the dated weights make points of it, and
every point can be read in words.
"""

from dataclasses import dataclass, field
from heapq import nsmallest
from math import asin, cos, radians, sin, sqrt

EARTH_M = 6_371_000
HALF_DAYS = 14


@dataclass(frozen=True, slots=True)
class Weights:
    """Points at most for each ground, and where two of them begin and end.

    Up to `near_m` is as good as next door, from `far_m` on is too far; whoever served `busy_minutes` within a year is
    asked last.
    """

    skill: float
    time: float
    place: float
    hours: float
    near_m: float
    far_m: float
    busy_minutes: float


@dataclass(frozen=True, slots=True)
class Person:
    """`times`: half days as bits, 0 for any; `point`: (longitude, latitude) in degrees; `minutes`: of the last year."""

    key: int
    skills: frozenset = frozenset()
    interests: frozenset = frozenset()
    times: int = 0
    building: int | None = None
    grid: int | None = None
    community: int | None = None
    point: tuple | None = None
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """`skills`: {key: name}; `times`: the half days it falls on, 0 for no set ones; `topic`: the class of the post."""

    skills: dict = field(default_factory=dict)
    topic: int | None = None
    times: int = 0
    building: int | None = None
    grid: int | None = None
    community: int | None = None
    point: tuple | None = None


@dataclass(frozen=True, slots=True)
class Part:
    label: str
    points: float
    most: float
    words: str


@dataclass(frozen=True, slots=True)
class Fit:
    key: int
    score: float
    parts: tuple


def metres(one, other):
    """The distance of two (longitude, latitude) along the ground."""
    (x1, y1), (x2, y2) = ((radians(x), radians(y)) for x, y in (one, other))
    chord = sin((y2 - y1) / 2) ** 2 + cos(y1) * cos(y2) * sin((x2 - x1) / 2) ** 2
    return 2 * EARTH_M * asin(sqrt(min(1.0, chord)))


def by_skill(person, wanted, weights):
    if wanted.skills:
        held = [name for key, name in wanted.skills.items() if key in person.skills]
        share = (0.7 + 0.3 * len(held) / len(wanted.skills)) if held else 0.0
        return share, f"会{'、'.join(held)}" if held else "没登记过要用的技能"
    if wanted.topic is not None and wanted.topic in person.interests:
        return 1.0, "对这类岗位感兴趣"
    return 0.5, "不要求专门技能"


def by_time(person, wanted, weights):
    if not person.times:
        return 1.0, "什么时间都可以"
    if not wanted.times:
        count = person.times.bit_count()
        return count / HALF_DAYS, f"一周有 {count} 个半天能来"
    met = (person.times & wanted.times).bit_count()
    share = met / wanted.times.bit_count()
    return share, "登记的时间合适" if share == 1 else "登记的时间只合适一部分" if met else "登记的时间不合适"


def by_place(person, wanted, weights):
    if wanted.building is not None and person.building == wanted.building:
        return 1.0, "就住这栋楼"
    if wanted.point and person.point:
        distance = metres(person.point, wanted.point)
        near, far = weights.near_m, weights.far_m
        share = 1.0 if distance <= near else max(0.0, (far - distance) / max(1, far - near))
        return 0.95 * share, f"离住处约 {max(50, round(distance / 50) * 50)} 米"
    if wanted.grid is not None and person.grid == wanted.grid:
        return 0.9, "住在同一网格"
    if wanted.community is not None and person.community == wanted.community:
        return 0.6, "住在本社区"
    return 0.1, "住在别的社区"


def by_hours(person, wanted, weights):
    """Fewer first: the work is spread."""
    words = f"近一年服务 {person.minutes / 60:.0f} 小时" if person.minutes >= 30 else "近一年还没怎么服务过"
    return 1 - min(person.minutes, weights.busy_minutes) / weights.busy_minutes, words


GROUNDS = (
    ("技能", "skill", by_skill),
    ("时间", "time", by_time),
    ("远近", "place", by_place),
    ("时长", "hours", by_hours),
)


def score(person, wanted, weights):
    return sum(getattr(weights, name) * share(person, wanted, weights)[0] for _, name, share in GROUNDS)


def fit(person, wanted, weights):
    """How well `person` suits, and why."""
    parts = []
    for label, name, share in GROUNDS:
        most = getattr(weights, name)
        value, words = share(person, wanted, weights)
        parts.append(Part(label, round(most * value, 1), most, words))
    return Fit(person.key, round(sum(part.points for part in parts), 1), tuple(parts))


def rank(people, wanted, weights, limit):
    """The `limit` best Fits, best first; of equal ones who served less, then who registered first."""
    scored = ((-score(person, wanted, weights), person.minutes, person.key, person) for person in people)
    return [fit(row[3], wanted, weights) for row in nsmallest(limit, scored, key=lambda row: row[:3])]
