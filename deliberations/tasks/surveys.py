"""Surveys by their dates. Arguments are ids; the rows say what was done already."""

from datetime import timedelta

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from deliberations.models import Survey
from deliberations.services.surveys import reminders
from deliberations.services.surveys.publishing import close_survey

RETRY = {"autoretry_for": (OperationalError,), "retry_backoff": True, "max_retries": 5}


@shared_task(**RETRY)
def close_over_survey(survey_id):
    survey = Survey.objects.get(pk=survey_id)
    if survey.ends_on < timezone.localdate() and survey.status == Survey.Status.OPEN:
        close_survey(survey, actor=None)
        reminders.remind_closed(survey)


@shared_task
def close_over_surveys():
    """Those whose last day is over; an open one takes sheets from its first day on by itself."""
    for pk in Survey.objects.to_close().values_list("pk", flat=True):
        close_over_survey.delay(pk)


@shared_task(**RETRY)
def remind_surveys():
    """Whoever drew it up: it should have begun, or ends tomorrow."""
    today = timezone.localdate()
    for survey in Survey.objects.filter(status="drafted", starts_on__lte=today, ends_on__gte=today):
        reminders.remind_draft(survey)
    for survey in Survey.objects.filter(status="open", ends_on=today + timedelta(days=1)):
        reminders.remind_ending(survey)
