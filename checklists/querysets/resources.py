from datetime import timedelta

from auditlog.models import LogEntry
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, F, IntegerField, Max, OuterRef, Q, Subquery, Value, When
from django.utils import timezone

from checklists.querysets.parts import PartQuerySet
from govern.scoping import ScopedQuerySet
from organizations.models import Organization, Unit


class ResourceQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        return Q(unit__organization__in=Organization.objects.under_posts(user, permission)) | Q(
            unit__in=Unit.objects.of_liaison(user, permission)
        )

    def open(self, on=None):
        """Neither paused nor expired, and the unit is in use."""
        return self.filter(is_open(on or timezone.localdate()))

    def public(self):
        return self.filter(is_public=True)

    def in_district(self, district):
        return self.filter(unit__organization__community__street__district=district)

    def for_category(self, category):
        """Serving it, in the first place or also."""
        secondary = self.model.other_categories.through.objects.filter(category=category)
        return self.filter(Q(category=category) | Q(pk__in=secondary.values("resource")))

    def expired(self, on=None):
        return self.filter(valid_until__lt=on or timezone.localdate())

    def expiring(self, on, days):
        """Valid on the date `on`, and for at most `days` more."""
        return self.filter(valid_until__range=(on, on + timedelta(days=days)))

    def unreminded(self):
        """Nobody has been told of the date on which it runs out."""
        return self.exclude(valid_until=F("expiry_reminded_for"))

    def with_last_use(self):
        """`last_dispatched_at`, `last_booked_on`, `last_ordered_at` (by a resident); NULL for never."""
        return self.annotate(
            last_dispatched_at=_last("Dispatch", "resource", "offered_at"),
            last_booked_on=_last("Booking", "resource", "day"),
            last_ordered_at=_last("Need", "wanted_resource", "submitted_at"),
        )

    def unused(self, at, after):
        """Shared and open, but not dispatched, booked or ordered in the timedelta `after` before `at`; not those that
        the change log saw come only since.
        """
        since = at - after
        registered = LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(self.model),
            action=LogEntry.Action.CREATE,
            timestamp__gte=since,
        )
        return (
            self.open(timezone.localdate(at))
            .with_last_use()
            .filter(Q(last_dispatched_at=None) | Q(last_dispatched_at__lt=since))
            .filter(Q(last_booked_on=None) | Q(last_booked_on__lt=timezone.localdate(since)))
            .filter(Q(last_ordered_at=None) | Q(last_ordered_at__lt=since))
            .exclude(pk__in=registered.values("object_id"))
        )

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

    def with_columns(self):
        """What the columns of 资源清单 read."""
        return self.select_related("unit__liaison").with_places_left()

    def published(self, community):
        """What a community may put up for everybody: its own units', open to residents."""
        return self.public().open().filter(unit__organization=community.organization_id)

    def serving(self, community):
        """What reaches `community`: its own, its street's and its district's."""
        return self.filter(reaches(community))

    def venues_for(self, community):
        """Rooms and places that may be booked for something in `community`."""
        return self.serving(community).open().filter(kind="venue")


def _last(model, role, moment):
    """The latest `moment` of the rows of `model` that point here by the foreign key `role`."""
    rows = apps.get_model("checklists", model).objects.filter(**{role: OuterRef("pk")}).order_by()
    return Subquery(rows.values(role).annotate(last=Max(moment)).values("last"))


class OfResourceQuerySet(PartQuerySet):
    whole = "resource"

    def between(self, first, last):
        """From the date `first` to the date `last`, both included."""
        return self.filter(day__range=(first, last))


def is_open(on):
    return Q(Q(valid_until=None) | Q(valid_until__gte=on), is_paused=False, unit__is_active=True)


def reaches(community):
    # Sets of units, each made once: conditions on the joined places would be asked of every resource there is.
    units = Unit.objects.order_by()
    own = Q(unit__in=units.filter(organization=community.organization_id))
    street = Q(radius=2, unit__in=units.filter(organization__community__street=community.street_id))
    of_district = units.filter(organization__community__street__district=community.street.district_id)
    return own | street | Q(radius=3, unit__in=of_district)
