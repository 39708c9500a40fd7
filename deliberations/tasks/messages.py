"""What became of a message, on the phone; and whom the book waits for. Arguments are ids."""

from celery import shared_task
from django.conf import settings
from django.db import InterfaceError, OperationalError

from accounts import channels
from deliberations.models import Message
from deliberations.services.messages import reminders, telling
from grids.models import Community

RETRY = {"autoretry_for": (OperationalError, InterfaceError), "retry_backoff": True, "max_retries": 5}


@shared_task(autoretry_for=(channels.NotSent,), retry_backoff=True, max_retries=3)
def tell_message_author(message_id, key):
    """One text message. A hint: the author's own page says the same."""
    message = Message.objects.select_related("community").get(pk=message_id)
    page = settings.PUBLIC_URL + telling.page_of(message)
    channels.send(message.phone, f"{telling.news_of(message, key)}凭手机号查看：{page}")


@shared_task(**RETRY)
def remind_messages(community_id):
    reminders.remind_community(Community.objects.get(pk=community_id))


@shared_task(**RETRY)
def remind_all_messages():
    for pk in reminders.to_remind().order_by("community").values_list("community", flat=True).distinct():
        remind_messages.delay(pk)
