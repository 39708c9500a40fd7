from django.apps import apps
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from mptt.managers import TreeManager
from mptt.querysets import TreeQuerySet

from govern.scoping import ScopedQuerySet


class PostQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        everywhere = self.model._default_manager.granting(user, permission).filter(
            organization=None, role__reach="installation"
        )
        return (
            Q(organization__in=organizations().under_posts(user, permission))
            | Q(Exists(everywhere), organization=None)
            | Q(user=user)
        )

    def current(self, on=None):
        """In force on the date `on` (today): begun and not ended."""
        on = on or timezone.localdate()
        return self.filter(Q(starts_on__lte=on), Q(ends_on=None) | Q(ends_on__gte=on))

    def overlapping(self, starts_on, ends_on):
        """In force on some day from `starts_on` to `ends_on` (None: open)."""
        rows = self.filter(Q(ends_on=None) | Q(ends_on__gte=starts_on)) if starts_on else self
        return rows.filter(starts_on__lte=ends_on) if ends_on else rows

    def granting(self, user, permission, **role):
        """The user's current posts whose role holds `permission` ("app.codename") and fits the conditions `role`."""
        app_label, codename = permission.split(".")
        return self.current().filter(
            user=user,
            role__permissions__content_type__app_label=app_label,
            role__permissions__codename=codename,
            **{f"role__{name}": value for name, value in role.items()},
        )


class OrganizationQuerySet(TreeQuerySet, ScopedQuerySet):
    def scope(self, user, permission):
        return Q(pk__in=self.model._default_manager.under_posts(user, permission).values("pk"))

    def under_posts(self, user, permission):
        """The tree rule, written once: organizations at or below a post of `user` whose role reaches down the tree
        and holds `permission`; a post with no organization covers the whole installation.
        """
        if user.is_superuser:
            return self.all()
        posts = apps.get_model("organizations", "Post").objects.granting(user, permission)
        return self.filter(
            Exists(
                posts.filter(
                    Q(organization=None)
                    | Q(
                        organization__tree_id=OuterRef("tree_id"),
                        organization__lft__lte=OuterRef("lft"),
                        organization__rght__gte=OuterRef("rght"),
                    ),
                    role__reach__in=["installation", "subtree"],
                )
            )
        )

    def active(self):
        return self.filter(is_active=True)

    def at_tier(self, tier):
        return self.filter(tier=tier)

    def below(self, organization):
        """`organization` itself and everything under it."""
        return self.filter(tree_id=organization.tree_id, lft__gte=organization.lft, rght__lte=organization.rght)


OrganizationManager = TreeManager.from_queryset(OrganizationQuerySet)


def organizations():
    return apps.get_model("organizations", "Organization").objects.all()


class BelowOrganizationQuerySet(ScopedQuerySet):
    """Rows that hang on one organization through the field named `organization`."""

    def scope(self, user, permission):
        return Q(organization__in=organizations().under_posts(user, permission))

    def below(self, organization):
        return self.filter(organization__in=organizations().below(organization))


class LeadershipTermQuerySet(BelowOrganizationQuerySet):
    def current(self, on=None):
        on = on or timezone.localdate()
        return self.filter(Q(starts_on__lte=on), Q(ends_on=None) | Q(ends_on__gte=on))


class AgreementQuerySet(BelowOrganizationQuerySet):
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


class UnitQuerySet(BelowOrganizationQuerySet):
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


class ReferenceQuerySet(ScopedQuerySet):
    """Installation-wide reference rows: whoever holds the right holds it on every row."""

    def scope(self, user, permission):
        return Q()


class ParameterValueQuerySet(ReferenceQuerySet):
    def in_force(self, on):
        return self.filter(effective_on__lte=on).order_by(F("effective_on").desc(), "-pk")
