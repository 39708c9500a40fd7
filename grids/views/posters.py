"""A4 posters: a building's, whose QR code opens the need form with the building filled in, and a grid's notice."""

from urllib.parse import urlencode

import segno
from django.conf import settings
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.db.models import Prefetch
from django.http import Http404
from django.urls import reverse
from django.views.generic import ListView

from govern.scoping import ScopedViewMixin
from govern.views import number
from grids.models import Building, Duty, Grid
from grids.notices import lines, of_grid

MOST_POSTERS = 100
ROOMY = 110  # characters that fit in the large type; a poster with more words is set smaller, so that it stays one page


class PosterView(PermissionRequiredMixin, ScopedViewMixin, ListView):
    """One poster by `pk` in the path, or several by `?<model>=`; one that is out of reach and there is none."""

    def get_queryset(self):
        name = self.model._meta.model_name
        keys = [str(self.kwargs["pk"])] if "pk" in self.kwargs else self.request.GET.getlist(name)
        keys = {number(key) for key in keys[:MOST_POSTERS]} - {None}
        rows = self.loaded(super().get_queryset().filter(pk__in=keys))
        if not keys or len(rows) != len(keys):
            raise Http404
        return rows

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        rows = context["object_list"]
        people = lines([duty for row in rows for duty in self.duties_of(row)], is_lasting=True)
        context["posters"] = [self.poster_of(row, [people[duty.pk] for duty in self.duties_of(row)]) for row in rows]
        return context

    def poster_of(self, row, people):
        grid, qr = self.grid_of(row), segno.make(settings.PUBLIC_URL + self.address_of(row), error="m")
        words = [str(row) * 2, *(line.area for line in people), *([grid.name, grid.boundary] if grid else [])]
        return {
            **self.words_of(row),
            "grid": grid,
            "qr": qr.svg_data_uri(scale=8, border=2),
            "people": people,
            "is_tight": len("".join(words)) > ROOMY,
        }


class BuildingPosterView(PosterView):
    model = Building
    template_name = "grids/building_poster.html"
    permission_required = ["accounts.use_workplace", "grids.view_building"]

    def loaded(self, rows):
        on_duty = Duty.objects.current()
        return rows.select_related("quarter__community", "grid").prefetch_related(
            Prefetch("duties", on_duty.filter(kind=Duty.Kind.BUILDING_HEAD), to_attr="heads"),
            Prefetch("grid__duties", on_duty, to_attr="people"),
        )

    def duties_of(self, building):
        """The first 网格员 and 网格长, and the 楼栋长: what a passer-by can read."""
        shown = {}
        for duty in of_grid(building.grid.people) if building.grid else []:
            if duty.kind in (Duty.Kind.WORKER, Duty.Kind.LEADER):
                shown.setdefault(duty.kind, duty)
        return [*shown.values(), *building.heads[:1]]

    def address_of(self, building):
        return f"/needs/new/?{urlencode({'building': building.code})}"

    def words_of(self, building):
        return {"building": building, "community": building.quarter.community}

    def grid_of(self, building):
        return building.grid


class GridPosterView(PosterView):
    model = Grid
    template_name = "grids/grid_poster.html"
    permission_required = ["accounts.use_workplace", "grids.view_grid"]

    def loaded(self, rows):
        rows = rows.in_use().filter(level=Grid.Level.COMMUNITY)
        return rows.prefetch_related(Prefetch("duties", Duty.objects.current(), to_attr="people"), "communities")

    def duties_of(self, grid):
        return of_grid(grid.people)[:6]

    def address_of(self, grid):
        return reverse("notices:grid_detail", args=[grid.code])

    def words_of(self, grid):
        return {"communities": grid.communities.all()}

    def grid_of(self, grid):
        return grid
