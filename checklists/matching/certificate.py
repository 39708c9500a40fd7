"""How near the best possible an assignment is, shown without a second solver."""

from dataclasses import asdict, dataclass

import numpy as np

from checklists.matching.instance import NONE

STEPS, STRIDE = 4, 0.3  # of the descent to tighter prices: how many, and the first as a share of eps


class Infeasible(ValueError):
    """An assignment that cannot be: an edge that is none of the need's, or a resource beyond its capacity."""


@dataclass(frozen=True)
class Certificate:
    """`score` is reached, `upper_bound` cannot be passed by anybody, `ratio` is the one by the other, 0..1.

    Points times people; `served` counts needs, `people_served` the places they take.
    """

    score: int
    upper_bound: int
    ratio: float
    served: int
    people_served: int

    def as_dict(self):
        return asdict(self)


def certify(graph, edge, prices):
    """The Certificate of `edge` (n,), the chosen edge of each need or NONE, with any `prices` (m,) not below 0, points
    per place. Raises Infeasible.
    """
    check(graph, edge)
    chosen = edge != NONE
    people = graph.people[chosen].astype(np.int64)
    score = int((people * graph.score[edge[chosen]]).sum())
    bound = max(upper_bound(graph, prices), score)
    return Certificate(score, bound, score / bound if bound else 1.0, int(chosen.sum()), int(people.sum()))


def total(certificates):
    """One Certificate of parts that share nothing: districts."""
    parts = list(certificates)
    score, bound = sum(part.score for part in parts), sum(part.upper_bound for part in parts)
    served, people = sum(part.served for part in parts), sum(part.people_served for part in parts)
    return Certificate(score, bound, score / bound if bound else 1.0, served, people)


def check(graph, edge):
    """Raises Infeasible unless every need has at most one edge, of its own, and no resource more than its capacity.

    That the pairs are compatible is what an edge means.
    """
    chosen = np.flatnonzero(edge != NONE)
    edge = edge[chosen]
    if len(edge) and ((edge < graph.start[chosen]) | (edge >= graph.start[chosen + 1])).any():
        raise Infeasible("an edge of another need")
    used = np.bincount(graph.resource[edge], weights=graph.people[chosen], minlength=len(graph.capacity))
    if (used > graph.capacity).any():
        raise Infeasible("a resource beyond its capacity")


def upper_bound(graph, prices):
    """sum_i people_i max(0, max_j(s_ij - p_j)) + sum_j capacity_j p_j: weak duality, for any prices p >= 0.

    A need's edges to resources that are too small for it have to be left out of the graph before.
    """
    if (prices < 0).any():
        raise ValueError("prices must not be negative")
    gain = best_values(graph, values(graph, prices)) * graph.people.astype(np.int64)
    return int(gain.sum() + (graph.capacity.astype(np.int64) * prices).sum())


def values(graph, prices):
    """(e,): score less price."""
    return graph.score - prices.astype(graph.score.dtype)[graph.resource]


def best_values(graph, value):
    """(n,) int64: the best `value` (e,) among the edges of each need, not below 0."""
    best = np.zeros(len(graph.people), dtype=np.int64)
    has_edges = np.flatnonzero(np.diff(graph.start))
    if len(has_edges):
        best[has_edges] = np.maximum.reduceat(value, graph.start[has_edges])
    return np.maximum(best, 0)


def tighten(graph, prices, eps, steps=STEPS):
    """Prices that bound closer than `prices` (m,) do, or the same.

    Where at these prices fewer want a resource than it has places the price goes down, where more do it goes up, by at
    most part of `eps` and ever less: a descent on the bound along its subgradient.
    """
    best, lowest, people = prices, None, graph.people.astype(np.int64)
    capacity = np.maximum(graph.capacity, 1)
    has_edges, degree = np.flatnonzero(np.diff(graph.start)), np.diff(graph.start)
    price = prices
    for step in range(steps + 1):
        value = values(graph, price)
        top = best_values(graph, value)
        bound = int((top * people).sum() + (capacity * price).sum())
        if lowest is None or bound < lowest:
            best, lowest = price, bound
        if step == steps or not len(has_edges):
            return best
        wanted = np.flatnonzero((value == np.repeat(top, degree).astype(value.dtype)) & (value > 0))
        need = np.searchsorted(graph.start, wanted, side="right") - 1
        share = people / np.maximum(np.bincount(need, minlength=len(people)), 1)
        asked = np.bincount(graph.resource[wanted], share[need], len(price))
        slack = np.clip((capacity - asked) / capacity, -1, 1)
        price = np.maximum(np.rint(price - slack * eps * STRIDE / (1 + step / 2)), 0).astype(np.int64)
