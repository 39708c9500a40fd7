"""Who can serve whom: all pairs that meet, with their scores, found through buckets instead of by comparing everybody.

A bucket is a category in an area: a resource lies, once for each of its categories, in the bucket of its community, its
street or its district, whichever its radius reaches. A need looks into three buckets, one of each size.
"""

from dataclasses import dataclass

import numpy as np

from checklists.matching.instance import ANY_TIME, ANYBODY, NONE

CHUNK = 1 << 19  # pairs looked at at a time: what is in hand stays within a few megabytes
GROUP_SHIFT = 14  # above the half days: up to 16 groups
COMMUNITY_BITS = 40  # ids of communities stay below 2**40


@dataclass(frozen=True)
class Graph:
    """n needs, m resources and e edges between them, by need: need i has the edges start[i] to start[i + 1].

    `start` (n + 1,) int64; `resource` (e,) int32, position of the resource; `score` (e,) int32, points per person;
    `people` (n,) int32, places a need takes; `capacity` (m,) int32, places a resource has.
    """

    start: np.ndarray
    resource: np.ndarray
    score: np.ndarray
    people: np.ndarray
    capacity: np.ndarray

    @property
    def need(self):
        """(e,): the need of each edge."""
        return np.repeat(np.arange(len(self.people), dtype=np.int32), np.diff(self.start))

    def only(self, edges, capacity=None):
        """The graph with only these edges (positions, ascending), and perhaps with other capacities."""
        count = np.searchsorted(edges, self.start)
        capacity = self.capacity if capacity is None else capacity
        return Graph(count, self.resource[edges], self.score[edges], self.people, capacity)


@dataclass(frozen=True)
class Shelf:
    """The k places in buckets, sorted by bucket and then by resource; every array (k,) but `keys` and `first`."""

    keys: np.ndarray  # (b,) the buckets that are not empty
    first: np.ndarray  # (b + 1,) where each begins
    resource: np.ndarray
    met: np.ndarray
    community: np.ndarray
    street: np.ndarray
    points: np.ndarray
    left: np.ndarray


def candidates(instance, weights, chunk=CHUNK):
    """All compatible pairs of `instance` as a Graph, scored as `explain.rank` scores them; edges of a need run from the
    near buckets to the far ones, and by position within.

    A need whose wanted resource can serve it keeps that edge alone, at its plain score: an order neither jumps the
    queue nor is sent elsewhere than the resident asked. Where the wanted one cannot serve it, the need is as any other.
    """
    needs, supply = instance.needs, instance.supply
    numbers = Numbers(supply)
    shelf = stock(supply, weights, numbers)
    first, length = ranges(needs, shelf, numbers)
    looking = Looking(instance, weights, shelf, numbers)
    reach = np.concatenate([[0], np.cumsum(length.sum(axis=1))])
    count, pieces = np.zeros(len(needs), dtype=np.int64), []
    begin = 0
    while begin < len(needs):
        end = max(int(np.searchsorted(reach, reach[begin] + chunk, side="right")) - 1, begin + 1)
        need, resource, score = looking.edges(slice(begin, end), first[begin:end], length[begin:end])
        count[begin:end] = np.bincount(need - begin, minlength=end - begin)
        pieces.append((resource, score))
        begin = end
    resources, scores = zip(*pieces, strict=True) if pieces else ((), ())
    empty = np.empty(0, dtype=np.int32)
    return Graph(
        start=np.concatenate([[0], np.cumsum(count)]),
        resource=np.concatenate([empty, *resources]),
        score=np.concatenate([empty, *scores]),
        people=needs.people.astype(np.int32),
        capacity=np.maximum(supply.left, 0).astype(np.int32),
    )


class Numbers:
    """Small numbers in place of ids: position among the sorted ids that occur among the resources, NONE elsewhere."""

    def __init__(self, supply):
        self.category = np.unique(supply.categories)
        self.community = np.unique(supply.community)
        self.street = np.unique(supply.street)
        self.district = np.unique(supply.district) if supply.district is not None else np.zeros(1, np.int64)
        self.areas = max(len(self.community), len(self.street), len(self.district)) + 1

    def of(self, name, ids):
        universe = getattr(self, name)
        at = np.searchsorted(universe, ids)
        at[at == len(universe)] = 0
        found = (universe[at] == ids) & (np.asarray(ids) != NONE) if len(universe) else np.zeros(len(ids), bool)
        return np.where(found, at, NONE)

    def district_of(self, table):
        return np.zeros(len(table), np.int64) if table.district is None else self.of("district", table.district)

    def key(self, category, level, area):
        """The number of a bucket; `level` is 0, 1, 2 for community, street, district."""
        return np.where((category == NONE) | (area == NONE), NONE, (category * 3 + level) * self.areas + area)


def stock(supply, weights, numbers):
    """The usable resources put into their buckets: once for each category, in the area that the radius reaches."""
    community, street = numbers.of("community", supply.community), numbers.of("street", supply.street)
    level = supply.radius - 1
    area = np.choose(np.clip(level, 0, 2), [community, street, numbers.district_of(supply)])
    usable = supply.is_open & ~supply.has_refused & (supply.left > 0)
    categories = supply.categories.copy()
    for slot in range(1, categories.shape[1]):
        again = (categories[:, :slot] == categories[:, slot : slot + 1]).any(axis=1)
        categories[again, slot] = NONE
    category = numbers.of("category", categories.ravel()).reshape(categories.shape)
    key = numbers.key(category, level[:, None], area[:, None])
    resource, slot = np.nonzero(usable[:, None] & (key != NONE))
    key = key[resource, slot]
    order = np.argsort(key, kind="stable")
    resource, slot, key = resource[order], slot[order], key[order]
    keys, first = np.unique(key, return_index=True)
    groups = np.where((supply.groups == 0) | (supply.groups & ANYBODY != 0), -1, supply.groups)
    window = np.where(supply.window == 0, ANY_TIME, supply.window) & ANY_TIME
    points = weights.category_points()[(slot == 0).astype(int)] + weights.load_points(supply.load)[resource]
    return Shelf(
        keys=keys,
        first=np.append(first, len(key)),
        resource=resource.astype(np.int32),
        met=(groups << GROUP_SHIFT | window)[resource].astype(np.int32),
        community=community[resource].astype(np.int32),
        street=street[resource].astype(np.int32),
        points=points.astype(np.int32),
        left=supply.left[resource].astype(np.int32),
    )


def ranges(needs, shelf, numbers):
    """(first, length), (n, 3) each: where on the shelf the three buckets of each need begin, and how long they are.

    Needs of one category in one community share their buckets, so each such pair is looked up once.
    """
    category = numbers.of("category", needs.category)
    _, one, back = np.unique(category << COMMUNITY_BITS | needs.community, return_index=True, return_inverse=True)
    areas = (
        numbers.of("community", needs.community[one]),
        numbers.of("street", needs.street[one]),
        numbers.district_of(needs)[one],
    )
    keys = np.stack([numbers.key(category[one], level, area) for level, area in enumerate(areas)], axis=1)
    if not len(shelf.keys):
        return np.zeros((len(needs), 3), np.int64), np.zeros((len(needs), 3), np.int64)
    at = np.minimum(np.searchsorted(shelf.keys, keys), len(shelf.keys) - 1)
    found = (shelf.keys[at] == keys) & (keys != NONE)
    length = np.where(found, shelf.first[at + 1] - shelf.first[at], 0)
    return shelf.first[at][back], length[back]


def spans(first, length):
    """The numbers first[0] .. first[0] + length[0] - 1, then those of first[1], and so on, in one array."""
    stop = np.cumsum(length)
    return np.arange(stop[-1] if len(stop) else 0) + np.repeat(first - (stop - length), length)


def positions(ids, sought):
    """Where in `ids` (distinct, any order) each of `sought` stands, NONE where nowhere."""
    if not len(ids):
        return np.full(len(sought), NONE)
    order = np.argsort(ids, kind="stable")
    at = np.minimum(np.searchsorted(ids, sought, sorter=order), len(ids) - 1)
    return np.where(ids[order[at]] == sought, order[at], NONE)


class Looking:
    """What the needs bring to the shelf, ready to be repeated for each place in their buckets."""

    def __init__(self, instance, weights, shelf, numbers):
        needs, supply = instance.needs, instance.supply
        self.shelf, self.resources = shelf, len(supply)
        window = np.where(needs.window == 0, ANY_TIME, needs.window) & ANY_TIME
        self.met = ((needs.group | ANYBODY) << GROUP_SHIFT | window).astype(np.int32)
        self.people = needs.people.astype(np.int32)
        self.community = elsewhere(numbers.of("community", needs.community))
        self.street = elsewhere(numbers.of("street", needs.street))
        points = weights.urgency_points(needs.urgency) + weights.waiting_points(needs.waiting_days)
        self.points = points.astype(np.int32)
        self.proximity = weights.proximity_points().astype(np.int32)
        self.is_for_one = bool((self.people <= 1).all())
        self.wanted = None
        if needs.wanted is not None and (needs.wanted != NONE).any():
            self.wanted = np.where(needs.wanted == NONE, NONE, positions(supply.ids, needs.wanted))
        self.refused = refused_pairs(instance) if len(instance.refused) else None

    def edges(self, rows, first, length):
        """(need, resource, score) of the pairs that meet among the buckets of the needs `rows`, by need."""
        shelf = self.shelf
        place = spans(first.ravel(), length.ravel())
        need = np.repeat(np.arange(rows.start, rows.stop, dtype=np.int32), length.sum(axis=1))
        met = shelf.met[place] & self.met[need]
        keep = ((met & ANY_TIME) != 0) & (met > ANY_TIME)
        if not self.is_for_one:
            keep &= shelf.left[place] >= self.people[need]
        keep = np.flatnonzero(keep)
        place, need = place[keep], need[keep]
        resource = shelf.resource[place]
        score = shelf.points[place] + self.points[need] + self.near(place, need)
        for rule in (self.not_refused, self.as_wanted):
            keep = rule(need, resource)
            if keep is not None:
                need, resource, score = need[keep], resource[keep], score[keep]
        return need, resource, score

    def near(self, place, need):
        community, street, district = self.proximity
        points = np.where(self.shelf.street[place] == self.street[need], street, district)
        points[self.shelf.community[place] == self.community[need]] = community
        return points

    def not_refused(self, need, resource):
        if self.refused is None:
            return None
        return ~np.isin(need.astype(np.int64) * self.resources + resource, self.refused)

    def as_wanted(self, need, resource):
        if self.wanted is None:
            return None
        is_wanted = self.wanted[need] == resource
        is_met = np.zeros(len(self.wanted), dtype=bool)
        is_met[need[is_wanted]] = True
        return is_wanted | ~is_met[need]


def elsewhere(areas):
    """Where no resource is at home is not where those are that have no home."""
    return np.where(areas == NONE, NONE - 1, areas).astype(np.int32)


def refused_pairs(instance):
    """(need's position * resources + resource's position) of every pair that may not meet."""
    needs, supply, pairs = instance.needs, instance.supply, instance.refused
    unit = supply.ids if supply.unit is None else supply.unit
    by_unit = np.argsort(unit, kind="stable")
    low = np.searchsorted(unit, pairs[:, 1], side="left", sorter=by_unit)
    high = np.searchsorted(unit, pairs[:, 1], side="right", sorter=by_unit)
    need = positions(needs.ids, pairs[:, 0])
    count = np.where(need == NONE, 0, high - low)
    return np.repeat(need, count) * len(supply) + by_unit[spans(low, count)]
