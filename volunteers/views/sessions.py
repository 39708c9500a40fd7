"""活动: what everybody sees of the sessions, and what somebody who serves does with them."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import DetailView, FormView, ListView

from govern.views import number
from grids.models import Community
from volunteers.forms.signups import CancelForm, SignUpForm
from volunteers.models import Session, Signup
from volunteers.requirements import shortfalls
from volunteers.services.attendance import window_of
from volunteers.services.session_door import leads
from volunteers.session_story import seats_of, stand_of
from volunteers.views.signing import VolunteerRequiredMixin

PER_PAGE = 20
FILTERS = [("mine", "本社区"), ("near", "附近社区"), ("skills", "用得上我的技能"), ("all", "全部")]


def upcoming():
    """What is open for sign-up, and has not begun."""
    rows = Session.objects.upcoming().filter(starts_at__gt=timezone.now()).select_related("community")
    return rows.with_seats().red_vest_first()


# --- For everybody ----------------------------------------------------------------------------------------------------
class PublicSessionListView(ListView):
    """`?community=PK`, else all."""

    template_name = "volunteers/session_list.html"
    paginate_by = PER_PAGE

    def get_queryset(self):
        self.community = Community.objects.filter(pk=number(self.request.GET.get("community"))).first()
        return upcoming().filter(community=self.community) if self.community else upcoming()

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        cards = [{"session": row, "seats": seats_of(row)} for row in context["object_list"]]
        communities = Community.objects.filter(sessions__in=Session.objects.upcoming()).distinct().order_by("name")
        return {**context, "cards": cards, "community": self.community, "communities": communities}


class PublicSessionView(DetailView):
    template_name = "volunteers/session.html"
    slug_field = slug_url_kwarg = "code"
    context_object_name = "session"

    def get_queryset(self):
        return Session.objects.published().select_related("community", "team").with_seats()

    def get_context_data(self, **kwargs):
        stand = stand_of(self.object, None)
        return super().get_context_data(stand=stand, **facts_of(self.object), **kwargs)


def facts_of(session):
    return {"seats": seats_of(session), "skills": session.skills.all(), "opens_at": window_of(session)[0]}


# --- For whoever serves -----------------------------------------------------------------------------------------------
class SessionListView(VolunteerRequiredMixin, ListView):
    """`?show=` one of FILTERS; what one has signed up for stands above."""

    template_name = "me/sessions.html"
    paginate_by = PER_PAGE

    def get_queryset(self):
        asked = self.request.GET.get("show")
        self.show = asked if asked in dict(FILTERS) else "mine"
        mine = self.volunteer.community
        taken = self.volunteer.signups.ahead().order_by().values("session")
        rows = upcoming().exclude(pk__in=taken)
        match self.show:
            case "mine":
                return rows.filter(community=mine)
            case "near":
                return rows.near(mine)
            case "skills":
                return rows.fitting(self.volunteer)
        return rows

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        ahead = self.volunteer.signups.ahead().select_related("session__community").order_by("session__starts_at")
        return {
            **context,
            "own": ahead,
            "led": self.volunteer.led_sessions.filter(status="open").order_by("starts_at"),
            "cards": [{"session": row, "seats": seats_of(row)} for row in context["object_list"]],
            "filters": FILTERS,
            "show": self.show,
        }


class OwnSessionMixin(VolunteerRequiredMixin):
    """`self.session` by its code, and `self.signup`, the one of the signed-in volunteer that stands, or None."""

    @cached_property
    def session(self):
        rows = Session.objects.published().select_related("community", "team", "leader").with_seats()
        return get_object_or_404(rows, code=self.kwargs["code"].upper())

    @cached_property
    def signup(self):
        return self.session.signups.open().filter(volunteer=self.volunteer).first()


class SessionView(OwnSessionMixin, FormView):
    """The page, and POST to sign up."""

    template_name = "me/session.html"
    form_class = SignUpForm

    def get_form_kwargs(self):
        own = {"session": self.session, "volunteer": self.volunteer, "user": self.request.user}
        return {**super().get_form_kwargs(), **own}

    def form_valid(self, form):
        signup = form.submit()
        if signup is None:
            return self.form_invalid(form)
        if signup.status == Signup.Status.WAITING:
            messages.info(self.request, "已排进候补。轮到您会发消息。")
        else:
            messages.success(self.request, "报名成功。")
        return redirect("me:session", code=self.session.code)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs):
        session, signup = self.session, self.signup
        facts = facts_of(session)
        stand = stand_of(session, signup, place_in_line=place_in_line(signup), opens_at=facts["opens_at"])
        missing = []
        if stand.act in ("sign_up", "wait"):
            missing = shortfalls(self.volunteer, session, on=timezone.localdate(session.starts_at))
        return super().get_context_data(
            session=session,
            signup=signup,
            stand=stand,
            missing=missing,
            is_leader=leads(session, self.request.user),
            **facts,
            **kwargs,
        )


def place_in_line(signup):
    """From 1 on; 0 for whoever does not wait."""
    if signup is None or signup.status != Signup.Status.WAITING:
        return 0
    line = list(Signup.objects.filter(session=signup.session_id).in_line().values_list("pk", flat=True))
    return line.index(signup.pk) + 1


class CancelSignupView(OwnSessionMixin, FormView):
    template_name = "me/session_cancel.html"
    form_class = CancelForm

    def get_form_kwargs(self):
        if self.signup is None:
            raise Http404
        return {**super().get_form_kwargs(), "signup": self.signup, "user": self.request.user}

    def post(self, request, *args, **kwargs):
        if self.signup is None:  # the second of two clicks
            return redirect("me:session", code=self.session.code)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        signup = form.submit()
        if signup is None:
            return self.render_to_response(self.get_context_data(form=form), status=422)
        said = "已取消报名，并记为临时取消。" if signup.is_short_notice else "已取消报名，名额已让出。"
        messages.success(self.request, said)
        return redirect("me:session", code=self.session.code)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs):
        return super().get_context_data(session=self.session, **kwargs)
