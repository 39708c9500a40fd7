"""What a supervisor looks at: a part of the tree and a period. Every page, figure and link here starts from one."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from checklists.models import Need
from grids.models import Community, Quarter
from organizations.models import Organization

PERMISSION = "checklists.supervise_need"


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
            .filter(
                submitted_at__gte=midnight(self.starts_on), submitted_at__lt=midnight(self.ends_on + timedelta(days=1))
            )
        )
        if self.reaches_communities:
            return rows.filter(community__organization__in=self.organizations())
        return rows.filter(building__quarter__branch__in=self.organizations())

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
