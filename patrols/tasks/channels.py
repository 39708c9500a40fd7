"""When, and again. Arguments are ids; the rows say what was told already."""

from datetime import date, timedelta

from celery import shared_task
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from grids.models import Community
from organizations.parameters import parameter
from patrols.models import Errand
from patrols.services import errands, recurring

RETRY = {"autoretry_for": (OperationalError, InterfaceError), "retry_backoff": True, "max_retries": 5}


@shared_task(**RETRY)
def tell_recurring_words(community_id, monday):
    recurring.tell_recurring_words(Community.objects.get(pk=community_id), date.fromisoformat(monday))


@shared_task(**RETRY)
def tell_all_recurring_words():
    """Of last week, for each community that wrote notes; a Monday that was missed is made up for."""
    monday = recurring.monday_of(timezone.localdate()) - recurring.WEEK
    for pk in recurring.communities_with_notes(monday).values_list("pk", flat=True):
        tell_recurring_words.delay(pk, monday.isoformat())


@shared_task(**RETRY)
def remind_errand(errand_id):
    errands.remind_errand(Errand.objects.get(pk=errand_id))


@shared_task(**RETRY)
def remind_errands():
    """Those with open shares that are due within the set number of days, or were due in the last month."""
    today = timezone.localdate()
    until = today + timedelta(days=parameter("errand_reminder_days"))
    rows = Errand.objects.filter(due_on__range=(today - timedelta(days=30), until), shares__done_at=None)
    for pk in rows.order_by().values_list("pk", flat=True).distinct():
        remind_errand.delay(pk)
