"""The engine against a reference so plain that it cannot be wrong in the same way."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from checklists.matching.explain import PARTS, STEPS, change, rank, standing
from checklists.matching.instance import NONE, Demand, Supply, Weights

WEIGHTS = Weights()
ids = st.integers(1, 3)
windows = st.integers(0, (1 << 14) - 1) | st.sampled_from([1 << 13, 1, 0])
resources = st.fixed_dictionaries(
    {
        "categories": st.lists(ids, min_size=1, max_size=3, unique=True),
        "community": st.sampled_from([1, 2, 3, NONE]),
        "radius": st.integers(1, 3),
        "groups": st.integers(0, 63),
        "window": windows,
        "left": st.integers(0, 4),
        "load": st.sampled_from([0.0, 0.25, 0.5, 1.0]),
        "is_open": st.booleans(),
        "has_refused": st.booleans(),
    }
)
STREETS = {1: 1, 2: 1, 3: 2, NONE: NONE}
demands = st.builds(
    Demand,
    category=ids,
    community=ids,
    street=st.none(),
    group=st.sampled_from([1, 2, 4, 8, 16, 32]),
    window=windows,
    people=st.integers(1, 3),
    urgency=st.sampled_from([1, 3, 5]),
    waiting_days=st.floats(0, 200),
    wanted=st.sampled_from([NONE, 10, 11]),
).map(lambda demand: Demand(**{**vars(demand), "street": STREETS[demand.community]}))


def supply_of(rows):
    columns = {name: np.array([row[name] for row in rows]) for name in rows[0] if name != "categories"} if rows else {}
    dtypes = {"load": float, "is_open": bool, "has_refused": bool}
    blank = {
        name: np.empty(0, dtype=dtypes.get(name, np.int64))
        for name in ("community", "radius", "groups", "window", "left", "load", "is_open", "has_refused")
    }
    categories = [(row["categories"] + [NONE, NONE])[:3] for row in rows]
    return Supply(
        **(columns or blank),
        ids=np.arange(10, 10 + len(rows)),
        street=np.array([STREETS[row["community"]] for row in rows], dtype=np.int64),
        categories=np.array(categories, dtype=np.int64).reshape(len(rows), 3),
    )


def naive(demand, rows, count):
    funnel, found = dict.fromkeys(STEPS, 0), []
    for number, row in enumerate(rows, start=10):
        near = row["community"] == demand.community
        same_street = STREETS[row["community"]] == demand.street
        window = {bit for bit in range(14) if row["window"] >> bit & 1} or set(range(14))
        wished = {bit for bit in range(14) if demand.window >> bit & 1} or set(range(14))
        fell = (
            ("closed", not row["is_open"]),
            ("category", demand.category not in row["categories"]),
            ("area", not (near or (same_street and row["radius"] >= 2) or row["radius"] == 3)),
            ("group", not (row["groups"] == 0 or row["groups"] & demand.group or row["groups"] & 1)),
            ("window", not window & wished),
            ("capacity", row["left"] < demand.people),
            ("refused", row["has_refused"]),
        )
        step = next((name for name, is_so in fell if is_so), None)
        if step:
            funnel[step] += 1
            continue
        parts = (
            3500 * (demand.urgency - 1) / 4,
            2000 * min(demand.waiting_days, 90) / 90,
            2500 * (1 if near else 0.6 if same_street else 0.2),
            1000 * (1 if row["categories"][0] == demand.category else 0.4),
            1000 * (1 - row["load"]),
        )
        parts = tuple(round(part) for part in parts)
        found.append((number != demand.wanted, -sum(parts), number, parts))
    return [(number, -score, parts) for _, score, number, parts in sorted(found)][:count], funnel


@given(demand=demands, rows=st.lists(resources, max_size=40), count=st.integers(1, 12))
def test_engine_agrees_with_the_reference(demand, rows, count):
    ranking = rank(demand, supply_of(rows), WEIGHTS, count)
    best = list(zip(ranking.ids.tolist(), ranking.scores.tolist(), map(tuple, ranking.parts.tolist()), strict=True))
    assert (best, ranking.funnel) == naive(demand, rows, count)
    assert all(0 <= score <= 10_000 + len(PARTS) for score in ranking.scores)


@given(demand=demands, rows=st.lists(resources, max_size=40))
def test_nobody_is_lost_between_the_funnel_and_the_ranking(demand, rows):
    ranking = rank(demand, supply_of(rows), WEIGHTS, 1000)
    assert sum(ranking.funnel.values()) + len(ranking.ids) == len(rows)


class TestRules:
    DEMAND = Demand(category=1, community=1, street=1, group=4, window=0, people=1, urgency=1, waiting_days=0)
    ROW = {
        "categories": [1],
        "community": 1,
        "radius": 1,
        "groups": 0,
        "window": 0,
        "left": 1,
        "load": 0.0,
        "is_open": True,
        "has_refused": False,
    }

    def ranked(self, *changes, **demand):
        rows = [{**self.ROW, **change} for change in changes]
        return rank(Demand(**{**vars(self.DEMAND), **demand}), supply_of(rows), WEIGHTS, 10).ids.tolist()

    def test_ties_go_to_the_lower_id(self):
        assert self.ranked({}, {}, {}) == [10, 11, 12]

    def test_near_before_far_main_before_secondary_idle_before_busy(self):
        assert self.ranked({"community": 2, "radius": 2}, {}) == [11, 10]
        assert self.ranked({"categories": [2, 1]}, {}) == [11, 10]
        assert self.ranked({"load": 0.5}, {}) == [11, 10]

    def test_radius(self):
        street, district = {"community": 2}, {"community": 3}
        assert self.ranked({**street, "radius": 1}, {**street, "radius": 2}, {**street, "radius": 3}) == [11, 12]
        assert self.ranked({**district, "radius": 2}, {**district, "radius": 3}) == [11]

    def test_windows_meet_on_the_last_of_fourteen_bits(self):
        last = 1 << 13
        assert self.ranked({"window": last}, {"window": last - 1}, {"window": 0}, window=last) == [10, 12]

    def test_wanted_one_goes_first_only_where_it_can_serve(self):
        assert self.ranked({}, {"community": 3, "radius": 3}, wanted=11) == [11, 10]
        assert self.ranked({}, {"left": 0}, wanted=11) == [10]

    def test_radius_ends_at_the_district(self):
        supply = supply_of([{**self.ROW, "community": 3, "radius": 3}] * 2)
        supply = Supply(**{**vars(supply), "district": np.array([7, 8])})
        demand = Demand(**{**vars(self.DEMAND), "district": 8})
        ranking = rank(demand, supply, WEIGHTS, 10)
        assert (ranking.ids.tolist(), ranking.funnel["area"]) == ([11], 1)

    def test_what_others_wait_for_goes_behind_what_is_nearly_as_good(self):
        supply = supply_of([self.ROW, {**self.ROW, "load": 0.1}, {**self.ROW, "load": 0.9}])
        ranking = rank(self.DEMAND, supply, WEIGHTS, 10, np.array([300, 0, 0]))
        assert ranking.ids.tolist() == [11, 10, 12]
        assert ranking.prices.tolist() == [0, 300, 0]
        assert ranking.scores.tolist() == [4400, 4500, 3600]


class TestChange:
    NEAR = TestRules.ROW
    FAR = {**TestRules.ROW, "community": 2, "radius": 2}

    def changed(self, rows, old, new, prices=None, **options):
        return change(TestRules.DEMAND, supply_of(rows), WEIGHTS, old, new, prices, **options)

    def test_names_the_part_that_gained_most(self):
        found = self.changed([{**self.FAR, "load": 0.5}, self.NEAR], 10, 11)
        assert found.reason == "proximity"
        assert found.difference == {
            "urgency": 0,
            "waiting": 0,
            "proximity": 1000,
            "category": 0,
            "load": 500,
            "price": 0,
        }
        assert (found.old.score, found.new.score) == (3000, 4500)

    def test_names_the_step_at_which_the_old_one_falls_now(self):
        assert self.changed([{**self.NEAR, "is_open": False}, self.FAR], 10, 11).reason == "closed"
        assert self.changed([{**self.NEAR, "left": 0}, self.FAR], 10, 11).reason == "capacity"
        assert self.changed([self.NEAR, self.FAR], 10, 11, has_refused=True).reason == "refused"

    def test_the_old_one_is_better_but_others_want_it_more(self):
        found = self.changed([self.NEAR, self.FAR], 10, 11, np.array([1500, 0]))
        assert (found.reason, found.difference["price"], found.old.value, found.new.value) == (
            "price",
            -1500,
            3000,
            3500,
        )
        assert self.changed([self.NEAR], 10, NONE).reason == "price"

    def test_no_old_one_or_none_any_more(self):
        assert self.changed([self.NEAR], NONE, 10).reason == "place"
        assert self.changed([self.NEAR], 99, 10).reason == "gone"
        assert self.changed([self.NEAR], 10, 10).reason == "same"

    def test_nobody_has_no_standing(self):
        assert standing(TestRules.DEMAND, supply_of([self.NEAR]), WEIGHTS, NONE) is None
