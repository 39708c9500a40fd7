"""The engine against OR-Tools' exact optimum, on whole cities and on instances nobody would think of."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench._baselines import flow, greedy
from bench._instances import SIZES, Size, city
from checklists.matching.candidates import Graph, candidates
from checklists.matching.certificate import Infeasible, certify, check, upper_bound
from checklists.matching.filling import places_left, worth
from checklists.matching.instance import NONE, Instance, Weights, split
from checklists.matching.moving import improve
from checklists.matching.solver import solve, solve_graph

WEIGHTS = Weights()
TOWN = Size(needs=3_000, resources=900, districts=2, streets=6)


def best_of(instance):
    score, _ = flow(candidates(instance, WEIGHTS))
    return score


def graph_of(people, capacity, edges):
    """`edges` [(need, resource, score)]; those to resources too small for their need are left out."""
    edges = sorted({(i, j): s for i, j, s in edges if people[i] <= capacity[j]}.items())
    need = np.array([i for (i, _), _ in edges], dtype=np.int64)
    return Graph(
        start=np.searchsorted(need, np.arange(len(people) + 1)),
        resource=np.array([j for (_, j), _ in edges], dtype=np.int32),
        score=np.array([s for _, s in edges], dtype=np.int32),
        people=np.array(people, dtype=np.int32),
        capacity=np.array(capacity, dtype=np.int32),
    )


def exact(graph):
    """The best possible, needs whole: every way is tried."""
    options = [list(range(graph.start[i], graph.start[i + 1])) for i in range(len(graph.people))]

    def best(need, left):
        if need == len(options):
            return 0
        found, people = best(need + 1, left), int(graph.people[need])
        for at in options[need]:
            j = graph.resource[at]
            if left[j] >= people:
                rest = left[:j] + (left[j] - people,) + left[j + 1 :]
                found = max(found, people * int(graph.score[at]) + best(need + 1, rest))
        return found

    return best(0, tuple(graph.capacity.tolist()))


class TestAgainstTheOptimum:
    @pytest.mark.parametrize("seed", range(24))
    @pytest.mark.parametrize(("eps", "reached", "shown"), [(200, 0.998, 0.985), (50, 0.9995, 0.995)])
    def test_small_city(self, seed, eps, reached, shown):
        instance = city(SIZES["S"], seed, tightness=(0.5, 1, 1.25, 3)[seed % 4])
        solution, best = solve(instance, WEIGHTS, eps), best_of(instance)
        assert solution.certificate.upper_bound >= best >= solution.certificate.score >= reached * best
        assert solution.certificate.ratio >= shown

    @pytest.mark.parametrize(("eps", "reached"), [(200, 0.999), (50, 0.9998)])
    def test_town_by_district(self, eps, reached):
        instance = city(TOWN, 1)
        solution, best = solve(instance, WEIGHTS, eps), best_of(instance)
        assert solution.certificate.upper_bound >= best >= solution.certificate.score >= reached * best

    @pytest.mark.parametrize("seed", range(4))
    def test_needs_for_several(self, seed):
        instance = city(TOWN, seed, quantities=True)
        solution, bound = solve(instance, WEIGHTS), best_of(instance)
        assert solution.certificate.score >= 0.98 * bound
        assert bound <= solution.certificate.upper_bound <= 1.002 * bound

    def test_a_few_needs_for_very_many(self):
        instance, dice = city(TOWN, 8, quantities=True), np.random.default_rng(8)
        crowds = np.where(dice.random(TOWN.needs) < 0.02, dice.integers(6, 60, TOWN.needs), instance.needs.people)
        halls = np.where(dice.random(TOWN.resources) < 0.05, 80, instance.supply.left)
        instance = Instance(replace(instance.needs, people=crowds), replace(instance.supply, left=halls))
        solution, bound = solve(instance, WEIGHTS), best_of(instance)
        assert solution.certificate.score >= 0.95 * bound
        assert bound <= solution.certificate.upper_bound <= 1.05 * bound
        assert (crowds[solution.resource != NONE] > 5).any()

    def test_serves_more_than_greedy_does(self):
        instance = city(TOWN, 2)
        graph = candidates(instance, WEIGHTS)
        rough, fine = greedy(graph), solve(instance, WEIGHTS).certificate
        assert fine.score > 1.04 * graph.score[rough[rough != NONE]].sum()
        assert fine.served > 1.05 * (rough != NONE).sum()


scores = st.integers(0, 12) | st.sampled_from([5000, 9999, 10_000])
graphs = st.tuples(
    st.lists(st.integers(1, 3), max_size=6),
    st.lists(st.integers(0, 4), max_size=5),
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 4), scores), max_size=20),
).map(lambda of: graph_of(of[0], of[1], [(i, j, s) for i, j, s in of[2] if i < len(of[0]) and j < len(of[1])]))


class TestAnything:
    @settings(max_examples=200)
    @given(graphs, st.sampled_from([1, 7, 50, 200, 5000]))
    def test_bound_is_above_the_best_and_the_best_above_the_score(self, graph, eps):
        solution, best = solve_graph(graph, eps), exact(graph)
        assert solution.certificate.score <= best <= solution.certificate.upper_bound
        assert solution.certificate.upper_bound == max(upper_bound(graph, solution.prices), solution.certificate.score)
        if (graph.people == 1).all():
            assert best - solution.certificate.score <= eps * graph.capacity.sum()

    @given(graphs, st.lists(st.integers(0, 12_000), min_size=5, max_size=5))
    def test_any_prices_bound_and_any_may_be_begun_with(self, graph, prices):
        prices, best = np.array(prices[: len(graph.capacity)], dtype=np.int64), exact(graph)
        assert upper_bound(graph, prices) >= best
        solution = solve_graph(graph, 50, prices)
        assert solution.certificate.score <= best <= solution.certificate.upper_bound

    @pytest.mark.parametrize("people", [1, 2])
    def test_nothing_in_it(self, people):
        for graph in (
            graph_of([], [], []),
            graph_of([people], [], []),
            graph_of([], [3], []),
            graph_of([people], [3], []),
        ):
            certificate = solve_graph(graph).certificate
            assert (certificate.score, certificate.served, certificate.ratio) == (0, 0, 1.0)

    def test_all_scores_equal(self):
        graph = graph_of([1] * 300, [3] * 50, [(i, j, 5000) for i in range(300) for j in range(50)])
        assert solve_graph(graph).certificate.as_dict() == {
            "score": 750_000,
            "upper_bound": 750_000,
            "ratio": 1.0,
            "served": 150,
            "people_served": 150,
        }

    def test_no_step_is_no_auction(self):
        with pytest.raises(ValueError, match="step"):
            solve_graph(graph_of([1], [1], [(0, 0, 5)]), 0)

    def test_no_places_left(self):
        instance = city(SIZES["S"], 1)
        instance = replace(instance, supply=replace(instance.supply, left=np.zeros(300, np.int64)))
        solution = solve(instance, WEIGHTS)
        assert (solution.resource == NONE).all()
        assert (solution.edges, solution.certificate.upper_bound) == (0, 0)

    def test_everybody_wants_more_than_anybody_has(self):
        instance = city(SIZES["S"], 1)
        instance = replace(instance, needs=replace(instance.needs, people=np.full(1000, 500)))
        assert solve(instance, WEIGHTS).certificate.served == 0

    def test_everything_refused(self):
        instance = city(SIZES["S"], 1)
        units = np.unique(instance.supply.unit)
        refused = np.stack([np.repeat(instance.needs.ids, len(units)), np.tile(units, 1000)], axis=1)
        assert solve(replace(instance, refused=refused), WEIGHTS).edges == 0

    def test_one_category(self):
        instance = city(SIZES["S"], 1)
        needs = replace(instance.needs, category=np.ones(1000, np.int64))
        categories = np.where(np.arange(3) == 0, 1, np.full((300, 3), NONE))
        instance = Instance(needs, replace(instance.supply, categories=categories))
        assert solve(instance, WEIGHTS).certificate.score >= 0.9995 * best_of(instance)


class TestOrder:
    def shuffled(self, instance):
        dice = np.random.default_rng(3)
        needs, resources = dice.permutation(len(instance.needs)), dice.permutation(len(instance.supply))
        return instance.take(needs, resources), needs, resources

    @pytest.mark.parametrize("quantities", [False, True])
    def test_same_again_in_whatever_order(self, quantities):
        instance = city(TOWN, 4, quantities=quantities)
        once, again = solve(instance, WEIGHTS), solve(instance, WEIGHTS)
        assert (once.resource == again.resource).all()
        assert (once.prices == again.prices).all()
        mixed, needs, resources = self.shuffled(instance)
        other = solve(mixed, WEIGHTS)
        served = other.resource != NONE
        assert (once.resource[needs[served]] == resources[other.resource[served]]).all()
        assert other.certificate == once.certificate

    def test_districts_alone_are_the_whole(self):
        instance = city(TOWN, 5)
        parts = list(split(instance))
        alone = [solve(part.instance, WEIGHTS) for part in parts]
        whole = solve(instance, WEIGHTS)
        assert len(parts) == 2
        assert sum(solution.edges for solution in alone) == whole.edges == len(candidates(instance, WEIGHTS).score)
        for part, solution in zip(parts, alone, strict=True):
            served = solution.resource != NONE
            assert (whole.resource[part.needs[served]] == part.resources[solution.resource[served]]).all()
            assert (whole.prices[part.resources] == solution.prices).all()

    def test_yesterdays_prices_help_or_do_no_harm(self):
        instance = city(TOWN, 6)
        cold = solve(instance, WEIGHTS)
        warm = solve(instance, WEIGHTS, prices=cold.prices)
        stale = solve(instance, WEIGHTS, prices=np.full(len(instance.supply), 9000))
        for solution in (warm, stale):
            assert solution.certificate.score >= 0.9995 * cold.certificate.score
            assert solution.certificate.ratio >= 0.995


class TestOrders:
    def test_only_the_ordered_one_or_none(self):
        """Two order the same resource with one place: neither is sent to the other one."""
        instance = city(SIZES["S"], 7)
        popular = np.bincount(candidates(instance, WEIGHTS).resource).argmax()
        wanted = np.full(1000, instance.supply.ids[popular])
        solution = solve(replace(instance, needs=replace(instance.needs, wanted=wanted)), WEIGHTS)
        graph = candidates(instance, WEIGHTS)
        could = np.unique(graph.need[graph.resource == popular])
        assert set(solution.resource[could].tolist()) == {popular, NONE}
        assert (solution.resource == popular).sum() == instance.supply.left[popular]

    def test_who_orders_in_vain_is_as_any_other(self):
        instance = city(SIZES["S"], 7)
        closed = replace(instance.supply, is_open=np.arange(300) > 0)
        plain = Instance(instance.needs, closed)
        ordered = Instance(replace(instance.needs, wanted=np.full(1000, 1)), closed)
        assert (solve(plain, WEIGHTS).resource == solve(ordered, WEIGHTS).resource).all()


class TestCertificate:
    GRAPH = graph_of([1, 2, 1], [2, 1], [(0, 0, 10), (0, 1, 7), (1, 0, 5), (2, 0, 4), (2, 1, 6)])

    def test_says_what_was_reached(self):
        certificate = certify(self.GRAPH, np.array([0, NONE, 4]), np.array([5, 0]))
        assert (certificate.score, certificate.served, certificate.people_served) == (16, 2, 2)
        assert certificate.upper_bound == 7 + 0 + 6 + 2 * 5
        assert certificate.ratio == pytest.approx(16 / 23)

    @pytest.mark.parametrize("edge", [[0, 2, NONE], [2, NONE, NONE], [1, NONE, 4]])
    def test_refuses_what_cannot_be(self, edge):
        with pytest.raises(Infeasible):
            check(self.GRAPH, np.array(edge))

    def test_refuses_prices_below_nothing(self):
        with pytest.raises(ValueError, match="negative"):
            upper_bound(self.GRAPH, np.array([-1, 0]))


class TestMoves:
    """Single moves for needs of several people: each gains, none overfills."""

    @settings(max_examples=150)
    @given(graphs, st.lists(st.integers(0, 5), max_size=6, unique=True))
    def test_never_lose_and_never_overfill(self, graph, first):
        """From whatever was seated before: those of `first`, each to the first resource with room."""
        edge = np.full(len(graph.people), NONE, np.int64)
        for need in first:
            if need < len(edge):
                edge[need] = first_with_room(graph, edge, need)
        if not len(graph.score):
            return
        better = improve(graph, edge)
        check(graph, better)
        assert worth(graph, better) >= worth(graph, edge)

    def test_two_make_room_for_three_and_one_takes_refuge(self):
        edges = [(0, 0, 50), (1, 0, 50), (1, 1, 40), (2, 0, 60)]
        graph = graph_of([1, 1, 3], [3, 1], edges)
        assert improve(graph, np.array([0, 1, NONE])).tolist() == [NONE, 2, 3]

    def test_who_moves_out_lets_somebody_in(self):
        graph = graph_of([1, 2], [2, 1], [(0, 0, 50), (0, 1, 40), (1, 0, 30)])
        assert improve(graph, np.array([0, NONE])).tolist() == [1, 2]


def first_with_room(graph, edge, need):
    left = places_left(graph, edge)
    options = range(graph.start[need], graph.start[need + 1])
    return next((at for at in options if left[graph.resource[at]] >= graph.people[need]), NONE)
