"""Needs for several people: nobody is split, so places stay empty that are too few for the next bidder.

That makes the problem NP-hard. Those places are filled with whoever fits, then single moves are made as long as they
gain, and then the needs of each size are auctioned again around all the others, which are as good as fixed. The prices
are those at which people could be split: they bound what anybody can reach.
"""

from dataclasses import replace

import numpy as np

from checklists.matching.auction import auction
from checklists.matching.candidates import Graph, spans
from checklists.matching.certificate import upper_bound
from checklists.matching.instance import NONE
from checklists.matching.moving import LARGEST, improve


def assign(graph, eps, prices=None):
    """(edge, price) as from `auction`, for needs of any size; `graph` and `prices` as there."""
    edge, price = auction(graph, eps, prices)
    edge = fill(graph, edge)
    sizes = np.unique(graph.people)[::-1]
    if sizes.max(initial=1) > 1 and len(graph.score):
        edge = fill(graph, improve(graph, edge))
        for size in sizes[sizes <= LARGEST]:
            edge = max(edge, fill(graph, again(graph, edge, size, eps)), key=lambda choice: worth(graph, choice))
        edge = fill(graph, improve(graph, edge))
        other = split_prices(graph, edge, eps, prices)
        price = min(price, other, key=lambda choice: upper_bound(graph, choice))
    return edge, price


def worth(graph, edge):
    """Points times people."""
    chosen = np.flatnonzero(edge != NONE)
    return int((graph.score[edge[chosen]] * graph.people[chosen].astype(np.int64)).sum())


def places_left(graph, edge):
    """(m,) int32."""
    chosen = np.flatnonzero(edge != NONE)
    taken = np.bincount(graph.resource[edge[chosen]], graph.people[chosen], len(graph.capacity))
    return (graph.capacity - taken).astype(np.int32)


def fill(graph, edge):
    """`edge` with those seated who have no place where there are still enough: the best scores first."""
    edge, left = edge.copy(), places_left(graph, edge)
    edges, needs = edges_of(graph, edge == NONE, left)
    order = np.lexsort((edges, -graph.score[edges]))
    for at, need in zip(edges[order].tolist(), needs[order].tolist(), strict=True):
        resource, people = graph.resource[at], graph.people[need]
        if edge[need] == NONE and left[resource] >= people:
            edge[need] = at
            left[resource] -= people
    return edge


def edges_of(graph, needs, left):
    """(edges, their needs) from `needs` (n,) of booleans to resources where enough places are left for them."""
    at = np.flatnonzero(np.repeat(needs, np.diff(graph.start)) & (left[graph.resource] > 0))
    need = np.searchsorted(graph.start, at, side="right") - 1
    fits = graph.people[need] <= left[graph.resource[at]]
    return at[fits], need[fits]


def again(graph, edge, size, eps):
    """`edge` with all needs of one size auctioned again, for sets of that many places, around all the others."""
    needs = graph.people == size
    edge = np.where(needs, NONE, edge)
    left = places_left(graph, edge)
    at, _ = edges_of(graph, needs, left)
    found, _ = auction(replace(graph.only(at, left // size), people=np.ones_like(graph.people)), eps)
    edge[found != NONE] = at[found[found != NONE]]
    return edge


def split_prices(graph, edge, eps, prices):
    """(m,): the prices when every person of the needs for up to LARGEST bids alone; larger ones keep their places."""
    left = places_left(graph, np.where(graph.people > LARGEST, edge, NONE))
    needs = np.flatnonzero(graph.people <= LARGEST)
    person = np.repeat(needs, graph.people[needs])
    degree = np.diff(graph.start)[person]
    at = spans(graph.start[person], degree)
    start = np.concatenate([[0], np.cumsum(degree)])
    one = np.ones(len(person), dtype=graph.people.dtype)
    persons = Graph(start, graph.resource[at], graph.score[at], one, left)
    _, found = auction(persons.only(np.flatnonzero(left[persons.resource] > 0), left), eps, prices)
    return found
