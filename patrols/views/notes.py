"""One's own 民情日记 on the phone, and what may become of it: a need, a visit, a topic; each once."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import FormView, TemplateView, View

from checklists.models import Need
from patrols.forms.notes import VisitAct
from patrols.models import Note
from patrols.services import notes
from patrols.views.desk.ground import GroundMixin
from patrols.views.desk.needs import FilingView


class NoteMixin(GroundMixin):
    """A note that the user may act on: written by them, or of their ground."""

    tab = "notes"

    @cached_property
    def note(self):
        rows = Note.objects.visible_to(self.request.user)
        rows = rows.select_related("community", "grid", "building__quarter", "need", "household__building__quarter")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @cached_property
    def page(self):
        return reverse("notes:detail", args=[self.note.pk])

    def get_context_data(self, **kwargs):
        return super().get_context_data(note=self.note, **kwargs)


class NoteView(NoteMixin, TemplateView):
    template_name = "desk/grid/note_detail.html"

    def get_context_data(self, **kwargs):
        may = Note.objects.editable_by(self.request.user).filter(pk=self.note.pk).exists()
        user = self.request.user
        return super().get_context_data(
            may_suggest=may and not self.note.suggested_at,
            may_file=may and not self.note.need_id and user.has_perm("checklists.file_need"),
            may_visit=may and not self.note.household_id and user.has_perm("patrols.add_visit"),
            **kwargs,
        )


class NoteTopicView(NoteMixin, View):
    def get(self, request, *args, **kwargs):
        return HttpResponseRedirect(self.page)

    def post(self, request, pk):
        notes.suggest_topic(self.note, actor=request.user)
        messages.success(request, "已建议列为议题，社区能看到。")
        return HttpResponseRedirect(self.page)


class NoteVisitView(NoteMixin, FormView):
    template_name = "desk/grid/note_visit.html"
    form_class = VisitAct

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and not VisitAct.is_offered(self.note):
            return HttpResponseRedirect(self.page)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "subject": self.note, "user": self.request.user}

    def form_valid(self, form):
        form.run()
        if not form.is_valid():
            return self.form_invalid(form)
        messages.success(self.request, "已列入今天要走访的户。")
        return HttpResponseRedirect(self.page)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


class NoteNeedView(NoteMixin, FilingView):
    """代提需求 with what was heard in it."""

    tab, household = "notes", None

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and self.note.need_id:
            return HttpResponseRedirect(self.page)
        if request.user.is_authenticated and not request.user.has_perm("checklists.file_need"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self):
        return notes.filled_from(self.note)

    def form_valid(self, form):
        user = self.request.user
        need = form.submit(
            known=lambda: Need.objects.filter(pk=notes.lock_note(self.note, actor=user).need_id).first(),
            keep=lambda made: notes.file_note(self.note, made, actor=user),
        )
        if not need:
            return self.form_invalid(form)
        messages.success(self.request, f"已转成需求，受理编号 {need.spoken_code}，请告诉居民记下。")
        return HttpResponseRedirect(self.page)
