"""What a holding stands on: 楼栋长 and 兼职网格员 are a grids.Duty, 党员中心户 is a node of the Party tree.

Both are made and ended by their own apps' services; the holding only points at them.
"""

from datetime import timedelta

from django.core.exceptions import ValidationError

from govern.locks import tree_lock
from grids.models import Duty
from grids.services.duties import appoint, end_duty, lock_ground
from organizations.models import Organization
from organizations.services import dissolve_organization, found_organization
from volunteers.models import Position

Kind = Position.Kind
DUTY_KINDS = {Kind.BUILDING_HEAD: Duty.Kind.BUILDING_HEAD, Kind.GRID_WORKER: Duty.Kind.WORKER}
DUTY_FIELDS = {"ends_on": "starts_on", "building": "starts_on", "grid": "starts_on"}
TREE_FIELDS = {"founded_on": "starts_on", "name": "household", "parent": "household", "household": "household"}


def lock_before(position):
    """What is locked before `position`, as whoever redraws a grid or merges Party bodies does: the ground, the tree."""
    if position.kind == Kind.HOUSEHOLD:
        tree_lock()
    elif position.kind in DUTY_KINDS:
        lock_ground(
            Duty(building=position.building) if position.kind == Kind.BUILDING_HEAD else Duty(grid=position.grid)
        )


def standing_duty(position, volunteer, on):
    """The Duty that this very person (the same phone) has on this ground already, or None."""
    if position.kind not in DUTY_KINDS:
        return None
    rows = Duty.objects.filter(kind=DUTY_KINDS[position.kind], phone_index=volunteer.phone_index)
    ground = {"building": position.building} if position.kind == Kind.BUILDING_HEAD else {"grid": position.grid}
    return rows.filter(holding=None, **ground).overlapping(on, None).order_by("starts_on").first()


def take_ground(holding, *, starts_on, household=None, area="", actor):
    """Point `holding` at the row that it is, made now or there already. ValidationError beside `starts_on` or
    `household`; PermissionDenied where the actor may not appoint or found.
    """
    position = holding.position
    if position.is_duty:
        holding.duty = _told_beside(DUTY_FIELDS, _take_duty, holding, starts_on, area, actor)
    elif position.kind == Kind.HOUSEHOLD and household is None:
        holding.household = _told_beside(TREE_FIELDS, _found_household, holding, starts_on, actor)
    elif position.kind == Kind.HOUSEHOLD:
        if not free_households(position).filter(pk=household.pk).exists():
            raise ValidationError({"household": "这个中心户已有人担任，或已撤销。"}, code="household")
        holding.household = household


def _take_duty(holding, starts_on, area, actor):
    position, volunteer = holding.position, holding.volunteer
    if duty := standing_duty(position, volunteer, starts_on):
        if duty.employment == Duty.Employment.FULL_TIME:
            raise ValidationError(f"{volunteer}已是{duty.ground}的专职网格员，不用再兼职。", code="full_time")
        return end_duty(duty, on=position.ends_on, actor=actor) if position.ends_on else duty
    is_head = position.kind == Kind.BUILDING_HEAD
    duty = Duty(
        kind=DUTY_KINDS[position.kind],
        building=position.building if is_head else None,
        grid=None if is_head else position.grid,
        employment="" if is_head else Duty.Employment.PART_TIME,
        area=area,
        name=volunteer.name,
        phone=volunteer.phone,
        user=volunteer.user,
        publishes_phone=holding.is_public,
        starts_on=starts_on,
        ends_on=position.ends_on,
    )
    return appoint(duty, actor=actor)


def household_name(position, volunteer):
    """陈志愿户: as the 党员中心户 are called. ValidationError where one of that name stands and is nobody's post."""
    name = f"{volunteer.name}户"
    if free_households(position).filter(name=name).exists():
        raise ValidationError({"household": f"已有“{name}”，请在“已有的中心户”里选它。"}, code="name")
    taken = Organization.objects.standing().filter(parent=position.branch, name=name).exists()
    return f"{name}（{volunteer.code[-4:]}）" if taken else name


def free_households(position):
    """The 党员中心户 of its 党小组 that are nobody's post yet."""
    rows = Organization.objects.standing().filter(parent=position.branch, kind=Organization.Kind.MEMBER_HOUSEHOLD)
    return rows.filter(holding=None).order_by("name")


def _found_household(holding, starts_on, actor):
    return found_organization(
        name=household_name(holding.position, holding.volunteer),
        kind=Organization.Kind.MEMBER_HOUSEHOLD,
        parent=holding.position.branch,
        founded_on=starts_on,
        reason=f"岗位“{holding.position}”",
        actor=actor,
    )


def follow_person(volunteer):
    """A name or a phone that was put right is put right on the duty: its notice and its calls are this person's."""
    for holding in volunteer.holdings.standing().filter(duty__isnull=False).select_related("duty"):
        duty = holding.duty
        duty.name, duty.phone, duty.user = volunteer.name, volunteer.phone, duty.user or volunteer.user
        duty.save(update_fields=["name", "phone", "phone_index", "user"])


def leave_ground(holding, *, on, reason, actor):
    """End the row that `holding` is on the date `on`, its last day. Ended elsewhere already: nothing happens.

    A 党员中心户 is dissolved, which is the right of the Party body above the community.
    """
    if holding.duty:
        return _told_beside({"on": "on"}, end_duty, holding.duty, on=on, actor=actor)
    if holding.household and holding.household.dissolved_on is None:
        return dissolve_organization(holding.household, reason=reason, on=on, actor=actor)
    return None


def may_leave(holding, user):
    """Whether `user` may end the row that `holding` is."""
    if holding.household is None:
        return True
    rows = Organization.objects.allowed(user, "organizations.delete_organization")
    return rows.filter(pk=holding.household_id).exists()


def area_of(holding):
    return holding.duty.area if holding.duty else ""


def day_before(day):
    return day - timedelta(days=1)


def first_free_day(position, day):
    """`day`, or the day after the present 楼栋长's last one."""
    if position.kind != Kind.BUILDING_HEAD:
        return day
    heads = Duty.objects.filter(kind=Duty.Kind.BUILDING_HEAD, building=position.building_id, ends_on__gte=day)
    last = heads.order_by("-ends_on").values_list("ends_on", flat=True).first()
    return last + timedelta(days=1) if last else day


def _told_beside(fields, act, *args, **kwargs):
    """What another app's service refuses is said beside the field that was filled in here."""
    try:
        return act(*args, **kwargs)
    except ValidationError as error:
        if not hasattr(error, "error_dict"):
            raise
        found = {}
        for name, errors in error.error_dict.items():
            found.setdefault(fields.get(name), []).extend(errors)
        if None in found:
            raise ValidationError([each for errors in found.values() for each in errors]) from error
        raise ValidationError(found) from error
