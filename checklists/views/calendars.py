"""The calendar of a resource as its pages show it: the unit's on the phone and the staff's."""

from django.utils import timezone

from checklists import occupancy
from checklists.forms.bookings import RESOURCE_ACTS
from checklists.halfdays import has_passed, read_month
from checklists.models import Booking, ResourceException


def calendar_page(request, resource, *, can_change, bound=None):
    """What the partials of a resource's page need; `bound` is the act that was refused, with what was typed."""
    now = timezone.localtime()
    month = read_month(request.GET.get("month", ""), now.date())
    acts = {}
    if can_change:
        chosen = {"slot": request.GET.get("slot", "")}
        for act in RESOURCE_ACTS:
            fresh = {"initial": chosen} if "slot" in act.base_fields else {}
            acts[act.verb] = bound if isinstance(bound, act) else act(subject=resource, user=request.user, **fresh)
    is_calendared = occupancy.has_calendar(resource)
    return {
        "resource": resource,
        "is_calendared": is_calendared,
        "month": occupancy.month_of(resource, month) if is_calendared else None,
        "week": occupancy.week_of(resource),
        "periods": occupancy.periods_of(resource),
        "bookings": coming_bookings(resource, now),
        "exceptions": resource.exceptions.filter(day__gte=now.date()),
        "acts": acts,
        "has_error": bound is not None,
    }


def coming_bookings(resource, now):
    rows = resource.bookings.filter(day__gte=now.date()).select_related(
        "activity", "dispatch__need__category", "dispatch__need__community", "booked_by"
    )
    return [
        {"row": row, "what": occupancy.purpose(row), "can_cancel": not has_passed(row.day, row.half, now)}
        for row in rows
    ]


def my_bookings(user):
    return Booking.objects.editable_by(user).select_related("resource__unit")


def my_exceptions(user):
    return ResourceException.objects.editable_by(user).select_related("resource__unit")
