"""When, and again. Arguments are ids."""

from datetime import timedelta

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from organizations import services
from organizations.models import Agreement
from organizations.parameters import parameter

RETRY = {"autoretry_for": (OperationalError,), "retry_backoff": True, "max_retries": 5}


@shared_task(**RETRY)
def remind_expiry(agreement_id):
    services.remind_expiry(Agreement.objects.get(pk=agreement_id))


@shared_task(**RETRY)
def remind_expiries():
    """Agreements that end within the set number of days; who was told already is told no second time."""
    until = timezone.localdate() + timedelta(days=parameter("expiry_reminder_days"))
    for pk in Agreement.objects.expiring(until).values_list("pk", flat=True):
        remind_expiry.delay(pk)
