"""决议事项 of all meetings within reach: what is late, what is done, and the next step of each."""

from django.contrib import admin
from django.utils import timezone
from unfold.admin import ModelAdmin

from deliberations.after_story import due_words, steps_of
from deliberations.forms.outcomes import OUTCOME_ACTS
from deliberations.models import Outcome
from deliberations.resources.outcomes import OutcomeResource
from govern.act_pages import ActPagesMixin, badge
from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from organizations.parameters import parameter


class DueFilter(admin.SimpleListFilter):
    title = "时限"
    parameter_name = "due"

    def lookups(self, request, model_admin):
        self.days = int(parameter("outcome_remind_days"))
        return [("late", "已超期"), ("soon", f"{self.days} 天内到期")]

    def queryset(self, request, queryset):
        match self.value():
            case "late":
                return queryset.overdue(timezone.localdate())
            case "soon":
                return queryset.due_within(self.days)
        return queryset


@admin.register(Outcome)
class OutcomeAdmin(ActPagesMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    acts = OUTCOME_ACTS
    page_template = "admin/deliberations/outcome/page.html"
    page_related = ("hearing__community",)
    resource_classes = [OutcomeResource]
    list_display = ["text", "state", "owner", "due_on", "left", "meeting", "community", "progress"]
    list_select_related = ["hearing__community"]
    list_filter = ["status", DueFilter, ("hearing__community", ScopedRelatedFilter)]
    list_per_page = 50
    search_fields = ["text", "owner", "progress", "hearing__title"]
    search_help_text = "决议事项、谁来落实、进展、会议名称"

    @admin.display(description="状态", ordering="status")
    def state(self, row):
        tones = {"open": "info", "done": "ok", "dropped": "plain"}
        return badge(tones[row.status], row.get_status_display())

    @admin.display(description="还有多久", ordering="due_on")
    def left(self, row):
        return badge(*due_words(row)) if row.status == Outcome.Status.OPEN else "—"

    @admin.display(description="会议", ordering="hearing__title")
    def meeting(self, row):
        return row.hearing

    @admin.display(description="社区", ordering="hearing__community__name")
    def community(self, row):
        return row.hearing.community

    def has_add_permission(self, request):
        return False  # made on the page of its meeting

    def context_of(self, row):
        tone, words = due_words(row)
        return {"outcome": row, "tone": tone, "words": words, "timeline": steps_of(row, with_actor=True)}
