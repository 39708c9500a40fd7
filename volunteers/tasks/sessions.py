"""Series are filled every night; sessions are reminded of and closed. Arguments are ids."""

from datetime import timedelta

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from organizations.parameters import parameter
from volunteers.models import Series, Session
from volunteers.services import attendance, series, signups

RETRY = {"autoretry_for": (OperationalError,), "retry_backoff": True, "max_retries": 5}


@shared_task(**RETRY)
def fill_series(series_id):
    series.fill_series(Series.objects.get(pk=series_id))


@shared_task(**RETRY)
def fill_all_series():
    for pk in Series.objects.running().values_list("pk", flat=True):
        fill_series.delay(pk)


@shared_task(**RETRY)
def remind_session(session_id):
    signups.remind_session(Session.objects.get(pk=session_id))


@shared_task(**RETRY)
def remind_sessions():
    """What begins within the set number of hours, and was not reminded of yet."""
    now = timezone.now()
    until = now + timedelta(hours=parameter("session_remind_hours"))
    due = Session.objects.upcoming(now).filter(starts_at__gt=now, starts_at__lte=until, reminded_at=None)
    for pk in due.values_list("pk", flat=True):
        remind_session.delay(pk)


@shared_task(**RETRY)
def close_session(session_id):
    attendance.close_session(Session.objects.get(pk=session_id))


@shared_task(**RETRY)
def close_sessions():
    """What is over, and nobody may check out of any more."""
    until = timezone.now() - timedelta(minutes=parameter("session_departure_after_minutes"))
    for pk in Session.objects.over(until).values_list("pk", flat=True):
        close_session.delay(pk)
