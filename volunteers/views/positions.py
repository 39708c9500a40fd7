"""我的岗位: what is open near me and how it suits me, one post, and what I do about it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views import View
from django.views.generic import TemplateView

from govern.views import number
from organizations.parameters import parameter
from volunteers import position_story
from volunteers.forms.holdings import OWN_ACTS, OwnClaim, OwnWish, OwnWithdraw
from volunteers.models import Holding, Position, Volunteer
from volunteers.services.holdings import lacking
from volunteers.services.suggestions import fits_for
from volunteers.views.signing import VolunteerRequiredMixin

MOST = 40
RELATED = ("community", "position_class", "building__quarter", "grid", "branch")


def read_positions():
    return Position.objects.with_counts().select_related(*RELATED).prefetch_related("skills")


class PositionListView(VolunteerRequiredMixin, TemplateView):
    """`?near=1`: of the other communities of the street. What suits best, first; what is full, last."""

    template_name = "me/position_list.html"

    def get_context_data(self, **kwargs):
        is_near = self.request.GET.get("near") == "1"
        held = self.volunteer.holdings.open().select_related("position__community", "duty", "household")
        held = list(held.select_related("position__building__quarter", "position__grid", "position__branch"))
        return super().get_context_data(
            own=[(row, position_story.state(row), row.position) for row in held],
            rows=self.rows(is_near, [row.position_id for row in held]),
            is_near=is_near,
            community=self.volunteer.community,
            **kwargs,
        )

    def rows(self, is_near, known):
        community = self.volunteer.community
        rows = read_positions().open().exclude(pk__in=known)
        if is_near:
            rows = rows.filter(community__street=community.street_id).exclude(community=community)
        else:
            rows = rows.filter(community=community)
        rows = list(rows)
        fits, volunteer = fits_for(self.volunteer, rows), with_skills(self.volunteer)
        age = parameter("volunteer_adult_age")
        found = [
            {
                "position": row,
                "places": position_story.places(row),
                "missing": lacking(volunteer, row, adult_age=age),
                "reasons": reasons(fits[row.pk]),
                "score": fits[row.pk].score,
            }
            for row in rows
        ]
        found.sort(
            key=lambda row: (bool(row["missing"]), row["places"]["left"] <= 0, -row["score"], row["position"].pk)
        )
        return found[:MOST]


def reasons(fit):
    """What speaks for it, in words: but for how little one has served, which is the community's to weigh."""
    return [part.words for part in fit.parts if part.points >= part.most / 2 and part.label in ("技能", "远近")]


def with_skills(volunteer):
    return Volunteer.objects.prefetch_related("skills", "trainings").get(pk=volunteer.pk)


class PositionView(VolunteerRequiredMixin, TemplateView):
    template_name = "me/position_detail.html"

    def get_context_data(self, form=None, **kwargs):
        position, holding = self.found(self.kwargs["pk"])
        today = timezone.localdate()
        asked = position_story.asked(with_skills(self.volunteer), position)
        missing = [row["missing"] for row in asked if row["missing"]]
        is_open = position.status == "open" and not (position.ends_on and position.ends_on < today)
        held = holding is not None and not holding.is_over(today) and holding.status in ("claimed", "waiting", "held")
        shown = self.act_of(position, holding if held else None, is_open and not missing)
        return super().get_context_data(
            position=position,
            places=position_story.places(position),
            asked=asked,
            missing=missing,
            is_open=is_open,
            holding=holding,
            is_held=held,
            state=position_story.state(holding) if holding else None,
            timeline=position_story.timeline(holding) if holding else [],
            place_in_line=position_story.place_in_line(holding) if held and holding.status == "waiting" else None,
            form=form or shown,
            **kwargs,
        )

    def found(self, pk):
        """The post and the own latest holding of it; a post that is neither open nor the own is nobody's business."""
        pk = number(str(pk))
        own = self.volunteer.holdings.select_related("position__community", "duty", "household", "confirmed_by")
        holding = own.filter(position=pk).order_by("claimed_at", "pk").last()
        position = read_positions().filter(pk=pk).exclude(status="drafted").first()
        if position is None or (holding is None and position.status != "open"):
            raise Http404
        return position, holding

    def act_of(self, position, holding, may_claim):
        """The one thing to do about it, as an empty form; None for nothing."""
        user = self.request.user
        if holding is None:
            return OwnClaim(subject=position, user=user) if may_claim else None
        if holding.status == Holding.Status.HELD:
            return OwnWish(subject=holding, user=user, initial={"words": holding.wish})
        return OwnWithdraw(subject=holding, user=user)


DONE = {
    ("claim", "claimed"): "已认领。社区确认以后会告诉您，也可能先打电话和您聊聊。",
    ("claim", "waiting"): "名额已满，您已排上候补。有空出来的会按顺序轮到您，并告诉您。",
    ("claim", "held"): "您已在这个岗位上。",
    ("withdraw", "withdrawn"): "已撤回。",
    ("leave", "held"): "已告诉社区。社区安排好接任的人以前，您仍在岗。",
}


class PositionActView(PositionView, View):
    """A POST runs one act and leads back; what is refused is said on the page of the post."""

    http_method_names = ["post"]

    def post(self, request, pk, verb):
        if verb not in OWN_ACTS:
            raise Http404
        position, holding = self.found(pk)
        subject = position if verb == OwnClaim.verb else holding
        if subject is None:
            raise Http404
        form = OWN_ACTS[verb](request.POST, subject=subject, user=request.user)
        answer = form.run() if form.is_valid() else None
        if form.errors:
            return render(request, self.template_name, self.get_context_data(form=form), status=422)
        messages.success(request, DONE.get((verb, answer.status), "已记录。"))
        return redirect("me:position", pk=pk)
