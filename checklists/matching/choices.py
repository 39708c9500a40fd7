"""What each need would take at the prices as they are: the best of its edges, and what the next best is worth."""

import numpy as np

from checklists.matching.candidates import spans

CHUNK = 1 << 18  # edges looked at at a time: what is in hand stays in the processor's cache


class Choices:
    """Score and place among its need's edges are one number per edge, its rank, so that one maximum says how much and
    where; less the price of the resource, it is a value. Rank and resource lie side by side: to be fetched at once.
    """

    def __init__(self, graph, most):
        """No score and no price is above `most`."""
        self.graph = graph
        self.degree = np.diff(graph.start)
        self.bits = int(self.degree.max(initial=1)).bit_length()
        self.mask = (1 << self.bits) - 1
        kind = np.int32 if most.bit_length() + self.bits < 31 else np.int64
        self.least = np.iinfo(kind).min
        self.edges = np.empty((len(graph.score), 2), kind)
        self.edges[:, 0] = np.repeat(graph.start[1:], self.degree) - np.arange(len(graph.score))
        self.edges[:, 0] |= graph.score.astype(kind) << self.bits
        self.edges[:, 1] = graph.resource

    def two_best(self, needs, price):
        """(edge, best, second) of `needs` (k,), which have edges: the best edge, its score less price, and that of the
        second best, not below 0."""
        begin, degree = self.graph.start[needs], self.degree[needs]
        raised = (price << self.bits).astype(self.edges.dtype)
        upto = np.cumsum(degree)
        best, second = np.empty(len(needs), raised.dtype), np.empty(len(needs), raised.dtype)
        low = 0
        while low < len(needs):
            high = max(int(np.searchsorted(upto, upto[low] - degree[low] + CHUNK, side="right")), low + 1)
            best[low:high], second[low:high] = self.of_some(begin[low:high], degree[low:high], raised)
            low = high
        edge = begin + degree - (best & self.mask)
        best, second = best >> self.bits, np.maximum(second >> self.bits, 0)
        return edge, best.astype(np.int64), second.astype(np.int64)

    def of_some(self, begin, degree, raised):
        """The two best values among the edges from `begin` (k,) on, so many for each need."""
        first = np.cumsum(degree) - degree
        edges = self.edges.take(spans(begin, degree), axis=0)
        value = edges[:, 0] - raised.take(edges[:, 1])
        best = np.maximum.reduceat(value, first)
        value[first + degree - (best & self.mask)] = self.least
        return best, np.maximum.reduceat(value, first)

    def one(self, need, price):
        """The same for one need."""
        begin, end = self.graph.start[need], self.graph.start[need + 1]
        edges = self.edges[begin:end]
        value = edges[:, 0] - (price[edges[:, 1]] << self.bits)
        place = value.argmax()
        best = int(value[place]) >> self.bits
        value[place] = self.least
        return int(begin + place), best, max(int(value.max()) >> self.bits, 0)
