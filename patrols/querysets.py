"""Who sees which row of the daily work: staff those of their communities, grid workers those of their grids."""

from datetime import timedelta

from django.apps import apps
from django.db.models import Avg, Case, Count, Exists, F, Max, OuterRef, Q, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from govern.scoping import ScopedQuerySet, keys
from grids.models import Community, Grid
from grids.querysets import RedrawnMixin, served_grids
from organizations.models import Organization, Post
from organizations.querysets import HandedOverQuerySet, ReferenceQuerySet


def within(model, user, permission):
    """The rows of another model of this app that lie within the reach of `permission`, as keys to hang on."""
    rows = apps.get_model("patrols", model).objects.all()
    return rows.filter(rows.scope(user, permission)).order_by().values("pk")


class MatterQuerySet(ReferenceQuerySet):
    def kinds(self):
        """What can be reported: the second level, in use."""
        return self.filter(parent__isnull=False, is_active=True, parent__is_active=True)


class OfGroundQuerySet(ScopedQuerySet):
    """Rows with a community and perhaps a grid."""

    def scope(self, user, permission):
        return Q(community__in=keys(Community.objects.under_posts(user, permission))) | Q(
            grid__in=keys(served_grids(user, permission))
        )

    def below(self, organization):
        return self.filter(community__organization__in=Organization.objects.below(organization))


class IncidentQuerySet(RedrawnMixin, OfGroundQuerySet):
    def hanging(self, role, grid):
        return self.open().filter(**{role: grid})

    def move_along(self, role, buildings, target):
        self.move(self.open().filter(building__in=buildings), role, target)

    def running(self):
        """The clock runs: neither closed nor suspended."""
        from patrols.models.incidents import RUNNING_STATUSES

        return self.filter(status__in=sorted(RUNNING_STATUSES))

    def open(self):
        from patrols.models.incidents import OPEN_STATUSES

        return self.filter(status__in=sorted(OPEN_STATUSES))

    def with_deadline(self):
        """`due_at`: what runs out next, as Incident.deadline says it; NULL where no clock runs."""
        return self.annotate(
            due_at=Case(
                When(status="reported", then=F("accept_by")),
                When(status="handled", then=F("check_by")),
                When(status__in=["accepted", "assigned", "escalated"], then=Coalesce("handle_by", "accept_by")),
            )
        )

    def overdue(self, at=None):
        return self.with_deadline().filter(due_at__lt=at or timezone.now())

    def due_soon(self, at, within):
        """Not yet overdue at `at`, and so within the timedelta `within`."""
        return self.with_deadline().filter(due_at__range=(at, at + within))

    def to_remind(self, at, within):
        """Whose deadline lies within the timedelta `within` or has passed, and of which nobody was told that."""
        rows = self.with_deadline()
        told = Q(reminded_at=None) | Q(due_at__lt=at, reminded_at__lte=F("due_at"))
        return rows.filter(told, due_at__lte=at + within)

    def waking(self, today):
        return self.filter(status="suspended", suspended_until__lte=today)


class OfIncidentQuerySet(ScopedQuerySet):
    """Rows that belong to an incident and are seen by whoever sees it."""

    def scope(self, user, permission):
        return Q(incident__in=within("Incident", user, permission))


class WhistleQuerySet(OfIncidentQuerySet):
    def open(self):
        return self.filter(ended_at=None)

    def unanswered(self, at):
        """Whose limit has passed while a department has not come."""
        missing = self._arrivals().filter(arrived_at=None)
        return self.filter(Exists(missing), report_by__lt=at)

    def late(self, at):
        """With a department that came after the limit, or that the limit passed without."""
        over = Q(arrived_at__gt=OuterRef("report_by")) | Q(
            Q(whistle__ended_at=None, whistle__report_by__lt=at) | Q(whistle__ended_at__gt=OuterRef("report_by")),
            arrived_at=None,
        )
        return self.filter(Exists(self._arrivals().filter(over)))

    def _arrivals(self):
        return apps.get_model("patrols", "Arrival").objects.filter(whistle=OuterRef("pk"))


class IncidentEventQuerySet(OfIncidentQuerySet):
    pass


class IncidentPhotoQuerySet(OfIncidentQuerySet):
    pass


class ArrivalQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        return Q(whistle__in=within("Whistle", user, permission))


class AdmissionQuerySet(HandedOverQuerySet):
    def scope(self, user, permission):
        """One's own and those below; to read, those above too, since they hold here."""
        own = Organization.objects.under_posts(user, permission)
        if not permission.endswith(".view_admission"):
            return Q(organization__in=own)
        return Q(organization__in=own) | Q(
            pk__in=self.covering(Post.objects.granting(user, permission).values("organization"))
        )

    def covering(self, organizations):
        """Those in whose range any of `organizations` (keys) lies."""
        below = Organization.objects.filter(
            pk__in=organizations,
            tree_id=OuterRef("organization__tree_id"),
            lft__gte=OuterRef("organization__lft"),
            rght__lte=OuterRef("organization__rght"),
        )
        return self.model._default_manager.filter(Exists(below)).values("pk")

    def in_force(self, on=None):
        on = on or timezone.localdate()
        return self.filter(Q(starts_on__lte=on), Q(ends_on=None) | Q(ends_on__gte=on), status="approved")

    def covering_grid(self, grid):
        """Those in whose range all communities of `grid` lie."""
        rows = self
        for organization in grid.communities.order_by().values_list("organization", flat=True):
            rows = rows.filter(pk__in=self.covering([organization]))
        return rows

    def ending(self, until, on=None):
        """In force on the day `on` (today), and no longer after the day `until`."""
        return self.in_force(on).filter(ends_on__lte=until)


class AdmissionEventQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        return Q(admission__in=within("Admission", user, permission))


class ErrandQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        return Q(pk__in=self.model._meta.get_field("shares").related_model.objects.within(user, permission))

    def with_progress(self):
        """`share_count` grids, of which `done_count` are done; of all its grids, whoever asks."""
        return self.annotate(
            share_count=Count("shares", distinct=True),
            done_count=Count("shares", filter=Q(shares__done_at__isnull=False), distinct=True),
        )

    def in_progress(self, what):
        """Those "open", "overdue" (today) or "done" in all grids."""
        shares = self.model._meta.get_field("shares").related_model.objects.filter(errand=OuterRef("pk"))
        ways = {
            "open": Q(Exists(shares.open())),
            "overdue": Q(Exists(shares.open()), due_on__lt=timezone.localdate()),
            "done": ~Q(Exists(shares.open())),
        }
        return self.filter(ways[what]) if what in ways else self


class ErrandShareQuerySet(RedrawnMixin, ScopedQuerySet):
    def hanging(self, role, grid):
        return self.open().filter(**{role: grid})

    def hand_over(self, role, source, target, on):
        """Where the heir has a share of the same errand, that one stands for both; what is left of it is open again."""
        own = {share.errand_id: share for share in self.filter(**{role: target})}
        for share in self.hanging(role, source).select_for_update(no_key=True, of=("self",)).order_by("pk"):
            if held := own.get(share.errand_id):
                held.done_at = held.done_by = None
                held.save(update_fields=["done_at", "done_by"])
                share.delete()
            else:
                setattr(share, role, target)
                share.save(update_fields=[role])

    def divide(self, role, source, target):
        for share in self.hanging(role, source).order_by("pk"):
            self.create(**{"errand_id": share.errand_id, role: target})

    def scope(self, user, permission):
        grids = Grid.objects.all()
        return Q(grid__in=grids.filter(grids.scope(user, permission)).order_by().values("pk"))

    def within(self, user, permission):
        return self.filter(self.scope(user, permission)).order_by().values("errand")

    def open(self):
        return self.filter(done_at=None)

    def overdue(self, on=None):
        return self.open().filter(errand__due_on__lt=on or timezone.localdate())


class CareHouseholdQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        # As a building's, by keys: a subquery over all buildings of a city would be read whole for one grid's list.
        return Q(building__quarter__community__in=keys(Community.objects.under_posts(user, permission))) | Q(
            building__grid__in=keys(served_grids(user, permission))
        )

    def current(self, on=None):
        on = on or timezone.localdate()
        return self.filter(Q(starts_on__lte=on), Q(ends_on=None) | Q(ends_on__gte=on))

    def due(self, on=None, days=0):
        """To be visited by `days` after the day `on` (today)."""
        on = on or timezone.localdate()
        return self.current(on).filter(due_on__lte=on + timedelta(days=days))


class VisitQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        return Q(household__in=within("CareHousehold", user, permission))


class CheckItemQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        """Those of one's communities; what holds everywhere is read by all, and written by the whole installation."""
        communities = Community.objects.all()
        own = Q(community__in=communities.filter(communities.scope(user, permission)).order_by().values("pk"))
        if (
            permission.endswith(".view_checkitem")
            or Post.objects.granting(user, permission, reach="installation").exists()
        ):
            return own | Q(community=None)
        return own

    def of_grid(self, grid):
        return self.filter(Q(community=None) | Q(community__grids=grid), is_active=True).distinct()


class RoundQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        grids = Grid.objects.all()
        return Q(grid__in=grids.filter(grids.scope(user, permission)).order_by().values("pk"))

    def with_checks(self):
        """`check_count` items looked at, `found_count` of them not in order."""
        return self.annotate(check_count=Count("checks"), found_count=Count("checks", filter=Q(checks__is_fine=False)))


class CheckQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        return Q(round__in=within("Round", user, permission))


class NoteQuerySet(OfGroundQuerySet):
    """Staff read their communities' notes; whoever writes them in a grid, or without one, reads the own."""

    def scope(self, user, permission):
        return super().scope(user, permission) | Q(author=user)

    def became(self, what):
        """Those turned into a "need", a "visit" or a "topic"; "none": into nothing yet."""
        ways = {
            "need": Q(need__isnull=False),
            "visit": Q(household__isnull=False),
            "topic": Q(suggested_at__isnull=False),
            "none": Q(need=None, household=None, suggested_at=None),
        }
        return self.filter(ways[what]) if what in ways else self


class FieldDeskQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        communities = Community.objects.all()
        return Q(community__in=communities.filter(communities.scope(user, permission)).order_by().values("pk"))

    def published(self):
        return self.filter(is_active=True)

    def with_intake(self, since=None):
        """`intake_count`: needs filed by the desk's code, since the moment `since` if there is one."""
        wanted = Q(intakes__at__gte=since) if since else Q()
        return self.annotate(intake_count=Count("intakes", filter=wanted))


class IntakeQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        return Q(desk__in=within("FieldDesk", user, permission))


class TicketQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        return Q(community__in=Community.objects.under_posts(user, permission).order_by().values("pk"))

    def of_day(self, day):
        return self.filter(day=day)

    def per_day(self):
        """A row a community and day: taken, served, left, open, filed, waited (average till the call, a timedelta)."""
        return (
            self.order_by("-day", "community__name")
            .values("day", "community", "community__name")
            .annotate(
                taken=Count("pk"),
                served=Count("pk", filter=Q(status="served")),
                left=Count("pk", filter=Q(status="left")),
                open=Count("pk", filter=Q(status__in=["waiting", "called"])),
                filed=Count("need"),
                waited=Avg(F("called_at") - F("taken_at")),
                longest=Max(F("called_at") - F("taken_at")),
            )
        )
