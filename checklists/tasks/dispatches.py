from celery import shared_task
from django.utils import timezone

from checklists.models import Dispatch
from checklists.services import dispatches
from checklists.tasks.retrying import RETRY


@shared_task(**RETRY)
def expire_dispatch(dispatch_id):
    dispatches.expire(Dispatch.objects.get(pk=dispatch_id))


@shared_task(**RETRY)
def expire_dispatches():
    for pk in Dispatch.objects.unanswered(timezone.now()).values_list("pk", flat=True):
        expire_dispatch.delay(pk)
