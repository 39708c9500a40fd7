"""When a run is due, and what becomes of one whose worker died or whose task was lost."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from checklists.models import Assignment, NeedEvent, Run
from checklists.services.runs.door import Overtaken, put_back, start_run
from grids.models import District
from organizations.parameters import parameter, parameters

DAY = timedelta(days=1)


def due_since(at, hour, interval):
    """A district is due at `at` unless a run was asked for since the moment returned.

    Runs come at `hour` (0..23, local), and every timedelta `interval` from there on; a longer one leaves days out. The
    clock decides and not the last run, so that they do not drift through the day.
    """
    first = timezone.localtime(at).replace(hour=hour, minute=0, second=0, microsecond=0)
    first -= DAY if first > at else timedelta()
    if interval < DAY:
        return first + (at - first) // interval * interval
    return first - (interval - DAY)


def districts_due(at):
    values = parameters("match_run_hour", "match_run_interval_hours")
    since = due_since(at, int(values["match_run_hour"]), timedelta(hours=values["match_run_interval_hours"]))
    lately = Run.objects.real().filter(queued_at__gte=since)
    return District.objects.exclude(pk__in=lately.values("district")).order_by("pk")


@transaction.atomic
def start_due_run(district, *, at=None):
    """The run of the hour, unless somebody has started one meanwhile."""
    at = at or timezone.now()
    District.objects.select_for_update(no_key=True).get(pk=district.pk)
    if districts_due(at).filter(pk=district.pk).exists() and not Run.objects.real().unfinished().filter(
        district=district
    ):
        return start_run(district, actor=NeedEvent.Party.SYSTEM, at=at)
    return None


def put_back_stuck_runs(*, at=None):
    """Runs whose worker died are queued again; they are done from the start, from the rows as they then are."""
    at = at or timezone.now()
    for run in Run.objects.stuck(at, timedelta(minutes=parameter("match_run_timeout_minutes"))):
        try:
            put_back(run, at=at)
        except Overtaken:
            continue  # it ended between the look and the lock


def forget_assignments(*, at=None):
    """Who got what is kept for so many days; the figures of a run stay."""
    at = at or timezone.now()
    Assignment.objects.kept_too_long(at, parameter("match_run_keep_days")).delete()
