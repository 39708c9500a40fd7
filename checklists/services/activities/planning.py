"""The plan of an activity: who leads it, when and where; changed up to the day it is held."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.services import notify
from checklists.models import Activity, ActivityEvent, Turn
from checklists.services.activities.door import Status, lock, permit, spoken, stale
from checklists.services.activities.venues import check_venues, move_bookings
from checklists.services.needs import staff_of
from checklists.services.rotas import agreement_for
from grids.models import Community
from organizations.models import Agreement, Unit

# What everybody who enrolled has to know when it changes.
TOLD = ("name", "starts_at", "ends_at", "place", "unit", "seats", "enrolment_closes_at")


def communities_of(unit, on=None):
    """Where `unit` may hold activities: at home, and wherever an agreement with it is in force."""
    agreed = Agreement.objects.in_force(on).filter(unit=unit).values("organization")
    return Community.objects.filter(Q(organization=unit.organization_id) | Q(organization__in=agreed))


def settle_duty(activity):
    """Set the turn and the agreement that go with the day and the unit; nobody named means the unit on duty."""
    day = timezone.localdate(activity.starts_at)
    turn = Turn.objects.of_community(activity.community_id).current(day).select_related("unit").first()
    if turn and activity.unit_id is None:
        activity.unit = turn.unit
    activity.turn = turn if turn and turn.unit_id == activity.unit_id else None
    activity.agreement = activity.turn and activity.turn.agreement
    if activity.agreement is None and activity.unit_id:
        activity.agreement = agreement_for(activity.unit, activity.community, day, day)


def check(activity):
    """What holds between the fields of a plan. ValidationError beside the field."""
    closes = activity.enrolment_closes_at
    if closes and activity.starts_at and closes > activity.starts_at:
        raise ValidationError({"enrolment_closes_at": "报名截止不能晚于活动开始。"}, code="closes")
    if activity.starts_at and activity.ends_at and activity.ends_at <= activity.starts_at:
        raise ValidationError({"ends_at": "结束时间要晚于开始时间。"}, code="ends")
    if activity.pk and activity.starts_at and activity.ends_at:
        check_venues(activity)


@transaction.atomic
def plan_activity(activity, *, actor, at=None):
    """Save an unsaved `activity` with its first event. Its turn and agreement follow from the day and the unit.

    By staff of the community, or by the liaison of the unit that leads it in a community it has to do with.
    """
    at = at or timezone.now()
    is_staff = Community.objects.allowed(actor, "checklists.add_activity").filter(pk=activity.community_id).exists()
    if not is_staff:
        own = Unit.objects.of_liaison(actor, "checklists.change_activity").filter(pk=activity.unit_id).first()
        if own is None or not communities_of(own).filter(pk=activity.community_id).exists():
            raise PermissionDenied("您没有在这个社区登记活动的权限。")
    check(activity)
    Community.objects.select_for_update(no_key=True).get(pk=activity.community_id)
    settle_duty(activity)
    _demand_new(activity)  # asked after the lock: of two clicks the second finds what the first one made
    activity.full_clean()
    activity.save()
    ActivityEvent.objects.create(activity=activity, to_status=activity.status, actor=actor, at=at)
    if not is_staff:
        text = f"{activity.unit}登记了活动“{activity.name}”，请看看是否发布"
        notify(staff_of(activity.community), text=text, link=f"/admin/checklists/activity/{activity.pk}/change/")
    return activity


def _demand_new(activity):
    same = Activity.objects.filter(
        community=activity.community_id, name=activity.name, starts_at=activity.starts_at, unit=activity.unit_id
    )
    if same.exclude(status=Status.CANCELLED).exists():
        raise ValidationError({"name": "同一时间已有同名的活动，请核对是不是登记过了。"}, code="name")


@transaction.atomic
def change_activity(activity, *, actor, at=None, **fields):
    """Change the plan before it is held; what those who enrolled must know is written into the event.

    ValidationError for fewer seats than are taken, or once the activity was held or cancelled.
    """
    at = at or timezone.now()
    locked = lock(activity)
    permit(locked, actor)
    if locked.status not in (Status.PLANNED, Status.ANNOUNCED):
        raise stale(locked)
    changes = []
    for name, value in fields.items():
        before = getattr(locked, name)
        if name in TOLD and before != value:
            label = locked._meta.get_field(name).verbose_name
            changes.append(f"{label}：{spoken(before)} → {spoken(value)}")
        setattr(locked, name, value)
    taken = locked.enrolments.standing().people()
    if locked.seats and locked.seats < taken:
        raise ValidationError({"seats": f"已有 {taken} 人报名，名额不能少于 {taken}。"}, code="seats")
    check(locked)
    settle_duty(locked)
    locked.full_clean()
    locked.save()
    move_bookings(locked, actor, at)
    if changes:
        ActivityEvent.objects.create(
            activity=locked,
            from_status=locked.status,
            to_status=locked.status,
            actor=actor,
            note="；".join(changes)[:500],
            at=at,
        )
    return locked
