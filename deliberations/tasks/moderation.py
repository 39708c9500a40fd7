from celery import shared_task
from django.conf import settings

from accounts import channels
from deliberations.models import ModerationAct
from deliberations.services.moderation import telling


@shared_task(autoretry_for=(channels.NotSent,), retry_backoff=True, max_retries=3)
def tell_moderation_act(act_id):
    """One text message. A hint: the author's own page says the same, and why."""
    act = ModerationAct.objects.select_related("message__community").get(pk=act_id)
    channels.send(act.message.phone, f"{telling.words(act)}{settings.PUBLIC_URL}{telling.page(act.message)}")
