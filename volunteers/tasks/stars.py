"""星级 by itself: published when the hours are reached, awarded when the publicity is over.

The rows are the truth: a sweep finds again what a lost task left, and a task that runs twice does nothing twice.
"""

from celery import shared_task
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from grids.models import Community
from volunteers.models import Star
from volunteers.services import stars

RETRY = {"autoretry_for": (OperationalError, InterfaceError), "retry_backoff": True, "max_retries": 5}


@shared_task(**RETRY)
def publish_stars(community_id):
    stars.publish_stars_of(Community.objects.get(pk=community_id))


@shared_task(**RETRY)
def award_star(star_id):
    stars.award_star(Star.objects.get(pk=star_id))


@shared_task(**RETRY)
def sweep_stars():
    for pk in Star.objects.published().filter(published_until__lt=timezone.localdate()).values_list("pk", flat=True):
        award_star.delay(pk)
    for pk in Community.objects.values_list("pk", flat=True):
        publish_stars.delay(pk)
