"""Whether the tree is whole, and how it is made so again.

django-mptt leaves mutual exclusion to its caller: without the tree lock, concurrent writers give two branches the same
lft and rght, and the scope rule, which reads them, then shows one office another's rows.
"""

from dataclasses import dataclass

from django.db import transaction

from govern.locks import tree_lock
from organizations.models import Organization


@dataclass(frozen=True)
class TreeFault:
    organization_id: int
    name: str
    what: str


def tree_faults():
    """Every node whose lft, rght, tree_id, level or tier is not what the parent keys say, in words."""
    faults = []
    nodes = {node.pk: node for node in Organization.objects.order_by("pk")}
    roots, seen = {}, {}
    for node in nodes.values():
        parent = nodes.get(node.parent_id)

        def fault(what, node=node):
            faults.append(TreeFault(node.pk, node.name, what))

        if node.lft >= node.rght:
            fault("左值不小于右值")
        for value in (node.lft, node.rght):
            if seen.setdefault((node.tree_id, value), node.pk) != node.pk:
                fault("与另一组织的左右值重复")
        if parent is None:
            if roots.setdefault(node.tree_id, node.pk) != node.pk:
                fault("与另一行业党委的树号重复")
            if node.level != 0 or node.tier != 1:
                fault("层级与上级不符")
        else:
            if node.tree_id != parent.tree_id or not (parent.lft < node.lft and node.rght < parent.rght):
                fault("不在上级的区间之内")
            if node.level != parent.level + 1 or node.tier != parent.tier + 1:
                fault("层级与上级不符")
    return faults


@transaction.atomic
def mend_tree():
    """Compute lft, rght, tree_id and level anew from the parent keys; the faults that are left are returned."""
    tree_lock()
    Organization.objects.rebuild()
    return tree_faults()
