"""Who sees which row of the volunteers' work: staff those of their communities, liaisons those of their unit.

A volunteer's own pages read through `request.user.volunteer`, not through these.
"""

from datetime import datetime, time, timedelta

from django.apps import apps
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Sum, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from govern.scoping import ScopedQuerySet, keys
from grids.models import Community
from grids.querysets import RedrawnMixin
from organizations.models import Organization, Unit
from organizations.querysets import HandedOverQuerySet, ReferenceQuerySet


def within(model, user, permission):
    """The rows of another model of this app that lie within the reach of `permission`, as keys to hang on."""
    rows = apps.get_model("volunteers", model).objects.all()
    return rows.filter(rows.scope(user, permission)).order_by().values("pk")


class OfCommunityQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        return Q(community__in=keys(Community.objects.under_posts(user, permission)))

    def below(self, organization):
        return self.filter(community__organization__in=Organization.objects.below(organization))


class OfUnitTooQuerySet(OfCommunityQuerySet):
    """The unit's liaison reads (and for a unit's own reports, writes) what concerns the unit's people."""

    of_unit = "unit__in"

    def scope(self, user, permission):
        # Only for who answers for a unit: with the OR no index of the community serves.
        here, mine = super().scope(user, permission), keys(Unit.objects.of_liaison(user, permission))
        return here | Q(**{self.of_unit: mine}) if mine else here


class SkillQuerySet(ReferenceQuerySet):
    def in_use(self):
        return self.filter(is_active=True)


class PositionClassQuerySet(SkillQuerySet):
    pass


class VolunteerQuerySet(OfUnitTooQuerySet):
    def here(self):
        return self.filter(left_on=None)

    def with_hours(self, on=None):
        """`duty_minutes` and `voluntary_minutes` that count on the day `on` (today)."""
        counted = Q(hour_entries__counts_on__lte=on or timezone.localdate())
        return self.annotate(
            duty_minutes=Sum("hour_entries__minutes", filter=counted & Q(hour_entries__ledger="duty"), default=0),
            voluntary_minutes=Sum(
                "hour_entries__minutes", filter=counted & Q(hour_entries__ledger="voluntary"), default=0
            ),
        )


class OfVolunteerQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        return Q(volunteer__in=within("Volunteer", user, permission))


class UnitReportQuerySet(OfUnitTooQuerySet):
    def open(self):
        return self.exclude(status="ended")


class ReportQuerySet(OfUnitTooQuerySet):
    of_unit = "volunteer__unit__in"

    def open(self):
        return self.exclude(status__in=["moved", "ended"])

    def registered(self):
        """Everybody whom a community received: the first step of the funnel 注册 → 对接 → 安排岗位."""
        return self.filter(registered_at__isnull=False)

    def contacted(self):
        return self.filter(contacted_at__isnull=False)

    def posted(self):
        return self.filter(posted_at__isnull=False)

    def to_review(self, year):
        """党员 who were registered in a community within `year` or before, and still are."""
        before = timezone.make_aware(datetime(year + 1, 1, 1))  # noqa: DTZ001 - made so here
        return self.filter(
            status__in=["registered", "contacted", "posted"], registered_at__lt=before, volunteer__kind="member"
        )

    def waiting_for_contact(self, at=None):
        """Registered, and nobody has called them by `contact_by`."""
        return self.filter(status="registered", contact_by__lt=at or timezone.now())


class OfReportQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        return Q(report__in=within("Report", user, permission))


class YearReviewQuerySet(ScopedQuerySet):
    """A unit reads what it was sent; what its community still weighs is nobody else's."""

    def scope(self, user, permission):
        communities = keys(Community.objects.under_posts(user, permission))
        mine = Unit.objects.of_liaison(user, permission)
        return Q(report__community__in=communities) | Q(unit__in=mine, status__in=["sent", "receipted"])

    def with_people(self):
        return self.select_related("report__volunteer", "report__community", "unit")

    def count_by_grade(self):
        """{grade: how many}, "" for those not graded yet."""
        return dict(self.order_by().values_list("grade").annotate(Count("pk")))


class TeamQuerySet(OfCommunityQuerySet):
    def standing(self):
        return self.filter(dissolved_on=None)

    def with_counts(self):
        """`members_count`, and `applied_count` of those who wait for an answer."""
        return self.annotate(
            members_count=Count("memberships", filter=Q(memberships__status="joined"), distinct=True),
            applied_count=Count("memberships", filter=Q(memberships__status="applied"), distinct=True),
        )


class OfTeamQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        path = "muster__team" if hasattr(self.model, "muster") else "team"
        return Q(**{f"{path}__in": within("Team", user, permission)})


class MembershipQuerySet(OfTeamQuerySet):
    def joined(self):
        return self.filter(status="joined")

    def open(self):
        """In the team, or waiting for an answer."""
        return self.filter(status__in=["invited", "applied", "joined"])


class MusterQuerySet(OfTeamQuerySet):
    def running(self, at=None):
        """Not ended, and not so long past that nobody answers any more."""
        return self.filter(ended_at=None, meet_at__gt=(at or timezone.now()) - self.model.ANSWERED_FOR)

    def with_answers(self):
        """`coming_count`, `late_count` and `unable_count`."""
        return self.annotate(
            **{
                f"{answer}_count": Count("answers", filter=Q(answers__answer=answer))
                for answer in ("coming", "late", "unable")
            }
        )


class StationQuerySet(OfCommunityQuerySet):
    def open(self):
        return self.filter(is_active=True)

    def with_counts(self):
        """`keepers_count` and `goods_count`, of what is in use."""
        return self.annotate(
            keepers_count=Count("keepers", distinct=True),
            goods_count=Count("goods", filter=Q(goods__is_active=True), distinct=True),
        )


class OfStationQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        path = "good__station" if hasattr(self.model, "good") else "station"
        return Q(**{f"{path}__in": within("Station", user, permission)})


class PositionQuerySet(RedrawnMixin, OfCommunityQuerySet, HandedOverQuerySet):
    """Goes where its grid or its 党小组 goes; a closed one without anybody in it is past."""

    def hanging(self, role, body):
        held = apps.get_model("volunteers", "Holding").objects.standing().filter(position=OuterRef("pk"))
        return self.filter(~Q(status="closed") | Exists(held), **{role: body})

    def move_along(self, role, buildings, target):
        self.move(self.filter(building__in=buildings).exclude(**{role: None}), role, target)

    def open(self, on=None):
        on = on or timezone.localdate()
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on), status="open")

    def with_counts(self, on=None):
        """On the date `on` (today): `held_count` people in post or appointed to it, `claimed_count` claims waiting for
        an answer, `waiting_count` in line, `is_covered`: the building has a head who is in no post here.
        """
        on = on or timezone.localdate()
        Duty = apps.get_model("grids", "Duty")
        heads = Duty.objects.current(on).exclude(ends_on=on).exclude(holding__status="held")
        heads = heads.filter(kind="building_head", building=OuterRef("building"))
        counted = {"distinct": True}
        return self.annotate(
            held_count=Count("holdings", filter=standing(on, "holdings__"), **counted),
            claimed_count=Count("holdings", filter=Q(holdings__status="claimed"), **counted),
            waiting_count=Count("holdings", filter=Q(holdings__status="waiting"), **counted),
            is_covered=Exists(heads.filter(kind=OuterRef("kind"))),
        )

    def wanting(self):
        """Of rows with_counts(): those with a place that nobody has or has claimed."""
        return self.filter(is_covered=False, headcount__gt=F("held_count") + F("claimed_count"))


def standing(on, path=""):
    """The Q of holdings that are in post on the date `on` or appointed to it, by the row that is the truth of each."""

    def of(**conditions):
        return Q(**{path + name: value for name, value in conditions.items()})

    plain = of(duty=None, household=None) & (of(position__ends_on=None) | of(position__ends_on__gte=on))
    duty = of(duty__isnull=False) & (of(duty__ends_on=None) | of(duty__ends_on__gte=on))
    household = of(household__isnull=False, household__dissolved_on=None)
    return of(status="held") & (plain | duty | household)


class HoldingQuerySet(HandedOverQuerySet):
    """`household` is dissolved, and with it the holding is over: it stays with it."""

    def scope(self, user, permission):
        return Q(position__in=within("Position", user, permission))

    def hanging(self, role, organization):
        return self.none()

    def open(self, on=None):
        """Claimed, in line, or in post on the date `on` (today)."""
        return self.filter(Q(status__in=["claimed", "waiting"]) | standing(on or timezone.localdate()))

    def standing(self, on=None):
        """In post on the date `on` (today), or appointed to it from a later day on."""
        return self.filter(standing(on or timezone.localdate()))

    def held(self, on=None):
        """在岗 on the date `on` (today)."""
        on = on or timezone.localdate()
        return self.standing(on).filter(Q(duty=None, starts_on__lte=on) | Q(duty__starts_on__lte=on))

    def lapsed(self, on=None):
        """Over, and not written down as ended yet."""
        on = on or timezone.localdate()
        return self.filter(status="held").exclude(pk__in=self.standing(on).order_by().values("pk"))

    def held_between(self, first, last):
        """In post on some day from `first` to `last`."""
        duty = Q(duty__starts_on__lte=last) & (Q(duty__ends_on=None) | Q(duty__ends_on__gte=first))
        household = Q(household__isnull=False, starts_on__lte=last) & (
            Q(household__dissolved_on=None) | Q(household__dissolved_on__gte=first)
        )
        plain = Q(duty=None, household=None, starts_on__lte=last) & (Q(ended_on=None) | Q(ended_on__gte=first))
        plain &= Q(status="ended") | Q(position__ends_on=None) | Q(position__ends_on__gte=first)
        return self.filter(duty | household | plain, status__in=["held", "ended"])

    def in_line(self):
        """First come first."""
        return self.filter(status="waiting").order_by("claimed_at", "pk")


class SeriesQuerySet(OfCommunityQuerySet):
    def running(self, on=None):
        on = on or timezone.localdate()
        return self.filter(Q(starts_on__lte=on), Q(ends_on=None) | Q(ends_on__gte=on), is_active=True)


class OfSeriesQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        return Q(series__in=within("Series", user, permission))


class SessionQuerySet(OfCommunityQuerySet):
    def upcoming(self, at=None):
        return self.filter(status="open", ends_at__gt=at or timezone.now())

    def over(self, at=None):
        """To be closed: people may still sign up in them although they have ended."""
        return self.filter(status="open", ends_at__lte=at or timezone.now())

    def published(self):
        return self.exclude(status="drafted")

    def red_vest_first(self, at=None):
        """The coming Tuesday of the red vests before everything else, then what comes soonest."""
        soon = (at or timezone.now()) + timedelta(weeks=1)
        is_next = Case(When(series__is_red_vest=True, starts_at__lt=soon, then=0), default=1)
        return self.annotate(red_vest_order=is_next).order_by("red_vest_order", "starts_at", "pk")

    def near(self, community):
        """In the same street."""
        return self.filter(community__street=community.street_id)

    def fitting(self, volunteer):
        """Asking for a skill that `volunteer` has."""
        return self.filter(skills__in=volunteer.skills.all()).distinct()

    def in_week(self, monday):
        """Beginning in the week of the date `monday`."""
        starts_at = timezone.make_aware(datetime.combine(monday, time()))
        return self.filter(starts_at__gte=starts_at, starts_at__lt=starts_at + timedelta(weeks=1))

    def to_publish(self):
        return self.filter(status="drafted")

    def to_settle(self):
        return self.filter(status="held")

    def going_on(self, at=None):
        at = at or timezone.now()
        return self.filter(status="open", starts_at__lte=at, ends_at__gt=at)

    def with_seats(self):
        """`seated_count` and `waiting_count`, asked for each row that is shown and no other."""
        signups = apps.get_model("volunteers", "Signup").objects.filter(session=OuterRef("pk")).order_by()

        def count(rows):
            counts = rows.values("session").annotate(rows_count=Count("pk")).values("rows_count")
            return Coalesce(Subquery(counts), 0)

        waiting = signups.filter(status="waiting")
        return self.annotate(seated_count=count(signups.taking_seats()), waiting_count=count(waiting))


class SignupQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        return Q(session__in=within("Session", user, permission))

    def open(self):
        return self.exclude(status="cancelled")

    def taking_seats(self):
        return self.filter(status__in=["seated", "attended", "absent"])

    def to_credit(self):
        """Came, and their hours wait for being confirmed."""
        return self.filter(status="attended", credited_minutes=None).exclude(is_made_up=True, approved_by=None)

    def to_approve(self):
        """Entered afterwards, and nobody else has looked at it yet."""
        return self.filter(is_made_up=True, approved_by=None)

    def in_line(self):
        """The line for a seat, first come first."""
        return self.filter(status="waiting").order_by("signed_at", "pk")

    def ahead(self, at=None):
        """Still standing, of sessions that are not over."""
        at = at or timezone.now()
        rows = self.filter(session__status="open", session__ends_at__gt=at)
        return rows.filter(status__in=["seated", "waiting", "attended"])

    def overlapping(self, starts_at, ends_at):
        return self.filter(session__starts_at__lt=ends_at, session__ends_at__gt=starts_at)


class HourEntryQuerySet(OfCommunityQuerySet):
    def counting(self, on=None):
        return self.filter(counts_on__lte=on or timezone.localdate())

    def standing(self):
        """Neither a reversal nor reversed."""
        return self.with_state().filter(is_reversed=False, reverses=None)

    def with_state(self):
        """`is_reversed`."""
        undone = self.model._default_manager.filter(reverses=OuterRef("pk"))
        return self.annotate(is_reversed=Exists(undone))


class PointEntryQuerySet(OfVolunteerQuerySet):
    def counting(self, on=None):
        """Points of hours in their publicity period do not count yet; what was spent counts at once."""
        return self.filter(Q(hour_entry=None) | Q(hour_entry__counts_on__lte=on or timezone.localdate()))


class StarQuerySet(OfVolunteerQuerySet):
    def standing(self):
        return self.exclude(status="withdrawn")

    def published(self):
        return self.filter(status="published")

    def awarded(self):
        return self.filter(status="awarded")


class CertificateQuerySet(OfCommunityQuerySet):
    """谁记录谁证明: those of the community that issued them."""

    def valid(self):
        return self.filter(revoked_at=None)


class ExchangeQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        return Q(good__station__in=within("Station", user, permission))

    def with_state(self):
        """`is_reversed`: the points and the good came back."""
        spent = apps.get_model("volunteers", "PointEntry").objects.filter(exchange=OuterRef("pk"))
        return self.annotate(is_reversed=Exists(spent.filter(reversal__isnull=False)))
