"""The buckets against one need ranked alone: the same pairs, the same scores."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bench._instances import SIZES, city
from checklists.matching.candidates import candidates
from checklists.matching.explain import rank
from checklists.matching.instance import NONE, Instance, Needs, Supply, Weights

STREETS, DISTRICTS = {1: 1, 2: 1, 3: 2, 4: 3, NONE: NONE}, {1: 1, 2: 1, 3: 1, 4: 2, NONE: 1}
small = st.integers(1, 3)
communities = st.sampled_from([1, 2, 3, 4])
windows = st.sampled_from([0, 1, 2, 3, 1 << 13, (1 << 14) - 1])
needs = st.tuples(
    small, communities, st.sampled_from([1, 2, 4]), windows, small, st.sampled_from([1, 3, 5]), st.floats(0, 100)
)
wishes = st.sampled_from([NONE, NONE, 10, 11, 99])
resources = st.tuples(
    st.tuples(small, st.sampled_from([NONE, 1, 2, 3]), st.sampled_from([NONE, 1, 2, 3])),
    st.sampled_from([1, 2, 3, 4, NONE]),
    small,
    st.integers(0, 7),
    windows,
    st.integers(-1, 4),
    st.sampled_from([0.0, 0.333, 0.5, 1.0]),
    st.booleans(),
    st.sampled_from([7, 8]),
)
refusals = st.lists(st.tuples(st.integers(100, 108), st.sampled_from([7, 8, 9])), max_size=4)


def column(rows, at, dtype=np.int64):
    return np.array([row[at] for row in rows], dtype=dtype)


def instance_of(wanting, sharing, wanted, refused):
    home, base = column(wanting, 1), column(sharing, 1)
    return Instance(
        Needs(
            ids=np.arange(100, 100 + len(wanting)),
            category=column(wanting, 0),
            community=home,
            street=np.array([STREETS[place] for place in home], dtype=np.int64),
            district=np.array([DISTRICTS[place] for place in home], dtype=np.int64),
            group=column(wanting, 2),
            window=column(wanting, 3),
            people=column(wanting, 4),
            urgency=column(wanting, 5),
            waiting_days=column(wanting, 6, float),
            wanted=np.array(wanted[: len(wanting)], dtype=np.int64),
        ),
        Supply(
            ids=np.arange(10, 10 + len(sharing)),
            categories=column(sharing, 0).reshape(len(sharing), 3),
            community=base,
            street=np.array([STREETS[place] for place in base], dtype=np.int64),
            district=np.array([DISTRICTS[place] for place in base], dtype=np.int64),
            radius=column(sharing, 2),
            groups=column(sharing, 3),
            window=column(sharing, 4),
            left=column(sharing, 5),
            load=column(sharing, 6, float),
            is_open=column(sharing, 7, bool),
            has_refused=np.zeros(len(sharing), dtype=bool),
            unit=column(sharing, 8),
        ),
        np.array(refused, dtype=np.int64).reshape(len(refused), 2),
    )


def expected(instance, weights):
    """{(need, resource): score}, one need after the other."""
    pairs = {}
    for at, need in enumerate(instance.needs.ids):
        demand, refusing = instance.needs.demand(at), instance.refused[instance.refused[:, 0] == need, 1]
        supply = replace(instance.supply, has_refused=np.isin(instance.supply.unit, refusing))
        ranking = rank(demand, supply, weights, len(supply))
        found = dict(zip(ranking.ids.tolist(), ranking.scores.tolist(), strict=True))
        kept = {demand.wanted} if demand.wanted in found else found
        pairs |= {(int(need), resource): found[resource] for resource in kept}
    return pairs


def found(instance, weights, **options):
    graph = candidates(instance, weights, **options)
    pairs = zip(instance.needs.ids[graph.need].tolist(), instance.supply.ids[graph.resource].tolist(), strict=True)
    edges = list(zip(pairs, graph.score.tolist(), strict=True))
    assert len(edges) == len(dict(edges)) == graph.start[-1]
    return dict(edges)


@given(
    st.lists(needs, max_size=8), st.lists(resources, max_size=12), st.lists(wishes, min_size=8, max_size=8), refusals
)
def test_buckets_find_whom_ranking_finds(wanting, sharing, wanted, refused):
    instance = instance_of(wanting, sharing, wanted, refused)
    weights = Weights(street_proximity=0.55, waiting=1999)
    assert found(instance, weights) == expected(instance, weights)


def test_cutting_into_chunks_changes_nothing():
    instance = city(SIZES["S"], 5, quantities=True)
    whole, pieces = candidates(instance, Weights()), candidates(instance, Weights(), chunk=100)
    for name in ("start", "resource", "score"):
        assert (getattr(whole, name) == getattr(pieces, name)).all()


def test_a_city_agrees_with_ranking():
    instance = city(SIZES["S"], 6, quantities=True)
    some = instance.take(np.arange(0, 1000, 25), np.arange(300))
    assert found(some, Weights()) == expected(some, Weights())
