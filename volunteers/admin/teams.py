"""服务队: the list, one with its members, musters and sessions, its poster; and the roll of all members."""

from urllib.parse import urlencode

import segno
from django.conf import settings
from django.contrib import admin, messages
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from unfold.admin import ModelAdmin

from accounts.admin import ReadOnlyAdminMixin
from govern.act_pages import ActPagesMixin, badge
from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from govern.views import number
from volunteers.forms.musters import CallMuster
from volunteers.forms.teams import ROW_ACTS, Dissolve, Invite, NameLeader, TeamAddForm, TeamForm
from volunteers.models import Membership, Muster, Team
from volunteers.resources.teams import MembershipResource, TeamResource
from volunteers.services import teams
from volunteers.services.musters import tally

MOST_POSTERS = 50
ROOMY = 60  # characters that fit in the large type; a poster with more is set smaller, so that it stays one page
TONES = {"invited": "info", "applied": "warn", "joined": "ok", "declined": "plain", "left": "plain"}


class PostersMixin:
    """A4 posters with the code of the public page, one by one from the page or several from the list (`?pk=`)."""

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_posters"
        return [path("posters/", self.admin_site.admin_view(self.posters_view), name=name), *super().get_urls()]

    @admin.action(description="打印所选的海报", permissions=["view"])
    def print_posters(self, request, queryset):
        keys = list(queryset.order_by("community", "name").values_list("pk", flat=True)[: MOST_POSTERS + 1])
        if len(keys) > MOST_POSTERS:
            return self.message_user(request, f"一次最多打印 {MOST_POSTERS} 张，请少选一些。", messages.WARNING)
        base = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_posters")
        return HttpResponseRedirect(f"{base}?{urlencode([('pk', key) for key in keys])}")

    def posters_view(self, request):
        """One that is out of reach and there is none."""
        keys = {number(key) for key in request.GET.getlist("pk")[:MOST_POSTERS]} - {None}
        rows = list(self.of_poster(self.get_queryset(request).filter(pk__in=keys).select_related("community")))
        if not keys or len(rows) != len(keys):
            raise Http404
        template = f"admin/{self.opts.app_label}/{self.opts.model_name}/posters.html"
        return TemplateResponse(request, template, {"posters": [self.poster_of(row) for row in rows]})

    def of_poster(self, rows):
        return rows

    def get_actions(self, request):
        return {name: each for name, each in super().get_actions(request).items() if name != "delete_selected"}


def qr(path):
    return segno.make(f"{settings.PUBLIC_URL}{path}", error="m").svg_data_uri(scale=8, border=2)


class StandingFilter(admin.SimpleListFilter):
    """The list is of those that stand: what was dissolved is asked for."""

    title = "状态"
    parameter_name = "standing"

    def lookups(self, request, model_admin):
        return [("waiting", "有申请待审核"), ("headless", "没有队长"), ("no", "已解散"), ("all", "全部")]

    def choices(self, changelist):
        first, *rest = super().choices(changelist)
        return [{**first, "display": "在册"}, *rest]

    def queryset(self, request, queryset):
        match self.value():
            case "waiting":
                return queryset.standing().filter(applied_count__gt=0)
            case "headless":
                return queryset.standing().filter(leader=None)
            case "no":
                return queryset.exclude(dissolved_on=None)
            case "all":
                return queryset
        return queryset.standing()


@admin.register(Team)
class TeamAdmin(PostersMixin, ActPagesMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    acts = (CallMuster, Invite, NameLeader, Dissolve, *ROW_ACTS)
    page_template = "admin/volunteers/team/page.html"
    page_related = ("community", "leader")
    has_edit_page = True
    resource_classes = [TeamResource]
    ordering = ["community", "name"]  # said here: counted in groups, rows forget the model's own
    list_display = ["name", "kind", "community", "speciality", "leader_name", "members", "waiting", "joining", "state"]
    list_select_related = ["community", "leader"]
    list_filter = [StandingFilter, "kind", "joining", ("community", ScopedRelatedFilter)]
    list_per_page = 50
    search_fields = ["name", "speciality", "community__name"]
    search_help_text = "队名、专长、社区"
    actions = ["print_posters"]

    def get_queryset(self, request):
        return super().get_queryset(request).with_counts()

    @admin.display(description="队长")
    def leader_name(self, team):
        return team.leader.masked_name if team.leader else "—"

    @admin.display(description="队员", ordering="members_count")
    def members(self, team):
        return f"{team.members_count} 人"

    @admin.display(description="待审核", ordering="applied_count")
    def waiting(self, team):
        return badge("warn", f"{team.applied_count} 人") if team.applied_count else "—"

    @admin.display(description="状态", ordering="dissolved_on")
    def state(self, team):
        return badge("plain", f"{team.dissolved_on:%Y-%m-%d} 解散") if team.dissolved_on else badge("ok", "在册")

    # --- Founded and put right ----------------------------------------------------------------------------------------
    def get_form(self, request, obj=None, change=False, **kwargs):
        kwargs.setdefault("form", TeamForm if obj else TeamAddForm)
        form = super().get_form(request, obj, change=change, **kwargs)
        form.actor = request.user
        return form

    def get_fields(self, request, obj=None):
        return TeamForm.Meta.fields if obj else TeamAddForm.Meta.fields

    def save_model(self, request, obj, form, change):
        """The form's service has saved it."""

    def response_add(self, request, obj, post_url_continue=None):
        messages.success(request, "已成立。接着邀请队员，再把海报贴出去。")
        return HttpResponseRedirect(reverse("admin:volunteers_team_change", args=[obj.pk]))

    # --- The page of one ----------------------------------------------------------------------------------------------
    def context_of(self, team):
        rows = list(team.memberships.open().select_related("volunteer").order_by("joined_at", "pk"))
        muster = team.musters.running().first()
        return {
            "team": team,
            "members": [row for row in rows if row.status == Membership.Status.JOINED],
            "applications": [row for row in rows if row.status == Membership.Status.APPLIED],
            "invited": [row for row in rows if row.status == Membership.Status.INVITED],
            "muster": muster,
            "tally": tally(muster) if muster else None,
            "musters": team.musters.with_answers().exclude(pk=muster.pk if muster else None)[:5],
            "record": teams.record_of(team),
            "coming": teams.coming_of(team),
        }

    def next_page(self, answer, page):
        return reverse("admin:volunteers_muster_change", args=[answer.pk]) if isinstance(answer, Muster) else page

    def poster_of(self, team):
        words = team.name * 2 + team.speciality
        return {"team": team, "qr": qr(reverse("volunteers:team", args=[team.pk])), "is_tight": len(words) > ROOMY}

    def of_poster(self, rows):
        return rows.standing()


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdminMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    """The roll: what is done with a member is done on the team's page."""

    resource_classes = [MembershipResource]
    fields = ["team", "person", "status", "words", "asked_at", "joined_at", "ended_at"]
    readonly_fields = ["person"]
    list_display = ["person", "state", "team", "community", "joined_at", "ended_at"]
    list_select_related = ["team__community", "volunteer"]
    list_filter = ["status", "team__kind", ("team__community", ScopedRelatedFilter), ("team", ScopedRelatedFilter)]
    list_per_page = 50
    search_fields = ["volunteer__code", "team__name"]
    search_help_text = "志愿者编号、队名"

    @admin.display(description="志愿者")
    def person(self, row):
        return f"{row.volunteer.masked_name} {row.volunteer.code}"

    @admin.display(description="状态", ordering="status")
    def state(self, row):
        return badge(TONES[row.status], row.get_status_display())

    @admin.display(description="社区", ordering="team__community")
    def community(self, row):
        return row.team.community
