"""网格工作: grids, people or communities side by side."""

from django.core.paginator import Paginator
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from dashboards import grid_panels, grid_rows, panels
from dashboards.outlook import INCIDENTS, PERMISSION
from dashboards.views.outlooks import OutlookMixin
from dashboards.views.sheets import as_xlsx, sheet_of

MOST_GRIDS = 2000  # beyond so many, communities come first


class GridRows(OutlookMixin):
    permission_required = (PERMISSION, INCIDENTS)

    @cached_property
    def is_wide(self):
        return self.outlook.grids().count() > MOST_GRIDS

    @cached_property
    def kind(self):
        asked = self.request.GET.get("by", "")
        usual = "community" if self.is_wide else "grid"
        return asked if asked in grid_rows.KINDS and not self.is_wide else usual

    @cached_property
    def few(self):
        return grid_panels.minimum(self.outlook)

    @cached_property
    def sort(self):
        return self.request.GET.get("sort", "")

    @cached_property
    def rows(self):
        return grid_rows.in_order(grid_rows.rows_of(self.outlook, self.kind), self.sort, self.few)


class GridList(GridRows, TemplateView):
    template_name = "dashboards/grid_list.html"
    SHOWN = 100

    def get_context_data(self, **kwargs):
        outlook = self.outlook
        page_obj = Paginator(self.rows, self.SHOWN).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            trail=self.trail(page="grid_list"),
            children=panels.children(outlook, self.tops, page="grid_list"),
            periods=panels.quick_periods(outlook, self.form, "grid_list", by=self.kind),
            totals=grid_panels.totals(outlook),
            intake=grid_panels.intake(outlook),
            page_obj=page_obj,
            paginator=page_obj.paginator,
            is_wide=self.is_wide,
            recurring=grid_panels.recurring_href(outlook),
            export=outlook.href("grid_export", by=self.kind, sort=self.sort),
            **grid_panels.page(outlook, self.kind, self.sort, page_obj, self.few),
            **kwargs,
        )


class GridExport(GridRows, TemplateView):
    def get(self, request):
        sheet = sheet_of(grid_panels.sheet_heads(self.kind), grid_panels.sheet_rows(self.kind, self.rows), "网格工作")
        return as_xlsx(sheet, f"网格工作 {self.outlook.starts_on} 至 {self.outlook.ends_on}")
