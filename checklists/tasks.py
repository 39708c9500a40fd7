from datetime import timedelta

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from checklists.models import Dispatch, Need, NeedEvent, Resource
from checklists.services import dispatches, matching, needs
from organizations.parameters import parameter, parameters

RETRY = {"autoretry_for": (OperationalError,), "retry_backoff": True, "max_retries": 5}


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
    before = timezone.now() - timedelta(seconds=parameter("match_retry_seconds"))
    for pk in Need.objects.match_due(timezone.localdate(), before).values_list("pk", flat=True):
        match_need.delay(pk)
    for pk in Need.objects.undispatched(before).values_list("pk", flat=True):
        match_need.delay(pk)


@shared_task(**RETRY)
def expire_dispatch(dispatch_id):
    dispatches.expire(Dispatch.objects.get(pk=dispatch_id))


@shared_task(**RETRY)
def expire_dispatches():
    for pk in Dispatch.objects.unanswered(timezone.now()).values_list("pk", flat=True):
        expire_dispatch.delay(pk)


@shared_task(**RETRY)
def remind_deadline(need_id):
    needs.remind_deadline(Need.objects.get(pk=need_id))


@shared_task(**RETRY)
def remind_deadlines():
    within = timedelta(hours=parameter("due_soon_hours"))
    due = Need.objects.due_soon(timezone.now(), within).filter(reminded_at=None)
    for pk in due.values_list("pk", flat=True):
        remind_deadline.delay(pk)


@shared_task(**RETRY)
def resume_need(need_id):
    need = Need.objects.get(pk=need_id)
    if need.status == Need.Status.SUSPENDED and need.suspended_until <= timezone.localdate():
        needs.resume(need, actor=NeedEvent.Party.SYSTEM, note="挂起到期，自动恢复")


@shared_task(**RETRY)
def resume_needs():
    """Suspensions end by themselves on their date."""
    ended = Need.objects.with_status(Need.Status.SUSPENDED).filter(suspended_until__lte=timezone.localdate())
    for pk in ended.values_list("pk", flat=True):
        resume_need.delay(pk)


@shared_task(**RETRY)
def close_need(need_id):
    need = Need.objects.get(pk=need_id)
    if Need.Status.CLOSED in need.next_statuses and need.status != Need.Status.REOPENED:
        needs.close(need, actor=NeedEvent.Party.SYSTEM)


@shared_task(**RETRY)
def close_needs():
    """What was rated, or done and not rated for long, is closed."""
    days = parameters("close_rated_days", "close_unrated_days")
    at = timezone.now()
    silent = Need.objects.with_status(Need.Status.DONE).filter(
        done_at__lt=at - timedelta(days=days["close_unrated_days"])
    )
    rated = Need.objects.with_status(Need.Status.RATED).filter(
        rated_at__lt=at - timedelta(days=days["close_rated_days"])
    )
    for pk in [*silent.values_list("pk", flat=True), *rated.values_list("pk", flat=True)]:
        close_need.delay(pk)
