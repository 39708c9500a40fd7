from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from mptt.managers import TreeManager
from mptt.querysets import TreeQuerySet

from govern.fields import blind_index
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


class PostQuerySet(HandedOverQuerySet):
    def hanging(self, role, organization):
        return self.filter(**{role: organization}).filter(Q(ends_on=None) | Q(ends_on__gt=timezone.localdate()))

    def hand_over(self, role, source, target, on):
        """Who works here works there from now on; who does so already leaves here."""
        for row in self.hanging(role, source):
            if self.model._default_manager.current(on).filter(user=row.user_id, role=row.role_id, organization=target):
                row.ends_on = max(on, row.starts_on)
                row.save(update_fields=["ends_on"])
            else:
                row.organization = target
                row.save(update_fields=["organization"])

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

    def standing(self):
        """Not dissolved: in use, or out of use for a while."""
        return self.filter(dissolved_on=None)

    def branches(self):
        """党支部 in use: what members belong to."""
        return self.active().filter(kind__in=self.model.BRANCHES)

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


class OrganizationEventQuerySet(BelowOrganizationQuerySet):
    pass


class OrganizationVersionQuerySet(BelowOrganizationQuerySet):
    def as_of(self, day):
        """What held on the date `day`; what was there before any record counts as having been there always."""
        return self.filter(Q(starts_on=None) | Q(starts_on__lte=day), Q(ends_on=None) | Q(ends_on__gt=day))

    def open(self):
        return self.filter(ends_on=None)


class MemberQuerySet(HandedOverQuerySet):
    def scope(self, user, permission):
        return Q(branch__in=organizations().under_posts(user, permission))

    def hanging(self, role, organization):
        return self.here().filter(**{role: organization})

    def hand_over(self, role, source, target, on):
        """To the heir; a group's members stay in their branch, in the heir where that is a group of it."""
        for row in self.hanging(role, source).select_for_update(no_key=True, of=("self",)):
            setattr(row, role, target)
            if role == "branch":
                row.group = None
            row.save(update_fields=["branch", "group"])

    def here(self):
        """Members of a branch now: neither gone nor struck off."""
        return self.filter(left_on=None)

    def full(self):
        return self.filter(stage="full")

    def probationary(self):
        return self.filter(stage="probationary")

    def below(self, organization):
        return self.filter(branch__in=organizations().below(organization))

    def called(self, words):
        """Whose name holds `words`, or whose phone or identity number they are in full."""
        index = blind_index(words)
        return self.filter(Q(name__icontains=words) | Q(phone_index=index) | Q(identity_index=index))


class TransferQuerySet(HandedOverQuerySet):
    def scope(self, user, permission):
        reached = organizations().under_posts(user, permission)
        return Q(source__in=reached) | Q(target__in=reached)

    def hanging(self, role, organization):
        return self.open().filter(**{role: organization})

    def hand_over(self, role, source, target, on):
        if count := self.hanging(role, source).count():
            raise ValidationError(f"“{source}”还有 {count} 件组织关系转接没有办完，请先办结。", code="transfers")

    def open(self):
        return self.filter(status__in=["proposed", "released"])


class TransferEventQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        transfers = apps.get_model("organizations", "Transfer").objects.all()
        return Q(transfer__in=transfers.filter(transfers.scope(user, permission)))


class LeadershipTermQuerySet(HandedOverQuerySet, BelowOrganizationQuerySet):
    def hanging(self, role, organization):
        return self.filter(**{role: organization}).filter(Q(ends_on=None) | Q(ends_on__gt=timezone.localdate()))

    def hand_over(self, role, source, target, on):
        """A leading body ends with what it led."""
        for row in self.hanging(role, source):
            row.ends_on = max(on, row.starts_on)
            row.save(update_fields=["ends_on"])

    def current(self, on=None):
        on = on or timezone.localdate()
        return self.filter(Q(starts_on__lte=on), Q(ends_on=None) | Q(ends_on__gte=on))


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


class ReferenceQuerySet(ScopedQuerySet):
    """Installation-wide reference rows: whoever holds the right holds it on every row."""

    def scope(self, user, permission):
        return Q()


class ParameterValueQuerySet(ReferenceQuerySet):
    def in_force(self, on):
        return self.filter(effective_on__lte=on).order_by(F("effective_on").desc(), "-pk")
