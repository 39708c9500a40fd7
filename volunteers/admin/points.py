"""积分规则, dated, and the ledger that follows them."""

from django.contrib import admin
from django.utils import timezone
from unfold.admin import ModelAdmin

from accounts.admin import ReadOnlyAdminMixin
from govern.exports import ExportAdminMixin
from govern.paging import CappedPaginator
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from volunteers.models import PointEntry, PointRule
from volunteers.resources.ledgers import PointResource


@admin.register(PointRule)
class PointRuleAdmin(ScopedAdminMixin, ModelAdmin):
    """What has begun to hold stays as it is: a change is a new rule from a later day on."""

    fields = ["ledger", "points_per_hour", "most_per_session", "effective_on"]
    list_display = ["ledger", "points_per_hour", "most_per_session", "effective_on"]
    list_filter = ["ledger"]
    list_per_page = 50
    actions = None

    def has_change_permission(self, request, obj=None):
        begun = obj is not None and obj.effective_on <= timezone.localdate()
        return not begun and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(PointEntry)
class PointEntryAdmin(ReadOnlyAdminMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    resource_classes = [PointResource]
    fields = ["volunteer", "points", "words", "entered_at"]
    list_display = ["entered_at", "person", "moved", "words"]
    list_select_related = ["volunteer"]
    list_filter = [("volunteer__community", ScopedRelatedFilter)]
    list_per_page = 50
    paginator = CappedPaginator
    show_full_result_count = False
    search_fields = ["volunteer__code__exact"]
    search_help_text = "志愿者编号"

    @admin.display(description="志愿者")
    def person(self, entry):
        return f"{entry.volunteer} {entry.volunteer.code}"

    @admin.display(description="积分", ordering="points")
    def moved(self, entry):
        return f"{entry.points:+}"
