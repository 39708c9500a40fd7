"""三会 as anybody reads them: what is to come, one with its papers, and the page of whoever was invited."""

import segno
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.generic import TemplateView, View

from deliberations import hearing_words
from deliberations.community_calendar import entries_of, lines_of
from deliberations.issue_words import TONES as ISSUE_TONES
from deliberations.models import Hearing, Issue
from deliberations.services.hearings import attendance, people
from deliberations.views.issues import asked_community, plain_code
from deliberations.views.papers import paper_file
from grids.models import Community
from volunteers.views.calendar import calendar

Status = Hearing.Status
SHOWN = 20


def of_place(rows, community):
    return rows.filter(community=community) if community else rows


class HomeView(TemplateView):
    """`?community=PK`, else the community that was scanned or chosen, else all."""

    template_name = "hearings/home.html"

    def get_context_data(self, **kwargs):
        community = asked_community(self.request)
        meetings = of_place(Hearing.objects.select_related("community"), community)
        catalogue = of_place(Issue.objects.public().select_related("community", "quarter"), community)
        coming = meetings.upcoming().order_by("starts_at")[:SHOWN]
        return super().get_context_data(
            community=community,
            communities=Community.objects.order_by("name"),
            coming=[card_of(row) for row in coming],
            held=[card_of(row) for row in meetings.held().order_by("-starts_at")[:SHOWN]],
            issues=[(row, ISSUE_TONES[row.status]) for row in catalogue.order_by("-raised_at")[:SHOWN]],
            **kwargs,
        )


def card_of(hearing):
    return {"hearing": hearing, "tone": hearing_words.TONES[hearing.status]}


class PublicHearingMixin:
    def dispatch(self, request, *args, code, **kwargs):
        rows = Hearing.objects.public().select_related("community")
        self.hearing = get_object_or_404(rows, code=plain_code(code))
        return super().dispatch(request, *args, **kwargs)


def story_of(hearing):
    """What both pages of a meeting tell: the public one, and that of whoever was invited."""
    return {
        "hearing": hearing,
        "tone": hearing_words.TONES[hearing.status],
        "purpose": hearing_words.PURPOSES[hearing.kind],
        "agenda": hearing.agenda.all(),
        "issues": hearing.issues.all(),
        "is_coming": hearing.status == Status.ANNOUNCED and hearing.starts_at > timezone.now(),
    }


class HearingView(PublicHearingMixin, TemplateView):
    template_name = "hearings/hearing.html"

    def get_context_data(self, **kwargs):
        hearing, left = self.hearing, people.seats_left(self.hearing)
        page = settings.PUBLIC_URL + reverse("hearings:hearing", args=[hearing.code])
        return super().get_context_data(
            **story_of(hearing),
            papers=hearing.papers.filter(is_public=True),
            left=left,
            moves=hearing.events.filter(from_status=Status.ANNOUNCED, to_status=Status.ANNOUNCED).exclude(note=""),
            qr=segno.make(page, error="m").svg_data_uri(scale=4, border=2),
            **kwargs,
        )


class PaperView(PublicHearingMixin, View):
    def get(self, request, pk):
        return paper_file(get_object_or_404(self.hearing.papers.filter(is_public=True), pk=pk))


class HearingCalendarView(PublicHearingMixin, View):
    def get(self, request):
        hearing, day = self.hearing, timezone.localdate(self.hearing.starts_at)
        found = entries_of(hearing.community, day, day)
        mine = [entry for entry in found if entry.uid == f"hearing-{hearing.code}"]
        return calendar([lines_of(entry) for entry in mine], f"hearing-{hearing.code}")


# --- The personal link ------------------------------------------------------------------------------------------------
class InvitedMixin:
    """The address is the key: it is told to nobody, and kept nowhere."""

    def dispatch(self, request, *args, token, **kwargs):
        self.token, self.attendee = token, attendance.attendee_behind(token)
        if self.attendee is None or self.attendee.hearing.status == Status.DRAFTED:
            raise Http404
        response = super().dispatch(request, *args, **kwargs)
        add_never_cache_headers(response)
        response["Referrer-Policy"] = "strict-origin"
        response["X-Robots-Tag"] = "noindex"
        return response


class InvitationView(InvitedMixin, TemplateView):
    template_name = "hearings/invitation.html"

    def post(self, request):
        """An open seat is given back."""
        try:
            people.give_seat_back(self.attendee)
        except ValidationError as error:
            messages.warning(request, " ".join(error.messages))
            return redirect(request.path)
        messages.success(request, "已退掉席位，别的居民可以报名了。")
        return redirect("hearings:hearing", self.attendee.hearing.code)

    def get_context_data(self, **kwargs):
        hearing = self.attendee.hearing
        return super().get_context_data(
            **story_of(hearing),
            attendee=self.attendee,
            token=self.token,
            papers=hearing.papers.all(),
            opens_at=attendance.opens_at(hearing),
            **kwargs,
        )


class InvitationPaperView(InvitedMixin, View):
    def get(self, request, pk):
        return paper_file(get_object_or_404(self.attendee.hearing.papers, pk=pk))
