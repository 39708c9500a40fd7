"""Why: one need against all resources, the parts of a score, where the others fell, and what changed between runs."""

from dataclasses import dataclass

import numpy as np

from checklists.matching.instance import ANY_TIME, ANYBODY, NONE, Demand, Supply, Weights

STEPS = ("closed", "category", "area", "group", "window", "capacity", "refused")
PARTS = ("urgency", "waiting", "proximity", "category", "load")


@dataclass(frozen=True)
class Ranking:
    """The best, best first: `ids`, `scores` and `prices` (k,), `parts` (k, 5) in the order of PARTS.

    `prices` is what a place of each resource was worth in the last run, in points (紧缺 where above 0). `funnel` counts
    the others: {step: how many fell there}, of all STEPS.
    """

    ids: np.ndarray
    scores: np.ndarray
    parts: np.ndarray
    prices: np.ndarray
    funnel: dict[str, int]


def rank(demand: Demand, supply: Supply, weights: Weights, count: int, prices: np.ndarray | None = None) -> Ranking:
    """The `count` best resources for `demand`, by score less price; ties go to the lower id, so the same input gives
    the same answer. `prices` (n,) are points per place from the last run; without them the score alone decides.

    The wanted one goes before all others wherever it can serve at all: an order is the resident's choice, not a score.
    """
    chosen, funnel = np.arange(len(supply)), {}
    for step in STEPS:
        survivors = chosen[PASSES[step](demand, supply, chosen)]
        funnel[step] = len(chosen) - len(survivors)
        chosen = survivors
    parts = parts_of(demand, supply, weights, chosen)
    scores = parts.sum(axis=1)
    ids = supply.ids[chosen]
    price = np.zeros(len(chosen), np.int64) if prices is None else prices[chosen]
    order = np.lexsort((ids, price - scores, ids != demand.wanted))[:count]
    return Ranking(ids[order], scores[order], parts[order], price[order], funnel)


def meets_category(demand, supply, at):
    """Column by column: several times quicker than any() along rows of three."""
    found = supply.categories[at, 0] == demand.category
    for slot in range(1, supply.categories.shape[1]):
        found |= supply.categories[at, slot] == demand.category
    return found


def meets_area(demand, supply, at):
    radius = supply.radius[at]
    near = supply.community[at] == demand.community
    near |= (supply.street[at] == demand.street) & (radius >= 2)
    is_far = radius == 3
    return near | (is_far if supply.district is None else is_far & (supply.district[at] == demand.district))


def meets_group(demand, supply, at):
    """A resource for everybody, or for residents at large, serves every group."""
    groups = supply.groups[at]
    return (groups == 0) | ((groups & (demand.group | ANYBODY)) != 0)


def meets_window(demand, supply, at):
    window = supply.window[at]
    return (np.where(window == 0, ANY_TIME, window) & (demand.window or ANY_TIME)) != 0


# Which of the resources at the positions `at` get past a step.
PASSES = {
    "closed": lambda demand, supply, at: supply.is_open[at],
    "category": meets_category,
    "area": meets_area,
    "group": meets_group,
    "window": meets_window,
    "capacity": lambda demand, supply, at: supply.left[at] >= demand.people,
    "refused": lambda demand, supply, at: ~supply.has_refused[at],
}


def parts_of(demand, supply, weights, at):
    """(k, 5) points in the order of PARTS that the resources at the positions `at` (k,) have for `demand`.

    `demand` may also be k Needs: then row by row.
    """
    level = np.where(supply.community[at] == demand.community, 0, np.where(supply.street[at] == demand.street, 1, 2))
    is_main = supply.categories[at, 0] == demand.category
    parts = np.empty((len(at), len(PARTS)), dtype=np.int64)
    parts[:, 0] = weights.urgency_points(demand.urgency)
    parts[:, 1] = weights.waiting_points(demand.waiting_days)
    parts[:, 2] = weights.proximity_points()[level]
    parts[:, 3] = weights.category_points()[is_main.astype(np.int64)]
    parts[:, 4] = weights.load_points(supply.load[at])
    return parts


@dataclass(frozen=True)
class Standing:
    """One resource for one need: `parts` {part: points}, their sum, the price of a place, and the step of the funnel at
    which it falls, "" where it can serve.
    """

    resource: int
    parts: dict[str, int]
    score: int
    price: int
    fell: str

    @property
    def value(self):
        return self.score - self.price


def standing(demand, supply, weights, resource, prices=None, has_refused=False):
    """How the resource with this id stands for `demand`; None where it is NONE or not in `supply`."""
    at = np.flatnonzero(supply.ids == resource)
    if resource == NONE or not len(at):
        return None
    fell = next((step for step in STEPS if not PASSES[step](demand, supply, at).all()), "")
    parts = parts_of(demand, supply, weights, at)[0]
    return Standing(
        resource=int(resource),
        parts=dict(zip(PARTS, parts.tolist(), strict=True)),
        score=int(parts.sum()),
        price=0 if prices is None else int(prices[at[0]]),
        fell=fell or ("refused" if has_refused else ""),
    )


@dataclass(frozen=True)
class Change:
    """Why a need went from `old` to `new` (a Standing each, or None), both seen with the later run's eyes.

    `reason` is a step of the funnel (the old one can no longer serve), one of PARTS (the new one is better in it most
    of all), "gone" (the old one is no longer listed), "price" (others want the old one more), "place" (nobody served it
    before, and now there is a place), "same" (nothing changed). `difference` {part: points} is new less old, of PARTS
    and "price"; empty where there are not two to compare.
    """

    old: Standing | None
    new: Standing | None
    reason: str
    difference: dict[str, int]


def change(demand, supply, weights, old, new, prices=None, has_refused=False):
    """The Change of `demand` from the resource with id `old` to that with id `new`, NONE for none; `supply`, `prices`
    and `has_refused` (the old one's unit has refused this need) are the later run's.
    """
    before = standing(demand, supply, weights, old, prices, has_refused)
    after = standing(demand, supply, weights, new, prices)
    difference = {}
    if before and after:
        difference = {part: after.parts[part] - before.parts[part] for part in PARTS}
        difference["price"] = after.price - before.price
    return Change(before, after, reason(old, new, before, after, difference), difference)


def reason(old, new, before, after, difference):
    if old == new:
        return "same"
    if old == NONE:
        return "place"
    if before is None:
        return "gone"
    if before.fell:
        return before.fell
    if after is None or after.score <= before.score:
        return "price"
    return max(PARTS, key=difference.__getitem__)
