"""大党委: the list, one with its units, councillors, plan and meetings; its councillors and its plan as lists."""

from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from unfold.admin import ModelAdmin

from accounts.admin import PersonalAdminMixin
from govern.act_pages import ActPagesMixin, badge
from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from organizations.forms.councillors import COUNCILLOR_ACTS
from organizations.forms.leagues import LEAGUE_ACTS, RARE_ACTS, LeagueForm, PlanItemForm
from organizations.forms.unit_appraisals import Appraise
from organizations.league_resources import CouncillorResource, LeagueResource, PlanItemResource
from organizations.league_story import TONES, page_of_league
from organizations.models import Councillor, League, LeagueMeeting, LeaguePlanItem, UnitAppraisal
from organizations.services.councillors import may_approve, timeline


class StandingFilter(admin.SimpleListFilter):
    title = "运行"
    parameter_name = "standing"

    def lookups(self, request, model_admin):
        return [("yes", "在运行"), ("owing", "本季度没开联席会议"), ("chair", "轮值已到期"), ("no", "已停止")]

    def queryset(self, request, queryset):
        today = timezone.localdate()
        match self.value():
            case "yes":
                return queryset.standing()
            case "owing":
                return queryset.standing().filter(has_met=False)
            case "chair":
                return queryset.standing().filter(chair_until__lt=today)
            case "no":
                return queryset.exclude(ended_on=None)
        return queryset


@admin.register(League)
class LeagueAdmin(ActPagesMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    form = LeagueForm
    fields = LeagueForm.Meta.fields
    acts = (*LEAGUE_ACTS, Appraise, *RARE_ACTS)
    page_template = "admin/organizations/league/page.html"
    page_related = ("organization", "chair__liaison", "federation")
    resource_classes = [LeagueResource]
    autocomplete_fields = ["organization"]
    list_display = ["name", "kind", "organization", "chair_now", "units", "councillors", "plan", "owed", "met"]
    list_select_related = ["organization", "chair"]
    list_filter = [StandingFilter, "kind"]
    list_per_page = 50
    search_fields = ["name", "organization__name", "members__unit__name"]
    search_help_text = "名称、牵头党组织、成员单位"

    def get_queryset(self, request):
        return super().get_queryset(request).with_counts().with_meeting()

    @admin.display(description="轮值主席单位", ordering="chair__name")
    def chair_now(self, league):
        return league.chair or "—"

    @admin.display(description="成员单位", ordering="unit_count")
    def units(self, league):
        return f"{league.unit_count} 家"

    @admin.display(description="在任委员", ordering="councillor_count")
    def councillors(self, league):
        return f"{league.councillor_count} 名"

    @admin.display(description="本年计划")
    def plan(self, league):
        return f"{league.done_count} / {league.item_count}"

    @admin.display(description="未办结决议", ordering="open_count")
    def owed(self, league):
        return league.open_count

    @admin.display(description="本季度联席会议", ordering="has_met")
    def met(self, league):
        if league.ended_on:
            return badge("plain", "已停止")
        return badge("ok", "已开") if league.has_met else badge("warn", "还没开")

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.actor = request.user
        return form

    def save_model(self, request, obj, form, change):
        """The form's service has saved it."""

    def response_add(self, request, obj, post_url_continue=None):
        messages.success(request, "已成立。接着登记成员单位，再推荐委员。")
        return HttpResponseRedirect(reverse("admin:organizations_league_change", args=[obj.pk]))

    def page(self, request, row, bound=None):
        row.viewer = request.user
        return super().page(request, row, bound)

    def context_of(self, league):
        return page_of_league(league, league.viewer)

    def next_page(self, answer, page):
        if isinstance(answer, LeagueMeeting | Councillor | UnitAppraisal):
            return reverse(f"admin:organizations_{answer._meta.model_name}_change", args=[answer.pk])
        return page


@admin.register(Councillor)
class CouncillorAdmin(PersonalAdminMixin, ActPagesMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    acts = COUNCILLOR_ACTS
    page_template = "admin/organizations/councillor/page.html"
    page_related = ("league__organization", "unit")
    resource_classes = [CouncillorResource]
    list_display = ["name", "state", "kind", "league", "unit", "title", "masked_phone", "appointed_on", "ends_on"]
    list_select_related = ["league", "unit"]
    list_filter = ["status", "kind", ("league", ScopedRelatedFilter)]
    list_per_page = 50
    search_fields = ["name", "title", "unit__name"]
    search_help_text = "姓名、职务、单位，或完整手机号"

    @admin.display(description="状态", ordering="status")
    def state(self, councillor):
        return badge(TONES[councillor.status], councillor.get_status_display())

    def has_add_permission(self, request):
        return False  # recommended on the page of the league

    def row(self, request, pk):
        row = super().row(request, pk)
        row.may_approve = may_approve(row.league, request.user)
        row.is_revealable = request.user.has_perm("accounts.reveal_personal")
        return row

    def context_of(self, councillor):
        return {
            "councillor": councillor,
            "tone": TONES[councillor.status],
            "timeline": timeline(councillor),
            "waits_for_street": councillor.status == "deliberated" and not councillor.may_approve,
        }


class DoneFilter(admin.SimpleListFilter):
    title = "进度"
    parameter_name = "done"

    def lookups(self, request, model_admin):
        return [("no", "进行中"), ("late", "已超期"), ("yes", "已完成")]

    def queryset(self, request, queryset):
        match self.value():
            case "no":
                return queryset.filter(done_on=None)
            case "late":
                return queryset.overdue()
            case "yes":
                return queryset.done()
        return queryset


@admin.register(LeaguePlanItem)
class LeaguePlanItemAdmin(ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    """年度共建事项 under the five headings: listed, put right and exported here, planned and finished on the league's
    page.
    """

    form = PlanItemForm
    fields = PlanItemForm.Meta.fields
    resource_classes = [PlanItemResource]
    list_display = ["name", "heading", "state", "league", "year", "by", "owner", "due_on", "done_on"]
    list_select_related = ["league"]
    list_filter = ["heading", DoneFilter, "year", ("league", ScopedRelatedFilter)]
    list_per_page = 50
    search_fields = ["name", "owner", "units__name"]
    search_help_text = "事项、责任人、单位"

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("units")

    @admin.display(description="进度")
    def state(self, item):
        return badge(*item.state(timezone.localdate()))

    @admin.display(description="承办单位")
    def by(self, item):
        return "、".join(unit.name for unit in item.units.all()) or "—"

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
