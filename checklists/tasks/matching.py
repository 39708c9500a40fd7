"""Ranking one need, or those whom a resource concerns."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from checklists.models import Need, Resource
from checklists.services import matching
from checklists.tasks.retrying import RETRY
from organizations.parameters import parameter

# About a minute's work: a long queue that is being worked off is not put in line once more by every beat.
SWEPT = 1000


@shared_task(**RETRY)
def match_need(need_id):
    need = Need.objects.filter(pk=need_id).first()
    if need is not None:
        matching.propose(need)
        matching.dispatch_best(need)


@shared_task(**RETRY)
def match_affected(resource_id):
    matching.queue_affected(Resource.objects.get(pk=resource_id))


@shared_task(**RETRY)
def match_open_needs():
    """The sweep: what has waited longer than a task takes has lost its task, and every day is ranked anew."""
    at = timezone.now()
    before = at - timedelta(seconds=parameter("match_retry_seconds"))
    due = Need.objects.match_due(matching.ranking_day(at), before).order_by("match_due_at", "pk")
    for rows in (due, Need.objects.undispatched(before).order_by("pk")):
        for pk in rows.values_list("pk", flat=True)[:SWEPT]:
            match_need.delay(pk)
