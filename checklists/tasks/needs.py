"""What becomes of a need by itself: reminded of, resumed, closed."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from checklists.models import Need, NeedEvent
from checklists.services import needs
from checklists.tasks.retrying import RETRY
from organizations.parameters import parameter, parameters


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
