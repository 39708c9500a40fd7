"""The tree as pages draw it: the nodes of the open branches, and what is counted at and below each."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from itertools import accumulate

from django.db.models import Count, Q

MOST_NAMED = 50  # found by name
MOST_OF_KIND = 300
HERE = Q(members__left_on=None)


@dataclass
class Drawing:
    """`tops` with their children in `.branch` (None where closed); `hits` are what was looked for."""

    tops: list = field(default_factory=list)
    hits: set = field(default_factory=set)
    has_more_hits: bool = False


def draw(visible, *, query="", kind="", open_keys=frozenset(), with_dissolved=False):
    """The tree of `visible`, as far as `open_keys` and what is looked for go: by name with all around it, by kind
    with what is above it and nothing else. Whatever is open, all above it is.
    """
    rows = visible if with_dissolved else visible.standing()
    drawing = Drawing()
    if query or kind:
        found = rows.called(query, kind).values_list("pk", flat=True)
        most = MOST_OF_KIND if kind else MOST_NAMED
        keys = list(found[: most + 1])
        drawing.hits, drawing.has_more_hits = set(keys[:most]), len(keys) > most
    inner = visible.order_by().values("pk")
    wanted = set(open_keys) | drawing.hits
    above = set(rows.above(rows.filter(pk__in=wanted)).order_by().values_list("pk", flat=True)) if wanted else set()
    opened = set(open_keys) | above
    if kind:
        nodes = rows.filter(Q(pk__in=above | drawing.hits) | Q(parent__in=open_keys))
    else:
        if not query:
            opened |= set(rows.exclude(parent__in=inner).order_by().values_list("pk", flat=True))
        nodes = rows.filter(~Q(parent__in=inner) | Q(parent__in=opened))
    drawing.tops = nest(counted(nodes, visible, with_dissolved=with_dissolved), opened)
    return drawing


def branch_of(visible, key, *, with_dissolved=False):
    """The children of the node `key`, closed, with their counts."""
    rows = visible if with_dissolved else visible.standing()
    nodes = counted(rows.filter(parent=key), visible.under(key), with_dissolved=with_dissolved)
    for node in nodes:
        node.branch = None
    return nodes


def whole(visible):
    """Every standing node of `visible`, nested, with its counts."""
    nodes = counted(visible.standing(), visible)
    return nest(nodes, {node.pk for node in nodes})


def nest(nodes, opened):
    """The tops of `nodes` (parents before children); a node is open where it has children and is in `opened`."""
    known = {node.pk: node for node in nodes}
    tops = []
    for node in nodes:
        node.branch = [] if node.pk in opened and node.child_count else None
        above = known.get(node.parent_id)
        (tops if above is None or above.branch is None else above.branch).append(node)
    return tops


def flat(nodes, depth=0):
    """(node, how deep) of the nested `nodes`, as they are read from above."""
    for node in nodes:
        yield node, depth
        yield from flat(node.branch or [], depth + 1)


def counted(nodes, visible, *, with_dissolved=False):
    """The `nodes` in the tree's order, each with `child_count` and `tally`."""
    children = Q() if with_dissolved else Q(children__dissolved_on=None)
    rows = nodes.annotate(child_count=Count("children", filter=children)).order_by("tree_id", "lft")
    tallies, counted = Tallies(visible), list(rows)
    for node in counted:
        node.tally = tallies.of(node)
    return counted


@dataclass(frozen=True)
class Tally:
    """At and below one node; `below` counts standing organizations without itself, `quarters` those with a branch
    there, `all_quarters` those of its communities.
    """

    below: int = 0
    full: int = 0
    probationary: int = 0
    quarters: int = 0
    all_quarters: int = 0

    @property
    def members(self):
        return self.full + self.probationary


class Tallies:
    """Sums over subtrees of `visible`, in four queries whatever is asked: a subtree is a stretch of left values."""

    def __init__(self, visible):
        rows = visible.order_by("tree_id", "lft").values_list("tree_id", "lft")
        full, probationary = (HERE & Q(members__stage=stage) for stage in ("full", "probationary"))
        self.gone = Stretches(rows.exclude(dissolved_on=None), 0)
        self.members = Stretches(
            rows.filter(members__isnull=False).annotate(
                full=Count("members", filter=full), probationary=Count("members", filter=probationary)
            ),
            2,
        )
        self.quarters = Stretches(rows.filter(quarters__isnull=False).annotate(Count("quarters")), 1)
        homes = rows.filter(community__quarters__isnull=False).annotate(Count("community__quarters"))
        self.all_quarters = Stretches(homes, 1)

    def of(self, node):
        gone = self.gone.rows_of(node) - (node.dissolved_on is not None)
        full, probationary = self.members.of(node)
        (quarters,), (all_quarters,) = self.quarters.of(node), self.all_quarters.of(node)
        return Tally(node.get_descendant_count() - gone, full, probationary, quarters, all_quarters)


class Stretches:
    """Running sums over rows of (tree, left value, *amounts)."""

    def __init__(self, rows, width):
        rows = list(rows)
        self.places = [row[:2] for row in rows]
        self.sums = [[0, *accumulate(row[2 + column] for row in rows)] for column in range(width)]

    def _ends(self, node):
        first = bisect_left(self.places, (node.tree_id, node.lft))
        return first, bisect_right(self.places, (node.tree_id, node.rght))

    def rows_of(self, node):
        first, last = self._ends(node)
        return last - first

    def of(self, node):
        first, last = self._ends(node)
        return [sums[last] - sums[first] for sums in self.sums]
