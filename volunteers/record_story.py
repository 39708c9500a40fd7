"""The five parts of somebody's record, as the person and staff read them."""

from django.core.paginator import Paginator
from django.utils import timezone

from volunteers.models import Ledger
from volunteers.services import records
from volunteers.services.hours import hours_of, ledger_for, totals_of
from volunteers.words import hours

PER_PAGE = 20
POSTS = 24
SHOWN_RATINGS = 10


def record_of(volunteer, page=None):
    """What the pages of the record read; `page` of the services."""
    services = Paginator(records.services_of(volunteer), PER_PAGE).get_page(page)
    for row in services:
        row.ledger_word = Ledger(ledger_for(volunteer, row.session.ledger)).label
    totals, year = totals_of(volunteer), hours_of(volunteer, timezone.localdate().year)
    return {
        "volunteer": volunteer,
        "duty_hours": hours(totals.duty_minutes),
        "voluntary_hours": hours(totals.voluntary_minutes),
        "points": totals.points,
        "duty_words": f"今年 {hours(year.duty_minutes)} 小时 · {year.duty_count} 次",
        "voluntary_words": f"今年 {hours(year.voluntary_minutes)} 小时 · {year.voluntary_count} 次",
        "services": services,
        "posts": records.post_hours_of(volunteer)[:POSTS],
        "trainings": volunteer.trainings.select_related("skill"),
        "commendations": volunteer.commendations.all(),
        "stars": volunteer.stars.standing().order_by("-level"),
        "rating": records.rating_of(volunteer),
        "ratings": records.services_of(volunteer).filter(score__isnull=False)[:SHOWN_RATINGS],
    }
