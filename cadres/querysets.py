from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Exists, F, OuterRef, Prefetch, Q, Subquery
from django.utils import timezone

from govern.fields import blind_index
from govern.scoping import ScopedQuerySet
from organizations.querysets import HandedOverQuerySet, ReferenceQuerySet, organizations

NEVER = "级别台账只增不改，写错了请另记一笔更正。"


class SchemeQuerySet(ReferenceQuerySet):
    def active(self):
        return self.filter(is_active=True)


class DatedQuerySet(ReferenceQuerySet):
    """Versions of a scheme's rules or pay, each from a day on."""

    def in_force(self, on):
        return self.filter(effective_on__lte=on).order_by(F("effective_on").desc(), "-pk")


class RulebookQuerySet(DatedQuerySet):
    def whole(self):
        return self.select_related("scheme").prefetch_related("ranges__track", "bonuses")


class PayTableQuerySet(DatedQuerySet):
    def whole(self):
        return self.select_related("scheme").prefetch_related("levels", "allowances")


class WorkerQuerySet(HandedOverQuerySet):
    def scope(self, user, permission):
        return Q(organization__in=organizations().under_posts(user, permission))

    def hanging(self, role, organization):
        return self.active().filter(**{role: organization})

    def active(self):
        return self.filter(status="active")

    def in_scheme(self, scheme):
        """Whose present post belongs to `scheme`."""
        held = apps.get_model("cadres", "Placement").objects.filter(worker=OuterRef("pk"), ends_on=None)
        return self.filter(Exists(held.filter(track__scheme=scheme)))

    def with_grade(self, on=None):
        """`level_now` and `track_now` from the ledger, as they stand on the date `on` (today)."""
        entries = apps.get_model("cadres", "GradeEntry").objects.filter(worker=OuterRef("pk"))
        latest = entries.as_of(on or timezone.localdate())
        return self.annotate(
            level_now=Subquery(latest.values("level")[:1]),
            level_since=Subquery(latest.values("effective_on")[:1]),
            track_now=Subquery(latest.values("track__name")[:1]),
        )

    def with_record(self):
        """Everything that a level is computed from: five queries however many there are."""
        placements = apps.get_model("cadres", "Placement").objects.select_related("track")
        entries = apps.get_model("cadres", "GradeEntry").objects.select_related("track")
        return self.prefetch_related(
            Prefetch("placements", placements),
            Prefetch("grade_entries", entries),
            "interruptions",
            "qualifications",
            "appraisals",
        )

    def called(self, words):
        """Whose name, or whose community's, holds `words`, or whose phone or identity number they are in full."""
        index = blind_index(words)
        named = Q(name__icontains=words) | Q(organization__name__icontains=words)
        return self.filter(named | Q(phone_index=index) | Q(identity_index=index))


class OfWorkerQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        return Q(worker__organization__in=organizations().under_posts(user, permission))


class PlacementQuerySet(OfWorkerQuerySet):
    def open(self):
        return self.filter(ends_on=None)


class GradeEntryQuerySet(OfWorkerQuerySet):
    """Append-only: rows are added, and no door here changes or removes one. The database's trigger says the same."""

    def as_of(self, day):
        return self.filter(effective_on__lte=day).order_by("-effective_on", "-pk")

    def update(self, **fields):
        raise ValidationError(NEVER, code="ledger")

    def bulk_update(self, rows, fields, batch_size=None):
        raise ValidationError(NEVER, code="ledger")

    def delete(self):
        raise ValidationError(NEVER, code="ledger")


class SimulationQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        """Whoever reaches one of its people; what is shown of it are the lines within reach."""
        lines = apps.get_model("cadres", "SimulationLine").objects.filter(simulation=OuterRef("pk"))
        return Q(Exists(lines.filter(lines.scope(user, permission))))


class SimulationLineQuerySet(OfWorkerQuerySet):
    def pending(self):
        return self.filter(status="pending")

    def moving(self):
        """Whose level would change."""
        return self.filter(outcome__in=["rises", "falls"])

    def with_outcome(self, outcome):
        return self.filter(outcome=outcome)
