"""参会名单 of a meeting: pasted and looked at, ticked among those known, put right; and the list at the door."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from deliberations.forms.inviting import KnownPeopleForm, PasteForm
from deliberations.models import Attendee
from deliberations.services.hearings import attendance, people
from govern.fields import blind_index
from govern.views import number

Role = Attendee.Role


class PeoplePagesMixin:
    def get_urls(self):
        wrap = self.admin_site.admin_view
        base = "deliberations_hearing"
        return [
            path("<int:pk>/people/", wrap(self.people_view), name=f"{base}_people"),
            path("<int:pk>/people/<int:person>/", wrap(require_POST(self.person_view)), name=f"{base}_person"),
            path("<int:pk>/door/", wrap(self.door_view), name=f"{base}_door"),
            *super().get_urls(),
        ]

    def changeable(self, request, pk):
        hearing = self.row(request, pk)
        if not self.has_change_permission(request, hearing):
            raise PermissionDenied
        return hearing

    # --- The list before it -------------------------------------------------------------------------------------------
    def people_view(self, request, pk):
        hearing = self.changeable(request, pk)
        step = request.POST.get("step", "")
        words = (request.POST.get("q") or request.GET.get("q", "")).strip()[:20]
        known = KnownPeopleForm(
            request.POST if step == "known" else None, hearing=hearing, user=request.user, words=words
        )
        paste = PasteForm(request.POST if step in ("preview", "save") else None)
        form = known if step == "known" else paste
        if step in ("known", "save") and form.is_valid() and (new := form.submit(hearing, request.user)) is not None:
            messages.success(request, f"已加入 {len(new)} 人，名单里原有的没有改动。")
            return HttpResponseRedirect(reverse("admin:deliberations_hearing_people", args=[pk]))
        if step == "told":
            count = people.note_told(hearing.attendees.filter(invited_at=None), actor=request.user)
            messages.success(request, f"已记下 {count} 人当面或电话通知过。")
            return HttpResponseRedirect(reverse("admin:deliberations_hearing_people", args=[pk]))
        preview = paste.rows if paste.is_bound and (paste.is_valid() or paste.has_error("lines", "faulty")) else []
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": hearing,
            "title": f"参会名单：{hearing}",
            "hearing": hearing,
            "people": hearing.attendees.select_related("unit").order_by("role", "pk"),
            "known": known,
            "paste": paste,
            "preview": preview,
            "faults": len(paste.faults) if preview else 0,
            "words": words,
            "roles": Role.choices,
            "can_call": hearing.status in people.CALLING,
            "untold": hearing.attendees.filter(invited_at=None).count() if hearing.status == "announced" else 0,
        }
        is_wrong = form.is_bound and bool(form.errors)
        return TemplateResponse(
            request, "admin/deliberations/hearing/people.html", context, status=422 if is_wrong else 200
        )

    def person_view(self, request, pk, person):
        """A row of the list: put right, or struck off."""
        hearing = self.changeable(request, pk)
        attendee = get_object_or_404(hearing.attendees.select_related("hearing"), pk=person)
        try:
            if "strike" in request.POST:
                people.strike_off(attendee, actor=request.user)
                messages.success(request, f"已把{attendee.masked_name}划掉。")
            elif request.POST.get("role") in Role.values:
                entitled = "is_entitled" in request.POST
                people.change_attendee(attendee, role=request.POST["role"], is_entitled=entitled, actor=request.user)
                messages.success(request, f"{attendee.masked_name}已改。")
        except ValidationError as error:
            messages.warning(request, " ".join(error.messages))
        return HttpResponseRedirect(reverse("admin:deliberations_hearing_people", args=[pk]))

    # --- The list at the door -----------------------------------------------------------------------------------------
    def door_view(self, request, pk):
        hearing = self.changeable(request, pk)
        if request.method == "POST":
            self.mark(request, hearing)
            here = reverse("admin:deliberations_hearing_door", args=[pk], query={"q": request.POST.get("q", "")[:20]})
            return HttpResponseRedirect(here)
        words = request.GET.get("q", "").strip()[:20]
        called = list(hearing.attendees.select_related("unit").order_by("role", "pk"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": hearing,
            "title": f"门口签到：{hearing}",
            "hearing": hearing,
            "words": words,
            "refusal": refusal.message if (refusal := attendance.refusal_of(hearing)) else "",
            "people": [row for row in called if fits(row, words)],
            "entitled": sum(row.is_entitled for row in called),
            "present": sum(row.is_entitled and row.signed_in_at is not None for row in called),
            "can_undo": hearing.status == "announced",
        }
        return TemplateResponse(request, "admin/deliberations/hearing/door.html", context)

    def mark(self, request, hearing):
        person = number(request.POST.get("person"))
        attendee = get_object_or_404(hearing.attendees.select_related("hearing"), pk=person)
        try:
            if "undo" in request.POST:
                attendance.undo_sign_in(attendee, actor=request.user)
                messages.success(request, f"已撤回{attendee.masked_name}的签到。")
            else:
                way = Attendee.Way.DOOR
                attendance.sign_in(hearing, attendee=attendee, way=way, actor=request.user)
                messages.success(request, f"{attendee.masked_name}已签到。")
        except ValidationError as error:
            messages.warning(request, " ".join(error.messages))


def fits(row, words):
    """A part of the name, the last digits of the phone, or all of it."""
    if not words:
        return True
    return words in row.name or row.phone.endswith(words) or row.phone_index == blind_index(words)
