from decimal import Decimal

from django.apps import apps
from django.db.models import DecimalField, OuterRef, Prefetch, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from checklists.querysets.parts import PartQuerySet, tally
from govern.scoping import ScopedQuerySet
from organizations.models import Organization, Unit


class ProjectQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        mine = Unit.objects.of_liaison(user, permission)
        rule = self._of_staff(user, permission) | Q(unit__in=mine)
        if not permission.endswith(".view_project"):
            return rule  # who lends a hand, or may still apply, reads it and no more
        joined = self.model.joint_units.through.objects.filter(unit__in=mine)
        return (
            rule
            | Q(pk__in=joined.values("project"))
            | Q(pk__in=self.model._default_manager.open_to_bids().filter(community__organization__units__in=mine))
        )

    def _of_staff(self, user, permission):
        return Q(community__organization__in=Organization.objects.under_posts(user, permission))

    def handled_by(self, user):
        """Those of the communities `user` works for: a lead unit's liaison is not among their staff."""
        return self.editable_by(user).filter(self._of_staff(user, "checklists.change_project"))

    def led_by(self, user):
        """Those whose lead unit `user` answers for."""
        return self.filter(unit__in=Unit.objects.of_liaison(user, "checklists.change_project"))

    def open_to_bids(self, on=None):
        """Units may apply to lead it on the date `on` (today)."""
        on = on or timezone.localdate()
        return self.filter(
            Q(bids_close_on=None) | Q(bids_close_on__gte=on),
            is_open_to_bids=True,
            status__in=["proposed", "publicized"],
        )

    def public(self):
        """What anybody may read: from the day it was publicized on."""
        return self.filter(status__in=["publicized", "implementing", "inspecting", "closed"])

    def with_columns(self):
        """What the columns of 项目清单 read; `spent`, `rated_count`, `satisfied_count`."""
        rated = apps.get_model("checklists", "Appraisal").objects
        needs = apps.get_model("checklists", "Need").objects.select_related(
            "category", "community", "building__quarter"
        )
        return (
            self.select_related("unit")
            .prefetch_related(
                "joint_units",
                "resources",
                Prefetch("needs", needs.only("category__name", "community__name", "building__quarter__name")),
            )
            .with_spent()
            .annotate(
                rated_count=tally(rated.all(), "project"),
                satisfied_count=tally(rated.filter(satisfaction__in=["satisfied", "mostly"]), "project"),
            )
        )

    def published(self, community):
        return self.public().filter(community=community)

    def running(self):
        return self.exclude(status__in=["closed", "stopped"])

    def overdue(self, on=None):
        return self.running().filter(due_on__lt=on or timezone.localdate())

    def with_spent(self):
        """`spent`: the sum of its expenses, in yuan."""
        expenses = apps.get_model("checklists", "Expense").objects.filter(project=OuterRef("pk")).order_by()
        total = expenses.values("project").annotate(total=Sum("amount")).values("total")
        money = DecimalField(max_digits=14, decimal_places=2)
        return self.annotate(spent=Coalesce(Subquery(total, output_field=money), Value(Decimal(0), output_field=money)))


class OfProjectQuerySet(PartQuerySet):
    whole = "project"


class EvidenceQuerySet(OfProjectQuerySet):
    def shown(self):
        """What everybody may see: what was there before stays inside, and so does what nobody released."""
        return self.filter(stage__in=["during", "after"], is_public=True)


class AppraisalQuerySet(OfProjectQuerySet):
    def revealable_to(self, user):
        """Units read what was said, never who said it: least of all the unit that was judged."""
        handled = apps.get_model("checklists", "Project").objects.handled_by(user)
        return self.visible_to(user).filter(project__in=handled)


class BidQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        # What others offered is the community's to read, not a rival's.
        return Q(project__community__organization__in=Organization.objects.under_posts(user, permission)) | Q(
            unit__in=Unit.objects.of_liaison(user, permission)
        )

    def standing(self):
        return self.exclude(status="withdrawn")
