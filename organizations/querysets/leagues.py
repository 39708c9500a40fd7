"""大党委 and 党建共建联合会: who sees their rows, and what a list of them is asked."""

from datetime import timedelta

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from govern.scoping import ScopedQuerySet
from organizations.querysets import BelowOrganizationQuerySet, HandedOverQuerySet


def quarter_of(day):
    """(first day, last day) of the quarter that the date `day` lies in."""
    first = day.replace(month=3 * ((day.month - 1) // 3) + 1, day=1)
    following = first.replace(month=first.month + 3) if first.month < 10 else first.replace(year=day.year + 1, month=1)
    return first, following - timedelta(days=1)


def counted(name, key, **conditions):
    """How many rows of the model `name` fit the conditions, for the row whose primary key is their `key`."""
    rows = apps.get_model("organizations", name).objects.filter(**{key: OuterRef("pk")}, **conditions)
    counts = rows.order_by().values(key).annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counts, output_field=IntegerField()), 0)


class LeagueQuerySet(HandedOverQuerySet, BelowOrganizationQuerySet):
    def hanging(self, role, organization):
        return self.standing().filter(**{role: organization})

    def hand_over(self, role, source, target, on):
        """To the heir, which has one of its own at most."""
        if self.hanging(role, source).exists() and self.hanging(role, target).exists():
            raise ValidationError(f"“{source}”和“{target}”都有大党委，请先停止其中一个。", code="league")
        super().hand_over(role, source, target, on)

    def standing(self):
        return self.filter(ended_on=None)

    def communities(self):
        return self.filter(kind="community")

    def with_counts(self, on=None):
        """Of each on the date `on` (today): units, councillors in office, this year's plan, resolutions still open."""
        on = on or timezone.localdate()
        return self.annotate(
            unit_count=counted("LeagueMember", "league", left_on=None),
            councillor_count=counted("Councillor", "league", status="appointed"),
            item_count=counted("LeaguePlanItem", "league", year=on.year),
            done_count=counted("LeaguePlanItem", "league", year=on.year, done_on__isnull=False),
            open_count=counted("Resolution", "league", status="open"),
        )

    def with_meeting(self, on=None):
        """`has_met`: held a 联席会议 in the quarter of the date `on` (today)."""
        meetings = apps.get_model("organizations", "LeagueMeeting").objects
        return self.annotate(has_met=Exists(meetings.joint().held().in_quarter(on).filter(league=OuterRef("pk"))))

    def without_meeting(self, on=None):
        """Neither held a 联席会议 in the quarter of the date `on` (today) nor has one ahead in it."""
        meetings = apps.get_model("organizations", "LeagueMeeting").objects.joint().in_quarter(on)
        counting = meetings.filter(Q(status="held") | Q(status="planned", starts_at__date__gte=on))
        return self.filter(~Exists(counting.filter(league=OuterRef("pk"))))

    def chair_ending(self, until):
        return self.filter(chair_until__lte=until)


class OfLeagueQuerySet(ScopedQuerySet):
    """Seen and written by whoever may see and write the league at the end of `path`."""

    path = "league"

    def allowed(self, user, permission):
        action = permission.split(".")[1].split("_")[0]
        leagues = apps.get_model("organizations", "League").objects
        rows = leagues.allowed(user, f"organizations.{action}_league")
        return super().allowed(user, permission).filter(**{f"{self.path}__in": rows})

    def scope(self, user, permission):
        return Q()


class LeagueEventQuerySet(OfLeagueQuerySet):
    pass


class LeagueMemberQuerySet(OfLeagueQuerySet):
    def current(self):
        return self.filter(left_on=None)


class CouncillorQuerySet(OfLeagueQuerySet):
    def open(self):
        """On the way to their appointment."""
        return self.filter(status__in=["recommended", "deliberated", "approved"])

    def standing(self):
        return self.filter(status__in=["recommended", "deliberated", "approved", "appointed"])

    def in_office(self, on):
        """Appointed by the date `on`, and not gone before it."""
        return self.filter(appointed_on__lte=on).filter(Q(ends_on=None) | Q(ends_on__gte=on))


class PlanItemQuerySet(OfLeagueQuerySet):
    def of_year(self, year):
        return self.filter(year=year)

    def done(self):
        return self.exclude(done_on=None)

    def overdue(self, on=None):
        return self.filter(done_on=None, due_on__lt=on or timezone.localdate())


class LeagueMeetingQuerySet(OfLeagueQuerySet):
    def planned(self):
        return self.filter(status="planned")

    def held(self):
        return self.filter(status="held")

    def joint(self):
        return self.filter(kind="joint")

    def in_quarter(self, on=None):
        """In the quarter of the date `on` (today)."""
        return self.filter(starts_at__date__range=quarter_of(on or timezone.localdate()))

    def with_attendance(self):
        return self.annotate(came_count=Count("attendances", filter=Q(attendances__way__in=["qr", "door"])))


class LeagueAttendanceQuerySet(OfLeagueQuerySet):
    path = "meeting__league"

    def came(self):
        return self.filter(way__in=["qr", "door"])


class ResolutionQuerySet(OfLeagueQuerySet):
    def open(self):
        return self.filter(status="open")

    def overdue(self, on=None):
        return self.open().filter(due_on__lt=on or timezone.localdate())


class UnitAppraisalQuerySet(OfLeagueQuerySet):
    def of_liaison(self, user):
        """Of the units that `user` answers for."""
        units = apps.get_model("organizations", "Unit").objects
        return self.filter(unit__in=units.of_liaison(user, "organizations.view_unit"))


class AppraisalEvidenceQuerySet(OfLeagueQuerySet):
    path = "appraisal__league"

    def of_unit(self):
        """Behind the unit's points."""
        return self.exclude(item__in=self.model.OF_COMMUNITY)

    def of_community(self):
        """Behind the points that the unit gives."""
        return self.filter(item__in=self.model.OF_COMMUNITY)
