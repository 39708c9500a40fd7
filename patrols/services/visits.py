"""走访: a household is visited in turn, and what was found decides when next and who has to know at once."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.services import notify
from checklists.services.needs import staff_of
from grids.models import Duty, Leave
from organizations.parameters import parameters
from patrols.models import CareHousehold, Visit
from patrols.services.keys import already_sent, when

Finding = Visit.Finding


@transaction.atomic
def record_visit(household, *, way, finding, note="", visited_at=None, client_key=None, need=None, actor, at=None):
    """The visit; sent twice under the same `client_key` it is one row.

    Locks the household. ValidationError: removed from the list (code "ended"), a time that cannot be (field
    visited_at), somebody else's key (code "key"). PermissionDenied out of reach.
    """
    at = at or timezone.now()
    sender = {"visitor": actor, "household": household}
    if known := already_sent(Visit, client_key, by=sender):
        return known
    household = _lock(household, actor)
    if known := already_sent(Visit, client_key, by=sender):  # the same one, sent twice at once
        return known
    visited_at = when(visited_at, at, "visited_at")
    if household.ends_on and household.ends_on < timezone.localdate(visited_at):
        raise ValidationError("这一户已移出走访名单，这次走访没有登记。", code="ended")
    visit = Visit(household=household, visitor=actor, visited_at=visited_at, way=way, finding=finding)
    visit.note, visit.need, visit.saved_at = note.strip(), need, at
    if client_key:
        visit.client_key = client_key
    visit.full_clean(exclude=["household", "visitor", "need"])
    visit.save()
    plan_next(household)
    if visit.finding == Finding.URGENT:
        _call_for_help(visit)
    return visit


def _lock(household, actor):
    rows = CareHousehold.objects.allowed(actor, "patrols.add_visit")
    if not rows.filter(pk=household.pk).exists():
        raise PermissionDenied("这一户不在您的网格。")
    return CareHousehold.objects.select_for_update().get(pk=household.pk)


def plan_next(household):
    """Write when it was last visited and falls due again, from all its visits: late ones arrive in any order."""
    visits = household.visits.order_by("-visited_at", "-pk").values_list("finding", "visited_at")
    seen = next(((finding, time) for finding, time in visits if finding != Finding.ABSENT), None)
    missed = next((time for finding, time in visits if finding == Finding.ABSENT), None)
    household.last_visit_at = max((time for _, time in visits), default=None)
    household.due_on = next_due(household, seen, missed)
    household.save(update_fields=["last_visit_at", "due_on"])


def next_due(household, seen, missed):
    """The day of the next visit. `seen` is (finding, time) of the last one that met somebody, `missed` the time of the
    last one that did not: being absent puts the visit off by a few days, and never counts as one.
    """
    day = f"visit_days_{household.group}"
    set_days = parameters(day, "visit_days_after_absence", "visit_days_of_watched")
    due_on = household.starts_on
    if seen:
        finding, time = seen
        days = set_days[day]
        if finding in (Finding.WATCH, Finding.URGENT):
            days = min(days, set_days["visit_days_of_watched"])
        due_on = timezone.localdate(time) + timedelta(days=days)
    if missed and (seen is None or missed > seen[1]):
        due_on = max(due_on, timezone.localdate(missed) + timedelta(days=set_days["visit_days_after_absence"]))
    return due_on


def _call_for_help(visit):
    """The grid's leader, or who stands in, and the community's staff; the household is named by its building alone."""
    household = visit.household
    told = User.objects.filter(pk__in=[*_leaders(household.building.grid), *_staff(household)], is_active=True)
    time = timezone.localtime(visit.visited_at)
    notify(
        told.exclude(pk=visit.visitor_id),
        text=f"需要马上帮助：{household}，{visit.visitor}{time.month}月{time.day}日 {time:%H:%M} 走访时发现",
        link=reverse("patrol_desk:household_detail", args=[household.pk]),
    )


def _leaders(grid):
    """The users of the grid's leader and of the stand-in: whoever is on leave is told too, since it cannot wait."""
    leaders = Duty.objects.current().filter(grid=grid, kind=Duty.Kind.LEADER) if grid else Duty.objects.none()
    stand_ins = Leave.objects.current().filter(duty__in=leaders).values_list("stand_in__user", flat=True)
    return [key for key in [*leaders.values_list("user", flat=True), *stand_ins] if key]


def _staff(household):
    return staff_of(household.building.quarter.community).values_list("pk", flat=True)
