"""What the lists tell of a unit's year: activities that took place, needs it met, projects that were finished."""

from django.db.models import Q
from django.utils import timezone

from checklists.models import Activity, Dispatch, Project
from organizations.deeds import Deed, teller
from organizations.models import Organization


def part(row, unit):
    return "牵头" if row.unit_id == unit.pk else "参与"


def taken_part(rows, unit):
    """Those that `unit` led or joined."""
    joined = rows.model.joint_units.through.objects.filter(unit=unit)
    return rows.filter(Q(unit=unit) | Q(pk__in=joined.values(rows.model._meta.model_name)))


@teller
def activities(unit, organization, year):
    rows = Activity.objects.filter(
        community__organization__in=Organization.objects.below(organization),
        status__in=[Activity.Status.HELD, Activity.Status.CONCLUDED],
        starts_at__year=year,
    )
    for row in taken_part(rows, unit):
        yield Deed(timezone.localdate(row.starts_at), f"{part(row, unit)}活动“{row.name}”", row)


@teller
def dispatches(unit, organization, year):
    rows = Dispatch.objects.filter(
        need__community__organization__in=Organization.objects.below(organization),
        resource__unit=unit,
        status=Dispatch.Status.FINISHED,
        finished_at__year=year,
    )
    for row in rows.select_related("need__category"):
        yield Deed(timezone.localdate(row.finished_at), f"办好居民需求：{row.need.category}", row)


@teller
def projects(unit, organization, year):
    rows = Project.objects.filter(
        community__organization__in=Organization.objects.below(organization),
        status=Project.Status.CLOSED,
        closed_on__year=year,
    )
    for row in taken_part(rows, unit):
        yield Deed(row.closed_on, f"{part(row, unit)}项目“{row.name}”", row)
