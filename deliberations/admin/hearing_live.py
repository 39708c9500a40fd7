"""The pages of one meeting while it runs and afterwards: the tablet, the screen in the hall, slips, the aftermath."""

import segno
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse

from deliberations import ballot_codes
from deliberations.after_story import after_of
from deliberations.forms.hearing_live import MEETING_ACTS
from deliberations.forms.outcomes import AFTER_ACTS
from deliberations.forms.votes import VOTE_ACTS, Slips
from deliberations.live_story import board_of, live_of
from deliberations.models import Hearing, Vote
from deliberations.services.hearings import slips

Status = Hearing.Status
LIVE_ACTS = (*MEETING_ACTS, *VOTE_ACTS)
AT_IT = (Status.ANNOUNCED, Status.OPENED)


class HearingLiveMixin:
    """For the ModelAdmin of meetings, before ActPagesMixin."""

    def get_urls(self):
        def route(text, view, name):
            return path(f"<int:pk>/{text}", self.admin_site.admin_view(view), name=f"deliberations_hearing_{name}")

        return [
            route("live/", self.live_view, "live"),
            route("live/<slug:verb>/do/", self.live_act_view, "live_act"),
            route("board/", self.board_view, "board"),
            route("slips/", self.slips_view, "slips"),
            route("votes/<int:vote_pk>/codes/", self.codes_view, "codes"),
            route("after/", self.after_view, "after"),
            route("after/<slug:verb>/do/", self.after_act_view, "after_act"),
            route("minutes/", self.minutes_view, "minutes"),
            *super().get_urls(),
        ]

    def page(self, request, row, bound=None):
        response = super().page(request, row, bound)
        response.context_data |= {
            "live_links": live_links(row),
            "aftermath": after_of(row) if row.closed_at else None,
        }
        return response

    # --- The tablet and the screen ------------------------------------------------------------------------------------
    def live_view(self, request, pk):
        hearing = self.row(request, pk)
        if request.htmx:
            return self._answer(request, hearing, "_live_state", live_of(hearing))
        return self.live_page(request, hearing)

    def live_page(self, request, hearing, bound=None):
        context = {**live_of(hearing), "acts": self._offered(request, hearing, LIVE_ACTS, bound), "bound": bound}
        return self._answer(request, hearing, "live", context, bound)

    def live_act_view(self, request, pk, verb):
        return self._act(request, pk, verb, LIVE_ACTS, "live", self.live_page)

    def board_view(self, request, pk):
        hearing = self.row(request, pk)
        return self._answer(request, hearing, "_board" if request.htmx else "board", board_of(hearing))

    # --- Slips: the answer to the click is the only place where the codes ever stand ----------------------------------
    def slips_view(self, request, pk):
        hearing = self.row(request, pk)
        if request.method != "POST":
            return HttpResponseRedirect(reverse("admin:deliberations_hearing_live", args=[pk]))
        form = self._bound(request, hearing, (Slips,), "slips")
        found = form.run() if form.is_valid() else None
        if not form.is_valid():
            return self.live_page(request, hearing, form)
        vote, drawn = found
        context = {"hearing": hearing, "vote": vote, "slips": [slip_of(vote, *each) for each in drawn]}
        return self._answer(request, hearing, "slips", context)

    def codes_view(self, request, pk, vote_pk):
        """Who has a code and whether it is used; never the codes."""
        hearing = self.row(request, pk)
        vote = get_object_or_404(hearing.votes.filter(way=Vote.Way.BALLOT, opened_at__isnull=False), pk=vote_pk)
        rows = vote.codes.select_related("attendee").order_by("attendee__role", "attendee__pk")
        context = {
            "title": f"选票码：{vote}",
            "hearing": hearing,
            "vote": vote,
            "rows": rows,
            "left_count": slips.ballots.without_code(vote).count(),
        }
        return self._answer(request, hearing, "codes", context)

    # --- Afterwards ---------------------------------------------------------------------------------------------------
    def after_view(self, request, pk):
        return self.after_page(request, self.row(request, pk))

    def after_page(self, request, hearing, bound=None):
        acts = self._offered(request, hearing, AFTER_ACTS, bound)
        context = {"title": f"会后：{hearing}", **after_of(hearing), "acts": acts, "bound": bound}
        return self._answer(request, hearing, "after", context, bound)

    def after_act_view(self, request, pk, verb):
        return self._act(request, pk, verb, AFTER_ACTS, "after", self.after_page)

    def minutes_view(self, request, pk):
        """会议纪要 on paper, to be signed."""
        hearing = self.row(request, pk)
        return self._answer(request, hearing, "minutes", after_of(hearing))

    # --- What they share ----------------------------------------------------------------------------------------------
    def _answer(self, request, hearing, template, context, bound=None):
        base = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": hearing,
            "title": str(hearing),
            "can_change": self.has_change_permission(request, hearing),
        }
        name = f"admin/deliberations/hearing/{template}.html"
        return TemplateResponse(request, name, {**base, **context}, status=200 if bound is None else 422)

    def _offered(self, request, hearing, acts, bound):
        """{verb: form} of what may be done now; the `bound` one as it came back, with its errors."""
        if not self.has_change_permission(request, hearing):
            return {}
        found = {
            act.verb.replace("-", "_"): act(subject=hearing, user=request.user)
            for act in acts
            if act.is_offered(hearing)
        }
        return found if bound is None else {**found, bound.verb.replace("-", "_"): bound}

    def _bound(self, request, hearing, acts, verb):
        act = next((each for each in acts if each.verb == verb), None)
        if act is None:
            raise Http404
        if not self.has_change_permission(request, hearing):
            raise PermissionDenied
        return act(request.POST, subject=hearing, user=request.user)

    def _act(self, request, pk, verb, acts, back, page):
        hearing = self.row(request, pk)
        there = reverse(f"admin:deliberations_hearing_{back}", args=[pk])
        if request.method != "POST":
            return HttpResponseRedirect(there)
        form = self._bound(request, hearing, acts, verb)
        if form.is_valid():
            form.run()
        if not form.is_valid():
            return page(request, hearing, form)
        messages.success(request, form.done)
        return HttpResponseRedirect(there)


def slip_of(vote, attendee, code):
    address = slips.ballot_address(vote, code)
    return {
        "who": f"{attendee.masked_name} {attendee.phone[-4:]}",
        "role": attendee.get_role_display(),
        "code": ballot_codes.spoken(code),
        "qr": segno.make(address, error="m").svg_data_uri(scale=4, border=1),
    }


def live_links(hearing):
    """[{label, url, icon, note, is_main}] of the pages that this state of the meeting needs."""
    rows = [
        (hearing.status in AT_IT, "主持会议", "live", "play", "开会、议程计时、发言、表决", True),
        (hearing.status in AT_IT, "会场大屏", "board", "dashboard", "投到会场屏幕上，自己刷新", False),
        (hearing.closed_at is not None, "会后办理", "after", "list-check", "意见答复、决议事项、公开结果", True),
        (hearing.closed_at is not None, "打印会议纪要", "minutes", "printer", "A4 纸，签字后归档", False),
    ]
    links = [
        {
            "label": label,
            "url": reverse(f"admin:deliberations_hearing_{name}", args=[hearing.pk]),
            "icon": icon,
            "note": note,
            "is_main": is_main,
        }
        for is_shown, label, name, icon, note, is_main in rows
        if is_shown
    ]
    if hearing.status == Status.PUBLISHED:
        url = reverse("hearings:result", args=[hearing.code])
        links.append(
            {"label": "居民看到的结果", "url": url, "icon": "eye", "note": "这件事后来怎么样了", "is_main": False}
        )
    return links
