"""When, and again. Arguments are ids."""

from celery import shared_task
from django.db import OperationalError

from grids.models import Community
from volunteers.services import review_reminders

RETRY = {"autoretry_for": (OperationalError,), "retry_backoff": True, "max_retries": 5}


@shared_task(**RETRY)
def remind_community_reviews(community_id, year):
    review_reminders.remind_reviews(Community.objects.get(pk=community_id), year)


@shared_task(**RETRY)
def remind_year_reviews():
    """At the year's end: communities that have not begun to appraise; who was told already is told no second time."""
    year = review_reminders.year_to_review()
    if year is not None:
        for pk in review_reminders.communities_to_remind(year).values_list("pk", flat=True):
            remind_community_reviews.delay(pk, year)
