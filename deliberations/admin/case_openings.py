"""Who opened which case when, for auditors, who open none."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from accounts.admin import ReadOnlyAdminMixin
from deliberations.models import Case, CaseOpening
from deliberations.resources.cases import CaseOpeningResource
from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter


@admin.register(CaseOpening)
class CaseOpeningAdmin(ReadOnlyAdminMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    """For auditors: the number of the case, never the case."""

    resource_classes = [CaseOpeningResource]
    fields = ["at", "user", "number", "place", "what"]
    readonly_fields = ["number", "place"]
    list_display = ["at", "user", "number", "place", "what"]
    list_display_links = None
    list_filter = [("case__community", ScopedRelatedFilter)]
    list_select_related = ["user", "case__community"]
    list_per_page = 50
    date_hierarchy = "at"
    search_fields = ["user__name", "user__username"]
    search_help_text = "谁看的，或案号、查询编号"

    def get_search_results(self, request, queryset, search_term):
        if not search_term:
            return queryset, False
        numbered = Case.objects.numbered(search_term).order_by().values("pk")
        found = queryset.filter(case__in=numbered)
        return (found, False) if found.exists() else super().get_search_results(request, queryset, search_term)

    @admin.display(description="案号", ordering="case")
    def number(self, opening):
        return opening.case.full_number or opening.case.spoken_code

    @admin.display(description="社区", ordering="case__community")
    def place(self, opening):
        return opening.case.community
