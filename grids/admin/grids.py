"""Grids: the list with what is missing in each, and the forms; their pages are in grid_pages."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Value
from django.shortcuts import redirect
from django.urls import path, reverse

from govern.act_pages import badge
from govern.scoping import ScopedRelatedFilter
from govern.views import number
from grids import resources
from grids.admin.grid_pages import ActView, LookView, PageView
from grids.admin.ground_pages import GroundExportView, GroundView
from grids.admin.places import PlaceAdmin
from grids.forms.grids import GridForm
from grids.models import Grid
from grids.norms import Norm, holds_households, norm
from grids.services.grids import change_grid, found_grid


class StandingFilter(admin.SimpleListFilter):
    title = "状态"
    parameter_name = "standing"

    def lookups(self, request, model_admin):
        return [
            ("all", "全部，连同已撤销"),
            ("gone", "已撤销"),
            ("size", "户数不在规模内"),
            ("people", "缺网格长或网格员"),
        ]

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        return [{**first, "display": "在用"}, *others]

    def queryset(self, request, queryset):
        match self.value():
            case "all":
                return queryset
            case "gone":
                return queryset.filter(dissolved_on__isnull=False)
            case "size":
                size = norm()
                return queryset.filter(pk__in=Grid.objects.out_of_norm(size.least, size.most).order_by().values("pk"))
            case "people":
                return queryset.of_communities().filter(leader_name="") | queryset.of_communities().filter(
                    worker_count=0
                )
        return queryset.in_use()


class GridFilter(ScopedRelatedFilter):
    """The grids of the community that is chosen beside it; of all, while they are few."""

    def choosable(self, field, request):
        community = number(request.GET.get("community__id__exact", ""))
        rows = super().choosable(field, request)
        return rows if community is None else rows.filter(communities=community)


@admin.register(Grid)
class GridAdmin(PlaceAdmin):
    form = GridForm
    resource_classes = [resources.GridResource]
    fields = ["name", "code", "level", "kind", "parent", "communities", "boundary", "supervision_phone"]
    autocomplete_fields = ["communities"]
    list_display = ["name", "code", "level", "kind", "where", "buildings", "households", "people"]
    list_select_related = ["parent"]
    ordering = ["code"]
    list_filter = [StandingFilter, "level", "kind", ("communities", ScopedRelatedFilter)]
    search_fields = ["name", "code", "boundary"]

    def get_urls(self):
        def page(route, view, name, **kwargs):
            shown = self.admin_site.admin_view(view.as_view(model_admin=self, **kwargs))
            return path(route, shown, name=f"grids_grid_{name}")

        return [
            page("ground/", GroundView, "ground"),
            page("ground/export/", GroundExportView, "ground_export"),
            page("<int:pk>/split/", LookView, "split", verb="split"),
            page("<int:pk>/merge/", LookView, "merge", verb="merge"),
            page("<int:pk>/<slug:verb>/do/", ActView, "act"),
            path("<int:pk>/edit/", self.admin_site.admin_view(self.edit_view), name="grids_grid_edit"),
            *super().get_urls(),
        ]

    # --- The list -----------------------------------------------------------------------------------------------------
    def get_queryset(self, request):
        size = norm()
        rows = super().get_queryset(request).with_figures().prefetch_related("communities")
        return rows.annotate(least=Value(size.least), most=Value(size.most))

    def changelist_view(self, request, extra_context=None):
        context = {"ground_url": reverse("admin:grids_grid_ground"), **(extra_context or {})}
        return super().changelist_view(request, context)

    def get_search_results(self, request, queryset, search_term):
        """Nobody chooses a grid that is no more."""
        rows = queryset.in_use() if request.resolver_match.url_name == "autocomplete" else queryset
        return super().get_search_results(request, rows, search_term)

    @admin.display(description="范围")
    def where(self, grid):
        return "、".join(str(row) for row in grid.communities.all()) or "—"

    @admin.display(description="楼栋数", ordering="building_count")
    def buildings(self, grid):
        return grid.building_count

    @admin.display(description="户数", ordering="household_sum")
    def households(self, grid):
        size = Norm(grid.least, grid.most)
        if grid.dissolved_on or not holds_households(grid) or not (fault := size.fault(grid.household_sum)):
            return grid.household_sum
        return badge("warn", f"{grid.household_sum} 户，{fault}")

    @admin.display(description="人员", ordering="leader_name")
    def people(self, grid):
        if grid.dissolved_on:
            return badge("plain", f"{grid.dissolved_on:%Y-%m-%d} 撤销")
        if grid.level != Grid.Level.COMMUNITY:
            return grid.leader_name or "—"
        missing = "、".join(
            word for word, has in (("网格长", grid.leader_name), ("网格员", grid.worker_count)) if not has
        )
        if missing:
            return badge("warn", f"缺{missing}")
        return f"网格长 {grid.leader_name} · 网格员 {grid.worker_count} 名"

    # --- One grid -----------------------------------------------------------------------------------------------------
    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if object_id is None:
            return super().changeform_view(request, None, form_url, {**(extra_context or {}), "title": "设立网格"})
        return PageView.as_view(model_admin=self)(request, pk=number(object_id))

    def edit_view(self, request, pk):
        """更正 what was written down wrongly; a new name is better given by 更名, which asks why."""
        row = self.get_object(request, str(pk))
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        fewer = dict.fromkeys(["show_delete", "show_save_and_add_another", "show_save_and_continue"], False)
        return super().changeform_view(request, str(pk), "", {"title": f"更正：{row}", **fewer})

    def delete_view(self, request, object_id, extra_context=None):
        """A grid is not erased but dissolved: on its page."""
        return redirect("admin:grids_grid_change", self.get_object(request, object_id).pk)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or obj.dissolved_on is None)

    def has_delete_permission(self, request, obj=None):
        return False

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), *(["level"] if obj else [])]

    def save_model(self, request, obj, form, change):
        if change:
            change_grid(obj, actor=request.user)
        else:
            found_grid(obj, communities=list(form.cleaned_data.get("communities") or ()), actor=request.user)

    def response_change(self, request, obj):
        self.message_user(request, f"已保存“{obj}”。")
        return redirect("admin:grids_grid_change", obj.pk)
