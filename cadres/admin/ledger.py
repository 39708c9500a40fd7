"""级别台账, read by everybody in reach and rewritten by nobody."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from accounts.admin import ReadOnlyAdminMixin
from cadres.models import GradeEntry
from cadres.resources import GradeEntryResource
from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin


@admin.register(GradeEntry)
class GradeEntryAdmin(ReadOnlyAdminMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    resource_classes = [GradeEntryResource]
    fields = [
        "worker",
        "effective_on",
        "kind",
        "track",
        "level",
        "pay",
        "reason",
        "evidence",
        "sum",
        "approved_by",
        "at",
    ]
    readonly_fields = ["sum"]
    list_display = ["worker", "where", "effective_on", "track", "level", "pay", "kind", "reason", "approved_by"]
    list_select_related = ["worker__organization", "track", "approved_by", "rulebook"]
    list_filter = ["kind", "track", "level"]
    list_per_page = 50
    date_hierarchy = "effective_on"
    ordering = ["-effective_on", "-pk"]
    search_fields = ["worker__name", "reason", "evidence"]
    search_help_text = "姓名、原因、依据"

    @admin.display(description="社区", ordering="worker__organization")
    def where(self, entry):
        return entry.worker.organization

    @admin.display(description="怎么算的")
    def sum(self, entry):
        return "；".join(words for _, _, words in entry.terms) or "—"
