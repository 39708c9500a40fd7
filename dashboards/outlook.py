"""What a supervisor looks at: a part of the tree and a period. Every page, figure and link here starts from one."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from checklists.models import Need
from grids.models import Community, Grid, Quarter
from organizations.models import Organization
from patrols.models import Incident

PERMISSION = "checklists.supervise_need"
INCIDENTS = "patrols.view_incident"


@dataclass(frozen=True)
class Outlook:
    """`organization` None means everything the user supervises. Both days belong to the period, in Beijing time."""

    user: object
    organization: Organization | None
    starts_on: date
    ends_on: date
    at: datetime

    def organizations(self):
        rows = Organization.objects.allowed(self.user, PERMISSION)
        return rows.below(self.organization) if self.organization else rows

    @property
    def reaches_communities(self):
        return self.organization is None or self.organization.tier <= Organization.Tier.COMMUNITY

    def needs(self):
        """The needs filed in the period: of the communities below, or of the quarters a branch looks after."""
        rows = (
            Need.objects.allowed(self.user, PERMISSION)
            .filed()
            .filter(submitted_at__gte=self.starts_at, submitted_at__lt=self.ends_at)
        )
        if self.reaches_communities:
            return rows.filter(community__organization__in=self.organizations())
        return rows.filter(building__quarter__branch__in=self.organizations())

    def incidents(self):
        """The incidents reported in the period, of the same part of the tree."""
        rows = Incident.objects.allowed(self.user, INCIDENTS).filter(
            reported_at__gte=self.starts_at, reported_at__lt=self.ends_at
        )
        if self.reaches_communities:
            # The keys once more, beside the scope: with them the planner needs no other row.
            return rows.filter(community__in=self.ground)
        return rows.filter(building__quarter__branch__in=self.organizations())

    @cached_property
    def ground(self):
        """The keys of the communities, in the order of their codes."""
        return list(self.communities().order_by("code").values_list("pk", flat=True))

    def grids(self):
        rows = Grid.objects.in_use().filter(level=Grid.Level.COMMUNITY, communities__in=self.ground)
        return Grid.objects.filter(pk__in=rows.order_by().values("pk"))

    @property
    def starts_at(self):
        return midnight(self.starts_on)

    @property
    def ends_at(self):
        """The first moment after the period."""
        return midnight(self.ends_on + timedelta(days=1))

    def communities(self):
        return Community.objects.allowed(self.user, PERMISSION).filter(organization__in=self.organizations())

    def quarters(self):
        rows = Quarter.objects.allowed(self.user, PERMISSION)
        if self.reaches_communities:
            return rows.filter(community__organization__in=self.organizations())
        return rows.filter(branch__in=self.organizations())

    @property
    def day_count(self):
        return (self.ends_on - self.starts_on).days + 1

    def before(self):
        """The same part of the tree in the period of the same length just before."""
        length = timedelta(days=self.day_count)
        return replace(self, starts_on=self.starts_on - length, ends_on=self.starts_on - timedelta(days=1))

    def href(self, name, **narrower):
        """The address of a page of this app that looks at the same; `narrower` overrides and adds parameters."""
        parameters = {"from": self.starts_on.isoformat(), "to": self.ends_on.isoformat()}
        if self.organization:
            parameters["organization"] = self.organization.pk
        parameters.update({key.removesuffix("_"): value for key, value in narrower.items()})
        return f"{reverse(f'dashboards:{name}')}?{urlencode(parameters)}"

    def rows(self, figure="received", **narrower):
        """The address of the needs behind a figure."""
        return self.href("need_list", figure=figure, **narrower)


def midnight(day):
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())


def highest(user):
    """The nodes at the top of what `user` supervises."""
    rows = Organization.objects.allowed(user, PERMISSION)
    return rows.exclude(parent__in=rows)
