"""Synthetic cities for the matching bench and its tests: the same size and seed give the same instance."""

from dataclasses import dataclass

import numpy as np

from checklists.matching.instance import NONE, Instance, Needs, Supply


@dataclass(frozen=True)
class Size:
    needs: int
    resources: int
    districts: int
    categories: int = 20
    streets: int = 10  # in a district
    communities: int = 10  # in a street


SIZES = {
    "S": Size(1_000, 300, districts=1, categories=8, streets=4, communities=5),
    "M": Size(10_000, 3_000, districts=2, streets=6),
    "L": Size(100_000, 20_000, districts=5),
    "XL": Size(1_000_000, 100_000, districts=12),
}
GROUPS = np.array([1, 2, 4, 8, 16, 32])  # residents, low income, elderly, disabled, hardship, youth
ANY_WINDOW, ANY_GROUP = 0.3, 0.5


def city(size, seed, *, tightness=1.25, quantities=False):
    """An Instance. `tightness` is the people of all needs over the places of all resources; with `quantities` a need is
    for one to five people, without for one.
    """
    dice, n, m = np.random.default_rng([seed, size.needs]), size.needs, size.resources
    community = dice.integers(0, size.districts * size.streets * size.communities, n)
    people = dice.choice([1, 2, 3, 4, 5], n, p=[0.5, 0.2, 0.15, 0.1, 0.05]) if quantities else np.ones(n, np.int64)
    needs = Needs(
        ids=np.arange(1, n + 1),
        category=dice.integers(1, size.categories + 1, n),
        community=community,
        street=community // size.communities,
        district=community // (size.communities * size.streets),
        group=dice.choice(GROUPS, n, p=[0.6, 0.05, 0.2, 0.05, 0.05, 0.05]),
        window=np.where(dice.random(n) < ANY_WINDOW, 0, half_days(dice, n, 0.2)),
        people=people,
        urgency=dice.choice([1, 3, 5], n, p=[0.7, 0.2, 0.1]),
        waiting_days=np.minimum(dice.exponential(20, n), 90),
    )
    return Instance(needs, resources_of(size, dice, m, people.sum() / tightness / m))


def resources_of(size, dice, m, places):
    """`m` resources with `places` places each on average; about five of them belong to one unit."""
    unit = dice.integers(0, max(m // 5, 1), m)
    home = dice.integers(0, size.districts * size.streets * size.communities, m)
    load = dice.random(m)
    categories = np.argsort(dice.random((m, size.categories)), axis=1)[:, :3] + 1
    served = dice.choice([1, 2, 3], m, p=[0.5, 0.3, 0.2])
    return Supply(
        ids=np.arange(1, m + 1),
        categories=np.where(np.arange(3) < served[:, None], categories, NONE),
        community=home[unit],
        street=home[unit] // size.communities,
        district=home[unit] // (size.communities * size.streets),
        radius=dice.choice([1, 2, 3], m, p=[0.5, 0.3, 0.2]),
        groups=np.where(dice.random(m) < ANY_GROUP, 0, dice.choice(GROUPS, m) | dice.choice(GROUPS, m)),
        window=np.where(dice.random(m) < ANY_WINDOW, 0, half_days(dice, m, 0.4)),
        left=1 + dice.poisson(max(places - 1, 0), m),
        load=load[unit],
        is_open=np.ones(m, dtype=bool),
        has_refused=np.zeros(m, dtype=bool),
        unit=unit,
    )


def half_days(dice, count, share):
    """`count` sets of the fourteen half days, each half day in it with probability `share`, none of them empty."""
    bits = (dice.random((count, 14)) < share) @ (1 << np.arange(14))
    return bits | 1 << dice.integers(0, 14, count)
