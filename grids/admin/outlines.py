"""边界: the list, the file in with a preview, the file out."""

import json

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views import View
from unfold.admin import ModelAdmin

from govern.imports import shelf
from govern.imports.fillings import SAME
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from grids.forms.outlines import GeoJsonForm
from grids.geometry import drawing, shapes_of
from grids.imports.outlines import KINDS, preview
from grids.models import Outline
from grids.services.outlines import draw_outlines

KEY = "grids-outline"
ROWS_PER_PAGE = 100
MOST_DRAWN = 200


class KindFilter(admin.SimpleListFilter):
    title = "哪一级"
    parameter_name = "kind"

    def lookups(self, request, model_admin):
        return list(KINDS.items())

    def queryset(self, request, queryset):
        return queryset.filter(**{f"{self.value()}__isnull": False}) if self.value() in KINDS else queryset


@admin.register(Outline)
class OutlineAdmin(ScopedAdminMixin, ModelAdmin):
    change_list_template = "admin/grids/outline/change_list.html"
    fields = readonly_fields = ["place", "kind", "size", "drawn_on", "imported_by", "picture"]
    list_display = ["place", "kind", "size", "drawn_on", "imported_by"]
    list_select_related = ["community", "quarter__community", "grid", "imported_by"]
    list_filter = [KindFilter, ("community", ScopedRelatedFilter)]
    list_per_page = 50
    search_fields = ["community__name", "quarter__name", "grid__name", "community__code", "grid__code"]
    search_help_text = "社区、小区、网格的名称或编码"
    actions = None

    class Media:
        css = {"all": ["css/ground.css"]}

    def get_queryset(self, request):
        return super().get_queryset(request).defer("geometry")

    def get_urls(self):
        def page(route, view, name):
            shown = self.admin_site.admin_view(view.as_view(model_admin=self))
            return path(route, shown, name=f"grids_outline_{name}")

        return [
            page("import/", ImportView, "import"),
            page("import/<slug:token>/", PreviewView, "preview"),
            page("export/", ExportView, "export"),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        context = {"can_import": request.user.has_perm("grids.add_outline"), "query": request.GET.urlencode()}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def has_add_permission(self, request):
        return False  # by file

    def has_change_permission(self, request, obj=None):
        return False  # a shape is drawn elsewhere and comes by file

    @admin.display(description="地方")
    def place(self, outline):
        return f"{outline.quarter.community}{outline.quarter}" if outline.quarter else outline.place

    @admin.display(description="哪一级")
    def kind(self, outline):
        return next(label for name, label in KINDS.items() if getattr(outline, f"{name}_id"))

    @admin.display(description="面积（平方米）", ordering="area_m2")
    def size(self, outline):
        return f"{outline.area_m2:,.0f}"

    @admin.display(description="图形")
    def picture(self, outline):
        drawn = {"drawing": drawing(shapes_of([outline.geometry])), "label": f"{outline}，上北下南"}
        return render_to_string("admin/grids/outline/_picture.html", drawn)


class OutlinesView(View):
    model_admin = None
    permission = "grids.add_outline"

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm(self.permission):
            raise PermissionDenied
        if "token" in kwargs and not shelf.is_token(kwargs["token"]):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def answer(self, template, status=200, **context):
        base = {**self.model_admin.admin_site.each_context(self.request), "opts": Outline._meta, "title": "导入边界"}
        path = f"admin/grids/outline/{template}.html"
        return TemplateResponse(self.request, path, {**base, **context}, status=status)

    def gone(self):
        messages.warning(self.request, "这份文件已经导入，或已过期删除。没有的话请重新上传。")
        return HttpResponseRedirect(reverse("admin:grids_outline_import"))


class ImportView(OutlinesView):
    def get(self, request):
        return self.answer("import", form=GeoJsonForm())

    def post(self, request):
        form = GeoJsonForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.answer("import", form=form, status=422)
        token = shelf.keep(KEY, form.content, actor=request.user)
        return HttpResponseRedirect(reverse("admin:grids_outline_preview", args=[token]))


class PreviewView(OutlinesView):
    """Every shape with what will become of it. Taken whole or not at all, and once."""

    def get(self, request, token):
        content = shelf.kept(KEY, token, actor=request.user)
        return self.show(preview(content, request.user)) if content is not None else self.gone()

    def post(self, request, token):
        if "drop" in request.POST:
            shelf.drop(KEY, token, actor=request.user)
            messages.info(request, "没有导入，上传的文件已删除。")
            return HttpResponseRedirect(reverse("admin:grids_outline_import"))
        if (content := shelf.take(KEY, token, actor=request.user)) is None:
            return self.gone()
        found = preview(content, request.user)
        if found.bad:
            return self.show(found, status=422)
        try:
            draw_outlines([(row.kind, row.place, row.shape) for row in found.good], actor=request.user)
        except IntegrityError:
            messages.error(request, "有别人刚刚导入了相同地方的边界，请重新上传看看。")
            return HttpResponseRedirect(reverse("admin:grids_outline_import"))
        words = f"已导入：新增 {found.new_count} 个边界，修改 {found.changed_count} 个。"
        messages.success(request, words)
        return HttpResponseRedirect(reverse("admin:grids_grid_ground"))

    def show(self, found, status=200):
        same = [row for row in found.rows if row.action == SAME]
        page = Paginator([*found.bad, *found.good, *same], ROWS_PER_PAGE).get_page(self.request.GET.get("page"))
        shapes = [row.shape for row in found.good][:MOST_DRAWN]
        return self.answer(
            "preview", status=status, found=found, page_obj=page, drawing=drawing(shapes, size=640) if shapes else None
        )


class ExportView(OutlinesView):
    """What the list shows, as the file that comes back in."""

    permission = "grids.view_outline"

    def get(self, request):
        rows = self.model_admin.get_changelist_instance(request).get_queryset(request).defer(None)
        related = rows.select_related("community", "quarter__community", "grid").order_by("pk")
        features = [
            {"type": "Feature", "properties": told(row), "geometry": row.geometry} for row in related.iterator(500)
        ]
        text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
        name = f"边界-{timezone.localdate():%Y%m%d}.geojson"
        head = {"Content-Disposition": content_disposition_header(True, name)}
        return HttpResponse(text, content_type="application/geo+json", headers=head)


def told(outline):
    if quarter := outline.quarter:
        return {"name": quarter.name, "quarter": quarter.name, "community": quarter.community.name}
    return {"name": outline.place.name, "code": outline.place.code}
