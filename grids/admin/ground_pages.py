"""边界核对: overlaps, gaps and buildings outside their grid, on a page and as a sheet."""

from collections import Counter
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
from grids.groundcheck import LABELS, check
from grids.models import Community, Grid, Street

PER_PAGE = 30
MOST_COMMUNITIES = 400  # above which a street has to be chosen first: some two seconds
HEADS = ["问题", "街道", "社区", "情况", "面积（平方米）"]


class GroundView(View):
    """`?street=` and `?community=` narrow the place, `?kind=` the sort of finding."""

    model_admin = None

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm("grids.view_outline") or not self.model_admin.has_view_permission(request):
            raise PermissionDenied
        self.visible = Community.objects.visible_to(request.user).select_related("street").order_by("code")
        return super().dispatch(request, *args, **kwargs)

    def asked(self):
        """(communities, whether they are too many to be looked at, the street's key, the community's key)."""
        street, community = (number(self.request.GET.get(name)) for name in ("street", "community"))
        rows = self.visible
        if street is not None:
            rows = rows.filter(street=street)
        if community is not None:
            rows = rows.filter(pk=community)
        found = list(rows[: MOST_COMMUNITIES + 1])
        return found, len(found) > MOST_COMMUNITIES, street, community

    def found(self, communities):
        report, kind = check(communities), self.request.GET.get("kind", "")
        return report, [each for each in report.findings if kind in ("", each.kind)], kind

    def get(self, request):
        communities, is_too_much, street, community = self.asked()
        report, findings, kind = self.found([] if is_too_much else communities)
        counts = Counter(each.kind for each in report.findings)
        page = Paginator(findings, PER_PAGE).get_page(request.GET.get("page"))
        for each in page.object_list:
            each.url = url_of(each.place)
        chosen = self.visible.filter(street=street) if street is not None else self.visible
        context = {
            **self.model_admin.admin_site.each_context(request),
            "opts": Grid._meta,
            "title": "边界核对",
            "kinds": [(code, label, counts[code]) for code, label in LABELS.items()],
            "kind": kind,
            "total": len(report.findings),
            "bare_count": report.bare_count,
            "page_obj": page,
            "is_too_much": is_too_much,
            "streets": Street.objects.filter(communities__in=self.visible.order_by()).distinct(),
            "communities": chosen[:MOST_COMMUNITIES],
            "street": street,
            "community": community,
            "can_import": request.user.has_perm("grids.add_outline"),
            "query": request.GET.urlencode(),
        }
        return TemplateResponse(request, "admin/grids/grid/ground.html", context)


def url_of(place):
    return reverse(f"admin:grids_{place._meta.model_name}_change", args=[place.pk])


class GroundExportView(GroundView):
    def get(self, request):
        communities, is_too_much, *_ = self.asked()
        rows = [
            [each.label, each.community.street.name, each.community.name, each.words, round(each.area_m2) or ""]
            for each in self.found([] if is_too_much else communities)[1]
        ]
        stream = BytesIO()
        write_sheet(stream, "边界核对", HEADS, rows, widths=[18, 16, 18, 50, 16])
        name = f"边界核对-{timezone.localdate():%Y%m%d}.xlsx"
        head = {"Content-Disposition": content_disposition_header(True, name)}
        return HttpResponse(stream.getvalue(), content_type=CONTENT_TYPE, headers=head)
