"""年度测算: who would rise on 1 January, what it costs, and what of it is approved."""

from decimal import Decimal
from io import BytesIO

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, F, Q, Sum
from django.http import FileResponse, Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from unfold.admin import ModelAdmin

from cadres.forms.simulations import DecideForm, PrepareForm
from cadres.models import Simulation, SimulationLine
from govern.scoping import ScopedAdminMixin
from govern.spreadsheets import CONTENT_TYPE, write_sheet
from govern.views import number

Outcome, Status = SimulationLine.Outcome, SimulationLine.Status
PER_PAGE = 200
TONES = {Outcome.RISES: "ok", Outcome.STAYS: "", Outcome.FALLS: "bad", Outcome.WAITS: "warn"}
STATUS_TONES = {Status.PENDING: "info", Status.APPROVED: "ok", Status.DECLINED: "plain"}
DONE = {
    "approve": "已批准 {} 人，级别已记入台账。",
    "decline": "{} 人定为本次不调。",
    "reopen": "{} 人已恢复为待批准。",
}
HEADS = [
    "社区",
    "姓名",
    "岗位",
    "现级别",
    "测算级别",
    "现月薪酬",
    "测算月薪酬",
    "每月增加",
    "结果",
    "原因",
    "状态",
    "说明",
]


@admin.register(Simulation)
class SimulationAdmin(ScopedAdminMixin, ModelAdmin):
    change_list_template = "admin/cadres/simulation/change_list.html"
    list_display = ["effective_on", "scheme", "rising", "waiting", "approved", "prepared_by", "prepared_at"]
    list_display_links = ["effective_on"]
    list_select_related = ["scheme", "prepared_by"]
    list_filter = ["scheme"]
    list_per_page = 50
    actions = None

    def get_queryset(self, request):
        mine = Q(lines__in=SimulationLine.objects.visible_to(request.user))
        counts = {
            "rising_count": Count("lines", filter=mine & Q(lines__outcome=Outcome.RISES)),
            "waiting_count": Count("lines", filter=mine & Q(lines__outcome=Outcome.WAITS)),
            "approved_count": Count("lines", filter=mine & Q(lines__status=Status.APPROVED)),
        }
        return super().get_queryset(request).annotate(**counts)

    @admin.display(description="晋级人数")
    def rising(self, simulation):
        return simulation.rising_count

    @admin.display(description="待定人数")
    def waiting(self, simulation):
        return simulation.waiting_count

    @admin.display(description="已批准")
    def approved(self, simulation):
        return simulation.approved_count

    def has_add_permission(self, request):
        return False  # a simulation is worked out, by the button above the list

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("prepare/", wrap(self.prepare_view), name="cadres_simulation_prepare"),
            path("<int:pk>/sheet/", wrap(self.sheet_view), name="cadres_simulation_sheet"),
            path("<int:pk>/<slug:verb>/do/", wrap(self.decide_view), name="cadres_simulation_decide"),
            *super().get_urls(),
        ]

    # --- The list and the button --------------------------------------------------------------------------------------
    def changelist_view(self, request, extra_context=None):
        form = PrepareForm(user=request.user) if request.user.has_perm("cadres.add_simulation") else None
        return super().changelist_view(request, {**(extra_context or {}), "prepare_form": form})

    def prepare_view(self, request):
        if not request.user.has_perm("cadres.add_simulation"):
            raise PermissionDenied
        form = PrepareForm(request.POST or None, user=request.user)
        if form.is_bound and form.is_valid() and (simulation := form.run()):
            messages.success(request, "已测算。批准以前，谁的级别都不变。")
            return self._page(simulation.pk)
        for error in form.non_field_errors() if form.is_bound else ():
            messages.error(request, error)
        return HttpResponseRedirect(reverse("admin:cadres_simulation_changelist"))

    def _page(self, pk, query=""):
        return HttpResponseRedirect(reverse("admin:cadres_simulation_change", args=[pk]) + query)

    # --- The page -----------------------------------------------------------------------------------------------------
    def _simulation(self, request, pk):
        rows = Simulation.objects.visible_to(request.user).select_related("scheme", "prepared_by")
        return get_object_or_404(rows, pk=pk)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if object_id is None:
            raise Http404
        return self.simulation_view(request, number(object_id))

    def simulation_view(self, request, pk, bound=None):
        simulation = self._simulation(request, pk)
        lines = simulation.lines.visible_to(request.user)
        figures = figures_of(lines)
        outcome = chosen_outcome(request, figures)
        rows = lines.with_outcome(outcome).select_related("worker__organization", "track", "decided_by")
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
        can_decide = request.user.has_perm("cadres.approve_simulation")
        ticked = bound.lines if bound else None
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": simulation,
            "title": f"{simulation.effective_on:%Y年%-m月%-d日}级别测算",
            "simulation": simulation,
            "figures": figures,
            "tabs": [tab(each, figures, outcome) for each in Outcome],
            "outcome": outcome,
            "page_obj": page,
            "rows": [row_of(line, ticked) for line in page],
            "can_decide": can_decide and outcome in (Outcome.RISES, Outcome.FALLS),
            "can_prepare": request.user.has_perm("cadres.add_simulation"),
            "rest_count": figures["rising"] if page.has_other_pages() and outcome == Outcome.RISES else 0,
            "form": bound or DecideForm(simulation=simulation, verb="approve", lines=(), user=request.user),
        }
        status = 200 if bound is None else 422
        return TemplateResponse(request, "admin/cadres/simulation/page.html", context, status=status)

    def decide_view(self, request, pk, verb):
        """The ticked lines, or all that rise: approved, not this time, or back again."""
        simulation = self._simulation(request, pk)
        if verb not in DONE:
            raise Http404
        if request.method != "POST":
            return self._page(pk)
        if not request.user.has_perm("cadres.approve_simulation"):
            raise PermissionDenied
        mine = simulation.lines.allowed(request.user, "cadres.approve_simulation")
        if "all" in request.POST:
            keys = list(mine.pending().with_outcome(Outcome.RISES).values_list("pk", flat=True))
        else:
            keys = [key for each in request.POST.getlist("line") if (key := number(each)) is not None]
        if simulation.lines.filter(pk__in=keys).exclude(pk__in=mine.values("pk")).exists():
            raise Http404
        form = DecideForm(request.POST, simulation=simulation, verb=verb, lines=keys, user=request.user)
        if not form.is_valid() or (count := form.run()) is None:
            return self.simulation_view(request, pk, bound=form)
        messages.success(request, DONE[verb].format(count))
        return self._page(pk, f"?outcome={request.POST.get('outcome', '')}")

    def sheet_view(self, request, pk):
        simulation = self._simulation(request, pk)
        lines = simulation.lines.visible_to(request.user).select_related("worker__organization", "track")
        stream = BytesIO()
        title = f"级别测算{simulation.effective_on:%Y%m%d}"
        write_sheet(stream, title, HEADS, map(cells, lines), widths=[20, 10, 12, 8, 8, 12, 12, 12, 8, 60, 10, 30])
        stream.seek(0)
        return FileResponse(stream, as_attachment=True, filename=f"{title}.xlsx", content_type=CONTENT_TYPE)


def chosen_outcome(request, figures):
    asked = request.POST.get("outcome") or request.GET.get("outcome")
    if asked in Outcome.values:
        return asked
    return next((each.value for each in Outcome if figures["counts"].get(each)), Outcome.RISES.value)


def figures_of(lines):
    """Counts by outcome, and what the rises cost: those that wait for approval, and those approved."""
    counts, costs, pending, approved = {}, {}, 0, 0
    groups = lines.order_by().values("outcome", "status")
    for group in groups.annotate(count=Count("pk"), cost=Sum(F("pay_after") - F("pay_before"))):
        outcome, status = group["outcome"], group["status"]
        counts[outcome] = counts.get(outcome, 0) + group["count"]
        if outcome in (Outcome.RISES, Outcome.FALLS):
            costs[status] = costs.get(status, Decimal(0)) + (group["cost"] or 0)
            approved += group["count"] if status == Status.APPROVED else 0
        if (outcome, status) == (Outcome.RISES, Status.PENDING):
            pending, costs["rising"] = group["count"], group["cost"] or Decimal(0)
    return {
        "counts": counts,
        "rising": pending,
        "approved": approved,
        "pending_cost": yuan(costs.get("rising", Decimal(0))),
        "pending_year": yuan(costs.get("rising", Decimal(0)) * 12),
        "approved_cost": yuan(costs.get(Status.APPROVED, Decimal(0))),
        "approved_year": yuan(costs.get(Status.APPROVED, Decimal(0)) * 12),
    }


def yuan(amount):
    """12,345 or 12,345.50"""
    return f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"


def tab(outcome, figures, chosen):
    return {
        "label": outcome.label,
        "count": figures["counts"].get(outcome, 0),
        "href": f"?outcome={outcome}",
        "tone": TONES[outcome] if figures["counts"].get(outcome) else "",
        "is_current": outcome == chosen,
    }


def row_of(line, ticked):
    """A line as the table prints it. By default what rises and waits is ticked, as it is most often approved whole."""
    is_ticked = line.pk in ticked if ticked is not None else line.outcome == Outcome.RISES
    return {
        "line": line,
        "tone": STATUS_TONES[line.status],
        "state": line.get_status_display() if line.outcome in (Outcome.RISES, Outcome.FALLS) else "",
        "cost": yuan(line.cost) if line.cost else "",
        "pay_before": yuan(line.pay_before),
        "pay_after": yuan(line.pay_after),
        "is_open": line.status != Status.APPROVED,
        "is_ticked": is_ticked and line.status == Status.PENDING,
        "sum": [words for _, _, words in line.terms],
    }


def cells(line):
    return [
        str(line.worker.organization),
        line.worker.name,
        str(line.track),
        line.level_before,
        line.level_after,
        line.pay_before,
        line.pay_after,
        line.cost,
        line.get_outcome_display(),
        line.why,
        row_of(line, None)["state"],
        line.note,
    ]
