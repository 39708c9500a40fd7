"""评议: the list, and the page of one from its questions to its published result."""

from datetime import timedelta

from django.contrib import admin, messages
from django.db.models import Count
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from unfold.admin import ModelAdmin

from deliberations.admin.survey_pages import SurveyPagesMixin
from deliberations.forms.surveys import STARTS, SURVEY_ACTS, WHAT, WHO, SurveyForm
from deliberations.models import Survey
from deliberations.resources.surveys import SurveyResource
from deliberations.services.surveys.counting import count_survey
from govern.act_pages import ActPagesMixin, badge
from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from grids.models import Community

Status = Survey.Status
TONES = {Status.DRAFTED: "plain", Status.OPEN: "info", Status.CLOSED: "warn", Status.PUBLISHED: "ok"}
SOON = timedelta(days=3)


class HeapFilter(admin.SimpleListFilter):
    title = "待办"
    parameter_name = "heap"

    def lookups(self, request, model_admin):
        return [("open", "正在评议"), ("ending", "三天内截止"), ("publish", "待公开结果")]

    def queryset(self, request, queryset):
        today = timezone.localdate()
        match self.value():
            case "open":
                return queryset.answerable()
            case "ending":
                return queryset.answerable().filter(ends_on__lte=today + SOON)
            case "publish":
                return queryset.filter(status=Status.CLOSED)
        return queryset


@admin.register(Survey)
class SurveyAdmin(SurveyPagesMixin, ActPagesMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    form = SurveyForm
    acts = SURVEY_ACTS
    page_template = "admin/deliberations/survey/page.html"
    page_related = ("community", "unit", "hearing", "follows", "made_by")
    has_edit_page = True
    resource_classes = [SurveyResource]
    list_display = ["title", "state", "community", "subject_name", "audience", "sheets_told", "ends_on"]
    list_select_related = ["community"]
    list_filter = [HeapFilter, "status", "subject", ("community", ScopedRelatedFilter)]
    list_per_page = 50
    search_fields = ["title", "subject_name", "code"]
    search_help_text = "名称、评议对象、编号"
    actions = None

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(sheet_count=Count("sheets"))

    @admin.display(description="状态", ordering="status")
    def state(self, survey):
        return badge(TONES[survey.status], survey.get_status_display())

    @admin.display(description="网上收到", ordering="sheet_count")
    def sheets_told(self, survey):
        return f"{survey.sheet_count} 份"

    # --- The form -----------------------------------------------------------------------------------------------------
    def get_fieldsets(self, request, obj=None):
        start = [] if obj else [("问卷", {"fields": ["start", "source"]})]
        return [("评什么", {"fields": WHAT}), ("谁来评", {"fields": WHO}), *start]

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), *(["community"] if obj else [])]

    def get_form(self, request, obj=None, change=False, **kwargs):
        kwargs["fields"] = [*WHAT, *WHO]  # the form's own fields are no columns
        form = super().get_form(request, obj, change=change, **kwargs)
        form.actor = request.user
        return form

    def get_changeform_initial_data(self, request):
        own = list(Community.objects.under_posts(request.user, "deliberations.add_survey")[:2])
        return {
            "start": STARTS[1][0],
            "ends_on": timezone.localdate() + timedelta(days=14),
            **({"community": own[0].pk} if len(own) == 1 else {}),
            **super().get_changeform_initial_data(request),
        }

    def edit_view(self, request, pk):
        survey = self.row(request, pk)
        if survey.status != Status.DRAFTED:
            messages.warning(request, "评议已经开始，不能再改。")
            return HttpResponseRedirect(self.page_url(survey))
        return super().edit_view(request, pk)

    def save_model(self, request, obj, form, change):
        """The form's service has saved it."""

    def response_add(self, request, obj, post_url_continue=None):
        messages.success(request, "已建好，还没有开始。核对问题和分组以后点“开始评议”。")
        return HttpResponseRedirect(self.page_url(obj))

    def response_change(self, request, obj):
        messages.success(request, "已更改。")
        return HttpResponseRedirect(self.page_url(obj))

    def page_url(self, survey):
        return reverse("admin:deliberations_survey_change", args=[survey.pk])

    # --- One ----------------------------------------------------------------------------------------------------------
    def context_of(self, survey):
        is_counted = survey.status in (Status.CLOSED, Status.PUBLISHED)
        used = survey.tickets.filter(is_used=True).count()
        return {
            "survey": survey,
            "tone": TONES[survey.status],
            "counted": count_survey(survey),
            "is_draft": survey.status == Status.DRAFTED,
            "is_counted": is_counted,
            "takes_papers": survey.status in (Status.OPEN, Status.CLOSED),
            "needs_tickets": survey.audience != Survey.Audience.OPEN,
            "used_tickets": used,
            "events": survey.events.select_related("actor"),
            "inquiries": survey.inquiries.all(),
            "page_path": reverse("surveys:survey", args=[survey.code]),
        }

    def next_page(self, answer, page):
        return page
