"""矛盾调解: the list of the cases that one is named in, and a case's page with its acts."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import BooleanField, ExpressionWrapper, F, Q
from django.db.models.functions import Coalesce
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.cache import add_never_cache_headers
from unfold.admin import ModelAdmin

from accounts.services import reveal
from deliberations import case_story
from deliberations.admin.case_work import WORK_ACTS, CaseWorkMixin
from deliberations.forms.case_intake import INTAKE_ACTS
from deliberations.forms.cases import CaseForm, ReaderForm
from deliberations.models import Case, CaseParty
from deliberations.resources.cases import CaseResource
from deliberations.services.cases import people
from deliberations.services.cases.intake import ADD
from govern.act_pages import ActPagesMixin, badge
from govern.exports import ExportAdminMixin
from govern.fields import blind_index
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from govern.views import client_address
from grids.models import Community

Status = Case.Status
UNDER_WAY = [Status.APPLIED, Status.ACCEPTED, Status.MEDIATING, Status.AGREED, Status.BREACHED]


class HeapFilter(admin.SimpleListFilter):
    """What waits; without a choice, all that is not archived."""

    title = "待办"
    parameter_name = "heap"

    def lookups(self, request, model_admin):
        return [
            ("accept", "待受理"),
            ("unassigned", "没有调解员"),
            ("running", "正在调解"),
            ("agreed", "达成协议，待履行"),
            ("file", "待归档"),
            ("risk", "可能激化"),
            ("all", "全部，包括已归档"),
        ]

    def choices(self, changelist):
        first, *rest = super().choices(changelist)
        yield {**first, "display": "没有归档的"}
        yield from rest

    def queryset(self, request, queryset):
        match self.value():
            case "accept":
                return queryset.filter(status=Status.APPLIED)
            case "unassigned":
                return queryset.unassigned()
            case "running":
                return queryset.filter(status__in=[Status.ACCEPTED, Status.MEDIATING])
            case "agreed":
                return queryset.filter(status__in=[Status.AGREED, Status.BREACHED])
            case "file":
                return queryset.filter(status__in=[Status.REFUSED, Status.FAILED, Status.ENDED, Status.PERFORMED])
            case "risk":
                return queryset.running().filter(has_risk=True)
            case "all":
                return queryset
        asked = request.GET.get("status__exact")
        return queryset if asked else queryset.exclude(status=Status.ARCHIVED)


@admin.register(Case)
class CaseAdmin(CaseWorkMixin, ActPagesMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    """Of cases that name the user (`CaseReader`): everybody else finds nothing here, superusers too."""

    acts = (*INTAKE_ACTS, *WORK_ACTS)
    page_template = "admin/deliberations/case/change.html"
    page_related = ("community__street", "community__organization", "incident", "accord")
    import_export_change_list_template = "admin/deliberations/case/change_list.html"
    list_before_template = "admin/deliberations/case/_list_note.html"
    resource_classes = [CaseResource]
    list_display = ["title", "state", "kind", "sides", "community", "clock", "lead"]
    list_filter = [HeapFilter, "status", "kind", "source", ("community", ScopedRelatedFilter)]
    list_select_related = ["community", "accord"]
    list_per_page = 30
    search_fields = ["code"]
    search_help_text = "案号、查询编号，或当事人完整手机号"
    actions = None

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("parties", "mediators__mediator")

    def get_ordering(self, request):
        """What is under way first, and of that what runs out first; of everything there ever was, the newest."""
        if request.GET.get("heap") == "all" or request.GET.get("status__exact"):
            return ["-applied_at", "-pk"]
        under_way = ExpressionWrapper(Q(status__in=UNDER_WAY), BooleanField())
        return [under_way.desc(), Coalesce(F("due_on"), F("accept_by")).asc(nulls_last=True), "pk"]

    def get_search_results(self, request, queryset, search_term):
        digits = search_term.strip()
        if not digits:
            return queryset, False
        if len(digits) == 11 and digits.isdigit():
            named = CaseParty.objects.filter(phone_index=blind_index(digits)).order_by().values("case")
            return queryset.filter(pk__in=named), False
        return queryset.numbered(digits), False

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(
            request, {"unassigned_count": unassigned_count(request.user), **(extra_context or {})}
        )

    # --- The list -----------------------------------------------------------------------------------------------------
    @admin.display(description="案号")
    def title(self, case):
        return case.full_number or case.spoken_code

    @admin.display(description="状态", ordering="status")
    def state(self, case):
        return (
            badge("bad", f"{case.get_status_display()}，可能激化")
            if case.has_risk and case.is_running
            else badge(case_story.tone(case), case.get_status_display())
        )

    @admin.display(description="双方")
    def sides(self, case):
        return case_story.versus(case)

    @admin.display(description="期限", ordering="due_on")
    def clock(self, case):
        found = case_story.clock_parts(case)
        return badge(found["tone"], f"{found['label']} {found['words']}") if found else "—"

    @admin.display(description="主持")
    def lead(self, case):
        names = [row.mediator.name for row in case.mediators.all() if row.is_lead]
        return names[0] if names else badge("warn", "没有调解员") if case.is_running else "—"

    def has_add_permission(self, request):
        return request.user.has_perm(ADD)

    # --- In -----------------------------------------------------------------------------------------------------------
    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("readers/", wrap(self.readers_view), name="deliberations_case_readers"),
            path(
                "<int:pk>/parties/<int:party_pk>/<slug:field>/",
                wrap(self.party_view),
                name="deliberations_case_party",
            ),
            *super().get_urls(),
        ]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if object_id is None:
            return self.file_view(request)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def file_view(self, request):
        """登记 on somebody's behalf, or what was handed over; ?incident= is what the grid reported."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = CaseForm(
            request.POST or None,
            user=request.user,
            initial=CaseForm.initial_of(request.user, request.GET.get("incident", "")),
        )
        if form.is_bound and form.is_valid() and (case := form.save()):
            messages.success(request, f"已登记，查询编号 {case.spoken_code}，{case.accept_by:%m月%d日}前答复是否受理。")
            is_mine = Case.objects.visible_to(request.user).filter(pk=case.pk).exists()
            own = [people.page_of(case)] if is_mine else [reverse("admin:index")]
            return HttpResponseRedirect(own[0])
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": "登记调解申请", "form": form}
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "admin/deliberations/case/file.html", context, status=status)

    def readers_view(self, request):
        """指定查阅人 by number: whoever assigns sees how many wait, and nothing of them."""
        if not request.user.has_perm(people.ASSIGN):
            raise PermissionDenied
        form = ReaderForm(request.POST or None, actor=request.user)
        if form.is_bound and form.is_valid() and (reader := form.save()):
            messages.success(request, f"已指定{reader.user}查阅 {reader.case.spoken_code}，本案的其他人会收到消息。")
            return HttpResponseRedirect(reverse("admin:deliberations_case_readers"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "指定能查阅的人",
            "form": form,
            "unassigned_count": unassigned_count(request.user),
        }
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "admin/deliberations/case/readers.html", context, status=status)

    # --- One ----------------------------------------------------------------------------------------------------------
    def page(self, request, row, bound=None):
        people.open_case(row, user=request.user, what="案件页")
        response = super().page(request, row, bound)
        may_assign, context = people.may_assign(row.community, request.user), response.context_data
        context["acts"] = [act for act in context["acts"] if may_assign or act.right != "assign"]
        # What is done in the course of the work stands beside what it adds to (`part`); the rest is the next step.
        rest = [act for act in context["acts"] if not getattr(act, "part", "")]
        context["main_acts"] = [act for act in rest if not act.is_quiet]
        context["more_acts"] = [act for act in rest if act.is_quiet]
        return response

    def context_of(self, case):
        return {
            **self.work_context(case),
            "case": case,
            "title": case.full_number or f"调解申请 {case.spoken_code}",
            "tone": case_story.tone(case),
            "clock": case_story.clock_parts(case),
            "parties": case.parties.all(),
            "mediators": case.mediators.select_related("mediator__organization").order_by(
                "recused_at", "-is_lead", "pk"
            ),
            "readers": case.readers.filter(ended_at=None).select_related("user", "named_by"),
            "timeline": case_story.timeline(case),
        }

    def party_view(self, request, pk, party_pk, field):
        """The full phone, identity number or address of a party, after the click is written down twice over."""
        if request.method != "POST" or field not in ("phone", "identity_number", "address"):
            raise Http404
        case = self.row(request, pk)
        party = get_object_or_404(case.parties, pk=party_pk)
        value = reveal(party, field, actor=request.user, remote_addr=client_address(request))
        label = party._meta.get_field(field).verbose_name
        people.open_case(case, user=request.user, what=f"{party.get_side_display()}的{label}")
        template = "accounts/_revealed.html" if request.htmx else "accounts/revealed.html"
        shown = {"label": label, "value": value, "is_phone": field == "phone", "back": people.page_of(case)}
        response = render(request, template, shown)
        add_never_cache_headers(response)
        return response


def unassigned_count(user):
    """How many cases of the communities in which `user` assigns are nobody's yet: a number, and no more."""
    return Case.objects.filter(community__in=Community.objects.allowed(user, people.ASSIGN)).unassigned().count()
