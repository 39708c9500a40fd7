"""巡查事件 on the phone: those of one's grids, one of them with its story, and what may be done to it."""

from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views import View
from django.views.generic import TemplateView

from checklists.views.cards import Clock
from organizations.photos import photo_file
from patrols.forms.phone.incidents import ACTS, offered
from patrols.models import Incident, IncidentPhoto
from patrols.today import my_incidents
from patrols.views.desk.ground import GroundMixin
from patrols.views.desk.kept import KeptView

PER_PAGE = 20
TONES = {
    Incident.Status.CLOSED: "ok",
    Incident.Status.RETURNED: "plain",
    Incident.Status.MERGED: "plain",
    Incident.Status.SUSPENDED: "plain",
    Incident.Status.ESCALATED: "warn",
    Incident.Status.HANDLED: "warn",
}


def badge(incident):
    return {"tone": TONES.get(incident.status, "info"), "word": incident.get_status_display()}


class IncidentListView(GroundMixin, TemplateView):
    """Open ones of one's grids and hands; `?mine=1`: what one reported oneself, ended or not."""

    template_name = "desk/grid/incident_list.html"
    tab = "more"

    def get_context_data(self, **kwargs):
        user, clock, is_mine = self.request.user, Clock(), "mine" in self.request.GET
        if is_mine:
            rows = (
                Incident.objects.visible_to(user).filter(reporter=user).with_deadline().order_by("-reported_at", "-pk")
            )
        else:
            rows = my_incidents(user, self.here, self.duties).with_deadline()
            rows = rows.order_by(F("due_at").asc(nulls_last=True), "pk")
        rows = rows.select_related("matter", "community", "building__quarter")
        page = Paginator(rows, PER_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            page_obj=page, is_mine=is_mine, rows=[incident_row(row, clock) for row in page], **kwargs
        )


def incident_row(row, clock):
    deadline = clock.deadline(row.reported_at, row.due_at, soon=8) if row.due_at else {"tone": "", "words": ""}
    return {
        "title": row.matter.name,
        "text": row.summary,
        "place": row.spot,
        "badge": row.get_status_display(),
        "tone": deadline["tone"],
        "words": deadline["words"],
        "url": reverse("patrol_desk:incident_detail", args=[row.pk]),
    }


class IncidentStory:
    """What a page of one incident shows, whether it is read or one of its acts was refused."""

    tab = "report"

    @cached_property
    def incident(self):
        rows = Incident.objects.visible_to(self.request.user).select_related(
            "matter__parent", "community", "grid", "building__quarter", "reporter", "receiver", "handler", "merged_into"
        )
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def story(self, bound=None):
        incident, clock = self.incident, Clock()
        acts = offered(incident, self.request.user)
        if bound is not None and type(bound) not in acts:
            acts = [type(bound), *acts]
        shown = [bound if isinstance(bound, act) else act(incident=incident, user=self.request.user) for act in acts]
        deadline = None
        if incident.deadline:
            deadline = clock.deadline(incident.reported_at, incident.deadline, soon=8)
        photos = list(incident.photos.all())
        return {
            "incident": incident,
            "badge": badge(incident),
            "deadline": deadline,
            "forms": [
                {
                    "form": act,
                    "is_open": act is bound or (not bound and not n),
                    "is_bare": not act.visible_fields(),
                }
                for n, act in enumerate(shown)
            ],
            "steps": [
                {
                    "at": event.at,
                    "title": event.get_to_status_display(),
                    "who": event.actor or "系统",
                    "note": event.note,
                    "state": "done",
                }
                for event in incident.events.select_related("actor")
            ],
            "photos": self._links(photos, IncidentPhoto.Stage.REPORTED),
            "after_photos": self._links(photos, IncidentPhoto.Stage.HANDLED),
        }

    def _links(self, photos, stage):
        return [
            {"url": reverse("patrol_desk:incident_photo", args=[photo.pk]), "alt": f"{stage.label}照片，点开看大图"}
            for photo in photos
            if photo.stage == stage
        ]


class IncidentView(IncidentStory, GroundMixin, TemplateView):
    template_name = "desk/grid/incident_detail.html"
    is_kept = True

    def get_context_data(self, **kwargs):
        return super().get_context_data(**self.story(), **kwargs)


class IncidentActView(IncidentStory, KeptView):
    template_name = "desk/grid/incident_detail.html"
    gone = "这件事已不在您的网格。"

    @cached_property
    def form_class(self):
        act = next((each for each in ACTS if each.verb == self.kwargs["verb"]), None)
        if act is None:
            raise Http404
        return act

    def get_form_class(self):
        return self.form_class

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "incident": self.incident, "user": self.request.user}

    def get(self, request, *args, **kwargs):
        return HttpResponseRedirect(reverse("patrol_desk:incident_detail", args=[self.incident.pk]))

    def act(self, form):
        form.run()
        return form.done, reverse("patrol_desk:incident_detail", args=[self.incident.pk])

    def get_context_data(self, **kwargs):
        return super().get_context_data(**self.story(bound=kwargs["form"]), **kwargs)


class IncidentPhotoView(GroundMixin, View):
    def get(self, request, pk):
        return photo_file(get_object_or_404(IncidentPhoto.objects.visible_to(request.user), pk=pk))
