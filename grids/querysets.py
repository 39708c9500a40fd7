from datetime import date

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Exists, Q
from django.db.models.functions import Concat
from django.utils import timezone

from govern.scoping import ScopedQuerySet
from organizations.models import Organization, Post
from organizations.querysets import HandedOverQuerySet, ReferenceQuerySet


class StreetQuerySet(ReferenceQuerySet):
    pass


class CommunityQuerySet(HandedOverQuerySet):
    def hand_over(self, role, source, target, on):
        """A community has exactly one Party body, and a body one community."""
        if community := self.hanging(role, source).first():
            words = f"“{source}”是{community}的社区党组织。请先在“社区”里给{community}换一个党组织，或先撤并社区。"
            raise ValidationError(words, code="community")

    def under_posts(self, user, permission):
        """Whose Party body lies at or below a post of `user` that holds `permission`."""
        return self.filter(organization__in=Organization.objects.under_posts(user, permission))

    def scope(self, user, permission):
        return Q(organization__in=Organization.objects.under_posts(user, permission)) | Q(
            pk__in=served_grids(user, permission).values("communities")
        )

    def below(self, organization):
        return self.filter(organization__in=Organization.objects.below(organization))


class QuarterQuerySet(HandedOverQuerySet):
    def scope(self, user, permission):
        return Q(community__organization__in=Organization.objects.under_posts(user, permission)) | Q(
            community__in=served_grids(user, permission).values("communities")
        )

    def without_branch(self):
        return self.filter(branch=None)


class BuildingQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        return Q(quarter__community__organization__in=Organization.objects.under_posts(user, permission)) | Q(
            grid__in=served_grids(user, permission)
        )

    def active(self):
        return self.filter(is_active=True)

    def called(self, words):
        """Whose name as it is spoken, quarter and building, holds `words`."""
        return self.annotate(spoken=Concat("quarter__name", "name")).filter(spoken__icontains=words)


class GridQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        # A grid may span communities: whoever sees one of them sees the grid.
        communities = apps.get_model("grids", "Community").objects.filter(
            organization__in=Organization.objects.under_posts(user, permission)
        )
        return (
            Q(pk__in=communities.values("grids"))
            | Q(pk__in=communities.values("grids__parent"))
            | Q(pk__in=self.served_by(user, permission))
        )

    def served_by(self, user, permission=None):
        """The grids in which `user` is on duty today; with `permission`, only if it is a grid's post that gives it."""
        grids = self.model._default_manager.filter(
            duties__in=apps.get_model("grids", "Duty").objects.current().filter(user=user)
        )
        if permission is None:
            return grids
        return grids.filter(Exists(Post.objects.granting(user, permission, reach="grid")))


class DutyQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        organizations = Organization.objects.under_posts(user, permission)
        return (
            Q(grid__communities__organization__in=organizations)
            | Q(building__quarter__community__organization__in=organizations)
            | Q(grid__in=served_grids(user, permission))
            | Q(building__grid__in=served_grids(user, permission))
        )

    def allowed(self, user, permission):
        # The joins to communities repeat a duty whose grid spans two of them.
        rows = super().allowed(user, permission)
        return self.filter(pk__in=rows.order_by().values("pk"))

    def current(self, on=None):
        on = on or timezone.localdate()
        return self.filter(Q(starts_on__lte=on), Q(ends_on=None) | Q(ends_on__gte=on))


class InstructorQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        return Q(quarter__community__organization__in=Organization.objects.under_posts(user, permission))

    def current(self, on=None):
        on = on or timezone.localdate()
        return self.filter(Q(starts_on__lte=on), Q(ends_on=None) | Q(ends_on__gte=on))

    def unreviewed(self, year):
        """Current, sent before the year's last quarter, and not assessed for `year`."""
        return self.current().filter(starts_on__lt=date(year, 10, 1)).exclude(reviews__year=year)


class InstructorReviewQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        return Q(instructor__quarter__community__organization__in=Organization.objects.under_posts(user, permission))


class ResidenceQuerySet(ScopedQuerySet):
    """Of a quarter's community, as the quarter is; the member's own branch may be elsewhere."""

    def scope(self, user, permission):
        return Q(quarter__community__organization__in=Organization.objects.under_posts(user, permission))

    def here(self):
        """Of members who are in the register now."""
        return self.filter(member__left_on=None)

    def full(self):
        return self.filter(member__stage="full")


def served_grids(user, permission=None):
    return apps.get_model("grids", "Grid").objects.all().served_by(user, permission)
