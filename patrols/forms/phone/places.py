"""Where something is, chosen from one's own grids."""

from collections import defaultdict

from django import forms

from govern.views import number
from grids.models import Building, Community, Grid
from grids.services.outlines import grid_at

MOST_GRIDS = 60


def areas_for(user, permission, served):
    """[(grid, community)] where `user` may: the grids `served` today, else those in reach of a post."""
    grids = Grid.objects.allowed(user, permission).in_use().filter(level=Grid.Level.COMMUNITY)
    if served:
        grids = grids.filter(pk__in=[grid.pk for grid in served])
    grids = list(grids.order_by("code").distinct()[:MOST_GRIDS])
    pairs = Grid.communities.through.objects.filter(grid__in=grids).values_list("grid", "community")
    known = Community.objects.in_bulk({community for _, community in pairs})
    within = defaultdict(list)
    for grid, community in pairs:
        within[grid].append(known[community])
    return [(grid, community) for grid in grids for community in sorted(within[grid.pk], key=str)]


class AreaField(forms.ChoiceField):
    """A grid with its community; a grid that spans several is offered once with each. Cleans to the pair."""

    def __init__(self, **kwargs):
        kwargs.setdefault("error_messages", {"required": "请选择网格。", "invalid_choice": "这个网格不由您负责。"})
        super().__init__(**kwargs)
        self.areas = {}

    def offer(self, areas):
        grids = [grid for grid, _ in areas]
        self.areas = {f"{grid.pk}-{community.pk}": (grid, community) for grid, community in areas}
        self.choices = [
            (key, f"{grid}（{community}）" if grids.count(grid) > 1 else str(grid))
            for key, (grid, community) in self.areas.items()
        ]
        if len(self.areas) == 1:
            self.initial = next(iter(self.areas))

    def clean(self, value):
        return self.areas.get(super().clean(value))


class BuildingChoice(forms.ModelChoiceField):
    """The buildings of one's grids, quarter by quarter."""

    def __init__(self, **kwargs):
        super().__init__(
            Building.objects.none(),
            error_messages={"invalid_choice": "这栋楼不在您的网格，请重新选择。"},
            empty_label="不在楼里",
            required=False,
            **kwargs,
        )

    def offer(self, areas):
        grids = {grid.pk for grid, _ in areas}
        rows = Building.objects.active().filter(grid__in=grids)
        self.queryset = rows.select_related("quarter__community", "grid").order_by("quarter", "code")


class PlacedMixin:
    """For a form with the fields `area` and `building`: a building says its grid and its community by itself."""

    def offer_places(self, areas):
        for name in ("area", "building"):
            self.fields[name].offer(areas)
        self.fields["area"].required = False

    def building_by_code(self, code):
        return self.fields["building"].queryset.filter(code=code).first() if code.isdigit() else None

    @property
    def building_codes(self):
        """{code on the poster: key}: what the phone needs to know a building by its QR code."""
        return dict(self.fields["building"].queryset.order_by().values_list("code", "pk"))

    def clean(self):
        cleaned = super().clean()
        building, area = cleaned.get("building"), cleaned.get("area")
        if building:
            cleaned["grid"], cleaned["community"] = building.grid, building.quarter.community
        elif area := area or self._area_at(cleaned):
            cleaned["grid"], cleaned["community"] = area
        elif not {"area", "building"} & set(self.errors):
            is_elsewhere = cleaned.get("longitude") is not None
            self.add_error(
                "area", "记下的位置不在您的网格里，请选楼栋或网格。" if is_elsewhere else "请选楼栋，或选网格。"
            )
        return cleaned

    def _area_at(self, cleaned):
        """The only one of one's areas where the phone stood when it was written; a grid of two communities is none."""
        if cleaned.get("longitude") is None or cleaned.get("latitude") is None:
            return None
        areas = list(self.fields["area"].areas.values())
        found = grid_at([grid for grid, _ in areas], cleaned["longitude"], cleaned["latitude"])
        here = [area for area in areas if area[0] == found]
        return here[0] if len(here) == 1 else None


def area_key(areas, grid):
    """The first choice that names the grid with this key (text from an address), or None."""
    wanted = number(grid or "")
    return next((f"{each.pk}-{community.pk}" for each, community in areas if each.pk == wanted), None)
