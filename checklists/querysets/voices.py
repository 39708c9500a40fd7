from django.db.models import Q

from checklists.querysets.needs import OfNeedQuerySet
from organizations.querysets import ReferenceQuerySet


class InquiryQuerySet(OfNeedQuerySet):
    def open(self, at):
        """May still be answered."""
        return self.filter(answered_at=None, expires_at__gt=at)

    def unanswered(self, at):
        """Ran out without an answer, and the staff have not been told yet."""
        return self.filter(answered_at=None, reported_at=None, expires_at__lte=at)


class StandardAnswerQuerySet(ReferenceQuerySet):
    def fitting(self, need, *statuses):
        """For bringing `need` (its category loaded) to one of `statuses`: of its kind, of its class, or of all."""
        place = Q(category=None) | Q(category__in=[need.category_id, need.category.parent_id])
        return self.filter(place, is_active=True, status__in=statuses)
