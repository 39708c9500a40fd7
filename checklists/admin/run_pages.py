"""The pages of 统筹匹配 beside its list: start, try other weights, how far it is, what changed, adopt."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views import View

from checklists.admin import run_words
from checklists.forms.runs import AdoptForm, DistrictForm, TrialForm
from checklists.models import Run
from checklists.services import runs
from govern.views import number

PER_PAGE = 50
FEW = 10


def former_of(request, run):
    """The run to compare with: `?with=`, another finished one of the district, or the last real one before."""
    asked = number(request.GET.get("with"))
    if asked is not None:
        others = Run.objects.visible_to(request.user).finished().filter(district=run.district_id).exclude(pk=run.pk)
        return get_object_or_404(others, pk=asked)
    return Run.objects.before(run).first()


def page_of(run):
    return reverse("admin:checklists_run_change", args=[run.pk])


class RunView(View):
    """`model_admin` is the runs'; a run out of reach is not found."""

    model_admin = None

    def dispatch(self, request, *args, **kwargs):
        if not self.model_admin.has_view_permission(request):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def run(self, pk):
        return get_object_or_404(Run.objects.visible_to(self.request.user).select_related("district"), pk=pk)

    def answer(self, template, status=200, **context):
        base = {**self.model_admin.admin_site.each_context(self.request), "opts": Run._meta}
        return TemplateResponse(
            self.request, f"admin/checklists/run/{template}.html", {**base, **context}, status=status
        )


class StartingView(RunView):
    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm("checklists.start_run"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class RunStartView(StartingView):
    def get(self, request):
        return HttpResponseRedirect(reverse("admin:checklists_run_changelist"))

    def post(self, request):
        form = DistrictForm(request.POST, user=request.user)
        run = form.start() if form.is_valid() else None
        if run is None:
            messages.error(request, "；".join(error for errors in form.errors.values() for error in errors))
            return self.get(request)
        messages.success(request, f"{run.district}的统筹匹配已开始，算完会自动显示结果。")
        return HttpResponseRedirect(page_of(run))


class RunTrialView(StartingView):
    def get(self, request):
        return self.show(TrialForm(user=request.user))

    def post(self, request):
        form = TrialForm(request.POST, user=request.user)
        run = form.start() if form.is_valid() else None
        if run is None:
            return self.show(form, status=422)
        messages.success(request, "试算已开始，只看结果，不改匹配建议。")
        return HttpResponseRedirect(page_of(run))

    def show(self, form, status=200):
        return self.answer("trial", status, title="试算：换一组权重会怎样", form=form)


class RunProgressView(RunView):
    """htmx: how far it is; once it has ended the whole page comes anew."""

    def get(self, request, pk):
        run = self.run(pk)
        if run.status in (Run.Status.FINISHED, Run.Status.FAILED):
            return HttpResponse(headers={"HX-Refresh": "true"})
        return self.answer("_progress", run=run)


class RunChangesView(RunView):
    """One kind of changes against another run, page by page: only the needs that the user sees."""

    def get(self, request, pk, kind):
        run = self.run(pk)
        former = former_of(request, run)
        if former is None:
            return HttpResponseRedirect(page_of(run))
        heaps = visible_changes(run, former, request.user)
        rows = heaps[kind] if kind in heaps else heaps["changed"]
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
        return self.answer(
            "changes",
            title=f"{run} 与 {former.queued_at:%m月%d日} 相比",
            run=run,
            former=former,
            kind=kind,
            kinds=[
                {"kind": name, "label": label, "count": heaps[name].count()} for name, label in run_words.KINDS.items()
            ],
            page_obj=page,
            lines=run_words.exchange_lines(runs.explained(run, former, list(page)), kind),
        )


def visible_changes(run, former, user):
    """{kind: assignments}, with what a line tells of them."""
    return {
        kind: rows.visible_to(user).select_related("need__category", "need__community").order_by("need")
        for kind, rows in runs.changes(run, former).items()
    }


class RunAdoptView(RunView):
    def get(self, request, pk):
        return HttpResponseRedirect(page_of(self.run(pk)))

    def post(self, request, pk):
        run = self.run(pk)
        form = AdoptForm(request.POST, run=run, user=request.user)
        changed = form.adopt() if form.is_valid() else None
        if changed is None:
            return self.model_admin.run_page(request, run, adopt_form=form)
        day = form.cleaned_data["effective_on"]
        words = f"已采用，{day:%Y年%m月%d日}起生效。" if changed else "这组权重和那天的一样，没有改动。"
        messages.success(request, words)
        return HttpResponseRedirect(page_of(run))
