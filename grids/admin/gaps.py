"""人员空缺: how many of each kind are missing in each community, the rows behind a number, and both as a sheet."""

from io import BytesIO

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views import View

from govern.spreadsheets import CONTENT_TYPE, write_sheet
from govern.views import number
from grids.gaps import GAPS
from grids.models import Building, Community, Duty, Grid

PER_PAGE = 50
FIRST_KIND = {"building-head": "building_head", "worker": "worker", "leader": "leader", "adviser": "adviser"}


class GapsView(View):
    """`?gap=` the rows of one kind, `?community=` of one community; without a gap, the counts of all."""

    model_admin = None

    def dispatch(self, request, *args, **kwargs):
        if not self.model_admin.has_view_permission(request):
            raise PermissionDenied
        self.communities = Community.objects.visible_to(request.user).order_by("code")
        self.gap = GAPS.get(request.GET.get("gap", ""))
        self.community = self.communities.filter(pk=number(request.GET.get("community"))).first()
        return super().dispatch(request, *args, **kwargs)

    def get(self, request):
        context = {
            **self.model_admin.admin_site.each_context(request),
            "opts": self.model_admin.opts,
            "title": "人员空缺",
            "gaps": GAPS.values(),
            "gap": self.gap,
            "community": self.community,
            "query": request.GET.urlencode(),
            **(self.drilled() if self.gap else self.counted()),
        }
        return TemplateResponse(request, "admin/grids/duty/gaps.html", context)

    def counted(self):
        rows = self.communities.filter(pk=self.community.pk) if self.community else self.communities
        page = Paginator(rows, PER_PAGE).get_page(self.request.GET.get("page"))
        return {"page_obj": page, "table": self.table(page.object_list)}

    def table(self, communities):
        """[(community, [(gap, count)])]; each gap in one query."""
        keys = [each.pk for each in communities]
        counts = {gap.code: gap.counts(self.request.user, keys) for gap in GAPS.values()}
        return [(each, [(gap, counts[gap.code][each.pk]) for gap in GAPS.values()]) for each in communities]

    def rows(self):
        return self.gap.rows_of(self.request.user, self.community)

    def drilled(self):
        page = Paginator(self.rows(), PER_PAGE).get_page(self.request.GET.get("page"))
        return {"page_obj": page, "rows": [self.spoken(row) for row in page.object_list]}

    def spoken(self, row):
        """One line of the page: what it is, where it leads, and where to mend it."""
        add = reverse("admin:grids_duty_add")
        kind = FIRST_KIND.get(self.gap.code)
        match row:
            case Building():
                page, where, note = "building", row.quarter.community, row.code
                mend = f"{add}?kind={kind}&building={row.pk}"
            case Grid():
                page, where, note = "grid", row.boundary, row.code
                mend = f"{add}?kind={kind}&grid={row.pk}"
            case Duty():
                page, where, note, mend = "duty", row.ground, row.span, ""
        name = f"{row.get_kind_display()} {row.name}" if isinstance(row, Duty) else str(row)
        url = reverse(f"admin:grids_{page}_change", args=[row.pk])
        return {"name": name, "where": where, "note": note, "url": url, "mend": mend}


class GapsExportView(GapsView):
    def get(self, request):
        stream = BytesIO()
        if self.gap:
            title, heads = self.gap.label, ["名称", "社区、四至或网格", "编码或任期"]
            lines = ([line["name"], str(line["where"]), line["note"]] for line in map(self.spoken, self.rows()))
        else:
            title, heads = "人员空缺", ["社区", *(gap.label for gap in GAPS.values())]
            lines = ([str(each), *(count for _, count in cells)] for each, cells in self.table(list(self.communities)))
        write_sheet(stream, title, heads, lines, widths=[24, 30, 22])
        name = f"{title}-{timezone.localdate():%Y%m%d}.xlsx"
        head = {"Content-Disposition": content_disposition_header(True, name)}
        return HttpResponse(stream.getvalue(), content_type=CONTENT_TYPE, headers=head)
