"""Who counts at a meeting: those entitled, and of them those who signed in. And the lock that all verbs of it take."""

from django.db.models import Count, Q

from deliberations.quorum import Quorum
from deliberations.services.hearings import door
from organizations.parameters import parameter


def quorum_of(hearing):
    """The Quorum as it stands now; before the announcement by the setting, after it by what was announced."""
    percent = hearing.quorum_percent
    if percent is None:
        percent = int(parameter("hearing_quorum_percent"))
    counts = hearing.attendees.filter(is_entitled=True).aggregate(
        entitled=Count("pk"), present=Count("pk", filter=Q(signed_in_at__isnull=False))
    )
    return Quorum(**counts, percent=percent)


def pass_percent_of(hearing):
    return int(parameter("hearing_pass_percent")) if hearing.pass_percent is None else hearing.pass_percent


def lock(hearing, actor, *statuses):
    """The row as it now is, locked for the rest of the transaction, for an `actor` who may work on it.

    ValidationError (`transition`) when it is in none of `statuses`. Lock: the hearing, then its votes.
    """
    hearing = door.lock_hearing(hearing)
    door.permit(hearing, actor)
    if hearing.status not in statuses:
        raise door.stale(hearing)
    return hearing


def note(hearing, words, *, actor, at):
    """What happened at the meeting while its status stayed."""
    return door.append(hearing, hearing.status, actor=actor, note=words, at=at)
