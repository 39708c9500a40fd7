"""Leading bodies, their terms, and the elections between."""

from datetime import timedelta

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from govern.scoping import ScopedQuerySet
from organizations.querysets.hanging import BelowOrganizationQuerySet, HandedOverQuerySet


class LeadershipTermQuerySet(HandedOverQuerySet, BelowOrganizationQuerySet):
    def hanging(self, role, organization):
        return self.filter(**{role: organization}).filter(Q(ends_on=None) | Q(ends_on__gt=timezone.localdate()))

    def hand_over(self, role, source, target, on):
        """A leading body ends with what it led."""
        for row in self.hanging(role, source):
            row.ends_on = max(on, row.starts_on)
            row.save(update_fields=["ends_on"])

    def current(self, on=None):
        on = on or timezone.localdate()
        return self.filter(Q(starts_on__lte=on), Q(ends_on=None) | Q(ends_on__gte=on))

    def past(self, on=None):
        """Over before the date `on` (today)."""
        return self.filter(ends_on__lt=on or timezone.localdate())


class TermQuerySet(HandedOverQuerySet, BelowOrganizationQuerySet):
    def hanging(self, role, organization):
        return self.running().filter(**{role: organization})

    def hand_over(self, role, source, target, on):
        """A term ends with the body."""
        for row in self.hanging(role, source):
            row.ended_on = max(on, row.starts_on)
            row.save(update_fields=["ended_on"])

    def running(self):
        return self.filter(ended_on=None)

    def with_end(self):
        """`ends_by`: the day by which the next election is owed, extension included."""
        return self.annotate(ends_by=Coalesce("extended_until", "due_on"))

    def due_within(self, days, on=None):
        """Running, and owed an election within `days` of the date `on` (today); what is overdue included."""
        on = on or timezone.localdate()
        return self.running().with_end().filter(ends_by__lte=on + timedelta(days=days))

    def overdue(self, on=None):
        return self.running().with_end().filter(ends_by__lt=on or timezone.localdate())


class ElectionQuerySet(HandedOverQuerySet, BelowOrganizationQuerySet):
    def hanging(self, role, organization):
        return self.open().filter(**{role: organization})

    def hand_over(self, role, source, target, on):
        if self.hanging(role, source).exists():
            raise ValidationError(f"“{source}”正在换届，请先办完，或记为未成立。", code="election")

    def open(self):
        return self.filter(status__in=["prepared", "held", "reported"])


class OfElectionQuerySet(ScopedQuerySet):
    """Seen and written by whoever may see and write the election."""

    def allowed(self, user, permission):
        action = permission.split(".")[1].split("_")[0]
        elections = apps.get_model("organizations", "Election").objects
        rows = elections.allowed(user, f"organizations.{action}_election")
        return super().allowed(user, permission).filter(election__in=rows)

    def scope(self, user, permission):
        return Q()


class CandidacyQuerySet(OfElectionQuerySet):
    pass


class ElectionEventQuerySet(OfElectionQuerySet):
    pass
