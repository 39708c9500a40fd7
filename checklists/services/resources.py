"""What a unit shares, changed under the lock that dispatches take: a stale form brings no old reservation back."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import notify
from checklists.models import Resource
from checklists.services.dispatches import count_places
from checklists.services.matching import queue_affected
from organizations.models import Post


@transaction.atomic
def change_resource(resource, *, actor, at=None, **fields):
    """Change `fields` of `resource` and have the needs it may now serve ranked anew.

    ValidationError when the new capacity is below what this period has reserved; PermissionDenied to a stranger.
    """
    at = at or timezone.now()
    today = timezone.localdate(at)
    if not Resource.objects.editable_by(actor).filter(pk=resource.pk).exists():
        raise PermissionDenied("这项资源不属于您的单位。")
    resource = Resource.objects.select_for_update(of=("self",), no_key=True).get(pk=resource.pk)
    count_places(resource, today)
    for name, value in fields.items():
        setattr(resource, name, value)
    resource.full_clean()
    resource.save(update_fields=[*fields, "reserved", "period_starts_on"])
    queue_affected(resource, at=at)
    return resource


def extend_resource(resource, *, actor, until, at=None):
    """续期: valid up to and on the date `until`, which is later than it was and than today."""
    today = timezone.localdate(at or timezone.now())
    if until <= today or (resource.valid_until and until <= resource.valid_until):
        raise ValidationError({"until": "新的有效期要晚于今天，也要晚于原来的有效期。"}, code="until")
    return change_resource(resource, actor=actor, at=at, valid_until=until)


@transaction.atomic
def remind_expiry(resource, *, at=None):
    """Tell the unit's liaison and the staff who keep the list that `resource` runs out; once for each date."""
    at = at or timezone.now()
    resource = Resource.objects.select_for_update(no_key=True).get(pk=resource.pk)  # see bookings.lock_resource
    until = resource.valid_until
    if until is None or until < timezone.localdate(at) or resource.expiry_reminded_for == until:
        return resource
    resource.expiry_reminded_for = until
    resource.save(update_fields=["expiry_reminded_for"])
    text = f"资源“{resource.name}”（{resource.unit}）{until.month}月{until.day}日到期，到期后不再派单，请确认是否续期"
    if resource.unit.liaison_id:
        notify([resource.unit.liaison], text=text, link=f"/desk/resources/{resource.pk}/#extend")
    keepers = keepers_of(resource.unit).exclude(pk=resource.unit.liaison_id)
    notify(keepers, text=text, link=f"/admin/checklists/resource/{resource.pk}/detail/#extend")
    return resource


def keepers_of(unit):
    """Whoever holds a post that keeps the resource list at the unit's organization itself (not above it)."""
    posts = Post.objects.current().filter(
        organization=unit.organization_id,
        role__reach__in=["installation", "subtree"],
        role__permissions__content_type__app_label="checklists",
        role__permissions__codename="change_resource",
    )
    return User.objects.filter(posts__in=posts, is_active=True).distinct()
