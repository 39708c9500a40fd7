"""网格事项类别: two levels, with codes that a platform elsewhere can read."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from govern.act_pages import badge
from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin
from patrols.forms.matters import MatterForm
from patrols.models import Matter
from patrols.resources.incidents import MatterResource


class RankFilter(admin.SimpleListFilter):
    title = "级别"
    parameter_name = "rank"

    def lookups(self, request, model_admin):
        return [("class", "大类"), ("kind", "小类")]

    def queryset(self, request, queryset):
        wanted = {"class": {"parent": None}, "kind": {"parent__isnull": False}}
        return queryset.filter(**wanted.get(self.value(), {}))


@admin.register(Matter)
class MatterAdmin(ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    form = MatterForm
    resource_classes = [MatterResource]
    fields = ["family", "parent", "code", "name", "icon", "handling_hours", "is_urgent", "is_active"]
    list_display = ["code", "name", "family", "parent", "hours", "urgent", "is_active"]
    list_filter = ["family", RankFilter, "is_urgent", "is_active", ("parent", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["parent"]
    list_per_page = 100
    search_fields = ["name", "=code", "parent__name"]
    search_help_text = "名称或完整代码"

    @admin.display(description="处置时限", ordering="handling_hours")
    def hours(self, matter):
        if matter.parent_id is None:
            return "—"
        return f"{matter.handling_hours} {'小时' if matter.is_urgent else '工作小时'}"

    @admin.display(description="紧急", ordering="is_urgent")
    def urgent(self, matter):
        return badge("bad", "紧急") if matter.is_urgent else "—"

    def get_readonly_fields(self, request, obj=None):
        # Incidents and rules name a matter by its code: once given, it stays.
        return [*super().get_readonly_fields(request, obj), *(["family", "parent", "code"] if obj else [])]

    def has_delete_permission(self, request, obj=None):
        return False  # incidents keep their matter for ever: what is no longer reported is switched off
