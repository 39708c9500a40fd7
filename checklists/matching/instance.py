"""What there is to match: needs, resources, weights, and who has refused whom. All of it integers in arrays."""

from dataclasses import dataclass, field, fields, replace

import numpy as np

ANY_TIME = (1 << 14) - 1
ANYBODY = 1
NONE = -1


@dataclass(frozen=True)
class Weights:
    """Points at most for each part of the score; they add up to 10,000 by default.

    Each part is rounded (half to even) before they are added up, here and nowhere else, so that a score is the sum of
    the parts that people read.
    """

    urgency: float = 3500
    waiting: float = 2000
    proximity: float = 2500
    category: float = 1000
    load: float = 1000
    waiting_days_cap: float = 90
    street_proximity: float = 0.6
    district_proximity: float = 0.2
    secondary_category: float = 0.4

    def urgency_points(self, urgency):
        """`urgency` is 1..5, a number or an array."""
        return rounded(self.urgency * (np.asarray(urgency) - 1) / 4)

    def waiting_points(self, days):
        return rounded(self.waiting * np.minimum(days, self.waiting_days_cap) / self.waiting_days_cap)

    def proximity_points(self):
        """(3,): for a resource at home in the need's community, its street, its district."""
        return rounded(self.proximity * np.array([1.0, self.street_proximity, self.district_proximity]))

    def category_points(self):
        """(2,): for a secondary category of the resource, for its main one."""
        return rounded(self.category * np.array([self.secondary_category, 1.0]))

    def load_points(self, load):
        """`load` is the share of its unit's places that are taken, 0..1."""
        return rounded(self.load * (1 - np.asarray(load)))


def rounded(points):
    return np.rint(points).astype(np.int64)


class Table:
    """Equally long arrays; a column that was left out is None."""

    def __len__(self):
        return len(self.ids)

    def take(self, index):
        """The rows at `index`, an array of positions."""
        columns = {column.name: getattr(self, column.name) for column in fields(self)}
        return replace(self, **{name: rows[index] for name, rows in columns.items() if rows is not None})


@dataclass(frozen=True)
class Demand:
    """One need. `window` and `group` are bit sets, `window` 0 is any time; ids are integers.

    `wanted` is the resource that the resident ordered by name, NONE for no such wish.
    """

    category: int
    community: int
    street: int
    group: int
    window: int
    people: int
    urgency: int
    waiting_days: float
    wanted: int = NONE
    district: int = NONE


@dataclass(frozen=True)
class Needs(Table):
    """The n needs, an array (n,) each, with the meaning of Demand's fields. Without `wanted` nobody ordered by name;
    without `district` all are in one.
    """

    ids: np.ndarray
    category: np.ndarray
    community: np.ndarray
    street: np.ndarray
    group: np.ndarray
    window: np.ndarray
    people: np.ndarray
    urgency: np.ndarray
    waiting_days: np.ndarray
    wanted: np.ndarray | None = None
    district: np.ndarray | None = None

    def demand(self, at):
        """The need at position `at` as a Demand."""
        row = {column.name: getattr(self, column.name) for column in fields(self) if column.name != "ids"}
        return Demand(**{name: values[at].item() for name, values in row.items() if values is not None})


@dataclass(frozen=True)
class Supply(Table):
    """The n resources, an array (n,) each. `categories` is (n, 3), the main one first, NONE where there is none.

    `radius` is 1, 2 or 3 (community, street, district): what shares the community shares the street and the district.
    `window` and `groups` are bit sets with 0 for "all"; `left` counts people that can still be served; `load` is the
    share of its unit's places that are taken, 0..1; `is_open` and `has_refused` are booleans, and a resource that
    `has_refused` serves none of the needs at hand. `unit` is who answers for it (without: each for itself); without
    `district` all are in one.
    """

    ids: np.ndarray
    categories: np.ndarray
    community: np.ndarray
    street: np.ndarray
    radius: np.ndarray
    groups: np.ndarray
    window: np.ndarray
    left: np.ndarray
    load: np.ndarray
    is_open: np.ndarray
    has_refused: np.ndarray
    unit: np.ndarray | None = None
    district: np.ndarray | None = None


def no_pairs():
    return np.empty((0, 2), dtype=np.int64)


@dataclass(frozen=True)
class Instance:
    """Needs, resources, and `refused` (r, 2): a need's id, and the unit (by default the resource) that refused it."""

    needs: Needs
    supply: Supply
    refused: np.ndarray = field(default_factory=no_pairs)

    def take(self, needs, resources):
        """The part with the needs and the resources at these positions."""
        kept = self.needs.take(needs)
        refused = self.refused[np.isin(self.refused[:, 0], kept.ids)] if len(self.refused) else self.refused
        return Instance(kept, self.supply.take(resources), refused)


@dataclass(frozen=True)
class Part:
    """A district of an instance, with the positions of its needs and resources in the whole."""

    district: int
    instance: Instance
    needs: np.ndarray
    resources: np.ndarray


def split(instance):
    """The instance cut into its districts, in the order of their numbers; each part is in the order of ids.

    Exact: a radius never leaves its district, so nothing compatible is torn apart. A district without needs is left
    out.
    """
    needs, supply = instance.needs, instance.supply
    of_need = np.zeros(len(needs), np.int64) if needs.district is None else needs.district
    of_resource = np.zeros(len(supply), np.int64) if supply.district is None else supply.district
    by_district, resources_by_district = np.lexsort((needs.ids, of_need)), np.lexsort((supply.ids, of_resource))
    districts, first = np.unique(of_need[by_district], return_index=True)
    bounds = np.append(first, len(needs))
    start = np.searchsorted(of_resource[resources_by_district], districts, side="left")
    stop = np.searchsorted(of_resource[resources_by_district], districts, side="right")
    for at, district in enumerate(districts):
        mine, yours = by_district[bounds[at] : bounds[at + 1]], resources_by_district[start[at] : stop[at]]
        yield Part(int(district), instance.take(mine, yours), mine, yours)
