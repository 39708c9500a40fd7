"""The tree: which of its nodes, and as of which day."""

from django.apps import apps
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from mptt.managers import TreeManager
from mptt.querysets import TreeQuerySet

from govern.scoping import ScopedQuerySet
from organizations.querysets.hanging import BelowOrganizationQuerySet


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

    def led(self):
        """In use and with a leading body (班子): committees, general branches and branches; a group has none."""
        return self.active().filter(tier__lte=3)

    def without_secretary(self, on=None):
        terms = apps.get_model("organizations", "LeadershipTerm").objects.current(on).filter(position="secretary")
        return self.filter(~Exists(terms.filter(organization=OuterRef("pk"))))

    def at_tier(self, tier):
        return self.filter(tier=tier)

    def below(self, organization):
        """`organization` itself and everything under it."""
        return self.filter(tree_id=organization.tree_id, lft__gte=organization.lft, rght__lte=organization.rght)

    def under(self, key):
        """Everything under the node with the primary key `key`, of those that are here."""
        top = self.model._default_manager.filter(pk=key, tree_id=OuterRef("tree_id"))
        return self.filter(Exists(top.filter(lft__lt=OuterRef("lft"), rght__gt=OuterRef("rght"))))

    def above(self, rows):
        """Every ancestor of one of `rows`."""
        inside = rows.order_by().filter(tree_id=OuterRef("tree_id"))
        return self.filter(Exists(inside.filter(lft__gt=OuterRef("lft"), rght__lt=OuterRef("rght"))))

    def called(self, words="", kind=""):
        """Whose name holds `words` and whose kind is `kind`; "" for any."""
        rows = self.filter(name__icontains=words) if words else self
        return rows.filter(kind=kind) if kind else rows

    def with_members(self):
        """`.full_count` and `.probationary_count`: the members of each branch itself."""
        here = Q(members__left_on=None)
        return self.annotate(
            full_count=Count("members", filter=here & Q(members__stage="full"), distinct=True),
            probationary_count=Count("members", filter=here & Q(members__stage="probationary"), distinct=True),
        )

    def with_coverage(self, on=None):
        """Of each community's body: how its quarters are covered on the date `on` (today). A quarter counts once: by a
        branch of its own, by a joint one, by an instructor alone, or (the rest of `.quarter_count`) by nobody.
        """
        on = on or timezone.localdate()
        quarter = "community__quarters"
        joint = Q(**{f"{quarter}__branch__kind": "joint_branch"})
        sent = Q(**{f"{quarter}__branch": None}) & instructed(quarter, on)
        return self.annotate(
            quarter_count=Count(quarter, distinct=True),
            own_count=Count(quarter, filter=Q(**{f"{quarter}__branch__isnull": False}) & ~joint, distinct=True),
            joint_count=Count(quarter, filter=joint, distinct=True),
            instructed_count=Count(quarter, filter=sent, distinct=True),
        )

    def building_counts(self):
        """(pk, how many buildings in use) of each community's body."""
        buildings = Count("community__quarters__buildings", filter=Q(community__quarters__buildings__is_active=True))
        return self.order_by().values_list("pk").annotate(count=buildings)

    def group_counts(self):
        """(pk, how many 楼栋党小组 below) of each community's body. A building names no group: only counts compare."""
        groups = Q(children__children__kind="building_group", children__children__dissolved_on=None)
        return self.order_by().values_list("pk").annotate(count=Count("children__children", filter=groups))


def instructed(quarter, on):
    """The Q of an instructor in office on the date `on`, at the end of the path `quarter`."""
    path = f"{quarter}__instructors"
    return Q(**{f"{path}__starts_on__lte": on}) & (Q(**{f"{path}__ends_on": None}) | Q(**{f"{path}__ends_on__gte": on}))


OrganizationManager = TreeManager.from_queryset(OrganizationQuerySet)


class OrganizationEventQuerySet(BelowOrganizationQuerySet):
    pass


class OrganizationVersionQuerySet(BelowOrganizationQuerySet):
    def as_of(self, day):
        """What held on the date `day`; what was there before any record counts as having been there always."""
        return self.filter(Q(starts_on=None) | Q(starts_on__lte=day), Q(ends_on=None) | Q(ends_on__gt=day))

    def open(self):
        return self.filter(ends_on=None)
