"""Claims whose time runs out: reminded of, then given back."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from checklists.models import Claim
from checklists.services import claims as services
from checklists.tasks.retrying import RETRY
from organizations.parameters import parameter


@shared_task(**RETRY)
def expire_claim(claim_id):
    services.expire(Claim.objects.get(pk=claim_id))


@shared_task(**RETRY)
def expire_claims():
    at = timezone.now()
    claims = Claim.objects
    late = claims.unanswered(at) | claims.overdue(timezone.localdate(at)) | claims.abandoned()
    for pk in late.values_list("pk", flat=True):
        expire_claim.delay(pk)


@shared_task(**RETRY)
def remind_claim(claim_id):
    services.remind(Claim.objects.get(pk=claim_id))


@shared_task(**RETRY)
def remind_claims():
    soon = timezone.localdate() + timedelta(days=int(parameter("claim_remind_days")))
    for pk in Claim.objects.running_out(soon).values_list("pk", flat=True):
        remind_claim.delay(pk)
