"""签到平板: a shared screen that the leader or a clerk unlocks for one session by a signed address. Shows no names."""

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.timezone import localtime
from django.views.generic import FormView

from accounts.models import User
from organizations.limits import is_over
from volunteers.forms.attendance import TabletForm
from volunteers.models import Session
from volunteers.services.attendance import window_of
from volunteers.services.session_door import may_run

SALT = "volunteers.views.tablet"
MOST_SECONDS = 24 * 3600
FAILED, LIMIT = "failed tablet codes", "tablet_failures_per_hour"
TOO_MANY = "输错的次数太多，请过一会儿再试，或者请领队在名单上签到。"


def address_of_tablet(session, user):
    token = signing.dumps([session.pk, user.pk], salt=SALT)
    return settings.PUBLIC_URL + reverse("volunteers:session_tablet", args=[token])


def unlocked(token):
    """(session, who unlocked it) behind a token of the last day; 404 for any other."""
    try:
        session, user = signing.loads(token, salt=SALT, max_age=MOST_SECONDS)
    except signing.BadSignature as error:
        raise Http404 from error
    session = Session.objects.published().select_related("community", "leader").filter(pk=session).first()
    user = User.objects.filter(pk=user, is_active=True).first()
    if session is None or user is None or not may_run(session, user):
        raise Http404
    return session, user


class TabletView(FormView):
    template_name = "volunteers/tablet.html"
    form_class = TabletForm

    def dispatch(self, request, *args, token, **kwargs):
        self.session, self.user = unlocked(token)
        response = super().dispatch(request, *args, **kwargs)
        add_never_cache_headers(response)
        response["Referrer-Policy"] = "strict-origin"  # the address is told to nobody
        response["X-Robots-Tag"] = "noindex"
        return response

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "session": self.session, "user": self.user}

    def post(self, request, *args, **kwargs):
        if is_over(request, FAILED, LIMIT, increment=False):
            return self.refuse(self.get_form_class()(session=self.session, user=self.user), 429)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        signup = form.submit()
        if signup is None:
            return self.form_invalid(form)
        is_in = form.cleaned_data["act"] == "arrive"
        at = localtime(signup.arrived_at if is_in else signup.left_at)
        said = f"编号尾号 {signup.volunteer.code[-4:]}：{at:%H:%M} {'签到' if is_in else '签退'}成功。"
        messages.success(self.request, said)
        return redirect(self.request.path)

    def form_invalid(self, form):
        if form.has_error("code", "unknown"):
            is_over(self.request, FAILED, LIMIT)
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def refuse(self, form, status):
        return self.render_to_response(self.get_context_data(form=form, too_many=TOO_MANY), status=status)

    def get_context_data(self, **kwargs):
        opens_at, closes_at = window_of(self.session)
        return super().get_context_data(session=self.session, opens_at=opens_at, closes_at=closes_at, **kwargs)
