"""组织关系转接: what waits for me first; each on its page with the buttons of its reader's side."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from unfold.admin import ModelAdmin

from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin
from govern.views import number
from organizations.admin.members import badge
from organizations.forms.transfers import ACTS, RequestForm
from organizations.member_story import TONES, source_words, transfer_page, turn_words
from organizations.models import PartyMember, Transfer
from organizations.resources import TransferResource
from organizations.services.transfers import open_steps


class TurnFilter(admin.SimpleListFilter):
    title = "轮到谁"
    parameter_name = "turn"

    def lookups(self, request, model_admin):
        return [("mine", "待我确认"), ("open", "正在办理")]

    def queryset(self, request, queryset):
        match self.value():
            case "mine":
                return queryset.awaiting(request.user)
            case "open":
                return queryset.open()
        return queryset


@admin.register(Transfer)
class TransferAdmin(ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    resource_classes = [TransferResource]
    fields = ["target", "reason"]
    list_display = ["member_name", "state", "turn", "from_where", "target", "proposed", "completed"]
    list_select_related = ["member", "source", "target"]
    list_filter = [TurnFilter, "status"]
    list_per_page = 50
    date_hierarchy = "proposed_at"
    search_fields = ["member__name"]
    search_help_text = "党员姓名，或完整手机号、完整身份证号"
    actions = None

    def get_queryset(self, request):
        return super().get_queryset(request).with_sides(request.user)

    def get_search_results(self, request, queryset, search_term):
        words = search_term.strip()
        called = PartyMember.objects.called(words).order_by().values("pk")
        return (queryset.filter(member__in=called) if words else queryset), False

    @admin.display(description="党员", ordering="member__name")
    def member_name(self, transfer):
        return transfer.member.name

    @admin.display(description="状态", ordering="status")
    def state(self, transfer):
        return badge(TONES[transfer.status], transfer.get_status_display())

    @admin.display(description="轮到谁")
    def turn(self, transfer):
        return turn_words(transfer) or "—"

    @admin.display(description="转出党支部", ordering="source__name")
    def from_where(self, transfer):
        return source_words(transfer)

    @admin.display(description="发起", ordering="proposed_at")
    def proposed(self, transfer):
        return f"{timezone.localtime(transfer.proposed_at):%Y-%m-%d}"

    @admin.display(description="转接日期", ordering="completed_on", empty_value="—")
    def completed(self, transfer):
        return transfer.completed_on and f"{transfer.completed_on:%Y-%m-%d}"

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        act = self.admin_site.admin_view(self.act_view)
        return [path("<int:pk>/<slug:verb>/do/", act, name="organizations_transfer_act"), *super().get_urls()]

    # --- The page -----------------------------------------------------------------------------------------------------
    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if object_id is None:
            return self.request_view(request)
        return self.page_view(request, number(object_id))

    def _transfer(self, request, pk):
        rows = self.get_queryset(request).select_related("member", "source__parent", "target__parent")
        return get_object_or_404(rows, pk=pk)

    def _answer(self, request, template, context, *, is_refused):
        context = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        path = f"admin/organizations/transfer/{template}.html"
        return TemplateResponse(request, path, context, status=422 if is_refused else 200)

    def page_view(self, request, pk, bound=None):
        transfer = self._transfer(request, pk)
        context = {
            "title": f"转接{transfer.member.name}的组织关系",
            "original": transfer,
            **transfer_page(transfer, request.user, bound=bound),
        }
        return self._answer(request, "page", context, is_refused=bound is not None)

    def act_view(self, request, pk, verb):
        """One step: a POST runs the verb; errors come back on the page of the transfer with what was typed."""
        transfer = self._transfer(request, pk)
        act = next((each for each in ACTS if each.verb == verb), None)
        if act is None:
            raise Http404
        page = HttpResponseRedirect(_page(pk))
        if request.method != "POST":
            return page
        if not request.user.has_perm("organizations.change_transfer"):
            raise PermissionDenied
        if act.to not in open_steps(transfer, request.user):
            messages.info(request, f"这件转接现在是“{transfer.get_status_display()}”，您这一步不用再办。")
            return page
        form = act(request.POST, subject=transfer, user=request.user)
        if form.is_valid():
            form.run()
        if not form.is_valid():
            return self.page_view(request, pk, bound=form)
        messages.success(request, form.done)
        return page

    def request_view(self, request):
        """申请转入: for somebody whose register is another branch's."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = RequestForm(request.POST or None, user=request.user)
        if form.is_valid() and (transfer := form.run()):
            messages.success(request, "已发起，等转出方党支部确认。")
            return HttpResponseRedirect(_page(transfer.pk))
        return self._answer(request, "request", {"title": "申请转入党员", "form": form}, is_refused=form.is_bound)


def _page(pk):
    return reverse("admin:organizations_transfer_change", args=[pk])
