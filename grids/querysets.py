from datetime import date

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Concat
from django.utils import timezone

from govern.scoping import ScopedQuerySet
from organizations.models import Organization, Post
from organizations.querysets import HandedOverQuerySet, ReferenceQuerySet


class RedrawnMixin:
    """Rows that hang on a grid, and what becomes of the open ones when it is redrawn: they go where their ground goes.

    `role` is the name of their foreign key. Whatever else points to a grid stays with it: its past.
    """

    def hanging(self, role, grid):
        """What would be nobody's if `grid` went without an heir."""
        return self.filter(**{role: grid})

    def hand_over(self, role, source, target, on):
        """All of them, one by one for the audit trail: `source` ends, `target` takes over on the date `on`."""
        self.move(self.hanging(role, source), role, target)

    def move_along(self, role, buildings, target):
        """`buildings` (keys) are in `target` now: what lies there goes along."""

    def divide(self, role, source, target):
        """`target` was split off `source`: what held for the whole holds for both parts."""

    def move(self, rows, role, target):
        for row in rows.select_for_update(no_key=True, of=("self",)).order_by("pk"):
            setattr(row, role, target)
            row.save(update_fields=[role])


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
        """A grid may span communities: whoever reaches one of them reaches the grid. A 区级总网格 is seen from each of
        its communities and changed by whoever reaches them all; while it has none, by whoever may found grids.
        """
        Community = apps.get_model("grids", "Community")
        communities = Community.objects.under_posts(user, permission).order_by()
        over = Q(pk__in=communities.values("grids__parent"))
        if ".view_" not in permission:
            others = Community.objects.order_by().exclude(pk__in=communities.values("pk"))
            over &= ~Q(pk__in=others.filter(grids__parent__isnull=False).values("grids__parent"))
        empty = Q(level="district") & ~Exists(self.model._default_manager.filter(parent=OuterRef("pk")))
        over |= empty & Exists(Post.objects.granting(user, "grids.add_grid"))
        return Q(pk__in=communities.values("grids")) | over | Q(pk__in=self.served_by(user, permission))

    def in_use(self):
        return self.filter(dissolved_on=None)

    def with_figures(self):
        """What lists show: `building_count`, `household_sum`, `leader_name` ("" for nobody), `worker_count`."""
        buildings = apps.get_model("grids", "Building").objects.filter(grid=OuterRef("pk"), is_active=True)
        duties = apps.get_model("grids", "Duty").objects.current().filter(grid=OuterRef("pk")).order_by("pk")
        by_grid = buildings.order_by().values("grid")
        return self.annotate(
            building_count=Coalesce(Subquery(by_grid.annotate(n=Count("pk")).values("n")), 0),
            household_sum=Coalesce(Subquery(by_grid.annotate(n=Sum("households")).values("n")), 0),
            leader_name=Coalesce(Subquery(duties.filter(kind="leader").values("name")[:1]), Value("")),
            worker_count=Coalesce(
                Subquery(duties.filter(kind="worker").order_by().values("grid").annotate(n=Count("pk")).values("n")), 0
            ),
        )

    def out_of_norm(self, least, most):
        """综合网格 of communities whose households are fewer than `least` or more than `most`, the empty ones too."""
        rows = self.of_communities().filter(kind="general").with_figures()
        return rows.exclude(household_sum__range=(least, most))

    def of_communities(self):
        """社区分网格 in use: those that hold buildings."""
        return self.in_use().filter(level="community")

    def served_by(self, user, permission=None):
        """The grids in which `user` is on duty or stands in today; with `permission`, only if it is a grid's post
        that gives it.
        """
        grids = self.model._default_manager.filter(
            duties__in=apps.get_model("grids", "Duty").objects.current().held_by(user)
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

    def in_communities(self, communities):
        here = Q(grid__communities__in=communities) | Q(building__quarter__community__in=communities)
        return self.filter(pk__in=self.model._default_manager.filter(here).order_by().values("pk"))

    def on_ground(self, grid, building=None):
        """Of the grid, the grid above it, and the building."""
        keys = [each.pk for each in (grid, grid and grid.parent) if each]
        return self.filter(Q(grid__in=keys) | Q(building=building, building__isnull=False))

    def overlapping(self, starts_on, ends_on=None):
        """On duty on some day from `starts_on` to `ends_on` (None: open)."""
        rows = self.filter(Q(ends_on=None) | Q(ends_on__gte=starts_on))
        return rows.filter(starts_on__lte=ends_on) if ends_on else rows

    def answered_by(self, user, on=None):
        """Held by `user` or stood in for on the day `on` (today), and those of predecessors in the same place: what
        came to somebody who has left is theirs now.
        """
        on = on or timezone.localdate()
        held = self.model._default_manager.current(on).held_by(user, on).order_by()
        # Asked for now: they are few, and the planner finds their places by index.
        answered = Q(pk__in=[])
        for pk, kind, grid, building in held.values_list("pk", "kind", "grid", "building"):
            answered |= Q(pk=pk) | Q(ends_on__lt=on, kind=kind, grid=grid, building=building)
        return self.filter(answered)

    def held_by(self, user, on=None):
        """Their own, and those they stand in for on the day `on` (today)."""
        leaves = apps.get_model("grids", "Leave").objects.current(on).filter(stand_in__user=user)
        own = self.model._default_manager.filter(user=user)
        # A union: with OR, PostgreSQL reads every duty of the city.
        return self.filter(pk__in=own.order_by().values("pk").union(leaves.order_by().values("duty")))


class LeaveQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        duties = apps.get_model("grids", "Duty").objects.all()
        return Q(duty__in=duties.filter(duties.scope(user, permission)).order_by().values("pk"))

    def current(self, on=None):
        on = on or timezone.localdate()
        return self.filter(starts_on__lte=on, ends_on__gte=on)

    def overlapping(self, starts_on, ends_on):
        return self.filter(starts_on__lte=ends_on, ends_on__gte=starts_on)

    def ahead(self, on=None):
        """Of today or a day to come."""
        return self.filter(ends_on__gte=on or timezone.localdate())


class OfGridQuerySet(ScopedQuerySet):
    """Rows that belong to a grid and are seen by whoever sees it."""

    def scope(self, user, permission):
        grids = apps.get_model("grids", "Grid").objects.all()
        return Q(grid__in=grids.filter(grids.scope(user, permission)).order_by().values("pk"))


class BuildingStayQuerySet(OfGridQuerySet):
    def as_of(self, day):
        return self.filter(Q(starts_on__lte=day), Q(ends_on=None) | Q(ends_on__gte=day))


class OutlineQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        communities = apps.get_model("grids", "Community").objects.all()
        within = communities.filter(communities.scope(user, permission)).order_by().values("pk")
        return Q(community__in=within) | Q(quarter__community__in=within) | Q(grid__communities__in=within)

    def allowed(self, user, permission):
        # The join to communities repeats a grid that spans two of them.
        return self.filter(pk__in=super().allowed(user, permission).order_by().values("pk"))


EVERYWHERE = Q(community=None, grid=None)


class RouteQuerySet(RedrawnMixin, ScopedQuerySet):
    def scope(self, user, permission):
        """Those of one's communities and grids; what holds everywhere is seen by all, and changed by whoever has a
        post over the whole installation.
        """
        communities = apps.get_model("grids", "Community").objects.under_posts(user, permission).order_by()
        own = Q(community__in=communities.values("pk")) | Q(grid__communities__in=communities.values("pk"))
        if permission.endswith(".view_route") or self.may_hold_everywhere(user, permission):
            return own | EVERYWHERE
        return own

    def may_hold_everywhere(self, user, permission):
        return user.is_superuser or Post.objects.granting(user, permission, reach="installation").exists()

    def allowed(self, user, permission):
        return self.filter(pk__in=super().allowed(user, permission).order_by().values("pk"))

    def active(self):
        return self.filter(is_active=True)

    def divide(self, role, source, target):
        for row in self.hanging(role, source).order_by("pk"):
            row.pk, row._state.adding = None, True
            setattr(row, role, target)
            row.save()

    def beside(self, route):
        """Those that are asked of the same places: a rule for everywhere stands among its like."""
        if route.community_id is None and route.grid_id is None:
            return self.filter(EVERYWHERE)
        communities = [route.community_id] if route.community_id else route.grid.communities.order_by().values("pk")
        own = Q(community__in=communities) | Q(grid__communities__in=communities)
        return self.filter(pk__in=self.model._default_manager.filter(own | EVERYWHERE).order_by().values("pk"))

    def holding_in(self, community, grid=None):
        """Those of a place, in their order: everybody's, the community's and the grid's own."""
        of_community = Q(community=community, community__isnull=False)
        return self.filter(EVERYWHERE | of_community | Q(grid=grid, grid__isnull=False))


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
