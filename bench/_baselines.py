"""What the matching engine is measured against: two that people write first, and two exact solvers."""

import numpy as np

from checklists.matching.instance import NONE


def greedy(graph):
    """(edge,): the best score first, over all pairs as Python tuples."""
    edge, left = [NONE] * len(graph.people), graph.capacity.tolist()
    pairs = zip(
        (-graph.score).tolist(), graph.need.tolist(), graph.resource.tolist(), range(len(graph.score)), strict=True
    )
    people = graph.people.tolist()
    for _, need, resource, at in sorted(pairs):
        if edge[need] == NONE and left[resource] >= people[need]:
            edge[need] = at
            left[resource] -= people[need]
    return np.array(edge, dtype=np.int64)


class Need:
    def __init__(self, number, people, points, options):
        self.number, self.people, self.points, self.options = number, people, points, options


def naive(graph, priority):
    """(edge,): need by need, the highest `priority` (n,) first, each to the best of what is left: Python objects."""
    needs = [
        Need(number, people, points, range(low, high))
        for number, (people, points, low, high) in enumerate(
            zip(
                graph.people.tolist(),
                priority.tolist(),
                graph.start[:-1].tolist(),
                graph.start[1:].tolist(),
                strict=True,
            )
        )
    ]
    edge, left = np.full(len(needs), NONE, np.int64), graph.capacity.tolist()
    resource, score = graph.resource.tolist(), graph.score.tolist()
    for need in sorted(needs, key=lambda need: (-need.points, need.number)):
        free = [at for at in need.options if left[resource[at]] >= need.people]
        if free:
            best = max(free, key=lambda at: (score[at], -resource[at]))
            edge[need.number] = best
            left[resource[best]] -= need.people
    return edge


def flow(graph):
    """(score, served) at the very best by OR-Tools' min-cost flow, people of a need taken apart: exact where every need
    is for one person, and else the bound of the linear program.
    """
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    n, m, people = len(graph.people), len(graph.capacity), int(graph.people.sum())
    if not len(graph.score):
        return 0, 0
    source, sink, need = n + m, n + m + 1, graph.need
    solver = SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        np.concatenate([need, np.full(n, source), n + np.arange(m), [source]]).astype(np.int32),
        np.concatenate([n + graph.resource, np.arange(n), np.full(m, sink), [sink]]).astype(np.int32),
        np.concatenate([graph.people[need], graph.people, graph.capacity, [people]]).astype(np.int64),
        np.concatenate([-graph.score, np.zeros(n + m + 1)]).astype(np.int64),
    )
    solver.set_node_supply(source, people)
    solver.set_node_supply(sink, -people)
    if solver.solve() != solver.OPTIMAL:
        raise RuntimeError("the flow has no solution")
    whole = solver.flows(arcs[len(need) : len(need) + n]) == graph.people
    return -solver.optimal_cost(), int(whole.sum())


def networkx_flow(graph):
    """The same by networkx."""
    import networkx

    network, people = networkx.DiGraph(), int(graph.people.sum())
    network.add_node("source", demand=-people)
    network.add_node("sink", demand=people)
    network.add_edge("source", "sink", capacity=people, weight=0)
    for need, count in enumerate(graph.people.tolist()):
        network.add_edge("source", ("need", need), capacity=count, weight=0)
    for resource, places in enumerate(graph.capacity.tolist()):
        network.add_edge(("resource", resource), "sink", capacity=places, weight=0)
    for need, resource, score in zip(graph.need.tolist(), graph.resource.tolist(), graph.score.tolist(), strict=True):
        count = int(graph.people[need])
        network.add_edge(("need", need), ("resource", resource), capacity=count, weight=-score)
    cost, found = networkx.network_simplex(network)
    return -cost, sum(found["source"].get(("need", need)) == count for need, count in enumerate(graph.people.tolist()))
