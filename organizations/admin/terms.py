"""届次 and 换届: who owes an election by when, and one election from its list of candidates to its confirmation."""

from django.contrib import admin
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from unfold.admin import ModelAdmin

from govern.act_pages import ActPagesMixin, badge
from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin
from govern.views import number
from organizations.election_story import candidates_of, timeline
from organizations.forms.elections import ELECTION_ACTS, TERM_ACTS, TermForm
from organizations.models import Election, Organization, Term
from organizations.resources import ElectionResource, TermResource
from organizations.services import elections
from organizations.services.terms import due_soon

TONES = {"prepared": "warn", "held": "info", "reported": "info", "confirmed": "ok", "voided": "plain"}


class DueFilter(admin.SimpleListFilter):
    title = "任期"
    parameter_name = "due"

    def lookups(self, request, model_admin):
        return [
            ("overdue", "已超期"),
            ("90", "三个月内届满"),
            ("180", "六个月内届满"),
            ("365", "一年内届满"),
            ("extended", "已延期"),
            ("running", "现任"),
            ("ended", "往届"),
        ]

    def queryset(self, request, queryset):
        match self.value():
            case "overdue":
                return queryset.overdue()
            case "90" | "180" | "365" as days:
                return queryset.due_within(int(days))
            case "extended":
                return queryset.running().exclude(extended_until=None)
            case "running":
                return queryset.running()
            case "ended":
                return queryset.exclude(ended_on=None)
        return queryset


class TierFilter(admin.SimpleListFilter):
    title = "层级"
    parameter_name = "tier"

    def lookups(self, request, model_admin):
        return Organization.Tier.choices[:3]

    def queryset(self, request, queryset):
        tier = number(self.value() or "")
        return queryset if tier is None else queryset.filter(organization__tier=tier)


@admin.register(Term)
class TermAdmin(ActPagesMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    form = TermForm
    acts = TERM_ACTS
    page_template = "admin/organizations/term/page.html"
    resource_classes = [TermResource]
    fields = ["organization", "number", "starts_on"]
    autocomplete_fields = ["organization"]
    list_display = ["organization", "ordinal", "starts_on", "years", "ends", "left"]
    list_display_links = ["organization", "ordinal"]
    list_select_related = ["organization"]
    list_filter = [DueFilter, TierFilter]
    list_per_page = 50
    search_fields = ["organization__name"]
    search_help_text = "党组织名称"
    ordering = ["due_on", "pk"]

    @admin.display(description="届次", ordering="number")
    def ordinal(self, term):
        return f"第{term.number}届"

    @admin.display(description="届满", ordering="due_on")
    def ends(self, term):
        return f"{term.ends_due:%Y-%m-%d}{'（已延期）' if term.extended_until else ''}"

    @admin.display(description="还有多久")
    def left(self, term):
        if term.ended_on:
            return badge("plain", "往届")
        return badge(*due_soon(term, timezone.localdate()))

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.actor = request.user
        return form

    def save_model(self, request, obj, form, change):
        """The form's service has saved it."""

    def context_of(self, term):
        organization = term.organization
        return {
            "term": term,
            "due": None if term.ended_on else due_soon(term, timezone.localdate()),
            "past": organization.terms.exclude(pk=term.pk),
            "elections": organization.elections.all(),
            "leaders": organization.leadership_terms.current().order_by("pk"),
        }

    def next_page(self, answer, page):
        if isinstance(answer, Election):
            return reverse("admin:organizations_election_change", args=[answer.pk])
        return page


@admin.register(Election)
class ElectionAdmin(ActPagesMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    acts = ELECTION_ACTS
    page_template = "admin/organizations/election/page.html"
    resource_classes = [ElectionResource]
    list_display = ["organization", "state", "planned_on", "held_on", "seats", "present"]
    list_select_related = ["organization"]
    list_filter = ["status", "planned_on"]
    list_per_page = 50
    search_fields = ["organization__name", "candidacies__name"]
    search_help_text = "党组织、候选人"

    @admin.display(description="状态", ordering="status")
    def state(self, election):
        return badge(TONES[election.status], election.get_status_display())

    @admin.display(description="实到 / 应到")
    def present(self, election):
        return "—" if election.present_count is None else f"{election.present_count} / {election.entitled_count}"

    def has_add_permission(self, request):
        return False  # it is prepared on the page of the running term

    def get_urls(self):
        wrap = self.admin_site.admin_view
        printed = path("<int:pk>/print/", wrap(self.print_view), name="organizations_election_print")
        return [printed, *super().get_urls()]

    def context_of(self, election):
        return {
            "election": election,
            "tone": TONES[election.status],
            "checks": elections.checks_of(election),
            "candidates": candidates_of(election),
            "result": elections.result_of(election),
            "timeline": timeline(election),
        }

    def print_view(self, request, pk):
        election = self.row(request, pk)
        context = {**self.context_of(election), "body": Organization.objects.get(pk=election.organization_id)}
        return TemplateResponse(request, "admin/organizations/election/print.html", context)
