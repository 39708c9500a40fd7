"""统筹匹配: one task per district, so that more workers do more at once."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from checklists.models import Run
from checklists.services import runs
from checklists.tasks.retrying import RETRY
from grids.models import District
from organizations.parameters import parameter


@shared_task(**RETRY, soft_time_limit=25 * 60, time_limit=28 * 60)
def run_matching(run_id):
    runs.perform_run(Run.objects.get(pk=run_id))


@shared_task(**RETRY)
def start_due_run(district_id):
    runs.start_due_run(District.objects.get(pk=district_id))


@shared_task(**RETRY)
def start_due_runs():
    for pk in runs.districts_due(timezone.now()).values_list("pk", flat=True):
        start_due_run.delay(pk)


@shared_task(**RETRY)
def resume_runs():
    """The sweep: what was cut off is queued again, and what waits longer than a task takes has lost its task."""
    runs.put_back_stuck_runs()
    before = timezone.now() - timedelta(seconds=parameter("match_retry_seconds"))
    for pk in Run.objects.waiting(before).values_list("pk", flat=True):
        run_matching.delay(pk)


@shared_task(**RETRY)
def forget_assignments():
    runs.forget_assignments()
