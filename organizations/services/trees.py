"""Writes to the tree. Every one holds the tree lock and reads its parent again under it.

django-mptt leaves mutual exclusion to its caller: without the lock, concurrent writers give two branches the same lft
and rght, and the scope rule, which reads them, then shows one office another's rows.
"""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from mptt.exceptions import InvalidMove

from govern.locks import tree_lock
from organizations.models import Organization, Post


def _require(user, permission, organization):
    """`user` holds `permission` on `organization`; on the whole installation where it is None."""
    if user.is_superuser:
        return
    if organization is None:
        if Post.objects.granting(user, permission).filter(organization=None).exists():
            return
    elif Organization.objects.allowed(user, permission).filter(pk=organization.pk).exists():
        return
    raise PermissionDenied("不在您的管辖范围内。")


def _check_tier(kind, parent):
    tier = Organization.TIER_OF_KIND[kind]
    expected = 1 if parent is None else parent.tier + 1
    if tier != expected:
        above = Organization.Tier(tier - 1).label if tier > 1 else None
        raise ValidationError(
            {
                "parent": f"{Organization.Kind(kind).label}应设在{above}之下。"
                if above
                else "行业党委是最高一级，没有上级。"
            },
            code="tier",
        )
    return tier


@transaction.atomic
def found_organization(*, name, kind, parent=None, founded_on=None, actor):
    """Add a node under `parent` (None: a root). ValidationError when the tiers do not meet or the name is taken."""
    tree_lock()
    if parent is not None:
        parent = Organization.objects.get(pk=parent.pk)
    _require(actor, "organizations.add_organization", parent)
    organization = Organization(name=name, kind=kind, parent=parent, founded_on=founded_on)
    organization.tier = _check_tier(kind, parent)
    organization.full_clean(exclude=["lft", "rght", "tree_id", "level"])
    organization.save()
    return organization


@transaction.atomic
def found_subtree(*, name, kind, parent, children, founded_on=None, actor):
    """Add a node under `parent` together with its `children`, a list of (name, kind): a whole group in one stroke.

    Errors as found_organization's, but a taken name is the database's IntegrityError.
    """
    tree_lock()
    parent = Organization.objects.get(pk=parent.pk)
    _require(actor, "organizations.add_organization", parent)
    node, *below = Organization.objects.build_tree_nodes(
        {
            "name": name,
            "kind": kind,
            "tier": _check_tier(kind, parent),
            "parent": parent,
            "founded_on": founded_on,
            "children": [{"name": each, "kind": of_kind, "founded_on": founded_on} for each, of_kind in children],
        },
        target=parent,
    )
    Organization.objects.bulk_create([node])
    for child in below:
        child.parent = node
        child.tier = _check_tier(child.kind, node)
    Organization.objects.bulk_create(below)
    return node


@transaction.atomic
def change_organization(organization, *, actor, **fields):
    """Change a node's own columns (name, kind within its tier, founded_on, is_active); another parent is a move."""
    tree_lock()
    organization = Organization.objects.get(pk=organization.pk)
    _require(actor, "organizations.change_organization", organization)
    for name, value in fields.items():
        setattr(organization, name, value)
    _check_tier(organization.kind, organization.parent)
    organization.full_clean(exclude=["lft", "rght", "tree_id", "level"])
    organization.save(update_fields=list(fields))
    return organization


@transaction.atomic
def move_organization(organization, *, parent, actor):
    """Hang `organization` and all below it under `parent`. ValidationError when the tiers do not meet."""
    tree_lock()
    organization = Organization.objects.get(pk=organization.pk)
    parent = Organization.objects.get(pk=parent.pk) if parent is not None else None
    _require(actor, "organizations.change_organization", organization)
    _require(actor, "organizations.change_organization", parent)
    if organization.parent_id == (parent and parent.pk):
        return organization
    _check_tier(organization.kind, parent)
    if Organization.objects.filter(parent=parent, name=organization.name).exists():
        raise ValidationError({"parent": f"{parent}下已有同名党组织“{organization.name}”。"}, code="name")
    try:
        organization.move_to(parent, "last-child")
    except InvalidMove as error:
        raise ValidationError({"parent": "不能移到自己的下级。"}, code="cycle") from error
    organization.save()
    return organization


@transaction.atomic
def dissolve_organization(organization, *, actor):
    """Delete a node that nothing depends on. ValidationError while it has children, members of staff or a community."""
    tree_lock()
    organization = Organization.objects.get(pk=organization.pk)
    _require(actor, "organizations.delete_organization", organization)
    if not organization.is_leaf_node():
        raise ValidationError(
            f"“{organization}”下还有 {organization.get_descendant_count()} 个组织，请先移走。", code="children"
        )
    try:
        organization.delete()
    except ProtectedError as error:
        held = "、".join(sorted({str(row._meta.verbose_name) for row in error.protected_objects}))
        raise ValidationError(f"“{organization}”还有{held}，不能撤销。", code="protected") from error


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
