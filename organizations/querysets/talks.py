"""谈心谈话: who sees that there was one, and who may read it."""

from django.db.models import Q

from organizations.querysets.hanging import BelowOrganizationQuerySet, HandedOverQuerySet


class TalkQuerySet(HandedOverQuerySet, BelowOrganizationQuerySet):
    """A talk was held: it stays with the branch that held it, as its past, and nothing is handed over."""

    def hanging(self, role, organization):
        return self.none()

    def revealable_to(self, user):
        """Seeing that two people talked is not reading what they said."""
        return self.editable_by(user)

    def of_year(self, year):
        return self.filter(held_on__year=year)

    def of_members(self, members):
        return self.filter(Q(talker__in=members) | Q(partner__in=members))
