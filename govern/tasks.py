from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

HEART = "worker_heard_at"


@shared_task
def beat_heart():
    """Beat sends it, a worker runs it: a fresh mark proves both, and the broker between them."""
    cache.set(HEART, timezone.now(), timeout=None)
