"""议题, 三会, 表决: ballots are seen by nobody."""

from datetime import timedelta

from django.apps import apps
from django.db.models import Q
from django.utils import timezone

from checklists.querysets.parts import tally
from deliberations.querysets.reach import OfCommunityQuerySet, within
from govern.scoping import ScopedQuerySet


class IssueQuerySet(OfCommunityQuerySet):
    def open(self):
        return self.filter(status__in=["raised", "listed", "scheduled", "unsettled"])

    def public(self):
        """The catalogue that anybody reads: what was taken up."""
        return self.filter(status__in=["listed", "scheduled", "settled", "unsettled"])


class OfIssueQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        return Q(issue__in=within("Issue", user, permission))


class HearingQuerySet(OfCommunityQuerySet):
    def public(self):
        return self.exclude(status__in=["drafted"])

    def upcoming(self, at=None):
        """Called and not over; one that was put off stays until it is called again."""
        at = at or timezone.now()
        called = Q(status="announced", starts_at__gt=at - timedelta(hours=12))
        return self.filter(called | Q(status__in=["opened", "postponed"]))

    def held(self):
        return self.filter(status__in=["closed", "published"])

    def with_counts(self):
        """`entitled_count` who are to come, `present_count` of them who came, `seated_count` of open seats taken."""
        people = apps.get_model("deliberations", "Attendee").objects
        entitled = people.filter(is_entitled=True)
        return self.annotate(
            entitled_count=tally(entitled, "hearing"),
            present_count=tally(entitled.exclude(signed_in_at=None), "hearing"),
            seated_count=tally(people.filter(is_open_seat=True), "hearing"),
        )


class OfHearingQuerySet(ScopedQuerySet):
    PATHS = {"Speech": "item__hearing", "OutcomeEvent": "outcome__hearing"}

    def scope(self, user, permission):
        path = self.PATHS.get(self.model.__name__, "hearing")
        return Q(**{f"{path}__in": within("Hearing", user, permission)})


class RunningQuerySet(OfHearingQuerySet):
    """Items of an agenda, speeches."""

    def running(self):
        return self.filter(started_at__isnull=False, ended_at=None)


class VoteQuerySet(OfHearingQuerySet):
    def open(self):
        return self.filter(opened_at__isnull=False, closed_at=None)

    def counted(self):
        return self.filter(closed_at__isnull=False)


class OutcomeQuerySet(OfHearingQuerySet):
    def open(self):
        return self.filter(status="open")

    def overdue(self, on=None):
        return self.filter(status="open", due_on__lt=on or timezone.localdate())

    def due_within(self, days, on=None):
        on = on or timezone.localdate()
        return self.filter(status="open", due_on__range=(on, on + timedelta(days=days)))


class OfVoteQuerySet(ScopedQuerySet):
    """Nobody's to look at: codes and ballots are counted, never listed."""

    def allowed(self, user, permission):
        return self.none()
