"""The rows behind the figures of grids: incidents, households that are visited, rounds."""

from django.db.models import Count, Q
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import ListView, View

from dashboards import grid_panels, map_panels, patrolling
from dashboards.forms import IncidentFilterForm
from dashboards.outlook import INCIDENTS, PERMISSION
from dashboards.resources import IncidentSheet
from dashboards.views.outlooks import OutlookMixin
from dashboards.views.sheets import as_xlsx, sheet_of
from govern.paging import CappedPaginator
from govern.views import number
from patrols.models import CareHousehold, Incident, Round


class IncidentRows(OutlookMixin):
    permission_required = (PERMISSION, INCIDENTS)

    @cached_property
    def form(self):
        return IncidentFilterForm(self.request.GET, user=self.request.user)

    def get_queryset(self):
        outlook = self.outlook  # a foreign node is 404 before any filter is judged
        if self.form.has_bad_filters:
            return Incident.objects.none()
        figure = self.form.cleaned_data["figure"] or "reported"
        rows = patrolling.select(outlook.incidents(), figure, outlook.at).filter(**self.form.narrowing())
        return map_panels.incident_columns(rows).order_by("-reported_at", "-pk")


class IncidentList(IncidentRows, ListView):
    template_name = "dashboards/incident_list.html"
    paginate_by = 50
    paginator_class = CappedPaginator

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context |= grid_panels.incident_list(self.outlook, self.form, context["page_obj"])
        context["trail"] = self.trail("巡查事件明细", page="grid_list")
        context["export"] = f"{reverse('dashboards:incident_export')}?{self.request.GET.urlencode()}"
        return context


class IncidentExport(IncidentRows, View):
    def get(self, request):
        rows = self.get_queryset()
        if not self.form.is_valid():
            # The list says what is wrong, beside the field.
            return HttpResponseRedirect(self.outlook.href("incident_list"))
        sheet = IncidentSheet().export(rows)
        sheet.title = "巡查事件明细"
        return as_xlsx(sheet, f"巡查事件明细 {self.outlook.starts_on} 至 {self.outlook.ends_on}")


class GroundRows(OutlookMixin):
    """Rows of a grid, a community or a person within what is looked at."""

    paginate_by = 50
    template_name = "dashboards/row_list.html"
    label, heads, page = "", (), ""

    @cached_property
    def asked(self):
        """{kind: primary key} of what narrows the rows; what is no number is 404."""
        named = {kind: self.request.GET[kind] for kind in ("grid", "community", "person") if self.request.GET.get(kind)}
        found = {kind: number(text) for kind, text in named.items()}
        if None in found.values():
            raise Http404
        return found

    @property
    def within(self):
        return self.outlook.ground, self.outlook.starts_at, self.outlook.ends_at

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["trail"] = self.trail(self.label, page="grid_list")
        context["label"], context["heads"] = self.label, self.heads
        context["rows"] = list(self.cells(context["page_obj"]))
        context["export"] = f"{reverse(f'dashboards:{self.page}_export')}?{self.request.GET.urlencode()}"
        return context


class HouseholdRows(GroundRows):
    permission_required = (PERMISSION, "patrols.view_carehousehold")
    heads, page = grid_panels.HOUSEHOLD_HEADS, "household"
    STATES = {"due": "应走访的户", "visited": "已走访的户", "missed": "没有走访到的户"}

    @cached_property
    def state(self):
        asked = self.request.GET.get("state") or "due"
        if asked not in self.STATES:
            raise Http404
        return asked

    @property
    def label(self):
        return self.STATES[self.state]

    def get_queryset(self):
        rows = patrolling.due(*self.within)
        if self.state != "due":
            rows = rows.filter(is_visited=self.state == "visited")
        if "grid" in self.asked:
            rows = rows.filter(building__grid=self.asked["grid"])
        if "community" in self.asked:
            rows = rows.filter(building__quarter__community=self.asked["community"])
        if "person" in self.asked:
            seen = patrolling.met(*self.within).filter(visitor=self.asked["person"])
            rows = rows.filter(pk__in=seen.values("household"))
        seen = CareHousehold.objects.visible_to(self.request.user).order_by().values("pk")
        return rows.filter(pk__in=seen).select_related("building__quarter", "building__grid").order_by("due_on", "pk")

    def cells(self, rows):
        return grid_panels.household_rows(rows)


class RoundRows(GroundRows):
    permission_required = (PERMISSION, "patrols.view_round")
    heads, page, label = grid_panels.ROUND_HEADS, "round", "巡查记录"

    def get_queryset(self):
        rows = patrolling.walked(self.outlook.grids(), *self.within[1:])
        paths = {"grid": "grid", "community": "grid__communities", "person": "walker"}
        rows = rows.filter(**{paths[kind]: key for kind, key in self.asked.items()})
        rows = Round.objects.visible_to(self.request.user).filter(pk__in=rows.order_by().values("pk"))
        return (
            rows.select_related("grid", "walker")
            .annotate(check_count=Count("checks"), fault_count=Count("checks", filter=Q(checks__is_fine=False)))
            .order_by("-walked_at", "-pk")
        )

    def cells(self, rows):
        return grid_panels.round_rows(rows)


class RowExport(View):
    def get(self, request):
        rows = self.cells(self.get_queryset())
        name = f"{self.label} {self.outlook.starts_on} 至 {self.outlook.ends_on}"
        return as_xlsx(sheet_of(self.heads, rows, self.label), name)


class HouseholdList(HouseholdRows, ListView):
    pass


class HouseholdExport(HouseholdRows, RowExport):
    pass


class RoundList(RoundRows, ListView):
    pass


class RoundExport(RoundRows, RowExport):
    pass
