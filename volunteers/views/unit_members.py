"""Our members on a unit's desk: how far each is with the community, the hours of the year, what was returned."""

from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.views import View
from django.views.generic import ListView

from volunteers.forms.unit_desk import ResubmitForm
from volunteers.models import Report
from volunteers.services.year_reviews import figures_of
from volunteers.views.unit_desk import TONES, UnitDeskMixin
from volunteers.words import hours

NONE = (0, 0, 0)
HEAPS = {
    "submitted": ("待社区接收", Q(status="submitted")),
    "returned": ("退回补正", Q(status="returned")),
    "registered": ("还没对接", Q(status="registered")),
    "contacted": ("等岗位", Q(status="contacted")),
    "posted": ("有岗位", Q(status="posted")),
}


class MemberListView(UnitDeskMixin, ListView):
    template_name = "desk/reports/member_list.html"
    paginate_by = 50

    @property
    def heap(self):
        return self.request.GET.get("heap") if self.request.GET.get("heap") in {*HEAPS, "late"} else ""

    def get_queryset(self):
        rows = self.reports().select_related("volunteer__unit", "community").order_by("submitted_at", "pk")
        if self.heap == "late":
            return rows.waiting_for_contact()
        return rows.filter(HEAPS[self.heap][1]) if self.heap else rows

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        today, now = timezone.localdate(), timezone.now()
        figures = figures_of([row.volunteer_id for row in context["object_list"]], today.year)
        counts = self.reports().aggregate(
            all=Count("pk"),
            late=Count("pk", filter=Q(status="registered", contact_by__lt=now)),
            **{name: Count("pk", filter=condition) for name, (_, condition) in HEAPS.items()},
        )
        context["cards"] = [
            {
                "report": row,
                "tone": TONES[row.status],
                "duty_hours": hours(figures.get(row.volunteer_id, NONE)[0]),
                "voluntary_hours": hours(figures.get(row.volunteer_id, NONE)[1]),
                "is_late": row.status == "registered" and row.contact_by is not None and row.contact_by < now,
            }
            for row in context["object_list"]
        ]
        labels = [("", "全部", counts["all"]), ("late", "超期没对接", counts["late"])]
        context["chips"] = [*labels, *((name, label, counts[name]) for name, (label, _) in HEAPS.items())]
        return {
            **context,
            "units": self.units,
            "heap": self.heap,
            "year": today.year,
            "can_reveal": self.request.user.has_perm("accounts.reveal_personal"),
        }


class MemberResubmitView(UnitDeskMixin, View):
    """What the community returned, with its reason."""

    @cached_property
    def report(self):
        rows = self.reports().select_related("volunteer", "community")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get(self, request, pk):
        return self.settled() or self.page(ResubmitForm(report=self.report, user=request.user))

    def post(self, request, pk):
        if answer := self.settled():
            return answer
        form = ResubmitForm(request.POST, report=self.report, user=request.user)
        if not form.is_valid() or not form.run():
            return self.page(form, status=422)
        messages.success(request, f"已再次报到，等{form.cleaned_data['community']}接收。")
        return redirect("reports:member_list")

    def settled(self):
        if self.report.status == Report.Status.RETURNED:
            return None
        messages.info(self.request, f"这份报到现在是“{self.report.get_status_display()}”，没有再提交。")
        return redirect("reports:member_list")

    def page(self, form, status=200):
        returned = self.report.events.filter(to_status=Report.Status.RETURNED).last()
        context = {"form": form, "report": self.report, "reason": returned.note if returned else ""}
        return render(self.request, "desk/reports/member_resubmit.html", context, status=status)
