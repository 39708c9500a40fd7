"""What is done to a Party organization: founded, renamed, upgraded, moved, merged, dissolved. Each holds the tree lock,
writes the node, its version (the tree as of any day) and its event in one transaction.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import SET_NULL
from django.utils import timezone
from mptt.exceptions import InvalidMove

from govern.locks import tree_lock
from organizations.models import Organization, OrganizationEvent, OrganizationVersion, Post

Event = OrganizationEvent.Kind
NOT_BY_HAND = ["lft", "rght", "tree_id", "level"]


# --- The locks, the right, the record ---------------------------------------------------------------------------------
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


def _standing(organization, field=None):
    """The row as it is under the tree lock. ValidationError where it was dissolved meanwhile."""
    row = Organization.objects.get(pk=organization.pk)
    if row.dissolved_on is not None:
        words = f"“{row}”已在 {row.dissolved_on:%Y-%m-%d} 撤销。"
        raise ValidationError({field: words} if field else words, code="dissolved")
    return row


def _tier_under(kind, parent):
    tier = Organization.TIER_OF_KIND[kind]
    expected = 1 if parent is None else parent.tier + 1
    if tier != expected:
        above = Organization.Tier(tier - 1).label if tier > 1 else None
        label = Organization.Kind(kind).label
        words = f"{label}应设在{above}之下。" if above else "行业党委是最高一级，没有上级。"
        raise ValidationError({"parent": words}, code="tier")
    return tier


def _record(organization, kind, *, actor, on, at=None, reason="", document="", note="", other=None):
    OrganizationEvent.objects.create(
        organization=organization,
        kind=kind,
        effective_on=on,
        reason=reason,
        document=document,
        note=note[:500],
        other=other,
        actor=actor,
        at=at or timezone.now(),
    )


def _day(organization, on):
    """The date `on` (today) as one from which something may hold. ValidationError beside `on`."""
    today = timezone.localdate()
    on = on or today
    if on > today:
        raise ValidationError({"on": "生效日期不能晚于今天，到了那天再办。"}, code="future")
    since = organization.versions.open().values_list("starts_on", flat=True).first()
    if since is not None and on < since:
        raise ValidationError({"on": f"生效日期不能早于上一次变动（{since:%Y-%m-%d}）。"}, code="past")
    return on


def _open_version(organization, starts_on):
    return OrganizationVersion(
        organization=organization,
        name=organization.name,
        kind=organization.kind,
        parent_id=organization.parent_id,
        starts_on=starts_on,
    )


def _rewrite(organization, on):
    """From the date `on` it is what the row says now. What began on the same day never was otherwise."""
    held = organization.versions.open().get()
    if held.starts_on == on:
        held.name, held.kind, held.parent_id = organization.name, organization.kind, organization.parent_id
        held.save(update_fields=["name", "kind", "parent"])
        return
    held.ends_on = on
    held.save(update_fields=["ends_on"])
    _open_version(organization, on).save()


def _demand_reason(reason):
    if not reason.strip():
        raise ValidationError({"reason": "请写明原因。"}, code="required")


# --- Founding ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def found_organization(*, name, kind, parent=None, founded_on=None, trade="", reason="", document="", actor, at=None):
    """Add a node under `parent` (None: a root). ValidationError when the tiers do not meet or the name is taken."""
    tree_lock()
    if parent is not None:
        parent = _standing(parent, "parent")
    _require(actor, "organizations.add_organization", parent)
    organization = Organization(name=name, kind=kind, parent=parent, founded_on=founded_on, trade=trade)
    organization.tier = _tier_under(kind, parent)
    _demand_past(founded_on)
    organization.full_clean(exclude=NOT_BY_HAND)
    organization.save()
    _open_version(organization, founded_on).save()
    on = founded_on or timezone.localdate(at)
    _record(organization, Event.FOUNDED, actor=actor, on=on, at=at, reason=reason, document=document)
    return organization


def _demand_past(founded_on):
    if founded_on and founded_on > timezone.localdate():
        raise ValidationError({"founded_on": "成立日期不能晚于今天。"}, code="future")


@transaction.atomic
def found_subtree(*, name, kind, parent, children, founded_on=None, actor, at=None):
    """Add a node under `parent` together with its `children`, a list of (name, kind): a whole group in one stroke.

    Errors as found_organization's, but a taken name is the database's IntegrityError.
    """
    tree_lock()
    parent = _standing(parent, "parent")
    _require(actor, "organizations.add_organization", parent)
    node, *below = Organization.objects.build_tree_nodes(
        {
            "name": name,
            "kind": kind,
            "tier": _tier_under(kind, parent),
            "parent": parent,
            "founded_on": founded_on,
            "children": [{"name": each, "kind": of_kind, "founded_on": founded_on} for each, of_kind in children],
        },
        target=parent,
    )
    Organization.objects.bulk_create([node])
    for child in below:
        child.parent = node
        child.tier = _tier_under(child.kind, node)
    Organization.objects.bulk_create(below)
    at = at or timezone.now()
    OrganizationVersion.objects.bulk_create(_open_version(each, founded_on) for each in (node, *below))
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


# --- Changing ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def correct_organization(organization, *, actor, at=None, **fields):
    """Put right what was written down wrongly (name, founded_on, trade, is_active): it always was so.

    A new name is `rename_organization`, another kind `convert_organization`, another parent a move.
    """
    tree_lock()
    organization = _standing(organization)
    _require(actor, "organizations.change_organization", organization)
    changes = []
    for field, value in fields.items():
        before = getattr(organization, field)
        if before != value:
            changes.append(f"{organization._meta.get_field(field).verbose_name}：{_said(before)} → {_said(value)}")
        setattr(organization, field, value)
    _demand_past(organization.founded_on)
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
    _record(organization, Event.CORRECTED, actor=actor, on=on, at=at, note="；".join(changes))
    return organization


def _said(value):
    return {True: "是", False: "否", None: "无", "": "无"}.get(value, str(value))


@transaction.atomic
def rename_organization(organization, *, name, actor, reason, document="", on=None, at=None):
    """更名: called `name` from the date `on` (today) on. Called so already: nothing happens."""
    tree_lock()
    organization = _standing(organization)
    _require(actor, "organizations.change_organization", organization)
    before = organization.name
    if before == name:
        return organization
    _demand_reason(reason)
    on = _day(organization, on)
    organization.name = name
    organization.full_clean(exclude=NOT_BY_HAND)
    organization.save(update_fields=["name"])
    _rewrite(organization, on)
    note = f"{before} → {name}"
    _record(organization, Event.RENAMED, actor=actor, on=on, at=at, reason=reason, document=document, note=note)
    return organization


@transaction.atomic
def convert_organization(organization, *, kind, name, actor, reason, document="", on=None, at=None):
    """升格 (支部 → 总支 → 党委) or 改设 within the tier, with its new name, from the date `on` (today) on."""
    tree_lock()
    organization = _standing(organization)
    _require(actor, "organizations.change_organization", organization)
    before = Organization.Kind(organization.kind)
    if (before, organization.name) == (kind, name):
        return organization
    _demand_reason(reason)
    if Organization.TIER_OF_KIND[kind] != organization.tier:
        raise ValidationError(
            {"kind": f"{organization}是{organization.get_tier_display()}一级，不能改成这一类。"}, code="tier"
        )
    if before in Organization.BRANCHES and kind not in Organization.BRANCHES and organization.members.here().exists():
        words = f"“{organization}”还有党员，改设以后不再是党支部。请先成立下属党支部，把党员转过去。"
        raise ValidationError({"kind": words}, code="members")
    on = _day(organization, on)
    was = organization.name
    organization.kind, organization.name = kind, name
    organization.full_clean(exclude=NOT_BY_HAND)
    organization.save(update_fields=["kind", "name"])
    _rewrite(organization, on)
    ranks = Organization.RANKS
    is_upgrade = before in ranks and kind in ranks and ranks.index(kind) > ranks.index(before)
    note = f"{was}（{before.label}）→ {name}（{organization.get_kind_display()}）"
    _record(
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


# --- Moving, merging, dissolving --------------------------------------------------------------------------------------
@transaction.atomic
def move_organization(organization, *, parent, actor, reason="", document="", on=None, at=None):
    """Hang `organization` and all below it under `parent`. ValidationError when the tiers do not meet."""
    tree_lock()
    organization = _standing(organization)
    parent = _standing(parent, "parent") if parent is not None else None
    _require(actor, "organizations.change_organization", organization)
    _require(actor, "organizations.change_organization", parent)
    if organization.parent_id == (parent and parent.pk):
        return organization
    on = _day(organization, on)
    before = organization.parent
    _hang(organization, parent)
    _rewrite(organization, on)
    note = f"{before} → {parent}，连同下级共 {organization.get_descendant_count() + 1} 个组织"
    _record(
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
    _tier_under(organization.kind, parent)
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

    ValidationError beside `into` where the two are not of one tier or a child's name is taken there; without a field
    where something cannot go along (a community's own body, a transfer that is under way).
    """
    tree_lock()
    organization, into = _standing(organization), _standing(into, "into")
    for each in (organization, into):
        _require(actor, "organizations.delete_organization", each)
    _demand_reason(reason)
    if organization.pk == into.pk:
        raise ValidationError({"into": "不能并入自己。"}, code="self")
    _check_heir(organization, into)
    on = _day(organization, on)
    carried = _hand_over(organization, into, on)
    _end(organization, on)
    words = {"reason": reason, "document": document}
    _record(organization, Event.MERGED, actor=actor, on=on, at=at, note=carried, other=into, **words)
    _record(into, Event.RECEIVED, actor=actor, on=on, at=at, note=carried, other=organization, **words)
    return into


@transaction.atomic
def dissolve_organization(organization, *, actor, reason="", heir=None, document="", on=None, at=None):
    """撤销: the node ends on the date `on` (today); what hangs on it goes to `heir`.

    ValidationError beside `heir` that says what would be orphaned where none is given. The row stays for the record.
    """
    tree_lock()
    organization = _standing(organization)
    _require(actor, "organizations.delete_organization", organization)
    on = _day(organization, on)
    if heir is None:
        if held := hanging(organization):
            raise ValidationError({"heir": f"“{organization}”还有{held}，请选择由哪个党组织接收。"}, code="orphans")
    else:
        heir = _standing(heir, "heir")
        _require(actor, "organizations.change_organization", heir)
        _check_heir(organization, heir, field="heir")
    carried = _hand_over(organization, heir, on)
    _end(organization, on)
    _record(
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
        _record(heir, Event.RECEIVED, actor=actor, on=on, at=at, reason=reason, note=carried, other=organization)
    return organization


def _check_heir(organization, heir, field="into"):
    if heir.tier != organization.tier or heir.pk == organization.pk:
        words = f"只能由另一个同级（{organization.get_tier_display()}）的党组织接收。"
        raise ValidationError({field: words}, code="tier")
    if heir.kind not in Organization.BRANCHES and organization.members.here().exists():
        raise ValidationError({field: f"{heir}不是党支部，不能接收党员。"}, code="members")
    names = organization.children.standing().values("name")
    if taken := list(heir.children.standing().filter(name__in=names).values_list("name", flat=True)[:5]):
        words = f"{heir}下已有同名的{'、'.join(taken)}，请先更名。"
        raise ValidationError({field: words}, code="name")


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
            parts.append(f"{rows.model._meta.verbose_name} {count} 项")
    return "、".join(parts)


def _hand_over(organization, heir, on):
    """Everything to `heir` (None: nothing hangs there that needs one); returns what went along, in words."""
    words = hanging(organization)
    for child in organization.children.standing().order_by("lft"):
        for each in (child, heir):
            each.refresh_from_db()  # each move shifts the numbers of the others
        _hang(child, heir)
        _rewrite(child, max(on, child.versions.open().get().starts_on or on))
    for rows, role, can_do_without in _relations():
        if heir is not None or can_do_without:
            rows.hand_over(role, organization, heir, on)
    organization.refresh_from_db()
    return words
