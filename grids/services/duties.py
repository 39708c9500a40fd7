"""Who answers for which ground, day by day. Lock: the ground's row (grid or building), then the duty's."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from govern.fields import blind_index
from grids.models import Duty, Leave

SOLE_KINDS = (Duty.Kind.LEADER, Duty.Kind.BUILDING_HEAD)


def stand_ins(duties, on=None):
    """{pk of a duty: the Duty that stands in for it on the day `on` (today)}, in one query for each link of a chain.

    Whoever stands in and is away too is stood in for in turn; who is no longer on duty stands in for nobody.
    """
    on = on or timezone.localdate()
    cover, wanted = {}, {duty.pk for duty in duties}
    while wanted:
        leaves = Leave.objects.current(on).filter(duty__in=wanted).select_related("stand_in__user", "stand_in__grid")
        found = {leave.duty_id: leave.stand_in for leave in leaves if leave.stand_in.is_on(on)}
        cover |= found
        wanted = {duty.pk for duty in found.values()} - cover.keys()
    ends = {pk: _end_of(pk, cover) for pk in cover}
    return {duty.pk: ends[duty.pk] for duty in duties if ends.get(duty.pk)}


def _end_of(pk, cover):
    """The last of the chain that begins at `pk`; nobody, should it come round to where it was."""
    seen, duty = {pk}, cover[pk]
    while duty.pk in cover:
        if duty.pk in seen:
            return None
        seen.add(duty.pk)
        duty = cover[duty.pk]
    return None if duty.pk in seen else duty


def on_duty(duty, on=None):
    """Who acts for `duty` on the day `on` (today): the stand-in while its holder is away, else itself."""
    return stand_ins([duty], on).get(duty.pk, duty)


def lock_ground(duty):
    """The row that all duties of one ground wait for: of two leaders at once the second sees the first."""
    type(duty.ground)._default_manager.select_for_update(no_key=True, of=("self",)).get(pk=duty.ground.pk)


def other_holder(duty):
    """Who is leader of the same grid, or head of the same building, on some day of `duty`, or None."""
    if duty.kind not in SOLE_KINDS:
        return None
    others = Duty.objects.filter(kind=duty.kind, grid=duty.grid_id, building=duty.building_id).exclude(pk=duty.pk)
    return others.overlapping(duty.starts_on, duty.ends_on).first()


def check_alone(duty):
    """A grid has one leader a day and a building one head. ValidationError beside the ground. Locks the ground."""
    lock_ground(duty)
    if (other := other_holder(duty)) is not None:
        field, label = ("building" if duty.building_id else "grid"), duty.get_kind_display()
        words = f"{duty.ground}已有{label}{other.name}（{other.span}），请先结束其任期，或在他的页面用“换任”一步换人。"
        raise ValidationError({field: words}, code="sole")


def link_account(duty):
    """The account that signs in with the same phone is theirs, where nobody chose another."""
    if duty.user_id is None:
        duty.user = User.objects.filter(phone_index=blind_index(duty.phone), is_active=True).first()


@transaction.atomic
def appoint(duty, *, actor):
    """Save the unsaved `duty`. ValidationError beside the field, PermissionDenied out of the actor's reach."""
    duty.full_clean(exclude=["grid", "building"])  # told to exist by whoever chose them
    check_alone(duty)
    link_account(duty)
    duty.save()
    if not Duty.objects.allowed(actor, "grids.add_duty").filter(pk=duty.pk).exists():
        raise PermissionDenied("这个网格或楼栋不在您的管辖范围内。")
    return duty


def lock_duty(duty, actor):
    if not Duty.objects.editable_by(actor).filter(pk=duty.pk).exists():
        raise PermissionDenied("您没有调整这名值守人员的权限。")
    lock_ground(duty)
    return Duty.objects.select_for_update(no_key=True, of=("self",)).get(pk=duty.pk)


@transaction.atomic
def end_duty(duty, *, on=None, actor):
    """Off duty after the day `on` (today). Ended by then already: nothing happens."""
    duty, on = lock_duty(duty, actor), on or timezone.localdate()
    if duty.ends_on and duty.ends_on <= on:
        return duty
    if on < duty.starts_on:
        raise ValidationError({"on": f"结束日期不能早于开始日期 {duty.starts_on:%Y-%m-%d}。"}, code="date")
    duty.ends_on = on
    duty.save(update_fields=["ends_on"])
    return duty


@transaction.atomic
def renew_duty(duty, *, until, actor):
    """On duty until the date `until` (None: open), earlier or later than before. ValidationError where another holds it
    by then, or before the term's first day.
    """
    duty = lock_duty(duty, actor)
    if until and until < duty.starts_on:
        raise ValidationError({"ends_on": f"结束日期不能早于开始日期 {duty.starts_on:%Y-%m-%d}。"}, code="date")
    duty.ends_on = until
    check_alone(duty)
    duty.save(update_fields=["ends_on"])
    return duty


@transaction.atomic
def succeed(duty, *, name, phone, user=None, employer="", starts_on=None, actor):
    """换任 in one step: `duty` ends the day before `starts_on` (today), the successor's begins. Returns the new one.

    Said twice (the same phone), the successor who is there is returned.
    """
    duty, starts_on = lock_duty(duty, actor), starts_on or timezone.localdate()
    last = starts_on - timedelta(days=1)
    heirs = Duty.objects.filter(kind=duty.kind, grid=duty.grid_id, building=duty.building_id, starts_on=starts_on)
    if duty.ends_on == last and (heir := heirs.filter(phone_index=blind_index(phone)).first()):
        return heir
    if duty.ends_on and duty.ends_on < last:
        raise ValidationError(f"{duty.name}的任期已在 {duty.ends_on:%Y-%m-%d} 结束，请直接新增。", code="ended")
    if last < duty.starts_on:
        raise ValidationError({"starts_on": f"要晚于{duty.name}的开始日期 {duty.starts_on:%Y-%m-%d}。"}, code="date")
    if blind_index(phone) == duty.phone_index:
        raise ValidationError({"phone": f"这是{duty.name}自己的手机号。"}, code="same")
    duty.ends_on = last
    duty.save(update_fields=["ends_on"])
    heir = Duty(
        kind=duty.kind,
        grid=duty.grid,
        building=duty.building,
        employment=duty.employment,
        area=duty.area,
        name=name,
        phone=phone,
        user=user,
        employer=employer or duty.employer,
        publishes_phone=duty.publishes_phone,
        starts_on=starts_on,
    )
    return appoint(heir, actor=actor)
