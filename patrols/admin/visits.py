"""走访记录: read here, written on the phone."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from accounts.admin import ReadOnlyAdminMixin
from checklists.admin.needs import badge
from govern.exports import ExportAdminMixin
from govern.paging import CappedPaginator
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from patrols.models import CareHousehold, Visit
from patrols.resources.channels import VisitSheet

TONES = {"well": "ok", "absent": "plain", "watch": "warn", "urgent": "bad"}


class GroupFilter(admin.SimpleListFilter):
    title = "关爱类别"
    parameter_name = "group"

    def lookups(self, request, model_admin):
        return CareHousehold.Group.choices

    def queryset(self, request, queryset):
        known = self.value() in CareHousehold.Group
        return queryset.filter(household__group=self.value()) if known else queryset


@admin.register(Visit)
class VisitAdmin(ReadOnlyAdminMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    resource_classes = [VisitSheet]
    fields = ["household", "visitor", "visited_at", "way", "finding", "masked_note", "need", "saved_at"]
    list_display = ["visited_at", "place", "name", "group", "way", "state", "visitor", "need_code"]
    list_select_related = ["household__building__quarter", "visitor", "need"]
    list_filter = [
        "visited_at",
        "way",
        "finding",
        GroupFilter,
        ("household__building__quarter__community", ScopedRelatedFilter),
    ]
    list_per_page = 50
    paginator = CappedPaginator
    show_full_result_count = False
    search_fields = ["household__building__name", "household__building__quarter__name", "visitor__name"]
    search_help_text = "小区、楼栋、走访人"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.list_select_related)

    @admin.display(description="楼栋", ordering="household__building")
    def place(self, visit):
        return visit.household.building

    @admin.display(description="姓名")
    def name(self, visit):
        return visit.household.masked_name

    @admin.display(description="关爱类别", ordering="household__group")
    def group(self, visit):
        return visit.household.get_group_display()

    @admin.display(description="情况", ordering="finding")
    def state(self, visit):
        return badge(TONES[visit.finding], visit.get_finding_display())

    @admin.display(description="代提的需求")
    def need_code(self, visit):
        return visit.need.spoken_code if visit.need else "—"
