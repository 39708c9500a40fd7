"""Rows that belong to another row: seen by whoever sees it, changed by whoever changes it."""

from django.apps import apps
from django.db.models import Count, IntegerField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from govern.scoping import ScopedQuerySet


class PartQuerySet(ScopedQuerySet):
    whole = ""  # the name of the foreign key, which is its model's too

    def allowed(self, user, permission):
        action = permission.split(".")[1].split("_")[0]
        wholes = apps.get_model("checklists", self.whole).objects
        rows = wholes.allowed(user, f"checklists.{action}_{self.whole}")
        return super().allowed(user, permission).filter(**{f"{self.whole}__in": rows})

    def scope(self, user, permission):
        return Q()


def tally(parts, whole):
    """For `annotate`: how many of `parts` hang on the row by their foreign key `whole`."""
    counts = (
        parts.filter(**{whole: OuterRef("pk")}).order_by().values(whole).annotate(count=Count("pk")).values("count")
    )
    return Coalesce(Subquery(counts, output_field=IntegerField()), Value(0))
