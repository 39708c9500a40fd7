"""What the author of an issue hears on the phone. Arguments are ids."""

from celery import shared_task

from accounts import channels
from deliberations.issue_words import told
from deliberations.models import IssueEvent


@shared_task(autoretry_for=(channels.NotSent,), retry_backoff=True, max_retries=3)
def tell_author(event_id):
    event = IssueEvent.objects.select_related("issue__community", "issue__merged_into").get(pk=event_id)
    if channels.is_open() and event.issue.phone:
        channels.send(event.issue.phone, told(event))
