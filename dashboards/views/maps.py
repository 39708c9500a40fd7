"""一张图: the map of one's ground, and what lies behind its numbers."""

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import Http404, JsonResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.functional import cached_property
from django.views.generic import ListView, TemplateView, View

from checklists.resources import NeedSheet
from dashboards import map_panels, shapes
from dashboards.outlook import INCIDENTS, PERMISSION
from dashboards.places import LEVELS, find
from dashboards.resources import IncidentSheet
from dashboards.views.sheets import as_xlsx, sheet_of
from govern.paging import CappedPaginator
from govern.views import number


class PlaceMixin(PermissionRequiredMixin):
    """Where one looks, from ?district, street, community, grid, building and rest; out of scope is 404."""

    permission_required = (PERMISSION, INCIDENTS)

    @cached_property
    def place(self):
        asked = {level: self.request.GET[level] for level in LEVELS[1:] if self.request.GET.get(level)}
        keyed = {level: number(key) for level, key in asked.items()}
        found = None if None in keyed.values() else find(self.request.user, timezone.now(), keyed)
        if found is None:
            raise Http404
        return found.rest_of() if self.request.GET.get("rest") else found


class Map(PlaceMixin, TemplateView):
    template_name = "dashboards/map.html"

    @cached_property
    def page(self):
        return map_panels.page(self.place, self.request.GET.get("by", ""), self.request.GET.get("sort", ""))

    def get_context_data(self, **kwargs):
        return super().get_context_data(**self.page, **kwargs)


class MapExport(Map):
    def get(self, request):
        name = f"{self.place.name}在办和超期 {timezone.localdate(self.place.at)}"
        return as_xlsx(sheet_of(map_panels.HEADS, map_panels.sheet_rows(self.page["parts"]), "一张图"), name)


class Shapes(PlaceMixin, View):
    """GeoJSON of the parts of one place. It keeps until an outline changes: asked again, it answers 304."""

    def get(self, request):
        tag = shapes.tag(self.place)
        etag = f'"{tag}"'
        response = get_conditional_response(request, etag=etag)
        if response is None:
            response = JsonResponse(shapes.shapes(self.place, tag), content_type="application/geo+json")
            response["ETag"] = etag
        patch_cache_control(response, private=True, no_cache=True)
        return response


class WorkRows(PlaceMixin):
    """The needs or the incidents that are open (or overdue) in a place now, longest overdue first."""

    @cached_property
    def figure(self):
        asked = self.request.GET.get("figure") or "open"
        if asked not in ("open", "overdue"):
            raise Http404
        return asked

    @cached_property
    def rows(self):
        """{kind: its rows}."""
        found = {"need": self.place.needs().open(), "incident": self.place.incidents().open()}
        if self.figure == "overdue":
            found = {kind: rows.overdue(self.place.at) for kind, rows in found.items()}
        return found

    @cached_property
    def counts(self):
        return {kind: rows.order_by().count() for kind, rows in self.rows.items()}

    @cached_property
    def kind(self):
        asked = self.request.GET.get("kind", "")
        return asked if asked in self.rows else "need" if self.counts["need"] else "incident"

    def get_queryset(self):
        return map_panels.listed(self.kind, self.rows[self.kind])


class WorkList(WorkRows, ListView):
    template_name = "dashboards/work_list.html"
    paginate_by = 50
    paginator_class = CappedPaginator

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        panel = map_panels.work(self.place, self.figure, self.kind, self.counts, context["page_obj"])
        return context | panel


class WorkExport(WorkRows, View):
    def get(self, request):
        sheet, rows = {"need": NeedSheet, "incident": IncidentSheet}[self.kind](), self.get_queryset()
        dataset = sheet.export(rows.with_holder() if self.kind == "need" else rows)
        dataset.title = "明细"
        return as_xlsx(dataset, f"{self.place.name}明细 {timezone.localdate(self.place.at)}")
