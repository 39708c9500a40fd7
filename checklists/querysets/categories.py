from django.db.models import Q

from organizations.querysets import ReferenceQuerySet


class CategoryQuerySet(ReferenceQuerySet):
    def active(self):
        return self.filter(Q(parent=None) | Q(parent__is_active=True), is_active=True)

    def classes(self):
        return self.filter(parent=None)

    def kinds(self):
        return self.filter(parent__isnull=False)
