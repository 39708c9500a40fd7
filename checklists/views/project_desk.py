"""项目 on a unit's desk: what may be applied for, what it leads and lends a hand to, what it applied for."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views import View
from django.views.generic import TemplateView

from checklists import project_words
from checklists.forms.bids import SubmitBid, WithdrawBid
from checklists.forms.project_steps import AddEvidence, FinishMilestone, ReportProgress, SubmitForInspection
from checklists.models import Bid, Evidence, Project
from organizations.models import Unit
from organizations.photos import photo_file

Status = Project.Status
LEAD_STEPS = (SubmitForInspection, ReportProgress, FinishMilestone, AddEvidence)
DONE = {
    "submit-bid": "已提交。社区在揭榜截止后选定，结果会发消息给您。截止前可以撤回。",
    "withdraw-bid": "已撤回。揭榜截止前还可以重新提交。",
    "report-progress": "已记下进度，社区能看到。",
    "finish-milestone": "已记为完成。",
    "add-evidence": "照片已上传。",
    "submit-for-inspection": "已提交验收。社区会到现场看，结果会发消息给您。",
}
ENDED = (Status.CLOSED, Status.STOPPED)


def card(project):
    return {
        "project": project,
        "badge": project_words.badge(project),
        "deadline": project_words.deadline(project),
        "budget": project_words.yuan(project.budget),
    }


class DeskMixin(LoginRequiredMixin):
    @cached_property
    def units(self):
        return list(Unit.objects.of_liaison(self.request.user, "checklists.view_project"))

    def mine(self):
        """What my units may read as units: led, joined, or open to their bids."""
        rows = Project.objects.visible_to(self.request.user).select_related("community", "unit")
        return rows if self.units else rows.none()


class ProjectDeskView(DeskMixin, TemplateView):
    template_name = "desk/project_list.html"

    def get_context_data(self, **kwargs):
        bids = Bid.objects.visible_to(self.request.user).filter(unit__in=self.units)
        answered = bids.exclude(status=Bid.Status.WITHDRAWN).select_related("project", "unit")
        open_rows = self.mine().open_to_bids().exclude(bids__in=bids.standing()).order_by("bids_close_on", "pk")
        led = self.mine().filter(unit__in=self.units)
        return super().get_context_data(
            units=self.units,
            open_cards=[card(each) for each in open_rows],
            led_cards=[card(each) for each in led.exclude(status__in=ENDED).order_by("due_on", "pk")],
            ended_cards=[card(each) for each in led.filter(status__in=ENDED).order_by("-pk")[:10]],
            joint_cards=[card(each) for each in self.mine().filter(joint_units__in=self.units).distinct()[:20]],
            bids=project_words.priced(answered.order_by("-submitted_at", "-pk")[:20]),
            **kwargs,
        )


class OwnProjectMixin(DeskMixin):
    @cached_property
    def project(self):
        return get_object_or_404(self.mine(), pk=self.kwargs["pk"])

    def steps(self):
        """The step classes that this unit is offered now."""
        leads = Project.objects.led_by(self.request.user).filter(pk=self.project.pk).exists()
        steps = [step for step in LEAD_STEPS if leads and step.is_offered(self.project)]
        if self.project.takes_bids():
            steps.append(WithdrawBid if self.bid else SubmitBid)
        return steps

    @cached_property
    def bid(self):
        bids = Bid.objects.visible_to(self.request.user).standing()
        rows = bids.filter(project=self.project, unit__in=self.units).select_related("unit")[:1]
        return next(iter(project_words.priced(rows)), None)

    def page(self, bound=None):
        project, forms = self.project, {}
        for step in self.steps():
            forms[step.verb] = step(subject=project, user=self.request.user)
        if bound is not None:
            forms[bound.verb] = bound
        photos = project.evidence.all()
        context = {
            **card(project),
            "publicity": project_words.publicity(project),
            "gantt": project_words.gantt_of(project, list(project.milestones.all())),
            "bid": self.bid,
            "forms": {verb.replace("-", "_"): form for verb, form in forms.items()},
            "photos": [
                {"url": reverse("desk:project_photo", args=[photo.pk]), "alt": f"{photo.get_stage_display()}的照片"}
                for photo in photos
            ],
        }
        return render(self.request, "desk/project_detail.html", context, status=200 if bound is None else 422)


class ProjectDeskDetailView(OwnProjectMixin, View):
    def get(self, request, pk):
        return self.page()


class ProjectDeskStepView(OwnProjectMixin, View):
    """One verb of the unit; what an old page asks for is answered kindly."""

    def get(self, request, pk, verb):
        return redirect("desk:project_detail", self.project.pk)

    def post(self, request, pk, verb):
        if verb not in DONE:
            raise Http404
        step = next((each for each in self.steps() if each.verb == verb), None)
        if step is None:
            messages.warning(request, "这一步现在不能办了，请看最新情况。")
            return redirect("desk:project_detail", self.project.pk)
        form = step(request.POST, request.FILES, subject=self.project, user=request.user)
        if form.is_valid():
            form.run()
        if not form.is_valid():
            return self.page(bound=form)
        messages.success(request, DONE[verb])
        return redirect("desk:project_detail", self.project.pk)


class ProjectDeskPhotoView(LoginRequiredMixin, View):
    def get(self, request, pk):
        return photo_file(get_object_or_404(Evidence.objects.visible_to(request.user), pk=pk))
