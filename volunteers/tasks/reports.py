"""Who waits too long for a first contact. Arguments are ids; the rows say who was told already."""

from celery import shared_task
from django.db import InterfaceError, OperationalError

from grids.models import Community
from volunteers.services import report_reminders

RETRY = {"autoretry_for": (OperationalError, InterfaceError), "retry_backoff": True, "max_retries": 5}


@shared_task(**RETRY)
def remind_reports(community_id):
    report_reminders.remind_community(Community.objects.get(pk=community_id))


@shared_task(**RETRY)
def remind_all_reports():
    rows = report_reminders.to_remind().order_by("community").values_list("community", flat=True)
    for pk in rows.distinct():
        remind_reports.delay(pk)
