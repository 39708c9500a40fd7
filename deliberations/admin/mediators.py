"""调解员: the committees as the law wants them, their members and terms."""

from datetime import timedelta

from django.contrib import admin
from django.utils import timezone
from unfold.admin import ModelAdmin

from deliberations.forms.mediators import Leave, MediatorForm
from deliberations.models import Mediator
from deliberations.resources.cases import MediatorResource
from deliberations.services.mediators import committees
from govern.act_pages import ActPagesMixin, badge
from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from organizations.models import Organization
from organizations.parameters import parameter


class TermFilter(admin.SimpleListFilter):
    title = "任期"
    parameter_name = "term"

    def lookups(self, request, model_admin):
        return [("serving", "在任"), ("ending", "任期快到"), ("over", "已离任")]

    def queryset(self, request, queryset):
        today = timezone.localdate()
        match self.value():
            case "serving":
                return queryset.serving(today)
            case "ending":
                return queryset.serving(today).filter(ends_on__lte=soon(today))
            case "over":
                return queryset.exclude(pk__in=queryset.serving(today).order_by().values("pk"))
        return queryset


def soon(today):
    return today + timedelta(days=int(parameter("expiry_reminder_days")))


@admin.register(Mediator)
class MediatorAdmin(ActPagesMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    form = MediatorForm
    acts = (Leave,)
    page_template = "admin/deliberations/mediator/page.html"
    page_related = ("organization", "user")
    has_edit_page = True
    list_before_template = "admin/deliberations/mediator/_committees.html"
    resource_classes = [MediatorResource]
    fields = MediatorForm.Meta.fields
    autocomplete_fields = ["organization", "user"]
    list_display = ["name", "organization", "post", "speciality", "term", "state", "case_count"]
    list_select_related = ["organization"]
    list_filter = [TermFilter, "is_woman", "is_head", ("organization", ScopedRelatedFilter)]
    list_per_page = 50
    search_fields = ["name", "speciality"]
    search_help_text = "姓名、擅长"
    actions = None

    def get_queryset(self, request):
        return super().get_queryset(request).with_case_count()

    def changelist_view(self, request, extra_context=None):
        today = timezone.localdate()
        rows = Mediator.objects.visible_to(request.user).serving(today).select_related("organization")
        found = [each for each in committees(rows) if each["problems"]]
        shown = {"committees": found[:MOST_SHOWN], "more_count": max(len(found) - MOST_SHOWN, 0)}
        return super().changelist_view(request, {**shown, **(extra_context or {})})

    @admin.display(description="职务", ordering="-is_head")
    def post(self, mediator):
        return "主任" if mediator.is_head else "委员"

    @admin.display(description="任期", ordering="ends_on")
    def term(self, mediator):
        return f"{mediator.starts_on:%Y-%m-%d} 至 {mediator.left_on or mediator.ends_on:%Y-%m-%d}"

    @admin.display(description="状态")
    def state(self, mediator):
        today = timezone.localdate()
        if (mediator.left_on and mediator.left_on <= today) or mediator.ends_on < today:
            return badge("plain", "已离任")
        if mediator.starts_on > today:
            return badge("info", "还没到任")
        return badge("warn", "任期快到") if mediator.ends_on <= soon(today) else badge("ok", "在任")

    @admin.display(description="手里的案件", ordering="case_count")
    def case_count(self, mediator):
        return mediator.case_count

    def get_changeform_initial_data(self, request):
        own = list(Organization.objects.allowed(request.user, "deliberations.add_mediator").filter(tier=2)[:2])
        return {
            **({"organization": own[0].pk} if len(own) == 1 else {}),
            **super().get_changeform_initial_data(request),
        }

    def context_of(self, mediator):
        return {"mediator": mediator, "post": self.post(mediator), "state": self.state(mediator)}


MOST_SHOWN = 5
