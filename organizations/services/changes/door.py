"""What every change of an organization goes through: the right, the row as it is under the lock, version and event."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from organizations.models import Organization, OrganizationEvent, OrganizationVersion, Post

Event = OrganizationEvent.Kind
NOT_BY_HAND = ["lft", "rght", "tree_id", "level"]


def require(user, permission, organization):
    """`user` holds `permission` on `organization`; on the whole installation where it is None."""
    if user.is_superuser:
        return
    if organization is None:
        if Post.objects.granting(user, permission).filter(organization=None).exists():
            return
    elif Organization.objects.allowed(user, permission).filter(pk=organization.pk).exists():
        return
    raise PermissionDenied("不在您的管辖范围内。")


def standing(organization, field=None):
    """The row as it is under the tree lock. ValidationError where it was dissolved meanwhile."""
    row = Organization.objects.get(pk=organization.pk)
    if row.dissolved_on is not None:
        words = f"“{row}”已在 {row.dissolved_on:%Y-%m-%d} 撤销。"
        raise ValidationError({field: words} if field else words, code="dissolved")
    return row


def tier_under(kind, parent):
    tier = Organization.TIER_OF_KIND[kind]
    expected = 1 if parent is None else parent.tier + 1
    if tier != expected:
        above = Organization.Tier(tier - 1).label if tier > 1 else None
        label = Organization.Kind(kind).label
        words = f"{label}应设在{above}之下。" if above else "行业党委是最高一级，没有上级。"
        raise ValidationError({"parent": words}, code="tier")
    return tier


def record(organization, kind, *, actor, on, at=None, reason="", document="", note="", other=None):
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


def day(organization, on):
    """The date `on` (today) as one from which something may hold. ValidationError beside `on`."""
    today = timezone.localdate()
    on = on or today
    if on > today:
        raise ValidationError({"on": "生效日期不能晚于今天，到了那天再办。"}, code="future")
    since = organization.versions.open().values_list("starts_on", flat=True).first()
    if since is not None and on < since:
        raise ValidationError({"on": f"生效日期不能早于上一次变动（{since:%Y-%m-%d}）。"}, code="past")
    return on


def open_version(organization, starts_on):
    return OrganizationVersion(
        organization=organization,
        name=organization.name,
        kind=organization.kind,
        parent_id=organization.parent_id,
        starts_on=starts_on,
    )


def rewrite(organization, on):
    """From the date `on` it is what the row says now. What began on the same day never was otherwise."""
    held = organization.versions.open().get()
    if held.starts_on == on:
        held.name, held.kind, held.parent_id = organization.name, organization.kind, organization.parent_id
        held.save(update_fields=["name", "kind", "parent"])
        return
    held.ends_on = on
    held.save(update_fields=["ends_on"])
    open_version(organization, on).save()


def demand_reason(reason):
    if not reason.strip():
        raise ValidationError({"reason": "请写明原因。"}, code="required")


def demand_past(founded_on):
    if founded_on and founded_on > timezone.localdate():
        raise ValidationError({"founded_on": "成立日期不能晚于今天。"}, code="future")
