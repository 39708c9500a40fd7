"""The call of a muster on the phones of those who may not look into their inbox."""

from celery import shared_task
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts import channels
from volunteers.models import Membership, Muster


@shared_task(autoretry_for=(channels.NotSent,), retry_backoff=True, max_retries=3)
def call_by_phone(muster_id, membership_id):
    """One text message. Nothing is sent for a muster that ended meanwhile."""
    muster = Muster.objects.select_related("team").get(pk=muster_id)
    row = Membership.objects.joined().select_related("volunteer").filter(pk=membership_id).first()
    if row is not None and muster.is_running(timezone.now()):
        page = settings.PUBLIC_URL + reverse("me:muster", args=[muster.pk])
        channels.send(row.volunteer.phone, f"{muster.call_words}{page}")
