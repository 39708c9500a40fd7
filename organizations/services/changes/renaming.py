"""What a node is called and of which kind it is: put right, or changed from a day on."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from govern.locks import tree_lock
from organizations.models import Organization
from organizations.services.changes.door import (
    NOT_BY_HAND,
    Event,
    day,
    demand_past,
    demand_reason,
    record,
    require,
    rewrite,
    standing,
)


@transaction.atomic
def correct_organization(organization, *, actor, at=None, **fields):
    """Put right what was written down wrongly (name, founded_on, trade, is_active): it always was so.

    A new name is `rename_organization`, another kind `convert_organization`, another parent a move.
    """
    tree_lock()
    organization = standing(organization)
    require(actor, "organizations.change_organization", organization)
    changes = []
    for field, value in fields.items():
        before = getattr(organization, field)
        if before != value:
            changes.append(f"{organization._meta.get_field(field).verbose_name}：{said(before)} → {said(value)}")
        setattr(organization, field, value)
    demand_past(organization.founded_on)
    organization.full_clean(exclude=NOT_BY_HAND)
    if not changes:
        return organization
    organization.save(update_fields=list(fields))
    held = organization.versions.open().get()
    held.name = organization.name
    if organization.versions.count() == 1:
        held.starts_on = organization.founded_on
    held.save(update_fields=["name", "starts_on"])
    on = timezone.localdate(at)
    record(organization, Event.CORRECTED, actor=actor, on=on, at=at, note="；".join(changes))
    return organization


def said(value):
    return {True: "是", False: "否", None: "无", "": "无"}.get(value, str(value))


@transaction.atomic
def rename_organization(organization, *, name, actor, reason, document="", on=None, at=None):
    """更名: called `name` from the date `on` (today) on. Called so already: nothing happens."""
    tree_lock()
    organization = standing(organization)
    require(actor, "organizations.change_organization", organization)
    before = organization.name
    if before == name:
        return organization
    demand_reason(reason)
    on = day(organization, on)
    organization.name = name
    organization.full_clean(exclude=NOT_BY_HAND)
    organization.save(update_fields=["name"])
    rewrite(organization, on)
    note = f"{before} → {name}"
    record(organization, Event.RENAMED, actor=actor, on=on, at=at, reason=reason, document=document, note=note)
    return organization


@transaction.atomic
def convert_organization(organization, *, kind, name, actor, reason, document="", on=None, at=None):
    """升格 (支部 → 总支 → 党委) or 改设 within the tier, with its new name, from the date `on` (today) on."""
    tree_lock()
    organization = standing(organization)
    require(actor, "organizations.change_organization", organization)
    before = Organization.Kind(organization.kind)
    if (before, organization.name) == (kind, name):
        return organization
    demand_reason(reason)
    if Organization.TIER_OF_KIND[kind] != organization.tier:
        raise ValidationError(
            {"kind": f"{organization}是{organization.get_tier_display()}一级，不能改成这一类。"}, code="tier"
        )
    if before in Organization.BRANCHES and kind not in Organization.BRANCHES and organization.members.here().exists():
        words = f"“{organization}”还有党员，改设以后不再是党支部。请先成立下属党支部，把党员转过去。"
        raise ValidationError({"kind": words}, code="members")
    on = day(organization, on)
    was = organization.name
    organization.kind, organization.name = kind, name
    organization.full_clean(exclude=NOT_BY_HAND)
    organization.save(update_fields=["kind", "name"])
    rewrite(organization, on)
    ranks = Organization.RANKS
    is_upgrade = before in ranks and kind in ranks and ranks.index(kind) > ranks.index(before)
    note = f"{was}（{before.label}）→ {name}（{organization.get_kind_display()}）"
    record(
        organization,
        Event.UPGRADED if is_upgrade else Event.CONVERTED,
        actor=actor,
        on=on,
        at=at,
        reason=reason,
        document=document,
        note=note,
    )
    return organization
