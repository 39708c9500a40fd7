from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from checklists.models import Activity
from checklists.services import activities
from checklists.tasks.retrying import RETRY
from organizations.parameters import parameter


@shared_task(**RETRY)
def remind_activity(activity_id):
    activities.remind_activity(Activity.objects.get(pk=activity_id))


@shared_task(**RETRY)
def remind_activities():
    """What begins within the set number of days; who was told already is told no second time."""
    at = timezone.now()
    open_rows = Activity.objects.with_status(Activity.Status.PLANNED, Activity.Status.ANNOUNCED)
    near = open_rows.filter(starts_at__gt=at, starts_at__lte=at + timedelta(days=parameter("activity_reminder_days")))
    for pk in near.values_list("pk", flat=True):
        remind_activity.delay(pk)
