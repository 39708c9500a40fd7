from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from unfold.admin import ModelAdmin

from accounts.admin import ReadOnlyAdminMixin
from checklists.models import Claim
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter


@admin.register(Claim)
class ClaimAdmin(ReadOnlyAdminMixin, ScopedAdminMixin, ModelAdmin):
    """Who has claimed what and how it went; it is confirmed and taken back on the need's page, by the verbs."""

    list_display = ["need_link", "helper_name", "status", "plan", "due_on", "claimed_at", "thanks"]
    list_display_links = None
    list_filter = ["status", ("team", ScopedRelatedFilter), ("need__community", ScopedRelatedFilter)]
    search_fields = ["need__code", "team__name", "volunteer__code"]
    search_help_text = "受理编号、服务队名或志愿者编号"
    list_select_related = ["need__category", "need__community", "team", "volunteer"]
    date_hierarchy = "claimed_at"
    list_per_page = 50

    @admin.display(description="需求", ordering="need")
    def need_link(self, row):
        return format_html('<a href="{}">{}</a>', reverse("admin:checklists_need_change", args=[row.need_id]), row.need)

    @admin.display(description="谁认领")
    def helper_name(self, row):
        return row.helper
