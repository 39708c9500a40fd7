"""One need against all resources: who can serve it, in which order, and where the others fell out."""

from dataclasses import dataclass

import numpy as np

STEPS = ("closed", "category", "area", "group", "window", "capacity", "refused")
PARTS = ("urgency", "waiting", "proximity", "category", "load")
ANY_TIME = (1 << 14) - 1
ANYBODY = 1
NONE = -1


@dataclass(frozen=True)
class Weights:
    """Points at most for each part of the score; they add up to 10,000 by default."""

    urgency: float = 3500
    waiting: float = 2000
    proximity: float = 2500
    category: float = 1000
    load: float = 1000
    waiting_days_cap: float = 90
    street_proximity: float = 0.6
    district_proximity: float = 0.2
    secondary_category: float = 0.4


@dataclass(frozen=True)
class Demand:
    """One need. `window` and `group` are bit sets, `window` 0 is any time; ids are integers.

    `wanted` is the resource that the resident ordered by name, NONE for no such wish.
    """

    category: int
    community: int
    street: int
    group: int
    window: int
    people: int
    urgency: int
    waiting_days: float
    wanted: int = NONE


@dataclass(frozen=True)
class Supply:
    """The n resources, an array (n,) each. `categories` is (n, 3), the main one first, NONE where there is none.

    `radius` is 1, 2 or 3 (community, street, district); `window` and `groups` are bit sets with 0 for "all";
    `load` is the share of its unit's places that are taken, 0..1; `is_open` and `has_refused` are booleans.
    """

    ids: np.ndarray
    categories: np.ndarray
    community: np.ndarray
    street: np.ndarray
    radius: np.ndarray
    groups: np.ndarray
    window: np.ndarray
    left: np.ndarray
    load: np.ndarray
    is_open: np.ndarray
    has_refused: np.ndarray


@dataclass(frozen=True)
class Ranking:
    """The best, best first: `ids` and `scores` (k,), `parts` (k, 5) in the order of PARTS; `funnel` counts the rest."""

    ids: np.ndarray
    scores: np.ndarray
    parts: np.ndarray
    funnel: dict[str, int]


def rank(demand: Demand, supply: Supply, weights: Weights, count: int) -> Ranking:
    """The `count` best resources for `demand`; ties go to the lower id, so the same input gives the same answer.

    The wanted one goes before all others wherever it can serve at all: an order is the resident's choice, not a score.
    The funnel says, step by step, how many of those still in the running fell: {step: how many}, of all steps.
    """
    is_main = supply.categories[:, 0] == demand.category
    same_community = supply.community == demand.community
    same_street = supply.street == demand.street
    window = np.where(supply.window == 0, ANY_TIME, supply.window)
    passes = {
        "closed": supply.is_open,
        "category": (supply.categories == demand.category).any(axis=1),
        "area": same_community | (same_street & (supply.radius >= 2)) | (supply.radius == 3),
        # A resource for everybody, or for residents at large, serves every group.
        "group": (supply.groups == 0) | ((supply.groups & (demand.group | ANYBODY)) != 0),
        "window": (window & (demand.window or ANY_TIME)) != 0,
        "capacity": supply.left >= demand.people,
        "refused": ~supply.has_refused,
    }
    remaining = np.ones(len(supply.ids), dtype=bool)
    funnel = {}
    for step in STEPS:
        survivors = remaining & passes[step]
        funnel[step] = int(remaining.sum() - survivors.sum())
        remaining = survivors
    chosen = np.flatnonzero(remaining)

    proximity = np.where(
        same_community, 1.0, np.where(same_street, weights.street_proximity, weights.district_proximity)
    )[chosen]
    ones = np.ones(len(chosen))
    parts = np.stack(
        [
            ones * weights.urgency * (demand.urgency - 1) / 4,
            ones * weights.waiting * min(demand.waiting_days, weights.waiting_days_cap) / weights.waiting_days_cap,
            weights.proximity * proximity,
            weights.category * np.where(is_main[chosen], 1.0, weights.secondary_category),
            weights.load * (1 - supply.load[chosen]),
        ],
        axis=1,
    )
    parts = np.rint(parts).astype(np.int64)
    scores = parts.sum(axis=1)
    ids = supply.ids[chosen]
    order = np.lexsort((ids, -scores, ids != demand.wanted))[:count]
    return Ranking(ids[order], scores[order], parts[order], funnel)
