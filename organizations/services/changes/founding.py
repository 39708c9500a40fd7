"""Founding: one node, or a whole group in one stroke."""

from django.db import transaction
from django.utils import timezone

from govern.locks import tree_lock
from organizations.models import Organization, OrganizationEvent, OrganizationVersion
from organizations.services.changes.door import (
    NOT_BY_HAND,
    Event,
    demand_past,
    open_version,
    record,
    require,
    standing,
    tier_under,
)


@transaction.atomic
def found_organization(*, name, kind, parent=None, founded_on=None, trade="", reason="", document="", actor, at=None):
    """Add a node under `parent` (None: a root). ValidationError when the tiers do not meet or the name is taken."""
    tree_lock()
    if parent is not None:
        parent = standing(parent, "parent")
    require(actor, "organizations.add_organization", parent)
    organization = Organization(name=name, kind=kind, parent=parent, founded_on=founded_on, trade=trade)
    organization.tier = tier_under(kind, parent)
    demand_past(founded_on)
    organization.full_clean(exclude=NOT_BY_HAND)
    organization.save()
    open_version(organization, founded_on).save()
    on = founded_on or timezone.localdate(at)
    record(organization, Event.FOUNDED, actor=actor, on=on, at=at, reason=reason, document=document)
    return organization


@transaction.atomic
def found_subtree(*, name, kind, parent, children, founded_on=None, actor, at=None):
    """Add a node under `parent` together with its `children`, a list of (name, kind): a whole group in one stroke.

    Errors as found_organization's, but a taken name is the database's IntegrityError.
    """
    tree_lock()
    parent = standing(parent, "parent")
    require(actor, "organizations.add_organization", parent)
    node, *below = Organization.objects.build_tree_nodes(
        {
            "name": name,
            "kind": kind,
            "tier": tier_under(kind, parent),
            "parent": parent,
            "founded_on": founded_on,
            "children": [{"name": each, "kind": of_kind, "founded_on": founded_on} for each, of_kind in children],
        },
        target=parent,
    )
    Organization.objects.bulk_create([node])
    for child in below:
        child.parent = node
        child.tier = tier_under(child.kind, node)
    Organization.objects.bulk_create(below)
    at = at or timezone.now()
    OrganizationVersion.objects.bulk_create(open_version(each, founded_on) for each in (node, *below))
    OrganizationEvent.objects.bulk_create(
        OrganizationEvent(
            organization=each,
            kind=Event.FOUNDED,
            effective_on=founded_on or timezone.localdate(at),
            actor=actor,
            at=at,
        )
        for each in (node, *below)
    )
    return node
