"""评议."""

from django.db.models import Q
from django.utils import timezone

from deliberations.querysets.reach import OfCommunityQuerySet, within
from govern.scoping import ScopedQuerySet


class SurveyQuerySet(OfCommunityQuerySet):
    def answerable(self, on=None):
        on = on or timezone.localdate()
        return self.filter(status="open", starts_on__lte=on, ends_on__gte=on)

    def public(self):
        """To be answered, waiting for its result, or with it."""
        return self.exclude(status="drafted")

    def to_close(self, on=None):
        return self.filter(status="open", ends_on__lt=on or timezone.localdate())


class OfSurveyQuerySet(ScopedQuerySet):
    PATHS = {"SurveyChoice": "question__survey", "Answer": "sheet__survey", "PaperTally": "paper__survey"}

    def scope(self, user, permission):
        path = self.PATHS.get(self.model.__name__, "survey")
        return Q(**{f"{path}__in": within("Survey", user, permission)})
