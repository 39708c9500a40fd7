"""签到 on one's own phone: the code on the leader's phone is scanned, then one button. And the leader's side of it."""

import time
from operator import attrgetter

import segno
from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.views.generic import FormView, TemplateView

from organizations.limits import is_over
from organizations.parameters import parameter
from volunteers.check_codes import code_at, is_valid, seconds_left
from volunteers.forms.attendance import CheckForm, RollForm, WalkInForm
from volunteers.models import Session, Signup
from volunteers.services.attendance import window_of
from volunteers.services.session_door import may_run
from volunteers.views.signing import VolunteerRequiredMixin
from volunteers.views.tablet import FAILED, LIMIT, TOO_MANY, address_of_tablet

SCANNED = "scanned_sessions"
MOST = 10
DONE_AT = {"arrive": attrgetter("arrived_at"), "depart": attrgetter("left_at")}
STALE = "签到码已过期。请再扫一次领队手机上的码。"


class CheckView(VolunteerRequiredMixin, FormView):
    """`?s=CODE&c=CODE`: what was scanned is remembered some minutes, so that signing in first takes nothing away."""

    template_name = "me/check.html"
    form_class = CheckForm

    def dispatch(self, request, *args, **kwargs):
        if request.method == "GET" and "c" in request.GET and self.is_scanned_now():
            return redirect(f"{request.path}?{urlencode({'s': self.session.code})}")
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def session(self):
        rows = Session.objects.published().select_related("community")
        return get_object_or_404(rows, code=self.request.GET.get("s", "").upper())

    @cached_property
    def signup(self):
        return self.session.signups.open().filter(volunteer=self.volunteer).first()

    def is_scanned_now(self):
        seconds = int(parameter("session_code_seconds"))
        if not is_valid(self.session.secret, self.request.GET["c"], timezone.now(), seconds):
            return False
        kept = list(self.request.session.get(SCANNED, {}).items())[-MOST:]
        self.request.session[SCANNED] = {**dict(kept), self.session.code: int(time.time())}
        return True

    def was_scanned(self):
        at = self.request.session.get(SCANNED, {}).get(self.session.code, 0)
        return time.time() - at < 60 * parameter("check_scan_minutes")

    def forget_scan(self):
        """What let somebody in does not let the same person out: the code is scanned again."""
        kept = self.request.session.get(SCANNED, {})
        self.request.session[SCANNED] = {code: at for code, at in kept.items() if code != self.session.code}

    def form_valid(self, form):
        act = form.cleaned_data["act"]
        if self.signup is None or DONE_AT[act](self.signup):  # the second of two taps
            return redirect("me:session", code=self.session.code)
        if not self.was_scanned():
            form.add_error(None, STALE)
        elif form.submit(self.signup, self.request.user):
            self.forget_scan()
            messages.success(self.request, {"arrive": "签到成功。", "depart": "签退成功。"}[act])
            return redirect("me:session", code=self.session.code)
        return self.form_invalid(form)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            session=self.session,
            signup=self.signup,
            stale="" if self.was_scanned() else STALE,
            asks_place=self.session.radius_m is not None,
            **kwargs,
        )


# --- The leader's side ------------------------------------------------------------------------------------------------
class RunsSessionMixin:
    """For the leader and the community's staff alike; nobody else learns that the page is there."""

    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated:
            return redirect(f"{reverse('me:sign_in')}?{urlencode({'next': request.get_full_path()})}")
        rows = Session.objects.published().select_related("community", "leader").with_seats()
        self.session = get_object_or_404(rows, code=kwargs["code"].upper())
        if not may_run(self.session, request.user):
            raise Http404
        response = super().dispatch(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response


class SessionCodeView(RunsSessionMixin, TemplateView):
    """签到码. The page asks for the next code by itself when this one runs out."""

    template_name = "me/session_code.html"

    def get_context_data(self, **kwargs):
        now, seconds = timezone.now(), int(parameter("session_code_seconds"))
        query = urlencode({"s": self.session.code, "c": code_at(self.session.secret, now, seconds)})
        address = f"{settings.PUBLIC_URL}{reverse('me:check')}?{query}"
        opens_at, closes_at = window_of(self.session)
        here = self.session.signups.filter(arrived_at__isnull=False)
        return super().get_context_data(
            session=self.session,
            qr=segno.make(address, error="m").svg_data_uri(scale=8, border=2),
            seconds_left=seconds_left(now, seconds),
            opens_at=opens_at,
            closes_at=closes_at,
            is_open=opens_at <= now <= closes_at and self.session.status == Session.Status.OPEN,
            here_count=here.count(),
            **kwargs,
        )


class SessionRollView(RunsSessionMixin, FormView):
    """签到名单: the leader checks in and out whoever has no phone, or whose phone would not say where it is."""

    template_name = "me/session_roll.html"
    form_class = RollForm

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "session": self.session, "user": self.request.user}

    def form_valid(self, form):
        if form.submit() is None:
            return self.form_invalid(form)
        return redirect("me:session_roll", code=self.session.code)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs):
        rows = self.session.signups.open().select_related("volunteer").order_by("status", "signed_at", "pk")
        rows = list(rows)
        return super().get_context_data(
            session=self.session,
            rows=[row for row in rows if row.status != Signup.Status.WAITING],
            line=[row for row in rows if row.status == Signup.Status.WAITING],
            here_count=sum(row.arrived_at is not None for row in rows),
            is_open=self.session.status == Session.Status.OPEN,
            tablet=address_of_tablet(self.session, self.request.user),
            window=window_of(self.session),
            **{"walk_in": WalkInForm(session=self.session, user=self.request.user), **kwargs},
        )


class WalkInView(SessionRollView):
    """POST of a number: signed up and checked in at once."""

    form_class = WalkInForm

    def get(self, request, *args, **kwargs):
        return redirect("me:session_roll", code=self.session.code)

    def form_valid(self, form):
        if is_over(self.request, FAILED, LIMIT, increment=False):
            form.add_error("code", TOO_MANY)
            return self.form_invalid(form)
        signup = form.submit()
        if signup is None:
            return self.form_invalid(form)
        messages.success(self.request, f"{signup.volunteer.masked_name}已签到。")
        return redirect("me:session_roll", code=self.session.code)

    def form_invalid(self, form):
        if form.has_error("code", "unknown"):
            is_over(self.request, FAILED, LIMIT)
        context = self.get_context_data(walk_in=form, form=None)
        return self.render_to_response(context, status=422)
