"""When, and again. The rows are the truth: a task that was lost is found by the next one."""

from celery import shared_task
from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from cadres import services
from cadres.models import Scheme

RETRY = {"autoretry_for": (OperationalError, InterfaceError), "retry_backoff": True, "max_retries": 5}


@shared_task(**RETRY)
def prepare_simulation(scheme_id, year):
    try:
        services.prepare_simulation(Scheme.objects.get(pk=scheme_id), year=year)
    except ValidationError:
        return  # nobody in post, or no rules yet: the page says so to whoever asks there


@shared_task(**RETRY)
def prepare_simulations():
    """On 1 January, and on the days after where it was missed: one hint for each scheme with people not worked out."""
    today = timezone.localdate()
    for scheme in services.schemes_due(today):
        prepare_simulation.delay(scheme.pk, today.year)
