"""The tree as it stood on a day, from 沿革: read-only, and without counts of what was not recorded then."""

from collections import Counter

from organizations.models import Organization, OrganizationVersion
from organizations.tree import MOST_NAMED, MOST_OF_KIND, Drawing, nest


def nodes_of(user, day):
    """What stood on the date `day`, as far as `user` sees it, parents before children; unsaved, one query."""
    rows = OrganizationVersion.objects.visible_to(user).as_of(day)
    rows = rows.order_by("organization__tree_id", "organization__lft")
    nodes = [
        Organization(pk=pk, name=name, kind=kind, tier=Organization.TIER_OF_KIND[kind], parent_id=parent)
        for pk, name, kind, parent in rows.values_list("organization", "name", "kind", "parent")
    ]
    children = Counter(node.parent_id for node in nodes)
    for node in nodes:
        node.child_count, node.tally = children[node.pk], None
    return sorted(nodes, key=lambda node: node.tier)


def draw(user, day, *, query="", kind="", open_keys=frozenset()):
    nodes = nodes_of(user, day)
    parents = {node.pk: node.parent_id for node in nodes}
    drawing = Drawing()
    if query or kind:
        found = [node.pk for node in nodes if query.lower() in node.name.lower() and kind in ("", node.kind)]
        most = MOST_OF_KIND if kind else MOST_NAMED
        drawing.hits, drawing.has_more_hits = set(found[:most]), len(found) > most
    above = set()
    for key in [*open_keys, *drawing.hits]:
        while (key := parents.get(key)) is not None:
            above.add(key)
    opened = set(open_keys) | above
    if not (query or kind):
        opened |= {node.pk for node in nodes if node.parent_id not in parents}
    drawn = [
        node
        for node in nodes
        if (node.pk in above | drawing.hits or node.parent_id in open_keys)
        or (not kind and (node.parent_id in opened or node.parent_id not in parents))
    ]
    drawing.tops = nest(drawn, opened)
    return drawing


def branch_of(user, day, key):
    nodes = [node for node in nodes_of(user, day) if node.parent_id == key]
    for node in nodes:
        node.branch = None
    return nodes


def whole(user, day):
    nodes = nodes_of(user, day)
    return nest(nodes, {node.pk for node in nodes})
