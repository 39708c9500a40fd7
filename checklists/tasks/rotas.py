from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from checklists.models import NeedEvent, Turn
from checklists.services import rotas
from checklists.tasks.retrying import RETRY
from organizations.parameters import parameter


@shared_task(**RETRY)
def remind_turn(turn_id):
    rotas.remind_turn(Turn.objects.get(pk=turn_id))


@shared_task(**RETRY)
def remind_turns():
    until = timezone.localdate() + timedelta(days=parameter("turn_reminder_days"))
    for pk in Turn.objects.upcoming().filter(starts_on__lte=until, reminded_at=None).values_list("pk", flat=True):
        remind_turn.delay(pk)


@shared_task(**RETRY)
def hand_over_turn(turn_id):
    rotas.hand_over(Turn.objects.get(pk=turn_id), actor=NeedEvent.Party.SYSTEM)


@shared_task(**RETRY)
def hand_over_turns():
    """Turns that ended and that nobody handed over: the note is drafted from the record."""
    for pk in Turn.objects.ended().filter(handed_over_at=None).values_list("pk", flat=True):
        hand_over_turn.delay(pk)
