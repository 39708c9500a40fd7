"""党员（志愿者）报到: the list as a queue, one report's page with its acts, 社区代办 at the desk, the two papers."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.admin import ModelAdmin

from govern.act_pages import ActPagesMixin, badge
from govern.exports import ExportAdminMixin
from govern.fields import blind_index
from govern.paging import CappedPaginator
from govern.scoping import ScopedAdminMixin
from volunteers import report_story
from volunteers.admin.funnel import FunnelAdminMixin
from volunteers.admin.report_filters import CommunityFilter, HeapFilter, PeopleFilter, UnitFilter
from volunteers.admin.report_papers import PaperAdminMixin
from volunteers.forms.report_acts import REPORT_ACTS
from volunteers.forms.reports import CounterForm
from volunteers.models import Report
from volunteers.report_filters import waiting
from volunteers.report_resources import ReportResource
from volunteers.services import reports


@admin.register(Report)
class ReportAdmin(FunnelAdminMixin, PaperAdminMixin, ActPagesMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    acts = REPORT_ACTS
    page_template = "admin/volunteers/report/page.html"
    import_export_change_list_template = "admin/volunteers/report/change_list.html"
    page_related = ("community__street", "volunteer__unit", "volunteer__building__quarter", "contacted_by")
    resource_classes = [ReportResource]
    list_display = ["person", "state", "sort", "employer", "community", "came", "due", "code"]
    list_display_links = ["person"]
    list_select_related = ["community", "volunteer__unit", "contacted_by"]
    list_filter = [
        HeapFilter,
        "status",
        PeopleFilter,
        "source",
        CommunityFilter,
        UnitFilter,
    ]
    list_per_page = 30
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = ["code"]
    search_help_text = "报到编号，或完整手机号、完整身份证号；不管怎么筛选都查得到"
    actions = ["receive_selected"]

    def get_ordering(self, request):
        """What waits to be received, then whose first contact is due first; of all others the newest first."""
        if request.GET.get("status__exact") or request.GET.get("heap") not in (None, "overdue", "registered"):
            return ["-submitted_at", "-pk"]
        return [F("contact_by").asc(nulls_first=True), "submitted_at", "pk"]

    def get_search_results(self, request, queryset, search_term):
        typed = search_term.replace(" ", "").upper()
        rows = self.get_queryset(request)
        if len(typed) == 11 and typed.isdigit():
            return rows.filter(volunteer__phone_index=blind_index(typed)), False
        if len(typed) == 18:
            return rows.filter(volunteer__identity_index=blind_index(typed)), False
        return (rows if len(typed) == 8 else queryset).filter(code__startswith=typed), False

    def changelist_view(self, request, extra_context=None):
        rows = Report.objects.visible_to(request.user)
        heaps = [
            {"url": f"?heap={name}", "label": label, "count": count, "is_current": request.GET.get("heap") == name}
            for name, label, count in waiting(rows)
        ]
        return super().changelist_view(request, {**(extra_context or {}), "heaps": heaps})

    # --- The list -----------------------------------------------------------------------------------------------------
    @admin.display(description="姓名")
    def person(self, report):
        return report.volunteer.masked_name

    @admin.display(description="状态", ordering="status")
    def state(self, report):
        return badge(report_story.tone(report), report.get_status_display())

    @admin.display(description="身份", ordering="volunteer__kind")
    def sort(self, report):
        return "机关党员" if report.volunteer.is_from_office else report.volunteer.get_kind_display()

    @admin.display(description="工作单位", ordering="volunteer__unit__name")
    def employer(self, report):
        return report.volunteer.unit or report.volunteer.employer or "—"

    @admin.display(description="报到", ordering="submitted_at")
    def came(self, report):
        return f"{timezone.localtime(report.submitted_at):%Y-%m-%d} {report.get_source_display()}"

    @admin.display(description="对接", ordering="contact_by")
    def due(self, report):
        deadline = report_story.deadline_parts(report)
        if deadline:
            return badge(deadline["tone"], deadline["words"])
        return f"{timezone.localtime(report.contacted_at):%Y-%m-%d}" if report.contacted_at else "—"

    @admin.action(description="接收所选报到", permissions=["change"])
    def receive_selected(self, request, queryset):
        done, left = 0, []
        for report in queryset.order_by("pk"):
            try:
                reports.receive_report(report, actor=request.user)
                done += 1
            except (ValidationError, PermissionDenied):
                left.append(report.code)
        if done:
            self.message_user(request, f"已接收 {done} 份，请按期限对接。", messages.SUCCESS)
        if left:
            said = f"{len(left)} 份没有改动，请逐份打开看：{'、'.join(left[:20])}"
            self.message_user(request, said, messages.WARNING)

    # --- One ----------------------------------------------------------------------------------------------------------
    def context_of(self, report):
        person = report.volunteer
        return {
            "report": report,
            "person": person,
            "tone": report_story.tone(report),
            "deadline": report_story.deadline_parts(report),
            "timeline": report_story.timeline(report),
            "holdings": list(person.holdings.open().select_related("position__community")),
            "others": list(person.reports.exclude(pk=report.pk).select_related("community")),
        }

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if object_id is None:
            return self.file_view(request)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def file_view(self, request):
        """社区代办: somebody stands at the desk."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = CounterForm(request.POST or None, user=request.user)
        if form.is_bound and form.is_valid() and (report := form.submit()):
            messages.success(request, f"已登记 {report.volunteer.masked_name} 的报到，编号 {report.code}。")
            return HttpResponseRedirect(reverse("admin:volunteers_report_change", args=[report.pk]))
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": "社区代办报到", "form": form}
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "admin/volunteers/report/file.html", context, status=status)
