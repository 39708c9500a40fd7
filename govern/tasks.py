from celery import shared_task
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone

from govern.imports import shelf

HEART = "worker_heard_at"


@shared_task
def beat_heart():
    """Beat sends it, a worker runs it: a fresh mark proves both, and the broker between them."""
    cache.set(HEART, timezone.now(), timeout=None)


@shared_task
def clear_imports():
    """The files that nobody confirmed may hold people's data."""
    shelf.clear()


@shared_task
def clear_sessions():
    """Every visit to a public form makes a session row; the expired ones go."""
    call_command("clearsessions")
