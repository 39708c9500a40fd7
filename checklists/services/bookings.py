"""A venue's half days: which are open, given away, closed against the week. Everything under the resource's lock."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from checklists.halfdays import has_passed, open_half_days
from checklists.models import Activity, Booking, Dispatch, Half, NeedEvent, Resource, ResourceException

WEEKDAYS = "一二三四五六日"
BOOKING_DAYS = 92


def open_half_days_of(resource, first, last):
    """{(date, half)} on which `resource` is open, by its week, its exceptions and its validity."""
    exceptions = {(row.day, row.half): row.is_open for row in resource.exceptions.between(first, last)}
    return open_half_days(resource.availability, exceptions, first, last, resource.valid_until)


def free_half_days(resource, first, last, *, at=None):
    """[(date, half)] in order: open, not given away, and not over at `at` (now)."""
    now = timezone.localtime(at or timezone.now())
    taken = set(resource.bookings.between(first, last).values_list("day", "half"))
    opened = open_half_days_of(resource, first, last)
    return sorted(slot for slot in opened - taken if not has_passed(*slot, now))


def spoken(day, half):
    """12月1日（周二）上午"""
    return f"{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）{Half(half).label}"


def refusal(field, words, code):
    return ValidationError({field: ValidationError(words, code=code)})


@transaction.atomic
def book(resource, day, half, *, actor, note="", dispatch=None, activity=None, at=None):
    """Give the half day to one `dispatch`, one `activity`, or a word of the unit's own (`note`).

    ValidationError beside `slot` when the half day is over ("past"), not open ("closed") or given away ("taken");
    PermissionDenied to whoever answers neither for the resource nor for what it is wanted for. A dispatch has one half
    day of its resource: another one is given back. `actor` is a User, or Party.UNIT by a dispatch's signed link.
    """
    at = at or timezone.now()
    resource = lock_resource(resource)
    _permit(resource, actor, dispatch, activity)
    if not (dispatch or activity or note.strip()):
        raise refusal("note", "请写明用途。", "required")
    _check_open(resource, day, half, is_own=not (dispatch or activity), at=at)
    if dispatch is not None:
        _check_dispatch(resource, dispatch)
        dispatch.bookings.filter(resource=resource).delete()
    holder = resource.bookings.filter(day=day, half=half).first()
    if holder is not None:
        raise refusal("slot", f"{spoken(day, half)}已经有人用了，请另选。", "taken")
    return Booking.objects.create(
        resource=resource,
        day=day,
        half=half,
        dispatch=dispatch,
        activity=activity,
        note=note,
        booked_by=actor if isinstance(actor, User) else None,
    )


def lock_resource(resource):
    # Without its unit: where that was corrected while this waited, PostgreSQL finds the joined row no more.
    return Resource.objects.select_for_update(no_key=True).get(pk=resource.pk)


def _permit(resource, actor, dispatch, activity):
    """Whoever answers for the resource, or for the dispatch or the activity that wants it and that it serves."""
    if actor == NeedEvent.Party.UNIT and dispatch is not None and dispatch.resource_id == resource.pk:
        return
    if isinstance(actor, User):
        if Resource.objects.editable_by(actor).filter(pk=resource.pk).exists():
            return
        if dispatch is not None and Dispatch.objects.editable_by(actor).filter(pk=dispatch.pk).exists():
            return
        if activity is not None and _reaches(resource, activity, actor):
            return
    raise PermissionDenied("您没有预约这项资源的权限。")


def _reaches(resource, activity, actor):
    is_mine = Activity.objects.editable_by(actor).filter(pk=activity.pk).exists()
    return is_mine and Resource.objects.serving(activity.community).filter(pk=resource.pk).exists()


def _check_open(resource, day, half, *, is_own, at):
    words = spoken(day, half)
    if has_passed(day, half, timezone.localtime(at)):
        raise refusal("slot", f"{words}已经过去，请另选。", "past")
    # A unit that takes no orders for a while still uses its own rooms.
    is_shut = not resource.unit.is_active or (resource.is_paused and not is_own)
    if is_shut or (day, half) not in open_half_days_of(resource, day, day):
        raise refusal("slot", f"“{resource.name}”{words}不开放，请另选。", "closed")


def _check_dispatch(resource, dispatch):
    # Read under the resource's lock, which every end of a dispatch takes too.
    if not Dispatch.objects.open().filter(pk=dispatch.pk, resource=resource).exists():
        raise ValidationError("这张派单已经结束或派给了别处，不能再约时间。", code="transition")


@transaction.atomic
def cancel_booking(booking, *, actor, at=None):
    """Free a half day that has not passed. Already gone: nothing happens."""
    at = at or timezone.now()
    resource = lock_resource(booking.resource)
    booking = Booking.objects.select_related("dispatch", "activity__community").filter(pk=booking.pk).first()
    if booking is None:
        return
    _permit(resource, actor, booking.dispatch, booking.activity)
    if has_passed(booking.day, booking.half, timezone.localtime(at)):
        raise ValidationError("已经过去的预约不能取消。", code="past")
    booking.delete()


@transaction.atomic
def add_exceptions(resource, day, halves, *, is_open, actor, note="", at=None):
    """Open or close `halves` of a day against what the week says; saying it again changes what was said.

    ValidationError beside `day` when one is over, or (closing) when somebody has booked it: then none is changed.
    """
    at = at or timezone.now()
    resource = _lock_own(resource, actor)
    for half in halves:
        if has_passed(day, half, timezone.localtime(at)):
            raise refusal("day", f"{spoken(day, half)}已经过去。", "past")
        if not is_open and resource.bookings.filter(day=day, half=half).exists():
            raise refusal("day", f"{spoken(day, half)}已有预约，请先取消预约。", "taken")
    return [
        ResourceException.objects.update_or_create(
            resource=resource, day=day, half=half, defaults={"is_open": is_open, "note": note}
        )[0]
        for half in halves
    ]


def _lock_own(resource, actor):
    resource = lock_resource(resource)
    if not Resource.objects.editable_by(actor).filter(pk=resource.pk).exists():
        raise PermissionDenied("这项资源不属于您的单位。")
    return resource


@transaction.atomic
def remove_exception(exception, *, actor):
    """The half day is again what its week says. ValidationError when it was opened by this and is booked."""
    resource = _lock_own(exception.resource, actor)
    exception = ResourceException.objects.filter(pk=exception.pk).first()
    if exception is None:
        return
    day, half = exception.day, exception.half
    is_booked = resource.bookings.filter(day=day, half=half).exists()
    if is_booked and (day, half) not in open_half_days(resource.availability, {}, day, day):
        raise ValidationError(f"{spoken(day, half)}已有预约，请先取消预约。", code="taken")
    exception.delete()


def offered_days(at=None):
    """(today, the last day that can be booked)."""
    today = timezone.localdate(at or timezone.now())
    return today, today + timedelta(days=BOOKING_DAYS)
