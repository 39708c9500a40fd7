"""The venue of an activity: booked for every half day that it lasts, and moved and freed with it."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone

from checklists.halfdays import open_half_days, spanned
from checklists.models import Booking, Resource, ResourceException
from checklists.services.activities.door import Status, lock, permit, stale
from checklists.services.bookings import BOOKING_DAYS, book, free_half_days, spoken


def half_days_of(activity):
    return spanned(timezone.localtime(activity.starts_at), timezone.localtime(activity.ends_at))


def free_venues(activity, at=None):
    """The venues within reach of `activity` that are open and nobody's for as long as it lasts; three queries."""
    at = at or timezone.now()
    rows = Resource.objects.venues_for(activity.community).exclude(bookings__activity=activity)
    if activity.ends_at > at + timedelta(days=BOOKING_DAYS):
        return rows.none()
    slots = half_days_of(activity)
    days = [slots[0][0], slots[-1][0]]
    rows = rows.prefetch_related(
        Prefetch("exceptions", ResourceException.objects.between(*days), to_attr="exceptional"),
        Prefetch("bookings", Booking.objects.between(*days), to_attr="booked"),
    )
    return Resource.objects.filter(pk__in=[each.pk for each in rows if _is_free(each, slots, days)])


def _is_free(resource, slots, days):
    exceptions = {(row.day, row.half): row.is_open for row in resource.exceptional}
    opened = open_half_days(resource.availability, exceptions, *days, resource.valid_until)
    return opened.issuperset(slots) and not {(row.day, row.half) for row in resource.booked} & set(slots)


@transaction.atomic
def book_venue(activity, *, resource, actor, at=None):
    """Give `activity` every half day of `resource` that it lasts, or none of them. Booked already: nothing happens.

    ValidationError beside `resource` for a half day that is not open or somebody else's. Lock: activity, then resource.
    """
    activity = lock(activity)
    permit(activity, actor)
    if activity.status not in (Status.PLANNED, Status.ANNOUNCED):
        raise stale(activity)
    _book(activity, resource, actor, at or timezone.now(), field="resource")
    activity.resources.add(resource)
    return activity


@transaction.atomic
def free_venue(activity, *, resource, actor):
    """Give the half days of `resource` back: what was planned there is held elsewhere, or not at all."""
    activity = lock(activity)
    permit(activity, actor)
    if activity.status not in (Status.PLANNED, Status.ANNOUNCED):
        raise stale(activity)
    activity.bookings.filter(resource=resource).delete()
    activity.resources.remove(resource)
    return activity


def _venues_of(activity):
    return Resource.objects.filter(bookings__activity=activity).distinct().order_by("pk")


def _held(activity, resource):
    return set(activity.bookings.filter(resource=resource).values_list("day", "half"))


def _check_bookable(activity, field, at):
    if activity.ends_at > at + timedelta(days=BOOKING_DAYS):
        raise ValidationError({field: f"场地只能预约 {BOOKING_DAYS} 天以内的。"}, code="late")


def check_venues(activity):
    """Whether the venues are free at the time that is wanted now; booking them asks again, under their locks."""
    for resource in _venues_of(activity):
        _check_bookable(activity, "starts_at", timezone.now())
        slots, held = half_days_of(activity), _held(activity, resource)
        free = free_half_days(resource, slots[0][0], slots[-1][0])
        for slot in slots:
            if slot not in held and slot not in free:
                words = f"“{resource.name}”{spoken(*slot)}不开放或已有人用，请改时间，或者先退还场地。"
                raise ValidationError({"starts_at": words}, code="taken")


def move_bookings(activity, actor, at):
    """The booked half days follow the activity's time."""
    for resource in _venues_of(activity):
        slots = half_days_of(activity)
        held = activity.bookings.filter(resource=resource)
        gone = [booking.pk for booking in held if (booking.day, booking.half) not in slots]
        held.filter(pk__in=gone).delete()
        _book(activity, resource, actor, at, field="starts_at")


def _book(activity, resource, actor, at, *, field):
    _check_bookable(activity, field, at)
    held = _held(activity, resource)
    try:
        for slot in half_days_of(activity):
            if slot not in held:
                book(resource, *slot, actor=actor, activity=activity, at=at)
    except ValidationError as error:
        raise ValidationError({field: error.messages}, code="taken") from error
