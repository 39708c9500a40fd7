"""议事协商: communities side by side, and the rows behind each number."""

from django.core.paginator import Paginator
from django.http import Http404
from django.utils.functional import cached_property
from django.views.generic import ListView, TemplateView, View

from dashboards import deliberating, deliberation_panels, panels
from dashboards.deliberation_panels import LISTINGS
from dashboards.views.outlooks import OutlookMixin
from dashboards.views.sheets import as_xlsx, sheet_of


class DeliberationMixin(OutlookMixin):
    @cached_property
    def places(self):
        return list(self.outlook.communities().select_related("organization").order_by("code"))

    @cached_property
    def found(self):
        return deliberating.counts(self.outlook)


class DeliberationList(DeliberationMixin, TemplateView):
    template_name = "dashboards/deliberation_list.html"
    SHOWN = 50

    def get_context_data(self, **kwargs):
        outlook = self.outlook
        page_obj = Paginator(self.places, self.SHOWN).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            trail=self.trail(page="deliberation_list"),
            children=panels.children(outlook, self.tops, page="deliberation_list"),
            periods=panels.quick_periods(outlook, self.form, "deliberation_list"),
            page_obj=page_obj,
            paginator=page_obj.paginator,
            export=outlook.href("deliberation_export"),
            **deliberation_panels.page(outlook, self.found, page_obj),
            **kwargs,
        )


class DeliberationExport(DeliberationMixin, View):
    def get(self, request):
        rows = deliberation_panels.sheet_rows(self.found, self.places)
        sheet = sheet_of(deliberation_panels.sheet_heads(), rows, "议事协商")
        return as_xlsx(sheet, f"议事协商 {self.outlook.starts_on} 至 {self.outlook.ends_on}")


class RowsMixin(OutlookMixin):
    """The rows of ?figure. What has no rows to open, or none for this user, is 404."""

    paginate_by = 50
    template_name = "dashboards/row_list.html"

    @cached_property
    def figure(self):
        asked = self.request.GET.get("figure", "")
        if asked not in deliberating.TALLIES or not deliberation_panels.rows_href(self.outlook, asked):
            raise Http404
        return asked

    @property
    def label(self):
        return deliberating.TALLIES[self.figure].label

    def get_queryset(self):
        rows = deliberating.select(self.figure, self.outlook)
        seen = rows.model.objects.visible_to(self.request.user).order_by().values("pk")
        listing = LISTINGS[rows.model]
        return rows.filter(pk__in=seen).select_related(*listing.related).order_by(*listing.order)

    def cells(self, rows):
        return [LISTINGS[type(row)].cells(row) for row in rows]

    @property
    def heads(self):
        return LISTINGS[self.get_queryset().model].heads


class DeliberationRows(RowsMixin, ListView):
    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return context | {
            "trail": self.trail(self.label, page="deliberation_list"),
            "label": self.label,
            "heads": self.heads,
            "rows": self.cells(context["page_obj"]),
            "export": self.outlook.href("deliberation_rows_export", figure=self.figure),
        }


class DeliberationRowsExport(RowsMixin, View):
    def get(self, request):
        sheet = sheet_of(self.heads, self.cells(self.get_queryset()), self.label)
        return as_xlsx(sheet, f"{self.label} {self.outlook.starts_on} 至 {self.outlook.ends_on}")
