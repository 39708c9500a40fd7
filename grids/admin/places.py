"""Places, from the district down to the building."""

from urllib.parse import urlencode

from django.contrib import admin, messages
from django.db.models import Count, Q
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.html import format_html
from unfold.admin import ModelAdmin
from unfold.decorators import action

from govern.exports import ExportAdminMixin
from govern.imports.admin import ImportAdminMixin
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from grids import resources
from grids.addresses import find_buildings, parse
from grids.admin.place_pages import MOST_MOVED, MoveView, PlaceActView
from grids.admin.residences import ResidentsView, page_of
from grids.forms.places import BuildingForm, CommunityForm, QuarterForm, StreetForm
from grids.imports.places import PlaceFilling
from grids.models import Building, Community, District, Quarter, Street
from grids.services.places import save_building
from grids.views.posters import MOST_POSTERS

MOST_HITS = 200


class PlaceAdmin(ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    list_per_page = 50
    actions = None


@admin.register(District)
class DistrictAdmin(ScopedAdminMixin, ModelAdmin):
    fields = ["name", "code"]
    list_display = ["name", "code"]
    list_per_page = 50
    search_fields = ["name", "code"]
    actions = None


@admin.register(Street)
class StreetAdmin(ScopedAdminMixin, ModelAdmin):
    form = StreetForm
    fields = ["name", "code", "district"]
    list_display = ["name", "code", "district"]
    list_select_related = ["district"]
    list_per_page = 50
    search_fields = ["name", "code"]
    actions = None


@admin.register(Community)
class CommunityAdmin(PlaceAdmin):
    form = CommunityForm
    resource_classes = [resources.CommunityResource]
    fields = ["name", "code", "street", "organization", "hotline", "address", "households", "households_on"]
    autocomplete_fields = ["organization"]
    list_display = ["name", "street", "organization", "hotline", "households", "quarters"]
    list_select_related = ["street", "organization"]
    ordering = ["code"]
    list_filter = [("street", ScopedRelatedFilter)]
    search_fields = ["name", "code"]
    actions_detail = ["open_ground", "number_grids"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(quarter_count=Count("quarters", distinct=True))

    def get_urls(self):
        view = PlaceActView.as_view(model_admin=self, verb="number", permission="grids.change_grid")
        shown = self.admin_site.admin_view(view)
        return [path("<int:pk>/number/", shown, name="grids_community_number"), *super().get_urls()]

    def has_ground_permission(self, request, object_id=None):
        return request.user.has_perm("grids.view_outline")

    def has_number_permission(self, request, object_id=None):
        return request.user.has_perm("grids.change_grid")

    @action(description="边界核对", icon="rule", url_path="open-ground", permissions=["ground"])
    def open_ground(self, request, object_id):
        key = self.get_object(request, object_id).pk
        return redirect(f"{reverse('admin:grids_grid_ground')}?community={key}")

    @action(description="网格按方位编号", icon="format_list_numbered", url_path="open-number", permissions=["number"])
    def number_grids(self, request, object_id):
        return redirect("admin:grids_community_number", self.get_object(request, object_id).pk)

    @admin.display(description="小区数", ordering="quarter_count")
    def quarters(self, community):
        return community.quarter_count


@admin.register(Quarter)
class QuarterAdmin(PlaceAdmin):
    form = QuarterForm
    resource_classes = [resources.QuarterResource]
    fields = ["name", "community", "branch", "address", "households", "households_on"]
    autocomplete_fields = ["branch"]
    list_display = ["name", "community", "branch", "households", "buildings", "residents"]
    list_select_related = ["community", "branch"]
    ordering = ["community", "name"]
    list_filter = [("community", ScopedRelatedFilter), ("branch", admin.EmptyFieldListFilter)]
    search_fields = ["name", "address"]
    actions_detail = ["open_residents", "add_buildings", "number_buildings"]

    def get_queryset(self, request):
        here = Q(residences__member__left_on=None)
        return (
            super()
            .get_queryset(request)
            .annotate(
                building_count=Count("buildings", distinct=True),
                resident_count=Count("residences", filter=here, distinct=True),
            )
        )

    @admin.display(description="楼栋数", ordering="building_count")
    def buildings(self, quarter):
        return quarter.building_count

    @admin.display(description="居住党员", ordering="resident_count")
    def residents(self, quarter):
        return format_html('<a href="{}">{} 名</a>', page_of(quarter.pk), quarter.resident_count)

    def get_urls(self):
        def act(verb, permission):
            view = PlaceActView.as_view(model_admin=self, verb=verb, permission=permission)
            name = f"grids_quarter_{verb.replace('-', '_')}_form"
            return path(f"<int:pk>/{verb}/", self.admin_site.admin_view(view), name=name)

        view = self.admin_site.admin_view(ResidentsView.as_view(model_admin=self))
        return [
            path("<int:pk>/residents/", view, name="grids_quarter_residents"),
            act("add-buildings", "grids.add_building"),
            act("number-buildings", "grids.change_building"),
            *super().get_urls(),
        ]

    def has_buildings_permission(self, request, object_id=None):
        return request.user.has_perm("grids.add_building") and request.user.has_perm("grids.change_building")

    @action(description="批量添加楼栋", icon="domain_add", url_path="open-add", permissions=["buildings"])
    def add_buildings(self, request, object_id):
        return redirect("admin:grids_quarter_add_buildings_form", self.get_object(request, object_id).pk)

    @action(description="楼栋统一编号", icon="format_list_numbered", url_path="open-number", permissions=["buildings"])
    def number_buildings(self, request, object_id):
        return redirect("admin:grids_quarter_number_buildings_form", self.get_object(request, object_id).pk)

    def has_residents_permission(self, request, object_id=None):
        return request.user.has_perm("grids.view_residence")

    @action(description="居住党员", icon="home_pin", url_path="open-residents", permissions=["residents"])
    def open_residents(self, request, object_id):
        return redirect(page_of(self.get_object(request, object_id).pk))


@admin.register(Building)
class BuildingAdmin(ImportAdminMixin, PlaceAdmin):
    form = BuildingForm
    import_export_change_list_template = "admin/imports/change_list.html"
    resource_classes = [resources.BuildingResource]
    fields = [
        "quarter",
        "name",
        "code",
        "grid",
        "units_count",
        "floors_count",
        "households",
        "households_on",
        "longitude",
        "latitude",
        "is_active",
    ]
    autocomplete_fields = ["quarter", "grid"]
    list_display = ["__str__", "code", "community", "grid", "households", "is_active"]
    list_select_related = ["quarter__community", "grid"]
    list_filter = [("quarter__community", ScopedRelatedFilter), ("grid", ScopedRelatedFilter), "is_active"]
    search_fields = ["name", "code", "quarter__name"]
    search_help_text = "地址（如 翡翠湾3栋2单元501）、小区、楼栋号、楼栋编码"
    actions = ["print_posters", "move_to_grid"]
    actions_detail = ["print_poster"]

    def get_urls(self):
        view = self.admin_site.admin_view(MoveView.as_view(model_admin=self))
        return [path("move/", view, name="grids_building_move"), *super().get_urls()]

    def make_filling(self, user):
        return PlaceFilling(user)

    def get_search_results(self, request, queryset, search_term):
        """An address in words first; what it does not find is looked for in names and codes."""
        is_address = parse(search_term).building and not search_term.strip().isdecimal()
        if is_address and (hits := find_buildings(search_term, user=request.user, limit=MOST_HITS)):
            return queryset.filter(pk__in=[hit.building.pk for hit in hits]), False
        return super().get_search_results(request, queryset, search_term)

    def save_model(self, request, obj, form, change):
        save_building(obj, grid=obj.grid, actor=request.user)

    @admin.display(description="社区", ordering="quarter__community")
    def community(self, building):
        return building.quarter.community

    @admin.action(description="调整所在网格", permissions=["change"])
    def move_to_grid(self, request, queryset):
        keys = list(queryset.values_list("pk", flat=True)[: MOST_MOVED + 1])
        if len(keys) > MOST_MOVED:
            self.message_user(request, f"一次最多调整 {MOST_MOVED} 栋，请少选一些。", messages.WARNING)
            return None
        return redirect(f"{reverse('admin:grids_building_move')}?{urlencode({'building': keys}, doseq=True)}")

    def has_print_permission(self, request, object_id=None):
        return self.has_view_permission(request)

    @action(description="打印二维码海报", icon="qr_code_2", url_path="poster", permissions=["print"])
    def print_poster(self, request, object_id):
        return redirect("grids:building_poster", self.get_object(request, object_id).pk)

    @admin.action(description="打印二维码海报", permissions=["view"])
    def print_posters(self, request, queryset):
        keys = list(queryset.values_list("pk", flat=True)[: MOST_POSTERS + 1])
        if len(keys) > MOST_POSTERS:
            self.message_user(request, f"一次最多打印 {MOST_POSTERS} 张，请少选一些。", messages.WARNING)
            return None
        return redirect(f"{reverse('grids:building_posters')}?{urlencode({'building': keys}, doseq=True)}")

    def get_actions(self, request):
        return {name: each for name, each in super().get_actions(request).items() if name != "delete_selected"}
