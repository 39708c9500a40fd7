"""What hangs on an organization: who sees it, and what becomes of it when that is dissolved."""

from django.apps import apps
from django.db.models import Q

from govern.scoping import ScopedQuerySet


class HandedOverQuerySet(ScopedQuerySet):
    """Rows that hang on an organization, and what becomes of them when it is dissolved: they go to its heir.

    `role` is the name of their foreign key. Whatever else points to an organization stays with it: its past.
    """

    def hanging(self, role, organization):
        """What would be orphaned if `organization` went without an heir."""
        return self.filter(**{role: organization})

    def hand_over(self, role, source, target, on):
        """One by one, for the audit trail. ValidationError where they cannot go. `on`: the last day of `source`."""
        for row in self.hanging(role, source).select_for_update(no_key=True, of=("self",)):
            setattr(row, role, target)
            row.save(update_fields=[role])


class BelowOrganizationQuerySet(ScopedQuerySet):
    """Rows that hang on one organization through the field named `organization`."""

    def scope(self, user, permission):
        return Q(organization__in=organizations().under_posts(user, permission))

    def below(self, organization):
        return self.filter(organization__in=organizations().below(organization))


def organizations():
    return apps.get_model("organizations", "Organization").objects.all()
