"""发言: in the order in which hands went up, each for its minutes."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from deliberations.models import Attendee, Hearing, Speech
from deliberations.services.hearings.quorum import lock

OPENED = Hearing.Status.OPENED


@transaction.atomic
def ask_to_speak(attendee, *, actor, at=None):
    """On the list of the item that is on. Whoever is on it already stays where they are.

    ValidationError: no item is on, they did not sign in, or they only look on (旁听).
    """
    hearing = lock(attendee.hearing, actor, OPENED)
    attendee = Attendee.objects.get(pk=attendee.pk)
    if attendee.signed_in_at is None:
        raise ValidationError({"attendee": "这个人还没有签到。"}, code="absent")
    if attendee.role == Attendee.Role.OBSERVER:
        raise ValidationError({"attendee": "旁听的人不发言，意见可以会上书面交、会后录。"}, code="observer")
    item = hearing.agenda.running().first()
    if item is None:
        raise ValidationError("先开始一项议程，再报名发言。", code="no_item")
    waiting = item.speeches.filter(attendee=attendee, ended_at=None).first()
    return waiting or item.speeches.create(attendee=attendee, asked_at=at or timezone.now())


@transaction.atomic
def start_speech(speech, *, actor, at=None):
    """Whoever spoke until now has ended."""
    at = at or timezone.now()
    hearing, speech = _locked(speech, actor)
    if speech.started_at and not speech.ended_at:
        return speech
    if speech.ended_at or speech.item.ended_at:
        raise ValidationError("这次发言已经结束，要再说请重新报名。", code="ended")
    Speech.objects.running().filter(item__hearing=hearing).update(ended_at=at)
    speech.started_at = at
    speech.save(update_fields=["started_at"])
    return speech


@transaction.atomic
def end_speech(speech, *, actor, at=None):
    """Of one that has not begun: taken off the list."""
    _, speech = _locked(speech, actor)
    if speech.ended_at is None:
        speech.ended_at = at or timezone.now()
        speech.save(update_fields=["ended_at"])
    return speech


def _locked(speech, actor):
    hearing = lock(speech.item.hearing, actor, OPENED)
    return hearing, Speech.objects.select_related("item").get(pk=speech.pk, item__hearing=hearing)
