"""Those called to a meeting hear of it on their phones. Arguments are ids; the rows say who was told already."""

from datetime import timedelta

from celery import shared_task
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from accounts import channels
from deliberations.hearing_words import message_to
from deliberations.models import Attendee

RETRY = {"autoretry_for": (OperationalError, InterfaceError), "retry_backoff": True, "max_retries": 5}
SENT = {"autoretry_for": (channels.NotSent,), "retry_backoff": True, "max_retries": 3}
LOST_AFTER = timedelta(minutes=30)
TELLS_OF_TIME = ("invited", "seated", "moved")


@shared_task(**SENT)
def tell_called(attendee_id, what):
    """One message; who was struck off meanwhile hears nothing. Without a channel the list shows who is to be called."""
    attendee = Attendee.objects.select_related("hearing__community").filter(pk=attendee_id).first()
    if attendee is None or not channels.is_open():
        return
    channels.send(attendee.phone, message_to(attendee, what))
    if what in TELLS_OF_TIME:
        Attendee.objects.filter(pk=attendee_id, invited_at=None).update(invited_at=timezone.now())


@shared_task(**RETRY)
def tell_untold_attendees():
    """Those whose message was lost on the way: announced for a while, and not told yet."""
    if not channels.is_open():
        return
    before = timezone.now() - LOST_AFTER
    rows = Attendee.objects.filter(
        hearing__status="announced",
        hearing__announced_at__lte=before,
        hearing__starts_at__gt=timezone.now(),
        invited_at=None,
    )
    for pk in rows.order_by("pk").values_list("pk", flat=True):
        tell_called.delay(pk, "invited")
