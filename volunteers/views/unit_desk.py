"""双报到 on a unit's desk: our report to the community, how far our members are, what waits for a receipt."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import cached_property
from django.views import View
from django.views.generic import TemplateView

from grids.models import Community
from organizations.models import Unit
from volunteers import report_funnel
from volunteers.forms.unit_desk import UnitReportForm
from volunteers.models import Report, UnitReport, YearReview

TONES = {
    "submitted": "warn",
    "returned": "bad",
    "received": "ok",
    "registered": "info",
    "contacted": "info",
    "posted": "ok",
    "ended": "plain",
    "moved": "plain",
}


class UnitDeskMixin(LoginRequiredMixin):
    """The units that the reader answers for; anybody else's is unknown."""

    @cached_property
    def units(self):
        rows = Unit.objects.of_liaison(self.request.user, "volunteers.view_report")
        return list(rows.select_related("organization"))

    def unit_of(self, pk):
        for unit in self.units:
            if unit.pk == pk:
                return unit
        raise Http404

    def reports(self):
        """Our people's open reports; a liaison who is staff too has the workplace for other units'."""
        return Report.objects.open().filter(volunteer__unit__in=self.units)


class ReportListView(UnitDeskMixin, TemplateView):
    template_name = "desk/reports/home.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(cards=[self.card(unit) for unit in self.units], **kwargs)

    def card(self, unit):
        report = UnitReport.objects.filter(unit=unit).select_related("community").first()
        people = self.reports().filter(volunteer__unit=unit)
        reviews = YearReview.objects.visible_to(self.request.user).filter(unit=unit)
        years = reviews.order_by("-year").values("year").annotate(
            count=Count("pk"), waiting=Count("pk", filter=Q(status="sent"))
        )  # fmt: skip
        return {
            "unit": unit,
            "community": site_of(unit),
            "report": report,
            "tone": TONES[report.status] if report else "warn",
            "can_write": report is None or report.status in ("returned", "ended"),
            "reported_count": people.count(),
            "funnel": report_funnel.total(people.registered()),
            "years": years,
        }


def site_of(unit):
    """The community of the unit's site; None where its Party body leads none."""
    return Community.objects.filter(organization=unit.organization_id).first()


class UnitReportView(UnitDeskMixin, View):
    """The form of 单位报到: new, or what was returned."""

    def dispatch(self, request, *args, pk, **kwargs):
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.unit = self.unit_of(pk)
        self.community = site_of(self.unit)
        if self.community is None:
            messages.warning(request, "单位所在的社区还没有登记，请联系社区工作人员。")
            return redirect("reports:list")
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def report(self):
        return UnitReport.objects.open().filter(unit=self.unit, community=self.community).first()

    def form(self, *args):
        known = {"unit": self.unit, "community": self.community, "user": self.request.user}
        return UnitReportForm(*args, instance=self.report, **known)

    def get(self, request):
        return self.settled() or self.page(self.form())

    def post(self, request):
        if answer := self.settled():
            return answer
        form = self.form(request.POST)
        if not form.is_valid() or not form.run():
            return self.page(form, status=422)
        messages.success(request, f"已向{self.community}报到，社区接收后会发消息给您。")
        return redirect("reports:list")

    def settled(self):
        """On the way, or received: there is nothing to write."""
        if self.report is None or self.report.status == UnitReport.Status.RETURNED:
            return None
        words = f"{self.unit}已向{self.community}报到：{self.report.get_status_display()}，没有再提交。"
        messages.info(self.request, words)
        return redirect("reports:list")

    def page(self, form, status=200):
        context = {"form": form, "unit": self.unit, "community": self.community, "report": self.report}
        return render(self.request, "desk/reports/unit_report.html", context, status=status)


class UnitReportPrintView(UnitDeskMixin, TemplateView):
    """报到单, on paper."""

    template_name = "desk/reports/unit_report_print.html"

    def get_context_data(self, pk, **kwargs):
        rows = UnitReport.objects.filter(unit__in=self.units).select_related("unit", "community", "decided_by")
        return super().get_context_data(report=get_object_or_404(rows, pk=pk), **kwargs)
