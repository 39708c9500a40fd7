"""Places, the grids over them, and who is on duty there."""

from urllib.parse import urlencode

from django.contrib import admin, messages
from django.db.models import Count, Q
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.html import format_html
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action

from accounts.admin import PersonalAdminMixin, ReadOnlyAdminMixin
from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin, ScopedFieldsMixin, ScopedRelatedFilter
from grids import resources
from grids.admin.residences import ResidentsView, page_of
from grids.forms import BuildingForm, DutyForm
from grids.models import Building, Community, District, Duty, Grid, Quarter, Street
from grids.views import MOST_POSTERS


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
    fields = ["name", "code", "district"]
    list_display = ["name", "code", "district"]
    list_select_related = ["district"]
    list_per_page = 50
    search_fields = ["name", "code"]
    actions = None


@admin.register(Community)
class CommunityAdmin(PlaceAdmin):
    resource_classes = [resources.CommunityResource]
    fields = ["name", "code", "street", "organization", "hotline", "address", "households"]
    autocomplete_fields = ["organization"]
    list_display = ["name", "street", "organization", "hotline", "households", "quarters"]
    list_select_related = ["street", "organization"]
    ordering = ["code"]
    list_filter = [("street", ScopedRelatedFilter)]
    search_fields = ["name", "code"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(quarter_count=Count("quarters", distinct=True))

    @admin.display(description="小区数", ordering="quarter_count")
    def quarters(self, community):
        return community.quarter_count


@admin.register(Quarter)
class QuarterAdmin(PlaceAdmin):
    resource_classes = [resources.QuarterResource]
    fields = ["name", "community", "branch", "address", "households"]
    autocomplete_fields = ["branch"]
    list_display = ["name", "community", "branch", "households", "buildings", "residents"]
    list_select_related = ["community", "branch"]
    ordering = ["community", "name"]
    list_filter = [("community", ScopedRelatedFilter), ("branch", admin.EmptyFieldListFilter)]
    search_fields = ["name", "address"]
    actions_detail = ["open_residents"]

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
        view = self.admin_site.admin_view(ResidentsView.as_view(model_admin=self))
        return [path("<int:pk>/residents/", view, name="grids_quarter_residents"), *super().get_urls()]

    def has_residents_permission(self, request, object_id=None):
        return request.user.has_perm("grids.view_residence")

    @action(description="居住党员", icon="home_pin", url_path="open-residents", permissions=["residents"])
    def open_residents(self, request, object_id):
        return redirect(page_of(self.get_object(request, object_id).pk))


@admin.register(Building)
class BuildingAdmin(PlaceAdmin):
    form = BuildingForm
    resource_classes = [resources.BuildingResource]
    fields = ["quarter", "name", "code", "grid", "units_count", "floors_count", "is_active"]
    autocomplete_fields = ["quarter", "grid"]
    list_display = ["__str__", "code", "community", "grid", "is_active"]
    list_select_related = ["quarter__community", "grid"]
    list_filter = [("quarter__community", ScopedRelatedFilter), ("grid", ScopedRelatedFilter), "is_active"]
    search_fields = ["name", "code", "quarter__name"]
    search_help_text = "小区、楼栋号、楼栋编码"
    actions = ["print_posters"]
    actions_detail = ["print_poster"]

    @admin.display(description="社区", ordering="quarter__community")
    def community(self, building):
        return building.quarter.community

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


class DutyInline(ReadOnlyAdminMixin, ScopedFieldsMixin, TabularInline):
    """Seen here, changed on the duty's own page."""

    model = Duty
    fields = ["kind", "name", "masked_phone", "starts_on", "ends_on"]
    readonly_fields = ["masked_phone"]
    extra = 0
    show_change_link = True
    verbose_name_plural = "值守人员"


@admin.register(Grid)
class GridAdmin(PlaceAdmin):
    resource_classes = [resources.GridResource]
    inlines = [DutyInline]
    fields = ["name", "code", "level", "parent", "communities", "boundary", "supervision_phone"]
    autocomplete_fields = ["communities"]
    list_display = ["name", "code", "level", "parent", "buildings", "supervision_phone"]
    list_select_related = ["parent"]
    ordering = ["code"]
    list_filter = ["level", ("communities", ScopedRelatedFilter)]
    search_fields = ["name", "code", "boundary"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(building_count=Count("buildings", distinct=True))

    @admin.display(description="楼栋数", ordering="building_count")
    def buildings(self, grid):
        return grid.building_count


@admin.register(Duty)
class DutyAdmin(PersonalAdminMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    form = DutyForm
    resource_classes = [resources.DutyResource]
    fields = ["kind", "grid", "building", "name", "phone", "user", "starts_on", "ends_on"]
    autocomplete_fields = ["grid", "building", "user"]
    list_display = ["name", "kind", "where", "masked_phone", "starts_on", "ends_on"]
    list_select_related = ["grid", "building__quarter"]
    list_filter = ["kind", ("grid", ScopedRelatedFilter)]
    list_per_page = 50
    search_fields = ["name", "grid__name", "building__name", "building__quarter__name"]
    search_help_text = "姓名、网格、小区，或完整手机号"

    @admin.display(description="网格或楼栋")
    def where(self, duty):
        return duty.building or duty.grid
