"""What a unit shares, changed under the lock that dispatches take: a stale form brings no old reservation back."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from checklists.models import Resource
from checklists.services.dispatches import count_places
from checklists.services.matching import queue_affected


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
