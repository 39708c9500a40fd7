"""When, and again: meetings that begin, opinions unanswered, resolutions that fall due. Arguments are ids."""

from celery import shared_task
from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError, transaction

from accounts import channels
from deliberations.models import Attendee, Hearing, Outcome, Vote
from deliberations.services.hearings import reminders, slips

RETRY = {"autoretry_for": (OperationalError, InterfaceError), "retry_backoff": True, "max_retries": 5}


@shared_task(autoretry_for=(channels.NotSent,), retry_backoff=True, max_retries=3)
def tell_attendee(attendee_id):
    """One text message before the meeting; nothing for one that was called off or has begun."""
    row = Attendee.objects.select_related("hearing").filter(pk=attendee_id).first()
    if row is not None and row.hearing.status == Hearing.Status.ANNOUNCED:
        channels.send(row.phone, reminders.reminder_to(row))


@shared_task(**RETRY)
def remind_hearing(hearing_id):
    with transaction.atomic():
        for pk in reminders.claim_reminder(Hearing.objects.get(pk=hearing_id)):
            tell_attendee.delay_on_commit(pk)


@shared_task(**RETRY)
def remind_answers(hearing_id):
    reminders.remind_answers(Hearing.objects.select_related("community").get(pk=hearing_id))


@shared_task(**RETRY)
def remind_outcome(outcome_id):
    reminders.remind_outcome(Outcome.objects.select_related("hearing__community").get(pk=outcome_id))


@shared_task(**RETRY)
def remind_hearings():
    """One task for each meeting that begins soon."""
    for pk in reminders.to_remind().values_list("pk", flat=True):
        remind_hearing.delay(pk)


@shared_task(**RETRY)
def remind_aftermath():
    """One task for each meeting with unanswered opinions and each resolution that is due."""
    for pk in reminders.with_unanswered().values_list("pk", flat=True):
        remind_answers.delay(pk)
    for pk in reminders.due_outcomes().values_list("pk", flat=True):
        remind_outcome.delay(pk)


@shared_task
def send_ballot_code(vote_id, attendee_id):
    """The code is drawn here: neither the queue nor its log ever holds one. Not repeated: another would void it."""
    vote, attendee = Vote.objects.get(pk=vote_id), Attendee.objects.select_related("hearing").get(pk=attendee_id)
    try:
        slips.send_code(vote, attendee)
    except (ValidationError, channels.NotSent):
        return  # voted already, or closed; or the message failed, and a slip can be printed
