from celery import shared_task
from django.utils import timezone

from checklists.models import NeedEvent, Resource
from checklists.services import grabs, resources
from checklists.tasks.retrying import RETRY
from organizations.parameters import parameter


@shared_task(**RETRY)
def remind_expiry(resource_id):
    resources.remind_expiry(Resource.objects.get(pk=resource_id))


@shared_task(**RETRY)
def remind_expiries():
    """Whoever shares something that runs out soon is told once for each date."""
    due = Resource.objects.expiring(timezone.localdate(), int(parameter("expiry_reminder_days"))).unreminded()
    for pk in due.values_list("pk", flat=True):
        remind_expiry.delay(pk)


@shared_task(**RETRY)
def close_grab(need_id):
    need = grabs.stale_grabs(timezone.now()).filter(pk=need_id).first()
    if need is not None:
        grabs.stop_grab(need, actor=NeedEvent.Party.SYSTEM)


@shared_task(**RETRY)
def close_grabs():
    for pk in grabs.stale_grabs(timezone.now()).values_list("pk", flat=True):
        close_grab.delay(pk)
