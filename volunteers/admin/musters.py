"""集结: the list of what was called, and one with the answers as they come."""

from django.contrib import admin
from django.utils import timezone
from unfold.admin import ModelAdmin

from govern.act_pages import ActPagesMixin, badge
from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from volunteers.forms.musters import EndMuster
from volunteers.models import Muster
from volunteers.resources.teams import MusterResource
from volunteers.services.musters import answers_of, tally


@admin.register(Muster)
class MusterAdmin(ActPagesMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    acts = (EndMuster,)
    page_template = "admin/volunteers/muster/page.html"
    page_related = ("team__community", "called_by")
    resource_classes = [MusterResource]
    list_display = ["text", "state", "team", "meet_at", "place", "coming", "late", "unable", "wanted_count"]
    list_select_related = ["team"]
    list_filter = [("team__community", ScopedRelatedFilter), ("team", ScopedRelatedFilter)]
    list_per_page = 50
    date_hierarchy = "called_at"
    search_fields = ["text", "place", "team__name"]
    search_help_text = "做什么、地点、队名"
    actions = None

    def get_queryset(self, request):
        return super().get_queryset(request).with_answers()

    def has_add_permission(self, request):
        return False  # called on the page of the team

    @admin.display(description="状态")
    def state(self, muster):
        return badge("warn", "集结中") if muster.is_running(timezone.now()) else badge("plain", "已结束")

    @admin.display(description="能到", ordering="coming_count")
    def coming(self, muster):
        return muster.coming_count

    @admin.display(description="晚点到", ordering="late_count")
    def late(self, muster):
        return muster.late_count

    @admin.display(description="来不了", ordering="unable_count")
    def unable(self, muster):
        return muster.unable_count

    def context_of(self, muster):
        is_running = muster.is_running(timezone.now())
        return {"muster": muster, "is_running": is_running, "tally": tally(muster), "answers": answers_of(muster)}
