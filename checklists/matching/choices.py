"""What each need would take at the prices as they are: the best of its edges, and what the next best is worth."""

import numpy as np

from checklists.matching.candidates import spans


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
        first = np.cumsum(degree) - degree
        edges = self.edges.take(spans(begin, degree), axis=0)
        raised = (price << self.bits).astype(edges.dtype)
        value = edges[:, 0] - raised.take(edges[:, 1])
        best = np.maximum.reduceat(value, first)
        place = degree - (best & self.mask)
        value[first + place] = self.least
        second = np.maximum(np.maximum.reduceat(value, first) >> self.bits, 0)
        return begin + place, (best >> self.bits).astype(np.int64), second.astype(np.int64)

    def one(self, need, price):
        """The same for one need."""
        begin, end = self.graph.start[need], self.graph.start[need + 1]
        edges = self.edges[begin:end]
        value = edges[:, 0] - (price[edges[:, 1]] << self.bits)
        place = value.argmax()
        best = int(value[place]) >> self.bits
        value[place] = self.least
        return int(begin + place), best, max(int(value.max()) >> self.bits, 0)
