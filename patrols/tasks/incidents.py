"""What becomes of an incident by itself: reminded of, woken, sent up; and of a whistle that is not answered.

The row is the truth: a sweep finds again what a lost task left, and a task that runs twice does nothing twice.
"""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from checklists.tasks.retrying import RETRY
from organizations.parameters import parameter
from patrols.models import Incident, Whistle
from patrols.services import incidents


@shared_task(**RETRY)
def remind_incident(incident_id):
    incidents.remind(Incident.objects.get(pk=incident_id))


@shared_task(**RETRY)
def remind_incidents():
    within = timedelta(hours=parameter("incident_due_soon_hours"))
    for pk in Incident.objects.running().to_remind(timezone.now(), within).values_list("pk", flat=True):
        remind_incident.delay(pk)


@shared_task(**RETRY)
def wake_incident(incident_id):
    incidents.wake(Incident.objects.get(pk=incident_id))


@shared_task(**RETRY)
def wake_incidents():
    for pk in Incident.objects.waking(timezone.localdate()).values_list("pk", flat=True):
        wake_incident.delay(pk)


@shared_task(**RETRY)
def escalate_incident(incident_id):
    incidents.escalate_overdue(Incident.objects.get(pk=incident_id))


@shared_task(**RETRY)
def escalate_incidents():
    """By the rule, where one is set; only what the community holds, and no check that is late."""
    hours = parameter("incident_overdue_hours")
    if not hours:
        return
    before = timezone.now() - timedelta(hours=hours)
    late = Incident.objects.filter(level=Incident.Level.COMMUNITY, status__in=["reported", "accepted", "assigned"])
    for pk in late.overdue(before).values_list("pk", flat=True):
        escalate_incident.delay(pk)


@shared_task(**RETRY)
def report_absence(whistle_id):
    incidents.report_absence(Whistle.objects.get(pk=whistle_id))


@shared_task(**RETRY)
def report_absences():
    for pk in Whistle.objects.open().unanswered(timezone.now()).values_list("pk", flat=True):
        report_absence.delay(pk)
