"""居住党员: which quarter a member lives in. Lock: the member's row."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from grids.models import Quarter, Residence
from organizations.models import PartyMember


@transaction.atomic
def settle_member(member, *, quarter, starts_on=None, actor, at=None):
    """登记居住: `member` lives in `quarter` since the date `starts_on` (today; who lives there already keeps theirs).

    Who lived in another quarter has moved. ValidationError beside the field: left the register, a day to come, or an
    entry in a quarter that the actor may not change.
    """
    if not Quarter.objects.allowed(actor, "grids.add_residence").filter(pk=quarter.pk).exists():
        raise PermissionDenied("这个小区不在您的管辖范围内。")
    if not PartyMember.objects.visible_to(actor).filter(pk=member.pk).exists():
        raise PermissionDenied("这名党员不在您的管辖范围内。")
    member = PartyMember.objects.select_for_update(no_key=True, of=("self",)).get(pk=member.pk)
    if not member.is_here:
        raise ValidationError({"member": f"{member}已登记为“{member.get_leaving_display()}”，不再登记居住小区。"})
    today = timezone.localdate(at)
    if starts_on and starts_on > today:
        raise ValidationError({"starts_on": "居住起始不能晚于今天。"}, code="future")
    residence = Residence.objects.select_related("quarter__community").filter(member=member).first()
    if residence is None:
        return Residence.objects.create(member=member, quarter=quarter, starts_on=starts_on or today)
    if not Residence.objects.editable_by(actor).filter(pk=residence.pk).exists():
        where = f"{residence.quarter.community}的{residence.quarter}"
        raise ValidationError({"member": f"{member}已登记住在{where}，请先由那边移出。"}, code="elsewhere")
    if residence.quarter_id != quarter.pk:
        residence.quarter, residence.starts_on = quarter, starts_on or today
    residence.starts_on = starts_on or residence.starts_on
    residence.save(update_fields=["quarter", "starts_on"])
    return residence


@transaction.atomic
def unsettle_member(residence, *, actor):
    """移出: the member no longer lives there. Gone already: nothing happens."""
    row = Residence.objects.select_for_update(of=("self",)).filter(pk=residence.pk).first()
    if row is None:
        return
    if not Residence.objects.deletable_by(actor).filter(pk=row.pk).exists():
        raise PermissionDenied("这个小区不在您的管辖范围内。")
    row.delete()
