"""单位报到: received or returned by the community of the unit's site, printed as 报到单."""

from django.contrib import admin
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from unfold.admin import ModelAdmin

from govern.act_pages import ActPagesMixin, badge
from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin
from volunteers.admin.report_filters import CommunityFilter
from volunteers.forms.report_acts import UNIT_REPORT_ACTS
from volunteers.forms.unit_reports import UnitReportForm
from volunteers.models import Report, UnitReport
from volunteers.report_funnel import total
from volunteers.report_resources import UnitReportResource

ONE_BUTTON = {"show_save_and_add_another": False, "show_save_and_continue": False}
TONES = {"submitted": "info", "returned": "warn", "received": "ok", "ended": "plain"}


@admin.register(UnitReport)
class UnitReportAdmin(ActPagesMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    form = UnitReportForm
    fields = ["unit", "community", "secretary", "members_count", "offers", "wishes"]
    autocomplete_fields = ["unit", "community"]
    acts = UNIT_REPORT_ACTS
    page_template = "admin/volunteers/unitreport/page.html"
    page_related = ("unit__liaison", "community__street", "decided_by")
    resource_classes = [UnitReportResource]
    list_display = ["unit", "state", "community", "secretary", "members_count", "came", "decided"]
    list_select_related = ["unit", "community", "decided_by"]
    list_filter = ["status", CommunityFilter]
    list_per_page = 50
    search_fields = ["unit__name", "secretary"]
    search_help_text = "单位名称、党组织负责人"
    actions = None

    @admin.display(description="状态", ordering="status")
    def state(self, report):
        return badge(TONES[report.status], report.get_status_display())

    @admin.display(description="报到", ordering="submitted_at")
    def came(self, report):
        return f"{timezone.localtime(report.submitted_at):%Y-%m-%d}"

    @admin.display(description="办理")
    def decided(self, report):
        return f"{report.decided_by} {timezone.localtime(report.decided_at):%Y-%m-%d}" if report.decided_at else "—"

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.actor = request.user
        return form

    def add_view(self, request, form_url="", extra_context=None):
        return super().add_view(request, form_url, {**(extra_context or {}), **ONE_BUTTON, "title": "登记单位报到"})

    def save_model(self, request, obj, form, change):
        """The form's service has saved it."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.print_view)
        return [path("<int:pk>/print/", view, name="volunteers_unitreport_print"), *super().get_urls()]

    def context_of(self, report):
        people = Report.objects.filter(volunteer__unit=report.unit_id, community=report.community_id)
        return {
            "report": report,
            "tone": TONES[report.status],
            "line": total(people.open().registered()),
        }

    def print_view(self, request, pk):
        context = {"report": self.row(request, pk)}
        return TemplateResponse(request, "admin/volunteers/unitreport/print.html", context)
