"""Needs for several people, seated so that a place is left over here and there, moved until no move gains.

A move seats one need at a resource, in free places or in those of others, who go to where there still is room for
them, or out. What it leaves free, where it goes to and where it came from, is filled by who waits and is worth most.
All moves of a round that gain and do not touch each other are made at once: each gains exactly what was reckoned.
"""

from dataclasses import dataclass

import numpy as np

from checklists.matching.candidates import spans
from checklists.matching.instance import NONE

LARGEST = 5  # people: needs for more are few, and stay where they are
CONSIDERED = 16  # holders of a resource, those who lose least by going
ROUNDS, PASSES = 60, 8
NEVER = 1 << 40  # a loss that nobody takes


def improve(graph, edge):
    """`edge` (n,) after all moves that gain; at most ROUNDS of them at once."""
    floor = Floor(graph, edge)
    for _ in range(ROUNDS):
        moves = floor.moves()
        if not len(moves.need):
            break
        floor.make(moves)
    return floor.edge


@dataclass(frozen=True)
class Moves:
    """k moves: `need` (k,) takes `edge` (k,) and gains `gain` (k,) points; `fill` and `backfill` (k,) are the edges, or
    NONE, of who fills free places where it goes to and where it came from. `out` (o,) are the needs that make room,
    each for the move with the position `of` (o,), and `away` (o,) the edges, or NONE, that they take instead.
    """

    need: np.ndarray
    edge: np.ndarray
    gain: np.ndarray
    fill: np.ndarray
    backfill: np.ndarray
    of: np.ndarray
    out: np.ndarray
    away: np.ndarray

    def only(self, chosen):
        """Those for which `chosen` (k,) is true."""
        kept, number = chosen[self.of], np.cumsum(chosen) - 1
        own = (rows[chosen] for rows in (self.need, self.edge, self.gain, self.fill, self.backfill))
        return Moves(*own, number[self.of[kept]], self.out[kept], self.away[kept])


class Floor:
    """Who sits where, and what a move would cost; `look` reckons that anew before each round.

    Where the best edge is sought its worth, points times people, and the edge are one number: the larger, then the
    earlier edge is the largest.
    """

    def __init__(self, graph, edge):
        self.graph, self.edge = graph, edge.copy()
        self.people, self.need = graph.people.astype(np.int64), graph.need
        self.degree = np.diff(graph.start)
        self.has_edges = np.flatnonzero(self.degree)
        self.most = min(int(self.people.max(initial=1)), LARGEST)
        self.is_small = self.people <= self.most
        self.worth = graph.score * self.people[self.need]
        self.bits = len(graph.score).bit_length()
        self.behind = len(graph.score) - np.arange(len(graph.score))

    def best(self, worth):
        """(worth, edge) (n,) of the best edge of each need by `worth` (e,); 0 and no edge of its own without edges."""
        packed = np.zeros(len(self.people), np.int64)
        every = worth << self.bits | self.behind
        packed[self.has_edges] = np.maximum.reduceat(every, self.graph.start[self.has_edges])
        return self.unpack(packed)

    def unpack(self, packed):
        return packed >> self.bits, len(self.behind) - (packed & (1 << self.bits) - 1)

    def resource_of(self, edge):
        """The resource of each `edge`, NONE for NONE."""
        return np.where(edge == NONE, NONE, self.graph.resource[edge])

    def look(self):
        graph, edge = self.graph, self.edge
        self.served = np.flatnonzero(edge != NONE)
        self.at = graph.resource[edge[self.served]]
        taken = np.bincount(self.at, self.people[self.served], len(graph.capacity))
        self.left = graph.capacity - taken.astype(np.int64)
        self.now = np.zeros(len(edge), np.int64)
        self.now[self.served] = self.worth[edge[self.served]]
        # Who waits and would fill 0, 1 .. most free places of a resource best.
        waiting = np.flatnonzero(np.repeat((edge == NONE) & self.is_small, self.degree))
        packed = self.worth[waiting] << self.bits | self.behind[waiting]
        self.fillers = np.zeros((len(graph.capacity), self.most + 1), np.int64)
        np.maximum.at(self.fillers, (graph.resource[waiting], self.people[self.need[waiting]]), packed)
        self.fillers = np.maximum.accumulate(self.fillers, axis=1)
        # Where there still is room for who has to go.
        elsewhere = np.where(self.left[graph.resource] >= self.people[self.need], self.worth, 0)
        elsewhere[edge[self.served]] = 0
        refuge, self.refuge = self.best(elsewhere)
        self.refuge[refuge <= 0] = NONE
        self.loss = self.now - np.maximum(refuge, 0)

    def filler(self, resource, places):
        """(worth, edge) of who fills so many free places best; worth 0 where nobody does."""
        return self.unpack(self.fillers[resource, np.minimum(places, self.most)])

    def room(self):
        """(cost, who) (m, most + 1): the least loss by which there is room for 0, 1 .. most people, less the worth of
        who fills what is left over; `who` makes room: so many of the holders, or below 0 only the one at -1 - who.
        """
        m = len(self.left)
        small = np.flatnonzero(self.is_small[self.served])
        needs, at = self.served[small], self.at[small]
        order = np.lexsort((needs, self.loss[needs] / self.people[needs], at))
        self.holders, count = needs[order], np.bincount(at, minlength=m)
        self.first = np.cumsum(count) - count
        place = np.arange(min(CONSIDERED, int(count.max(initial=0))))
        seat = np.where(place < count[:, None], self.first[:, None] + place, NONE)
        cost, who = np.zeros((m, self.most + 1), np.int64), np.zeros((m, self.most + 1), np.int64)
        if not len(place):
            cost[self.left[:, None] < np.arange(self.most + 1)] = NEVER
            return cost, who
        people = np.where(seat == NONE, 0, self.people[self.holders[seat]])
        loss = np.where(seat == NONE, NEVER, self.loss[self.holders[seat]])
        for size in range(1, self.most + 1):
            lacking = size - self.left
            several, how_many = self.least(np.cumsum(people, axis=1), np.cumsum(loss, axis=1), lacking)
            alone, which = self.least(people, loss, lacking)
            is_free = lacking <= 0
            cost[:, size] = np.where(is_free, 0, np.minimum(several, alone))
            who[:, size] = np.where(is_free, 0, np.where(alone <= several, -which - 1, how_many + 1))
        return cost, who

    def least(self, people, loss, lacking):
        """(cost, column) (m,): the least of `loss` (m, c) among the columns with at least the `lacking` `people`."""
        over = people - lacking[:, None]
        worth, _ = self.filler(np.arange(len(over))[:, None], np.maximum(over, 0))
        cost = np.where(over >= 0, loss - worth, NEVER)
        column = cost.argmin(axis=1)
        return cost[np.arange(len(cost)), column], column

    def moves(self):
        """The Moves of a round."""
        self.look()
        cost, who = self.room()
        graph, edge, size = self.graph, self.edge, np.minimum(self.people, self.most)
        value = self.worth - cost[graph.resource, size[self.need]]
        value[edge[self.served]] = 0
        value, target = self.best(np.maximum(value, 0))
        came_from = np.maximum(self.resource_of(edge), 0)
        freed = np.where(edge == NONE, 0, self.left[came_from] + self.people)
        back, backfill = self.filler(came_from, freed)
        gain = value - self.now + back
        need = np.flatnonzero((gain > 0) & (value > 0) & self.is_small)
        to = graph.resource[target[need]]
        who = who[to, size[need]]
        count = np.where(who < 0, 1, who)
        of = np.repeat(np.arange(len(need)), count)
        out = self.holders[spans(self.first[to] + np.where(who < 0, -who - 1, 0), count)]
        over = self.left[to] + np.bincount(of, self.people[out], len(need)).astype(np.int64) - self.people[need]
        worth, fill = self.filler(to, np.where(count > 0, over, 0))
        fill[worth <= 0], backfill[back <= 0] = NONE, NONE
        moves = Moves(need, target[need], gain[need], fill, backfill[need], of, out, self.refuge[out])
        self.leave_out_fillers(moves, worth, back[need])
        return moves.only(self.apart(moves))

    def leave_out_fillers(self, moves, worth, back):
        """Nobody fills places twice, nor beside themselves, nor where somebody takes refuge: then the gain is less by
        the `worth` of who would, or by what they bring `back` (k,) where the need came from."""
        fill, backfill = moves.fill, moves.backfill
        wrong = (fill != NONE) & (self.need[fill] == moves.need)
        moves.gain[wrong] -= worth[wrong]
        fill[wrong] = NONE
        home = self.resource_of(self.edge[moves.need])
        wrong = (fill != NONE) & (self.need[fill] == self.need[backfill])
        wrong[moves.of[(moves.away != NONE) & (self.resource_of(moves.away) == home[moves.of])]] = True
        wrong &= backfill != NONE
        moves.gain[wrong] -= back[wrong]
        backfill[wrong] = NONE

    def apart(self, moves):
        """(k,) of booleans: which moves gain and touch nothing that another one does; the larger gain comes first."""
        touched, by = self.touched(moves)
        size, k = len(self.left) + len(self.people), len(moves.need)
        turn = np.empty(k, np.int64)
        turn[np.lexsort((moves.need, -moves.gain))] = np.arange(k)
        is_open, chosen = moves.gain > 0, np.zeros(k, bool)
        refuge = np.sort((moves.of * size + self.resource_of(moves.away))[moves.away != NONE])
        is_open[refuge[1:][refuge[1:] == refuge[:-1]] // size] = False  # two take refuge where there is room for one
        for _ in range(PASSES):
            mine = is_open[by]
            first = np.full(size, k)
            np.minimum.at(first, touched[mine], turn[by[mine]])
            wins = is_open.copy()
            wins[by[mine][first[touched[mine]] < turn[by[mine]]]] = False
            chosen |= wins
            is_taken = np.zeros(size, bool)
            is_taken[touched[wins[by]]] = True
            is_open[by[is_taken[touched]]] = False
            if not is_open.any():
                break
        return chosen

    def touched(self, moves):
        """(what, by): every resource and, numbered after them, every need that a move has to do with; which move."""
        every = np.arange(len(moves.need))
        pairs = [(len(self.left) + moves.need, every), (len(self.left) + moves.out, moves.of)]
        for edges, by in (
            (moves.edge, every),
            (self.edge[moves.need], every),
            (moves.fill, every),
            (moves.backfill, every),
            (moves.away, moves.of),
        ):
            pairs.append((self.graph.resource[edges[edges != NONE]], by[edges != NONE]))
        for edges in (moves.fill, moves.backfill):
            pairs.append((len(self.left) + self.need[edges[edges != NONE]], every[edges != NONE]))
        return tuple(np.concatenate(column) for column in zip(*pairs, strict=True))

    def make(self, moves):
        self.edge[moves.out] = moves.away
        self.edge[moves.need] = moves.edge
        for edges in (moves.fill, moves.backfill):
            fillers = edges[edges != NONE]
            self.edge[self.need[fillers]] = fillers
