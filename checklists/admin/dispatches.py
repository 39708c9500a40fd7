from django.contrib import admin
from django.urls import path
from unfold.admin import ModelAdmin

from checklists.admin.scorecards import MeasureFilter, ScorecardView
from checklists.models import Dispatch
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter


@admin.register(Dispatch)
class DispatchAdmin(ScopedAdminMixin, ModelAdmin):
    """The record of who was asked and what they said; it is changed on the need's page, by the verbs."""

    list_display = ["need", "resource", "status", "offered_at", "reply_by", "answered_at", "reason", "dispatcher"]
    list_filter = [
        "status",
        "reason",
        "is_grabbed",
        "is_no_show",
        MeasureFilter,
        ("resource__unit", ScopedRelatedFilter),
        ("need__category", ScopedRelatedFilter),
        ("need__community", ScopedRelatedFilter),
    ]
    search_fields = ["need__code", "need__text", "resource__name", "resource__unit__name"]
    list_select_related = ["need__category", "resource__unit", "dispatcher"]
    date_hierarchy = "offered_at"
    list_per_page = 50

    change_list_template = "admin/checklists/dispatch/change_list.html"

    def get_urls(self):
        view = self.admin_site.admin_view(ScorecardView.as_view(model_admin=self))
        return [path("scorecard/", view, name="checklists_dispatch_scorecard"), *super().get_urls()]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
