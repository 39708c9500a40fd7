"""Member units and the agreements with them."""

from django.apps import apps
from django.db.models import Exists, Q
from django.utils import timezone

from organizations.querysets.hanging import BelowOrganizationQuerySet, HandedOverQuerySet


class UnitQuerySet(HandedOverQuerySet, BelowOrganizationQuerySet):
    def scope(self, user, permission):
        return super().scope(user, permission) | Q(pk__in=self.model._default_manager.of_liaison(user, permission))

    def of_liaison(self, user, permission=None):
        """The units `user` answers for; with `permission`, only if it is a liaison's post that gives it."""
        units = self.filter(liaison=user)
        if permission is None:
            return units
        posts = apps.get_model("organizations", "Post").objects
        return units.filter(Exists(posts.granting(user, permission, reach="unit")))

    def active(self):
        return self.filter(is_active=True)


class AgreementQuerySet(HandedOverQuerySet, BelowOrganizationQuerySet):
    def scope(self, user, permission):
        units = apps.get_model("organizations", "Unit").objects
        return super().scope(user, permission) | Q(unit__in=units.of_liaison(user, permission))

    def in_force(self, on=None):
        """Running on the date `on` (today): begun, neither ended nor terminated."""
        on = on or timezone.localdate()
        return self.filter(starts_on__lte=on, ends_on__gte=on).filter(Q(terminated_on=None) | Q(terminated_on__gt=on))

    def covering(self, starts_on, ends_on):
        """Running on every day from `starts_on` to `ends_on`."""
        return self.filter(starts_on__lte=starts_on, ends_on__gte=ends_on).filter(
            Q(terminated_on=None) | Q(terminated_on__gt=ends_on)
        )

    def expiring(self, until, on=None):
        """In force on the date `on` (today), and no longer after `until`."""
        return self.in_force(on).filter(ends_on__lte=until)
