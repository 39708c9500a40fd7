"""共驻共建协议: ended before its time, and reminded of before its end."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import notify, notify_once
from organizations.models import Agreement, Post


def staff_of(organization):
    """Whoever keeps the agreements of this very organization (not above it)."""
    posts = Post.objects.current().filter(
        organization=organization,
        role__permissions__content_type__app_label="organizations",
        role__permissions__codename="change_agreement",
    )
    return User.objects.filter(posts__in=posts, is_active=True).distinct()


@transaction.atomic
def terminate_agreement(agreement, *, actor, reason, on=None, at=None):
    """End `agreement` before its time, from the date `on` (today) on. Both sides are told.

    ValidationError beside "reason" or "on"; PermissionDenied to whoever may not change it. Ended already: nothing
    happens.
    """
    at = at or timezone.now()
    today = timezone.localdate(at)
    on = on or today
    if not Agreement.objects.editable_by(actor).filter(pk=agreement.pk).exists():
        raise PermissionDenied("您没有办理这份协议的权限。")
    agreement = Agreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
    if agreement.terminated_on is not None:
        return agreement
    if not reason.strip():
        raise ValidationError({"reason": "请写明终止的原因。"}, code="required")
    if not today <= on <= agreement.ends_on:
        raise ValidationError({"on": f"终止日期在今天和 {agreement.ends_on:%Y-%m-%d}（期限止）之间选。"}, code="date")
    agreement.terminated_on, agreement.termination_reason = on, reason
    agreement.save(update_fields=["terminated_on", "termination_reason"])
    text = f"协议 {agreement.number}（{agreement.unit}）自 {on.month}月{on.day}日起终止：{reason}"
    if agreement.unit.liaison:
        notify([agreement.unit.liaison], text=text[:200], link="/desk/turns/")
    staff = staff_of(agreement.organization_id).exclude(pk=actor.pk)
    notify(staff, text=text[:200], link=f"/admin/organizations/agreement/{agreement.pk}/change/")
    return agreement


def expiry_words(agreement):
    end = agreement.ends_on
    return f"协议 {agreement.number}（{agreement.unit}）{end.year}年{end.month}月{end.day}日到期，请商量续签"


@transaction.atomic
def remind_expiry(agreement, *, at=None):
    """Tell the community's staff and the unit's liaison, once for each term, that `agreement` is about to end."""
    at = at or timezone.now()
    agreement = Agreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
    if not Agreement.objects.in_force(timezone.localdate(at)).filter(pk=agreement.pk).exists():
        return
    text = expiry_words(agreement)
    notify_once(
        staff_of(agreement.organization_id), text=text, link=f"/admin/organizations/agreement/{agreement.pk}/change/"
    )
    if agreement.unit.liaison:
        notify_once([agreement.unit.liaison], text=text, link="/desk/turns/")
