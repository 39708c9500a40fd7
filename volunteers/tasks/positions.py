"""When, and again: terms that end, and lines that move up. Arguments are ids; the rows say what was done already."""

from celery import shared_task
from django.db import InterfaceError, OperationalError

from volunteers.models import Holding, Position
from volunteers.services import positions

RETRY = {"autoretry_for": (OperationalError, InterfaceError), "retry_backoff": True, "max_retries": 5}


@shared_task(**RETRY)
def settle_position(position_id):
    positions.settle(Position.objects.get(pk=position_id))


@shared_task(**RETRY)
def remind_term(position_id):
    positions.remind_term(Position.objects.get(pk=position_id))


@shared_task(**RETRY)
def settle_positions():
    """Those with somebody whose post is over, by its term or elsewhere, and those whose term is about to end."""
    over = Holding.objects.lapsed().order_by().values("position")
    for pk in Position.objects.filter(pk__in=over).order_by("pk").values_list("pk", flat=True):
        settle_position.delay(pk)
    for pk in positions.terms_ending().order_by("pk").values_list("pk", flat=True):
        remind_term.delay(pk)
