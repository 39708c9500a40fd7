from django.contrib import admin
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.admin import ModelAdmin

from checklists.admin import run_words
from checklists.admin.needs import badge
from checklists.admin.run_pages import (
    FEW,
    RunAdoptView,
    RunChangesView,
    RunProgressView,
    RunStartView,
    RunTrialView,
    former_of,
    visible_changes,
)
from checklists.forms.runs import AdoptForm, DistrictForm
from checklists.models import Assignment, Run
from checklists.resources import AssignmentSheet
from checklists.services import runs
from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from govern.views import number


class ReadOnlyMixin:
    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Run)
class RunAdmin(ReadOnlyMixin, ScopedAdminMixin, ModelAdmin):
    """统筹匹配: the runs, with a button for the next one; a run's page is its certificate and what it changed."""

    list_display = ["when", "district", "state", "starter", "need_count", "served", "certificate", "duration"]
    list_display_links = ["when"]
    list_filter = ["status", "is_trial", ("district", ScopedRelatedFilter)]
    list_select_related = ["district", "started_by"]
    search_fields = ["district__name"]
    list_per_page = 50

    @admin.display(description="时间", ordering="queued_at")
    def when(self, run):
        return f"{timezone.localtime(run.queued_at):%Y-%m-%d %H:%M}"

    @admin.display(description="状态", ordering="status")
    def state(self, run):
        mark = badge("plain", "试算") if run.is_trial else ""
        return format_html("{} {}", badge(run_words.TONES[run.status], run.get_status_display()), mark)

    @admin.display(description="发起人", ordering="started_by")
    def starter(self, run):
        return run_words.who(run)

    @admin.display(description="配上", ordering="served_count")
    def served(self, run):
        return f"{run.served_count} / {run.need_count}" if run.need_count else "—"

    @admin.display(description="至少达到理论最优的")
    def certificate(self, run):
        return run_words.percent(run.ratio) or "—"

    @admin.display(description="用时（秒）")
    def duration(self, run):
        return run_words.total_seconds(run) if run.seconds else "—"

    def get_urls(self):
        def page(route, view, name):
            return path(
                route, self.admin_site.admin_view(view.as_view(model_admin=self)), name=f"checklists_run_{name}"
            )

        return [
            page("start/", RunStartView, "start"),
            page("trial/", RunTrialView, "trial"),
            page("<int:pk>/progress/", RunProgressView, "progress"),
            page("<int:pk>/changes/<slug:kind>/", RunChangesView, "changes"),
            page("<int:pk>/adopt/", RunAdoptView, "adopt"),
            *super().get_urls(),
        ]

    change_list_template = "admin/checklists/run/change_list.html"

    def changelist_view(self, request, extra_context=None):
        form = DistrictForm(user=request.user) if request.user.has_perm("checklists.start_run") else None
        return super().changelist_view(request, {**(extra_context or {}), "start_form": form})

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        rows = Run.objects.visible_to(request.user).select_related("district", "started_by")
        if number(object_id) is None:
            raise Http404
        return self.run_page(request, get_object_or_404(rows, pk=number(object_id)))

    def run_page(self, request, run, adopt_form=None):
        is_finished = run.status == Run.Status.FINISHED
        given = run.assignments.visible_to(request.user).select_related(
            "need__category", "need__community", "resource__unit"
        )
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": run,
            "title": f"{run.district}统筹匹配",
            "run": run,
            "tone": run_words.TONES[run.status],
            "who": run_words.who(run),
            "is_finished": is_finished,
            "is_waiting": run.status in (Run.Status.QUEUED, Run.Status.RUNNING),
            "served_words": f"共 {run.need_count:,} 件没派出的需求",
            "edge_words": f"能配对 {run.edge_count:,} 组",
            "certificate": run_words.certificate(run),
            "plain": run_words.PLAIN,
            "steps": run_words.steps(run),
            "total_seconds": run_words.total_seconds(run),
            "given": given.order_by("-score", "pk")[:FEW],
            "given_count": given.count(),
            "given_url": reverse("admin:checklists_assignment_changelist", query={"run__id__exact": run.pk}),
            **(self._compared(request, run) if is_finished else {}),
            "adopt_form": adopt_form or self._adopt_form(request, run),
        }
        status = 422 if adopt_form is not None else 200
        return TemplateResponse(request, "admin/checklists/run/change_form.html", context, status=status)

    def _adopt_form(self, request, run):
        may = request.user.has_perm("organizations.add_parametervalue")
        return AdoptForm(run=run, user=request.user) if may and run.is_trial else None

    def _compared(self, request, run):
        former = former_of(request, run)
        if former is None:
            return {"weights": run_words.weight_rows(run)}
        heaps = visible_changes(run, former, request.user)
        few = list(heaps["changed"][:FEW])
        is_wider = run.is_trial or former.is_trial or "with" in request.GET
        return {
            "former": former,
            "weights": run_words.weight_rows(run, former),
            "kinds": [
                {"kind": kind, "label": label, "count": heaps[kind].count()} for kind, label in run_words.KINDS.items()
            ],
            "lines": run_words.exchange_lines(runs.explained(run, former, few), "changed"),
            "side_by_side": run_words.side_by_side(run, former) if is_wider else [],
            "groupings": run_words.groupings(run, former) if is_wider else [],
        }


@admin.register(Assignment)
class AssignmentAdmin(ReadOnlyMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    """Who got what in a run: reached from the run's page, searched and exported here."""

    resource_classes = [AssignmentSheet]
    list_display = ["number", "category", "community", "first_words", "resource_name", "unit", "score"]
    list_display_links = None
    list_filter = [("need__community", ScopedRelatedFilter)]
    list_select_related = ["need__category", "need__community", "resource__unit", "run__district"]
    search_fields = ["need__code", "need__text", "resource__name", "resource__unit__name"]
    search_help_text = "受理编号、说明里的词、资源名称、单位名称"
    list_per_page = 50

    @admin.display(description="编号", ordering="need__code")
    def number(self, row):
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:checklists_need_change", args=[row.need_id]), row.need.spoken_code
        )

    @admin.display(description="类别", ordering="need__category")
    def category(self, row):
        return row.need.category

    @admin.display(description="社区", ordering="need__community")
    def community(self, row):
        return row.need.community

    @admin.display(description="情况")
    def first_words(self, row):
        return row.need.summary

    @admin.display(description="资源", ordering="resource__name")
    def resource_name(self, row):
        return row.resource.name

    @admin.display(description="单位", ordering="resource__unit__name")
    def unit(self, row):
        return row.resource.unit

    def changelist_view(self, request, extra_context=None):
        run = Run.objects.visible_to(request.user).filter(pk=number(request.GET.get("run__id__exact"))).first()
        return super().changelist_view(
            request, {**(extra_context or {}), **({"title": f"统筹结果：{run}"} if run else {})}
        )
