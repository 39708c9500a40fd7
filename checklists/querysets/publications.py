from django.db.models import Q

from govern.scoping import ScopedQuerySet
from organizations.models import Organization


class PublicationQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        return Q(community__organization__in=Organization.objects.under_posts(user, permission))

    def public(self):
        return self.filter(is_public=True)
