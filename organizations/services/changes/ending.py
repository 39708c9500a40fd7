"""Another place, another heir: what goes along when a node is moved, merged or dissolved."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import SET_NULL
from mptt.exceptions import InvalidMove

from govern.locks import tree_lock
from organizations.models import Organization
from organizations.services.changes.door import (
    Event,
    day,
    demand_reason,
    record,
    require,
    rewrite,
    standing,
    tier_under,
)

MEASURES = {"PartyMember": "名", "LeadershipTerm": "名", "Quarter": "个", "Community": "个", "Unit": "家"}


@transaction.atomic
def move_organization(organization, *, parent, actor, reason="", document="", on=None, at=None):
    """Hang `organization` and all below it under `parent`. ValidationError when the tiers do not meet."""
    tree_lock()
    organization = standing(organization)
    parent = standing(parent, "parent") if parent is not None else None
    require(actor, "organizations.change_organization", organization)
    require(actor, "organizations.change_organization", parent)
    if organization.parent_id == (parent and parent.pk):
        return organization
    on = day(organization, on)
    before = organization.parent
    _hang(organization, parent)
    rewrite(organization, on)
    note = f"{before} → {parent}，连同下级共 {organization.get_descendant_count() + 1} 个组织"
    record(
        organization,
        Event.MOVED,
        actor=actor,
        on=on,
        at=at,
        reason=reason,
        document=document,
        note=note,
        other=before,
    )
    return organization


def _hang(organization, parent):
    tier_under(organization.kind, parent)
    if Organization.objects.standing().filter(parent=parent, name=organization.name).exists():
        raise ValidationError({"parent": f"{parent}下已有同名党组织“{organization.name}”。"}, code="name")
    try:
        organization.move_to(parent, "last-child")
    except InvalidMove as error:
        raise ValidationError({"parent": "不能移到自己的下级。"}, code="cycle") from error
    organization.save()


@transaction.atomic
def merge_organizations(organization, *, into, actor, reason, document="", on=None, at=None):
    """合并: `organization` ends, and its children, members, quarters, units and posts are those of `into`.

    ValidationError beside `into` where the two are not of one tier; without a field where something cannot go along
    (a community's own body, a transfer that is under way).
    """
    tree_lock()
    organization, into = standing(organization), standing(into, "into")
    for each in (organization, into):
        require(actor, "organizations.delete_organization", each)
    demand_reason(reason)
    if organization.pk == into.pk:
        raise ValidationError({"into": "不能并入自己。"}, code="self")
    _check_heir(organization, into)
    on = day(organization, on)
    carried = _hand_over(organization, into, on, actor=actor, at=at)
    _end(organization, on)
    words = {"reason": reason, "document": document}
    record(organization, Event.MERGED, actor=actor, on=on, at=at, note=carried, other=into, **words)
    record(into, Event.RECEIVED, actor=actor, on=on, at=at, note=carried, other=organization, **words)
    return into


@transaction.atomic
def dissolve_organization(organization, *, actor, reason="", heir=None, document="", on=None, at=None):
    """撤销: the node ends on the date `on` (today); what hangs on it goes to `heir`.

    ValidationError beside `heir` that says what would be orphaned where none is given. The row stays for the record.
    """
    tree_lock()
    organization = standing(organization)
    require(actor, "organizations.delete_organization", organization)
    on = day(organization, on)
    if heir is None:
        if held := hanging(organization):
            raise ValidationError({"heir": f"“{organization}”还有{held}，请选择由哪个党组织接收。"}, code="orphans")
    else:
        heir = standing(heir, "heir")
        require(actor, "organizations.change_organization", heir)
        _check_heir(organization, heir, field="heir")
    carried = _hand_over(organization, heir, on, actor=actor, at=at)
    _end(organization, on)
    record(
        organization,
        Event.DISSOLVED,
        actor=actor,
        on=on,
        at=at,
        reason=reason,
        document=document,
        note=carried,
        other=heir,
    )
    if heir is not None and carried:
        record(heir, Event.RECEIVED, actor=actor, on=on, at=at, reason=reason, note=carried, other=organization)
    return organization


def _check_heir(organization, heir, field="into"):
    if heir.tier != organization.tier or heir.pk == organization.pk:
        words = f"只能由另一个同级（{organization.get_tier_display()}）的党组织接收。"
        raise ValidationError({field: words}, code="tier")
    if heir.kind not in Organization.BRANCHES and organization.members.here().exists():
        raise ValidationError({field: f"{heir}不是党支部，不能接收党员。"}, code="members")


def _end(organization, on):
    held = organization.versions.open().get()
    if held.starts_on == on:
        held.delete()  # founded and dissolved on one day: it was in no day's tree
    else:
        held.ends_on = on
        held.save(update_fields=["ends_on"])
    organization.dissolved_on, organization.is_active = on, False
    organization.save(update_fields=["dissolved_on", "is_active"])


def _relations():
    """(rows of a model, their foreign key's name, whether they do without) for all that goes along with an heir."""
    for relation in Organization._meta.related_objects:
        rows = relation.related_model._default_manager.all()
        if hasattr(rows, "hand_over"):
            yield rows, relation.field.name, relation.on_delete is SET_NULL


def hanging(organization):
    """What would be orphaned without `organization`, in words: 2 个下级组织、12 名党员; "" for nothing."""
    parts = []
    if count := organization.children.standing().count():
        parts.append(f"下级组织 {count} 个")
    for rows, role, can_do_without in _relations():
        count = 0 if can_do_without else rows.hanging(role, organization).count()
        if count:
            parts.append(f"{rows.model._meta.verbose_name} {count} {MEASURES.get(rows.model.__name__, '项')}")
    return "、".join(parts)


def _hand_over(organization, heir, on, *, actor, at):
    """Everything to `heir` (None: nothing hangs there that needs one); returns what went along, in words.

    Every branch has its “1栋党小组”: a child whose name the heir has already is called by where it came from, too.
    """
    words = hanging(organization)
    taken = set(heir.children.standing().values_list("name", flat=True)) if heir else set()
    for child in organization.children.standing().order_by("lft"):
        for each in (child, heir):
            each.refresh_from_db()  # each move shifts the numbers of the others
        before = child.name
        if before in taken:
            child.name = f"{organization.name.removesuffix('党支部')}{before}"[:80]
        _hang(child, heir)
        rewrite(child, max(on, child.versions.open().get().starts_on or on))
        if child.name != before:
            note = f"{before} → {child.name}"
            record(child, Event.RENAMED, actor=actor, on=on, at=at, reason="接收的党组织下已有同名的", note=note)
    for rows, role, can_do_without in _relations():
        if heir is not None or can_do_without:
            rows.hand_over(role, organization, heir, on)
    organization.refresh_from_db()
    return words
