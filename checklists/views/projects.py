"""项目 as anybody may read them: what is planned, what is being done, what came of it; and 居民评议."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views import View
from django.views.generic import DetailView, FormView, ListView

from checklists import project_words
from checklists.forms.appraisals import AppraisalForm
from checklists.models import Project
from checklists.services.appraisals import OPEN_STATUSES, tally
from checklists.views import visits
from govern.views import number, too_many
from grids.models import Community
from organizations.limits import is_over
from organizations.photos import photo_file

Status = Project.Status


def public_projects():
    return Project.objects.public().select_related("community", "unit")


def card(project):
    return {
        "project": project,
        "badge": project_words.public_badge(project),
        "publicity": project_words.publicity(project),
        "budget": project_words.yuan(project.budget),
        "deadline": project_words.deadline(project) if project.status == Status.IMPLEMENTING else None,
    }


class ProjectListView(ListView):
    """`?community=PK` (the one that was scanned or chosen; 0 for all), `?status=`."""

    template_name = "checklists/project_list.html"
    paginate_by = 20

    def get_queryset(self):
        asked = self.request.GET.get("community")
        place, _ = visits.place(self.request)
        self.community = place if asked is None else Community.objects.filter(pk=number(asked)).first()
        self.stage = self.request.GET.get("status", "")
        rows = public_projects().order_by("-starts_on", "-pk")
        if self.community:
            rows = rows.filter(community=self.community)
        return rows.filter(status=self.stage) if self.stage in project_words.PUBLIC_WORDS else rows

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        communities = Community.objects.filter(pk__in=Project.objects.public().values("community"))
        return {
            **context,
            "cards": [card(project) for project in context["page_obj"]],
            "community": self.community,
            "communities": communities,
            "status": self.stage,
            "statuses": project_words.PUBLIC_WORDS.items(),
        }


class PublicProjectMixin:
    def get_object(self, queryset=None):
        return get_object_or_404(public_projects(), number=self.kwargs["number"])


class ProjectDetailView(PublicProjectMixin, DetailView):
    template_name = "checklists/project_detail.html"
    context_object_name = "project"

    def get_context_data(self, **kwargs):
        project = self.object
        photos = project.evidence.shown().order_by("-stage", "pk")
        return super().get_context_data(
            card=card(project),
            gantt=project_words.gantt_of(project, list(project.milestones.all())),
            photos=[
                {
                    "url": reverse("checklists:project_photo", args=[project.number, photo.pk]),
                    "alt": f"{photo.get_stage_display()}：{photo.caption or '照片'}，点开看大图",
                }
                for photo in photos
            ],
            tally=tally(project),
            takes_appraisals=project.status in OPEN_STATUSES,
            **kwargs,
        )


class ProjectAppraiseView(PublicProjectMixin, FormView):
    form_class = AppraisalForm
    template_name = "checklists/project_appraise.html"

    def dispatch(self, request, *args, **kwargs):
        self.project = self.get_object()
        if self.project.status not in OPEN_STATUSES:
            messages.info(request, "项目完成后才能评议。")
            return redirect("checklists:project_detail", self.project.number)
        if request.method == "POST" and is_over(request, "project-appraise", "public_appraisals_per_hour"):
            return too_many(request, None)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "project": self.project}

    def get_context_data(self, **kwargs):
        return super().get_context_data(project=self.project, **kwargs)

    def form_valid(self, form):
        if not form.run():
            return self.form_invalid(form)
        messages.success(self.request, "谢谢您的评议，社区会看到，结果公开在这一页。")
        return redirect("checklists:project_detail", self.project.number)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


class ProjectPhotoView(PublicProjectMixin, View):
    def get(self, request, number, pk):
        photo = self.get_object().evidence.shown().filter(pk=pk).first()
        if photo is None:
            raise Http404
        return photo_file(photo)
