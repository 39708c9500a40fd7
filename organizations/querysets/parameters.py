"""Rows that belong to the whole installation."""

from django.db.models import F, Q

from govern.scoping import ScopedQuerySet


class ReferenceQuerySet(ScopedQuerySet):
    """Installation-wide reference rows: whoever holds the right holds it on every row."""

    def scope(self, user, permission):
        return Q()


class ParameterValueQuerySet(ReferenceQuerySet):
    def in_force(self, on):
        return self.filter(effective_on__lte=on).order_by(F("effective_on").desc(), "-pk")
