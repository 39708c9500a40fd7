"""班子成员: the list of all terms, the page of one body (who holds what since when), and the bodies without 书记."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from unfold.admin import ModelAdmin

from accounts.admin import PersonalAdminMixin
from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin
from organizations.admin.members import ChosenByHandMixin
from organizations.forms.leadership import TERM_ACTS, Appoint, LeadershipTermAddForm, LeadershipTermForm
from organizations.models import LeadershipTerm, Organization, PartyMember
from organizations.resources import LeadershipTermResource
from organizations.services.leadership import leader_warnings


class TermFilter(admin.SimpleListFilter):
    title = "在任"
    parameter_name = "term"

    def lookups(self, request, model_admin):
        return [("current", "在任"), ("past", "已离任")]

    def queryset(self, request, queryset):
        match self.value():
            case "current":
                return queryset.current()
            case "past":
                return queryset.past()
        return queryset


@admin.register(LeadershipTerm)
class LeadershipTermAdmin(ChosenByHandMixin, PersonalAdminMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    resource_classes = [LeadershipTermResource]
    import_export_change_list_template = "admin/organizations/leadershipterm/change_list.html"
    change_form_outer_before_template = "admin/organizations/leadershipterm/_body_link.html"
    autocomplete_fields = ["organization"]
    list_display = ["name", "position", "body", "masked_phone", "starts_on", "ends_on"]
    list_select_related = ["organization"]
    list_filter = [TermFilter, "position", "starts_on"]
    list_per_page = 50
    search_fields = ["name", "organization__name"]
    search_help_text = "姓名、党组织，或完整手机号"
    actions = None

    @admin.display(description="党组织", ordering="organization")
    def body(self, term):
        return format_html('<a href="{}">{}</a>', body_page(term.organization_id), term.organization)

    # --- The forms ----------------------------------------------------------------------------------------------------
    def get_form(self, request, obj=None, change=False, **kwargs):
        kwargs["form"] = LeadershipTermForm if obj else LeadershipTermAddForm
        form = super().get_form(request, obj, change=change, **kwargs)
        form.actor = request.user
        return form

    def get_fields(self, request, obj=None):
        fields = ["organization", "position", "name", "phone", "starts_on"]
        if obj is not None:
            fields.append("ends_on")
        if obj is None or self.has_change_permission(request, obj):
            fields.insert(4, "is_member")
        return fields

    def get_readonly_fields(self, request, obj=None):
        """Another body or position is another term."""
        return [*super().get_readonly_fields(request, obj), *(["organization", "position"] if obj else [])]

    def save_model(self, request, obj, form, change):
        """The form's service has saved it."""
        for words in leader_warnings(obj):
            self.message_user(request, words, messages.WARNING)

    # --- The pages ----------------------------------------------------------------------------------------------------
    def get_urls(self):
        def route(text, view, name):
            return path(text, self.admin_site.admin_view(view), name=f"organizations_leadershipterm_{name}")

        return [
            route("vacant/", self.vacant_view, "vacant"),
            route("body/<int:pk>/", self.body_view, "body"),
            route("body/<int:pk>/appoint/", self.appoint_view, "appoint"),
            route("<int:pk>/<slug:verb>/do/", self.act_view, "act"),
            *super().get_urls(),
        ]

    def _answer(self, request, template, context, status=200):
        context = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        path = f"admin/organizations/leadershipterm/{template}.html"
        return TemplateResponse(request, path, context, status=status)

    def _body(self, request, pk):
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = Organization.objects.allowed(request.user, "organizations.view_leadershipterm")
        return get_object_or_404(rows.filter(tier__lte=3).select_related("parent"), pk=pk)

    def vacant_view(self, request):
        """Bodies in use without a 书记 today."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = Organization.objects.allowed(request.user, "organizations.view_leadershipterm").led()
        rows = rows.without_secretary().select_related("parent").order_by("tree_id", "lft")
        page = Paginator(rows, 50).get_page(request.GET.get("page"))
        context = {"title": "没有书记的党组织", "page_obj": page, "all_count": page.paginator.count}
        return self._answer(request, "vacant", context)

    def body_view(self, request, pk, bound=None):
        body = self._body(request, pk)
        terms = LeadershipTerm.objects.visible_to(request.user).filter(organization=body)
        can_change = Organization.objects.allowed(request.user, "organizations.change_leadershipterm")
        can_add = Organization.objects.allowed(request.user, "organizations.add_leadershipterm").led()
        is_mine = can_change.filter(pk=body.pk).exists()
        current = in_order(terms.current().select_related("member__branch"))
        context = {
            "title": f"{body}的班子",
            "body": body,
            "current": [(term, self._acts(term, request, bound) if is_mine else []) for term in current],
            "seen_members": set(PartyMember.objects.visible_to(request.user).filter(leadership_terms__in=current)),
            "past": terms.past().order_by("-ends_on", "-pk"),
            "has_secretary": any(term.position == "secretary" for term in current),
            "warnings": [words for term in current for words in leader_warnings(_of(term, body))],
            "appoint": self._appoint(request, body, bound) if can_add.filter(pk=body.pk).exists() else None,
            "can_change": is_mine,
            "can_reveal": request.user.has_perm("accounts.reveal_personal"),
        }
        return self._answer(request, "body", context, status=422 if bound else 200)

    def _acts(self, term, request, bound):
        """Each act's fields have names of their own on the page."""
        return [
            bound
            if isinstance(bound, act) and bound.subject == term
            else act(subject=term, user=request.user, auto_id=f"id_{act.verb}_{term.pk}_%s")
            for act in TERM_ACTS
            if act.is_offered(term)
        ]

    def _appoint(self, request, body, bound):
        return bound if isinstance(bound, Appoint) else Appoint(subject=body, user=request.user)

    def appoint_view(self, request, pk):
        body = self._body(request, pk)
        return self._run(request, body.pk, Appoint, body)

    def act_view(self, request, pk, verb):
        term = get_object_or_404(self.get_queryset(request).select_related("organization"), pk=pk)
        act = next((each for each in TERM_ACTS if each.verb == verb), None)
        if act is None:
            raise Http404
        if request.method == "POST" and not act.is_offered(term):
            messages.info(request, f"{term}已在 {term.ends_on:%Y-%m-%d} 离任，没有再改动。")
            return HttpResponseRedirect(body_page(term.organization_id))
        return self._run(request, term.organization_id, act, term)

    def _run(self, request, body_pk, act, subject):
        page = HttpResponseRedirect(body_page(body_pk))
        if request.method != "POST":
            return page
        form = act(request.POST, subject=subject, user=request.user, auto_id=f"id_{act.verb}_{subject.pk}_%s")
        row = form.run() if form.is_valid() else None
        if not form.is_valid():
            return self.body_view(request, body_pk, bound=form)
        messages.success(request, form.done)
        for words in leader_warnings(row):
            messages.warning(request, words)
        return page


def body_page(pk):
    return reverse("admin:organizations_leadershipterm_body", args=[pk])


def in_order(terms):
    """By position, as they are named on paper."""
    order = LeadershipTerm.Position.values
    return sorted(terms, key=lambda term: (order.index(term.position), term.starts_on))


def _of(term, body):
    term.organization = body
    return term
