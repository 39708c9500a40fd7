"""When, and again. Arguments are ids."""

from datetime import timedelta

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from organizations import services
from organizations.models import Agreement, League, PartyMember, Term
from organizations.parameters import parameter
from organizations.services import leagues, probations, terms

RETRY = {"autoretry_for": (OperationalError,), "retry_backoff": True, "max_retries": 5}


@shared_task(**RETRY)
def remind_expiry(agreement_id):
    services.remind_expiry(Agreement.objects.get(pk=agreement_id))


@shared_task(**RETRY)
def remind_expiries():
    """Agreements that end within the set number of days; who was told already is told no second time."""
    until = timezone.localdate() + timedelta(days=parameter("expiry_reminder_days"))
    for pk in Agreement.objects.expiring(until).values_list("pk", flat=True):
        remind_expiry.delay(pk)


@shared_task(**RETRY)
def remind_term(term_id):
    terms.remind_term(Term.objects.get(pk=term_id))


@shared_task(**RETRY)
def remind_terms():
    """Terms whose end comes near; each step of the ladder is told once."""
    for pk in terms.terms_to_remind().values_list("pk", flat=True):
        remind_term.delay(pk)


@shared_task(**RETRY)
def remind_probation(member_id):
    probations.remind_probation(PartyMember.objects.get(pk=member_id))


@shared_task(**RETRY)
def remind_probations():
    """Probations that end soon or are over; each step of the ladder is told once."""
    for pk in probations.members_to_remind().values_list("pk", flat=True):
        remind_probation.delay(pk)


@shared_task(**RETRY)
def remind_league(league_id):
    leagues.remind_league(League.objects.get(pk=league_id))


@shared_task(**RETRY)
def remind_leagues():
    """大党委 that owe this quarter's 联席会议, or whose chair's term ends; each is told once."""
    for pk in leagues.leagues_to_remind().values_list("pk", flat=True):
        remind_league.delay(pk)
