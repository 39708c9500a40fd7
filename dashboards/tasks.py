"""When, and again. Arguments are ids and days."""

from datetime import date

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from accounts.models import User
from dashboards import services, weekly

RETRY = {"autoretry_for": (OperationalError,), "retry_backoff": True, "max_retries": 5}


@shared_task(**RETRY)
def send_summary(user_id, monday):
    services.send_summary(User.objects.get(pk=user_id), monday=date.fromisoformat(monday))


@shared_task(**RETRY)
def send_summaries():
    """From Monday morning on, to every leader who has not been told of the week before."""
    at = timezone.now()
    if not weekly.is_time(at):
        return
    monday = weekly.last_week(at)
    for pk in weekly.untold(monday):
        send_summary.delay(pk, monday.isoformat())
