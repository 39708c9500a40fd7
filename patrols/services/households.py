"""走访户: entered and taken off the list. When one is due next is written by the visits. `at` is the clock (now)."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from grids.models import Building
from patrols.models import CareHousehold


@transaction.atomic
def enlist_household(household, *, actor):
    """Save the unsaved `household`. ValidationError while the same room of the building is on the list already."""
    if not Building.objects.allowed(actor, "patrols.add_carehousehold").filter(pk=household.building_id).exists():
        raise PermissionDenied("您没有在这栋楼登记走访户的权限。")
    Building.objects.select_for_update(no_key=True).get(pk=household.building_id)
    household.full_clean()
    if same_room(household) is not None:
        raise ValidationError({"room": "这一户已经在走访名单里。"}, code="unique")
    household.save()
    return household


def same_room(household):
    """The household of the same building, room and name that is on the list; rooms are encrypted, so it is read."""
    rows = CareHousehold.objects.filter(building=household.building_id, ends_on=None).exclude(pk=household.pk)
    wanted = plain_room(household.room), household.name.strip()
    return next((row for row in rows if (plain_room(row.room), row.name.strip()) == wanted), None)


def plain_room(words):
    return "".join(words.split())


@transaction.atomic
def end_household(household, *, reason, ends_on=None, actor):
    """移出, with a reason; `ends_on` (today) is the last day on the list. Already ended: nothing happens."""
    household = CareHousehold.objects.select_for_update(no_key=True).get(pk=household.pk)
    if not CareHousehold.objects.editable_by(actor).filter(pk=household.pk).exists():
        raise PermissionDenied("您没有移出这户的权限。")
    if household.ends_on is not None:
        return household
    if not reason.strip():
        raise ValidationError({"reason": "请写明移出原因。"}, code="required")
    ends_on = ends_on or timezone.localdate()
    if ends_on < household.starts_on:
        raise ValidationError({"ends_on": "移出日期不能早于列入日期。"}, code="days")
    household.ends_on, household.ending_reason = ends_on, reason.strip()
    household.save(update_fields=["ends_on", "ending_reason"])
    return household
