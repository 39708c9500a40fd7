"""民情日记 on the phone: what somebody said, in a minute, and what one wrote lately."""

from django.urls import reverse
from django.utils.functional import cached_property

from patrols.forms.phone.notes import PhoneNoteForm
from patrols.forms.phone.places import area_key, areas_for
from patrols.models import Note
from patrols.services.notes import write_note
from patrols.views.desk.kept import KeptView

LATELY = 10


class NoteCreateView(KeptView):
    template_name = "desk/grid/note_create.html"
    form_class = PhoneNoteForm
    tab, is_kept, kept_as = "notes", True, "民情日记"
    gone = "这里已不在您的网格，不能记在这里。"

    @cached_property
    def areas(self):
        return areas_for(self.request.user, "patrols.add_note", self.grids)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "areas": self.areas}

    def get_initial(self):
        key = area_key(self.areas, self.request.GET.get("grid"))
        return {"area": key} if key else {}

    def act(self, form):
        told = form.cleaned_data
        write_note(
            **{name: told[name] for name in ("community", "grid", "building", "topic", "text", "client_key")},
            heard_at=form.written_at(),
            actor=self.request.user,
        )
        return "已记下，社区能看到。", reverse("patrol_desk:note_create")

    def get_context_data(self, **kwargs):
        notes = Note.objects.filter(author=self.request.user).select_related("community", "grid", "building__quarter")
        return super().get_context_data(areas=self.areas, notes=notes[:LATELY], **kwargs)
