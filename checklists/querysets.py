from datetime import timedelta

from django.apps import apps
from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.utils import timezone

from govern.fields import blind_index
from govern.scoping import ScopedQuerySet
from grids.querysets import served_grids
from organizations.models import Organization, Unit
from organizations.querysets import ReferenceQuerySet


class CategoryQuerySet(ReferenceQuerySet):
    def active(self):
        return self.filter(Q(parent=None) | Q(parent__is_active=True), is_active=True)

    def classes(self):
        return self.filter(parent=None)

    def kinds(self):
        return self.filter(parent__isnull=False)


class ResourceQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        return Q(unit__organization__in=Organization.objects.under_posts(user, permission)) | Q(
            unit__in=Unit.objects.of_liaison(user, permission)
        )

    def open(self, on=None):
        """Neither paused nor expired, and the unit is in use."""
        on = on or timezone.localdate()
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=on), is_paused=False, unit__is_active=True)

    def public(self):
        return self.filter(is_public=True)

    def with_places_left(self, on=None):
        """`places_left`: how many more people the period of the date `on` (today) can serve."""
        from checklists.models.resources import period_starts

        on = on or timezone.localdate()
        started = Q(pk__in=[])
        for period, starts_on in period_starts(on).items():
            started |= Q(period=period, period_starts_on__gte=starts_on)
        return self.annotate(
            places_left=F("capacity")
            - Case(When(started, then=F("reserved")), default=Value(0), output_field=IntegerField())
        )

    def serving(self, community):
        """What reaches `community`: its own, its street's and the district's."""
        own = Q(unit__organization=community.organization_id)
        street = Q(radius=2, unit__organization__community__street=community.street_id)
        return self.filter(own | street | Q(radius=3))


class NeedQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        return self._within_reach(user, permission) | self._in_hands_of(user, permission, dispatches().held())

    def revealable_to(self, user):
        # Whose need it is, a unit learns when it has taken it on, and no longer once it is done.
        rows = self.visible_to(user)
        if user.is_superuser or not user.is_authenticated:
            return rows
        seeing, taken = "checklists.view_need", dispatches().filter(status="taken")
        return rows.filter(self._within_reach(user, seeing) | self._in_hands_of(user, seeing, taken))

    def _within_reach(self, user, permission):
        return Q(community__organization__in=Organization.objects.under_posts(user, permission)) | Q(
            building__grid__in=served_grids(user, permission)
        )

    def _in_hands_of(self, user, permission, dispatches):
        return Q(pk__in=dispatches.of_liaison(user, permission).values("need"))

    def below(self, organization):
        return self.filter(community__organization__in=Organization.objects.below(organization))

    def with_status(self, *statuses):
        return self.filter(status__in=statuses)

    def running(self):
        """The clock runs: neither done, ended nor suspended."""
        from checklists.models.needs import RUNNING_STATUSES

        return self.filter(status__in=sorted(RUNNING_STATUSES))

    def open(self):
        from checklists.models.needs import OPEN_STATUSES

        return self.filter(status__in=sorted(OPEN_STATUSES))

    def with_deadline(self):
        """`due_at`: what runs out next, as Need.deadline says it; NULL where no clock runs."""
        from checklists.models.needs import RUNNING_STATUSES

        return self.annotate(
            due_at=Case(
                When(status="submitted", then=F("respond_by")),
                When(status__in=sorted(RUNNING_STATUSES), then=F("handle_by")),
            )
        )

    def overdue(self, at=None):
        at = at or timezone.now()
        return self.running().filter(Q(status="submitted", respond_by__lt=at) | Q(handle_by__lt=at))

    def due_soon(self, at, within):
        """Not yet overdue at `at`, and so within the timedelta `within`."""
        soon = Q(status="submitted", respond_by__range=(at, at + within)) | (
            ~Q(status="submitted") & Q(handle_by__range=(at, at + within))
        )
        return self.running().filter(soon).exclude(pk__in=self.overdue(at).values("pk"))

    def awaiting_follow_up(self, at, after):
        """Done for longer than the timedelta `after`, and the resident has not rated: somebody has to call."""
        return self.filter(status="done", done_at__lt=at - after)

    def match_due(self, today, before=None):
        """In the matcher's queue (since `before`), or last ranked before the date `today`: a new day frees places."""
        queued = Q(match_due_at__isnull=False) if before is None else Q(match_due_at__lte=before)
        return self.filter(queued | Q(match_due_at=None, matched_at__date__lt=today), status="accepted")

    def dispatching_themselves(self):
        """Waiting in a category that dispatches by itself, unless staff took a dispatch back to choose."""
        recalled = apps.get_model("checklists", "Dispatch").objects.filter(status="recalled")
        return self.filter(status="accepted", category__auto_dispatch=True).exclude(pk__in=recalled.values("need"))

    def undispatched(self, before):
        """Ranked before `before`, to be dispatched without a click, and still waiting although somebody could."""
        return (
            self.dispatching_themselves()
            .filter(match_due_at=None, matched_at__lte=before, proposals__resource__is_paused=False)
            .distinct()
        )

    def possible_duplicates(self, need, weeks):
        """Open needs of the same place and category filed within `weeks` of this one."""
        place = Q(building=need.building_id) if need.building_id else Q(building=None, community=need.community_id)
        return (
            self.open()
            .filter(place, category=need.category_id, community=need.community_id)
            .filter(submitted_at__gte=need.submitted_at - timedelta(weeks=weeks))
            .exclude(pk=need.pk)
        )

    def about(self, words):
        """What a clerk types into the search box: a receipt code, a whole phone number, or words of the text."""
        words = words.strip()
        code = words.replace("-", "").replace(" ", "").upper()
        return self.filter(
            Q(code=code)
            | Q(contact_phone_index=blind_index(words))
            | Q(text__icontains=words)
            | Q(building__quarter__name__icontains=words)
        )

    def with_holder(self):
        """`holder`: the unit that has the need in hand, NULL while the community has."""
        open_dispatch = apps.get_model("checklists", "Dispatch").objects.open().filter(need=OuterRef("pk"))
        return self.annotate(holder=Subquery(open_dispatch.values("resource__unit__name")[:1]))


class OfNeedQuerySet(ScopedQuerySet):
    """Rows that belong to a need: seen by whoever sees it, changed by whoever changes it."""

    def allowed(self, user, permission):
        action = permission.split(".")[1].split("_")[0]
        needs = apps.get_model("checklists", "Need").objects.allowed(user, f"checklists.{action}_need")
        return super().allowed(user, permission).filter(need__in=needs)

    def scope(self, user, permission):
        return Q()


class NeedEventQuerySet(OfNeedQuerySet):
    pass


class NeedPhotoQuerySet(OfNeedQuerySet):
    pass


class ProposalQuerySet(OfNeedQuerySet):
    def scope(self, user, permission):
        # A unit sees what it was offered, not how others were ranked against it.
        return Q(need__community__organization__in=Organization.objects.under_posts(user, permission))


class DispatchQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        return Q(need__community__organization__in=Organization.objects.under_posts(user, permission)) | Q(
            resource__unit__in=Unit.objects.of_liaison(user, permission)
        )

    def of_liaison(self, user, permission=None):
        """Offered to the units that `user` answers for."""
        return self.filter(resource__unit__in=Unit.objects.of_liaison(user, permission))

    def with_story(self):
        """With what a unit reads about it."""
        return self.select_related("resource__unit", "need__category", "need__community", "need__building__quarter")

    def open(self):
        return self.filter(status__in=["offered", "taken"])

    def held(self):
        """What a unit may see the need of: offered to it, in its hands, or finished by it."""
        return self.filter(status__in=["offered", "taken", "finished"])

    def unanswered(self, at):
        return self.filter(status="offered", reply_by__lt=at)

    def refusing(self):
        """The unit said no, or nothing: it is not asked again for the same need."""
        return self.filter(status__in=["declined", "expired"])


def dispatches():
    return apps.get_model("checklists", "Dispatch").objects.all()


def counted(queryset, **conditions):
    """{name: how many rows of `queryset` meet the Q}, in one query."""
    return queryset.aggregate(
        **{name: Count("pk", filter=condition, distinct=True) for name, condition in conditions.items()}
    )
