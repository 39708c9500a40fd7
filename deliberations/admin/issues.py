"""议题: the list as a queue, one with its steps and acts, 登记 by staff, and several merged at once."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.admin import ModelAdmin

from deliberations.forms.issues import ISSUE_ACTS, StaffIssueForm
from deliberations.issue_words import TONES, progress
from deliberations.models import Issue
from deliberations.resources.issues import IssueResource
from deliberations.services import issues
from govern.act_pages import ActPagesMixin, badge
from govern.exports import ExportAdminMixin
from govern.paging import CappedPaginator
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter

Status = Issue.Status


class HeapFilter(admin.SimpleListFilter):
    """What waits; without a choice, all that is not done with."""

    title = "待办"
    parameter_name = "heap"
    HEAPS = {
        "screen": ("待筛选", [Status.RAISED]),
        "schedule": ("已列入，等排会", [Status.LISTED]),
        "scheduled": ("已排会", [Status.SCHEDULED]),
        "unsettled": ("未达成一致", [Status.UNSETTLED]),
    }

    def lookups(self, request, model_admin):
        return [*((name, label) for name, (label, _) in self.HEAPS.items()), ("all", "全部，包括办完的")]

    def choices(self, changelist):
        first, *rest = super().choices(changelist)
        yield {**first, "display": "要办的"}
        yield from rest

    def queryset(self, request, queryset):
        if self.value() == "all" or (self.value() is None and request.GET.get("status__exact")):
            return queryset
        heap = self.HEAPS.get(self.value())
        return queryset.filter(status__in=heap[1]) if heap else queryset.open()


@admin.register(Issue)
class IssueAdmin(ActPagesMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    acts = ISSUE_ACTS
    page_template = "admin/deliberations/issue/change.html"
    page_related = ("community", "quarter", "merged_into")
    resource_classes = [IssueResource]
    list_display = ["title", "state", "level_shown", "community", "source", "due", "raised_at"]
    list_select_related = ["community", "quarter"]
    list_filter = [HeapFilter, "status", "level", "raised_by", ("community", ScopedRelatedFilter)]
    list_per_page = 50
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = ["title", "text", "code"]
    search_help_text = "议题、情况里的词，或编号"
    actions = ["list_selected", "merge_selected", "call_selected"]
    ordering = ["screen_by", "raised_at", "pk"]

    @admin.display(description="状态", ordering="status")
    def state(self, issue):
        return badge(TONES[issue.status], issue.get_status_display())

    @admin.display(description="层级", ordering="level")
    def level_shown(self, issue):
        return f"{issue.get_level_display()} {issue.quarter.name}" if issue.quarter else issue.get_level_display()

    @admin.display(description="谁提的", ordering="raised_by")
    def source(self, issue):
        return f"{issue.get_raised_by_display()} {issue.masked_name}".strip()

    @admin.display(description="筛选期限", ordering="screen_by")
    def due(self, issue):
        if issue.status != Status.RAISED or issue.screen_by is None:
            return "—"
        day = f"{issue.screen_by.month}月{issue.screen_by.day}日"
        return badge("bad", f"{day} 已超期") if issue.screen_by < timezone.localdate() else day

    # --- Several at once ----------------------------------------------------------------------------------------------
    @admin.action(description="列入目录", permissions=["change"])
    def list_selected(self, request, queryset):
        done, left = 0, []
        for row in queryset.order_by("pk"):
            try:
                issues.list_issue(row, actor=request.user)
                done += 1
            except (ValidationError, PermissionDenied):
                left.append(row.title)
        messages.success(request, f"已列入 {done} 个议题。")
        if left:
            messages.warning(request, f"没有改动：{'、'.join(left[:10])}。请逐个打开看。")

    @admin.action(description="合并所选，并入最早提的一个", permissions=["change"])
    def merge_selected(self, request, queryset):
        target, *others = list(queryset.order_by("raised_at", "pk")) or [None]
        try:
            with transaction.atomic():
                issues.merge_issues(target, others=others, actor=request.user)
        except ValidationError as error:
            messages.warning(request, " ".join(error.messages))
        else:
            messages.success(request, f"已并入“{target}”，共 {len(others)} 个，提议人会收到短信。")

    @admin.action(description="为所选议题开会", permissions=["change"])
    def call_selected(self, request, queryset):
        keys = ",".join(map(str, queryset.order_by("pk").values_list("pk", flat=True)))
        return HttpResponseRedirect(reverse("admin:deliberations_hearing_add", query={"issues": keys}))

    # --- One ----------------------------------------------------------------------------------------------------------
    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if object_id is None:
            return self.raise_view(request)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def raise_view(self, request):
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = StaffIssueForm(request.POST or None, user=request.user, initial={"raised_by": "committee"})
        if form.is_bound and form.is_valid() and (issue := form.submit()):
            messages.success(request, f"已登记，编号 {issue.code}，{issue.screen_by:%m月%d日}前要筛选。")
            return HttpResponseRedirect(reverse("admin:deliberations_issue_change", args=[issue.pk]))
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": "登记议题", "form": form}
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "admin/deliberations/issue/raise.html", context, status=status)

    def context_of(self, issue):
        return {
            "issue": issue,
            "tone": TONES[issue.status],
            "steps": progress(issue, is_for_staff=True),
            "merged": issue.merged_issues.order_by("raised_at"),
            "hearings": issue.hearings.order_by("starts_at"),
            "can_call": issue.status == Status.LISTED,
            "is_late": issue.status == Status.RAISED and issue.screen_by and issue.screen_by < timezone.localdate(),
        }
