"""Where on the map one stands: everything supervised, a district, a street, a community, a grid, and what lies below.

All counts of a place are of what its communities hold, so that the parts of a place always add up to it; a grid that
spans communities is looked at from one of them at a time.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Count, Max
from django.urls import reverse
from django.utils.functional import cached_property

from checklists.models import Need
from dashboards.outlook import INCIDENTS, PERMISSION
from govern.scoping import keys
from grids.models import Building, Community, District, Grid, Street
from patrols.models import Incident

LEVELS = ("all", "district", "street", "community", "grid", "building")
LEVEL_WORDS = {
    "all": "区县",
    "district": "街道",
    "street": "社区",
    "community": "网格",
    "grid": "楼栋",
}  # what lies on the map of a level
REST = 0  # the key of what lies in none of the parts: no building told, a grid not drawn


def supervised(user):
    return Community.objects.under_posts(user, PERMISSION)


@dataclass(frozen=True)
class Place:
    """`rest` means only what lies in none of the place's parts."""

    user: object
    at: datetime
    district: District | None = None
    street: Street | None = None
    community: Community | None = None
    grid: Grid | None = None
    building: Building | None = None
    rest: bool = False
    top: str = ""  # the level of the lowest place that holds all that the user supervises, where it is known

    @property
    def level(self):
        return next((name for name in reversed(LEVELS[1:]) if getattr(self, name)), "all")

    @property
    def name(self):
        return str(getattr(self, self.level)) if self.level != "all" else "全部"

    def communities(self):
        rows = supervised(self.user)
        if self.community:
            return rows.filter(pk=self.community.pk)
        if self.street:
            return rows.filter(street=self.street)
        return rows.filter(street__district=self.district) if self.district else rows

    @cached_property
    def known(self):
        """The communities here, in the order of their codes."""
        return list(self.communities().select_related("street__district").order_by("code"))

    @property
    def keys(self):
        return [community.pk for community in self.known]

    @cached_property
    def _reported(self):
        """Of them, those whose incidents the user sees."""
        return keys(self.communities() & Community.objects.under_posts(self.user, INCIDENTS))

    def needs(self):
        rows = Need.objects.filed().filter(community__in=self.keys)
        return self._narrowed(rows, "building__grid")

    def incidents(self):
        return self._narrowed(Incident.objects.filter(community__in=self._reported), "grid")

    def _narrowed(self, rows, grid):
        if self.building:
            return rows.filter(**{grid: self.grid}, building=self.building)
        if self.grid:
            rows = rows.filter(**{grid: self.grid})
            return rows.exclude(building__in=keys(self.buildings())) if self.rest else rows
        return rows.exclude(**{f"{grid}__in": keys(self.grids())}) if self.rest else rows

    def grids(self):
        return Grid.objects.in_use().filter(communities=self.community, level=Grid.Level.COMMUNITY).order_by("code")

    def buildings(self):
        rows = Building.objects.active().filter(quarter__community=self.community)
        return (rows.filter(grid=self.grid) if self.grid else rows).order_by("code")

    # --- Ways ---------------------------------------------------------------------------------------------------------
    @property
    def parameters(self):
        """What names this place in an address."""
        found = {name: getattr(self, name).pk for name in ("district", "street") if self.level == name}
        if self.community:
            found["community"] = self.community.pk
        found.update({name: getattr(self, name).pk for name in ("grid", "building") if getattr(self, name)})
        return found | ({"rest": 1} if self.rest else {})

    def href(self, name="map", **more):
        query = urlencode(self.parameters | {key: value for key, value in more.items() if value})
        return reverse(f"dashboards:{name}") + (f"?{query}" if query else "")

    def chain(self):
        """The places above, the highest first, and this one."""
        steps, place = [self], self
        while place.level != "all":
            place = place.above()
            steps.insert(0, place)
        return steps

    def above(self):
        return replace(self, rest=False) if self.rest else replace(self, **{self.level: None})

    def rest_of(self):
        """What lies in none of the parts: of a community or a grid, which alone can hold such things."""
        return replace(self, rest=self.level in ("community", "grid"))


def start(user, at):
    """The lowest place that holds all that `user` supervises."""
    found = supervised(user).aggregate(
        communities=Count("pk", distinct=True),
        streets=Count("street", distinct=True),
        districts=Count("street__district", distinct=True),
        community=Max("pk"),
    )
    if found["districts"] != 1:
        return Place(user, at, top="all")
    community = _communities(user).get(pk=found["community"])
    place = Place(user, at, community.street.district)
    if found["streets"] == 1:
        place = replace(place, street=community.street)
    if found["communities"] == 1:
        place = replace(place, community=community)
    return replace(place, top=place.level)


def _communities(user):
    return supervised(user).select_related("street__district")


def find(user, at, asked):
    """The place that `asked`, {level: primary key or None}, names; None where there is none in the user's scope."""
    keyed = {level: key for level, key in asked.items() if key is not None}
    if not keyed:
        return start(user, at)
    rows = _communities(user)
    if "building" in keyed:
        within = Building.objects.filter(quarter__community__in=supervised(user)).select_related("grid")
        building = within.filter(pk=keyed["building"]).first()
        community = building and rows.get(quarters=building.quarter_id)
        return building and _at(user, at, community, grid=building.grid, building=building)
    if "grid" in keyed:
        grid = Grid.objects.in_use().filter(pk=keyed["grid"], level=Grid.Level.COMMUNITY).first()
        within = rows.filter(grids=grid) if grid else rows.none()
        if "community" in keyed:
            within = within.filter(pk=keyed["community"])
        community = within.order_by("code").first()
        return community and _at(user, at, community, grid=grid)
    if "community" in keyed:
        community = rows.filter(pk=keyed["community"]).first()
        return community and _at(user, at, community)
    if "street" in keyed:
        community = rows.filter(street=keyed["street"]).first()
        return community and Place(user, at, community.street.district, community.street)
    community = rows.filter(street__district=keyed["district"]).first()
    return community and Place(user, at, community.street.district)


def _at(user, at, community, **below):
    return Place(user, at, community.street.district, community.street, community, **below)
