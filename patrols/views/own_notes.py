"""民情日记 of 楼栋长, 党员中心户 and part-time grid workers who sign in with their phone alone."""

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.views.generic import FormView

from accounts.fields import show_refusal
from patrols.forms.own_notes import OwnNoteForm
from patrols.models import Note
from patrols.services.notes import listening, write_note
from volunteers.views.signing import VolunteerRequiredMixin

LATELY = 10


class OwnNoteView(VolunteerRequiredMixin, FormView):
    template_name = "patrols/own_notes.html"
    form_class = OwnNoteForm

    def get_form_kwargs(self):
        holdings = listening(self.request.user).select_related("position__community").order_by("pk")
        return {**super().get_form_kwargs(), "holdings": holdings}

    def get_initial(self):
        return {"client_key": uuid4()}

    def form_valid(self, form):
        told, position = form.cleaned_data, form.cleaned_data["holding"].position
        try:
            write_note(
                **{name: told[name] for name in ("topic", "text", "client_key")},
                **{name: getattr(position, name) for name in ("community", "grid", "building")},
                actor=self.request.user,
            )
        except ValidationError as refusal:
            show_refusal(form, refusal)
            return self.form_invalid(form)
        messages.success(self.request, "已记下，社区能看到。")
        return redirect("own_notes:create")

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs):
        notes = Note.objects.filter(author=self.request.user).select_related("community", "grid", "building__quarter")
        context = super().get_context_data(notes=notes[:LATELY], **kwargs)
        return {**context, "may_write": context["form"].fields["holding"].queryset.exists()}
