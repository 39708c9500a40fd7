from dataclasses import replace

from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import ListView, TemplateView

from checklists.models import Need
from checklists.resources import NeedSheet
from dashboards import figures, grid_panels, panels, rates
from dashboards.attention import sentences
from dashboards.forms import NeedFilterForm
from dashboards.measures import MEASURE_HEADS, measure_rows
from dashboards.outlook import INCIDENTS
from dashboards.views.outlooks import OutlookMixin
from dashboards.views.sheets import as_xlsx, sheet_of


class Overview(OutlookMixin, TemplateView):
    template_name = "dashboards/need_overview.html"

    def get_context_data(self, **kwargs):
        outlook, needs = self.outlook, self.outlook.needs()
        counts = figures.totals(needs, outlook.at, rates.COUNTED)
        causes = figures.overdue_causes(needs, outlook.at)
        cover = figures.coverage(outlook.quarters(), timezone.localdate(outlook.at))
        coverage = panels.coverage_panel(outlook, cover)
        rate = self.request.GET.get("rate")
        return super().get_context_data(
            trail=self.trail(),
            children=panels.children(outlook, self.tops),
            periods=panels.quick_periods(outlook, self.form),
            stats=panels.stats(outlook, counts),
            rating=panels.rates_panel(outlook, counts),
            measures=outlook.href("measure_export"),
            days=panels.days_panel(outlook),
            communities=panels.communities_panel(outlook, counts, rate if rate in rates.RATES else "satisfaction"),
            coverage=coverage,
            chain=panels.chain_panel(outlook),
            overdue=panels.overdue_panel(outlook),
            patrols=grid_panels.totals(outlook) if self.request.user.has_perm(INCIDENTS) else None,
            grid_list=outlook.href("grid_list"),
            map=reverse("dashboards:map"),
            attention=sentences(outlook, causes, coverage["counts"]),
            **kwargs,
        )


class NeedRows(OutlookMixin):
    """The needs behind a figure, as the list and the export both take them."""

    @cached_property
    def form(self):
        return NeedFilterForm(self.request.GET, user=self.request.user)

    def get_queryset(self):
        self.outlook  # noqa: B018 - a foreign node is 404 before any filter is judged
        if self.form.has_bad_filters:
            return Need.objects.none()
        asked = self.form.cleaned_data
        rows = figures.select(self.outlook.needs(), asked["figure"] or "received", self.outlook.at)
        if asked["category"]:
            rows = rows.filter(category=asked["category"])
        if asked["channel"]:
            rows = rows.filter(channel=asked["channel"])
        if asked["q"]:
            rows = rows.filter(pk__in=Need.objects.about(asked["q"]).values("pk"))
        # What is not shown need not be decrypted either.
        rows = rows.defer("address_detail", "on_behalf_of", "answers", "funnel")
        return rows.select_related("category", "community", "building__quarter").order_by("-submitted_at", "-pk")


class NeedList(NeedRows, ListView):
    template_name = "dashboards/need_list.html"
    paginate_by = 50

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["trail"] = self.trail("需求明细")
        context["rows"] = panels.need_rows(context["page_obj"], self.outlook.at)
        context["figure"] = figures.FIGURES[self.form.cleaned_data.get("figure") or "received"]
        context["cleared"] = self.outlook.href("need_list")
        context["export"] = f"{reverse('dashboards:need_export')}?{self.request.GET.urlencode()}"
        return context


class NeedExport(NeedRows, TemplateView):
    def get(self, request):
        rows = self.get_queryset().with_holder()
        if not self.form.is_valid():
            # The list says what is wrong, beside the field.
            return HttpResponseRedirect(self.outlook.href("need_list", **request.GET.dict()))
        sheet = NeedSheet().export(rows)
        sheet.title = "需求明细"
        return as_xlsx(sheet, f"需求明细 {self.outlook.starts_on} 至 {self.outlook.ends_on}")


class MeasureExport(OutlookMixin, TemplateView):
    """The rates of what is looked at and of each community in it, with what they were divided by."""

    def get(self, request):
        outlook = self.outlook
        sheet = sheet_of(MEASURE_HEADS, measure_rows(outlook), "指标")
        return as_xlsx(sheet, f"指标 {outlook.starts_on} 至 {outlook.ends_on}")


class OrganizationList(OutlookMixin, ListView):
    """The nodes behind a count of the five-level chain."""

    template_name = "dashboards/organization_list.html"
    paginate_by = 50

    def get_queryset(self):
        rows = self.outlook.organizations().active().select_related("parent").order_by("tree_id", "lft")
        kind = self.request.GET.get("kind", "")
        return rows.filter(kind=kind) if kind else rows

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["trail"] = self.trail("党组织")
        context["kinds"] = panels.kind_chips(self.outlook, self.request.GET.get("kind", ""))
        context["rows"] = [
            {"organization": row, "href": replace(self.outlook, organization=row).href("home")}
            for row in context["page_obj"]
        ]
        return context


class QuarterList(OutlookMixin, ListView):
    """The quarters behind a segment of the coverage."""

    template_name = "dashboards/quarter_list.html"
    paginate_by = 50

    def get_queryset(self):
        rows = figures.with_cover(self.outlook.quarters(), timezone.localdate(self.outlook.at))
        asked = {"cover": self.request.GET.get("cover"), "community__organization__kind": self.request.GET.get("kind")}
        rows = rows.filter(**{name: value for name, value in asked.items() if value})
        return rows.select_related("community", "branch").order_by("community__code", "name")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["trail"] = self.trail("小区覆盖")
        context["covers"] = panels.cover_chips(self.outlook, self.request.GET.get("cover", ""))
        context["rows"] = [{"quarter": row, "cover": figures.COVERS[row.cover][0]} for row in context["page_obj"]]
        return context
