"""党建指导员: where they are sent, how they were assessed, and why they left."""

from django.contrib import admin
from django.utils import timezone
from unfold.admin import ModelAdmin

from accounts.admin import PersonalAdminMixin
from govern.act_pages import ActPagesMixin, badge
from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from grids import resources
from grids.forms.instructors import End, InstructorForm, Review
from grids.models import Instructor


def standing_of(instructor):
    today = timezone.localdate()
    if instructor.ends_on and instructor.ends_on < today:
        return "plain", instructor.get_ending_display() or "已结束"
    if instructor.due_on and instructor.due_on < today:
        return "warn", "已期满"
    return "ok", "在派"


class StandingFilter(admin.SimpleListFilter):
    title = "选派"
    parameter_name = "standing"

    def lookups(self, request, model_admin):
        return [
            ("current", "在派"),
            ("due", "已期满还在派"),
            ("unreviewed", f"{timezone.localdate().year}年还没考核"),
            ("ended", "已结束"),
        ]

    def queryset(self, request, queryset):
        today = timezone.localdate()
        match self.value():
            case "current":
                return queryset.current()
            case "due":
                return queryset.current().filter(due_on__lt=today)
            case "unreviewed":
                return queryset.unreviewed(today.year)
            case "ended":
                return queryset.filter(ends_on__lt=today)
        return queryset


@admin.register(Instructor)
class InstructorAdmin(ActPagesMixin, PersonalAdminMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    form = InstructorForm
    acts = (Review, End)
    has_edit_page = True
    page_template = "admin/grids/instructor/page.html"
    page_related = ("quarter__community", "quarter__branch")
    resource_classes = [resources.InstructorResource]
    fields = ["quarter", "name", "phone", "employer", "starts_on", "due_on", "ends_on"]
    autocomplete_fields = ["quarter"]
    list_display = ["name", "quarter", "community", "masked_phone", "employer", "starts_on", "due_on", "standing"]
    list_select_related = ["quarter__community"]
    list_filter = [StandingFilter, ("quarter__community", ScopedRelatedFilter)]
    list_per_page = 50
    search_fields = ["name", "employer", "quarter__name"]
    search_help_text = "姓名、派出单位、小区，或完整手机号"

    @admin.display(description="社区", ordering="quarter__community")
    def community(self, instructor):
        return instructor.quarter.community

    @admin.display(description="状态")
    def standing(self, instructor):
        return badge(*standing_of(instructor))

    def context_of(self, instructor):
        return {
            "instructor": instructor,
            "standing": standing_of(instructor),
            "reviews": instructor.reviews.select_related("reviewed_by"),
        }

    def page(self, request, row, bound=None):
        answer = super().page(request, row, bound)
        others = self.get_queryset(request).filter(phone_index=row.phone_index).exclude(pk=row.pk)
        answer.context_data["can_reveal"] = request.user.has_perm("accounts.reveal_personal")
        answer.context_data["others"] = others.select_related("quarter__community")
        return answer
