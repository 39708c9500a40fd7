"""The capacitated auction (Bertsekas; resources with several places are similar objects).

Needs without a place bid for the resource of their best value, score less price: as much as leaves them no worse off
than with their second best, and a step (eps) more, though never more than it is worth to them. A resource keeps the
best bids that fit in; once it has to turn somebody away, its price is the lowest bid kept. When nobody bids any more,
each need has what is best for it at these prices to within a step, and so the total is within a step for every place
taken of the best possible.

All open needs bid at once, in rounds of array operations; a last handful bid one by one. Coarse steps come first: they
find where the prices about lie, and the fine ones begin a little below.
"""

from bisect import insort
from collections import deque

import numpy as np

from checklists.matching.candidates import spans
from checklists.matching.choices import Choices
from checklists.matching.instance import NONE

TAIL = 50  # open needs: below this, arrays cost more than they save
COARSER = 4  # how many times the next finer step
COARSEST = 800  # points: larger steps only overshoot
BELOW = 3  # steps: where the finer rounds begin, below where the coarse ones ended
WASTE = 0.0005  # of the total: so much may the places be worth that too high a start left empty


class TooLarge(ValueError):
    """Need, resource and bid do not fit into one number of 63 bits."""


def auction(graph, eps, prices=None):
    """(edge, price): the edge of each need (n,) int64 or NONE, and the price of a place of each resource (m,) int64.

    No edge of `graph` may lead to a resource with fewer places than its need has people. `eps` is a whole number of
    points, at least 1; near `prices` (m,), of an earlier run, the fine steps begin, by default near where coarse steps
    end. The answer depends on nothing but the arguments: ties go to the earlier edge and the earlier need.
    """
    eps = int(eps)
    if eps < 1:
        raise ValueError("without a step of at least 1 point equal bids would go on for ever")
    start = np.zeros(len(graph.capacity), np.int64)
    house = House(graph, max(eps, COARSEST), start if prices is None else prices)
    if prices is None:
        for step in coarse_steps(eps):
            house.sell(step, start)
            start = np.maximum(house.price - BELOW * step, 0)
    else:
        start = np.maximum(prices.astype(np.int64) - BELOW * eps, 0)
    house.sell(eps, start)
    if house.waste() > WASTE:
        house.sell(eps, np.zeros_like(start))
    return house.edge, house.price


def coarse_steps(eps):
    """The steps before `eps`, coarsest first."""
    steps = []
    while eps * COARSER <= COARSEST:
        eps *= COARSER
        steps.insert(0, eps)
    return steps


class House:
    """The auction house: the prices, and who holds a place at which bid.

    A holder is one number, of resource, bid (from the highest down) and need, so that sorted numbers are sorted
    holders. Those of resource j are holders[desk[j]:desk[j] + held[j]], sorted.
    """

    def __init__(self, graph, eps, prices):
        """For steps up to `eps` that start at no more than `prices`."""
        self.graph = graph
        # No bid is higher than a score or a price and a step; twice that, for value is score less price.
        self.top = 2 * (max(int(graph.score.max(initial=0)), int(prices.max(initial=0))) + eps)
        self.is_for_one = bool((graph.people <= 1).all())
        self.need_bits = len(graph.people).bit_length()
        self.need_mask = (1 << self.need_bits) - 1
        self.bid_bits = self.top.bit_length()
        self.shift = self.need_bits + self.bid_bits
        if self.shift + len(graph.capacity).bit_length() > 63:
            raise TooLarge("too many needs and resources for scores as large as these")
        self.choices = Choices(graph, self.top // 2)
        room = np.minimum(graph.capacity, np.bincount(graph.resource, minlength=len(graph.capacity)))
        self.desk = np.cumsum(room) - room
        self.holders = np.zeros(int(room.sum()), np.int64)

    def sell(self, eps, price):
        """All places, from these prices on in steps of `eps`."""
        self.eps, self.price = eps, price.copy()
        self.edge = np.full(len(self.graph.people), NONE, np.int64)
        self.held = np.zeros(len(price), np.int64)
        waiting = np.flatnonzero(self.choices.degree)
        while len(waiting) > TAIL:
            waiting = self.round(waiting)
        self.one_by_one(waiting)

    def waste(self):
        """The share that places have in the total which are left although they have a price.

        Among needs for several people a resource that turned one away may have some left: those do not count, as long
        as not everybody would have fitted in.
        """
        graph, chosen = self.graph, np.flatnonzero(self.edge != NONE)
        people, edge = graph.people[chosen], self.edge[chosen]
        left = graph.capacity - np.bincount(graph.resource[edge], people, len(self.price))
        left[left < graph.people.max(initial=1)] = 0
        return (left * self.price).sum() / max((graph.score[edge] * people.astype(np.int64)).sum(), 1)

    def round(self, waiting):
        """All those `waiting` bid at once; returns who has no place afterwards and may bid again."""
        bidder, edge, bid = self.bids(waiting)
        if not len(bidder):
            return bidder
        self.edge[bidder] = edge
        arrived = np.sort(self.holder(self.graph.resource[edge].astype(np.int64), bid, bidder))
        wanted, first = np.unique(arrived >> self.shift, return_index=True)
        count = np.diff(np.append(first, len(arrived))) + self.held[wanted]
        everybody = np.concatenate([self.holders[spans(self.desk[wanted], self.held[wanted])], arrived])
        everybody.sort(kind="stable")  # two sorted runs: a merge
        begins = np.cumsum(count) - count
        fits, kept, taken = self.fitting(everybody, wanted, begins, count)
        self.holders[spans(self.desk[wanted], kept)] = everybody[fits]
        self.held[wanted] = kept
        is_full = (kept < count) | (taken == self.graph.capacity[wanted])
        self.price[wanted[is_full]] = self.bid(everybody[(begins + kept - 1)[is_full]])
        out = everybody[~fits] & self.need_mask
        self.edge[out] = NONE
        return out

    def bids(self, waiting):
        """(needs, edges, bids) of those `waiting` who find anything worth its price."""
        edge, best, second = self.choices.two_best(waiting, self.price)
        bidding = np.flatnonzero(best > 0)
        waiting, edge, best, second = waiting[bidding], edge[bidding], best[bidding], second[bidding]
        price = self.price[self.graph.resource[edge]]
        return waiting, edge, price + np.minimum(best, best - second + self.eps)

    def fitting(self, everybody, wanted, begins, count):
        """(which of `everybody` fit in, how many at each of the resources `wanted`, how many places they take)."""
        capacity = self.graph.capacity[wanted]
        if self.is_for_one:
            kept = np.minimum(count, capacity)
            return np.arange(len(everybody)) < np.repeat(begins + kept, count), kept, kept
        people = self.graph.people[everybody & self.need_mask].astype(np.int64)
        upto = np.cumsum(people)
        upto -= np.repeat(upto[begins] - people[begins], count)
        fits = upto <= np.repeat(capacity, count)
        kept = np.add.reduceat(fits, begins, dtype=np.int64)
        return fits, kept, upto[begins + kept - 1]

    def holder(self, resource, bid, need):
        return resource << self.shift | (self.top - bid) << self.need_bits | need

    def bid(self, holder):
        return self.top - (holder >> self.need_bits & (1 << self.bid_bits) - 1)

    def one_by_one(self, waiting):
        """The last ones bid in turn; who loses a place goes to the end of the queue."""
        desks, queue = {}, deque(np.sort(waiting).tolist())
        while queue:
            need = queue.popleft()
            edge, bid = self.one_bid(need)
            if edge == NONE:
                continue
            resource = int(self.graph.resource[edge])
            if resource not in desks:
                desks[resource] = Desk(self, resource)
            self.edge[need] = edge
            out = desks[resource].seat(need, bid)
            self.edge[out] = NONE
            queue.extend(out)
        for desk in desks.values():
            desk.close()

    def one_bid(self, need):
        """(edge, bid) of one need; the edge is NONE where nothing is worth its price."""
        edge, best, second = self.choices.one(need, self.price)
        if best <= 0:
            return NONE, 0
        return edge, int(self.price[self.graph.resource[edge]]) + min(best, best - second + self.eps)


class Desk:
    """The places of one resource while needs come one by one."""

    def __init__(self, house, resource):
        self.house, self.resource = house, resource
        begin = house.desk[resource]
        self.rows = slice(begin, begin + house.held[resource])
        self.holders = house.holders[self.rows].tolist()
        self.capacity = int(house.graph.capacity[resource])
        self.taken = sum(map(self.people, self.holders))

    def people(self, holder):
        return int(self.house.graph.people[holder & self.house.need_mask])

    def seat(self, need, bid):
        """Seats `need` and returns who has to leave for it, lowest bid first."""
        holder, out = self.house.holder(self.resource, bid, need), []
        insort(self.holders, holder)
        self.taken += self.people(holder)
        while self.taken > self.capacity:
            last = self.holders.pop()
            self.taken -= self.people(last)
            out.append(last & self.house.need_mask)
        if out or self.taken == self.capacity:
            self.house.price[self.resource] = self.house.bid(self.holders[-1])
        return out

    def close(self):
        begin = self.rows.start
        self.house.held[self.resource] = len(self.holders)
        self.house.holders[begin : begin + len(self.holders)] = self.holders
