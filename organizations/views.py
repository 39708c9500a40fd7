"""Signing in to a meeting on a phone, without an account. The address on the wall is the key, within its window."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.generic import FormView

from organizations.forms.meetings import SignInForm
from organizations.limits import is_over
from organizations.services import attendances, league_meetings

SIGNED = "signed_in"
MOST = 20
FAILED, LIMIT = "failed sign-ins", "public_sign_ins_per_hour"
TOO_MANY = "没有对上的次数太多，请过一会儿再试，或找现场的工作人员登记。"


class MeetingSignInView(FormView):
    """`service` reads the token, says why it is closed, and signs in."""

    service = attendances
    form_class = SignInForm
    template_name = "organizations/meeting_sign_in.html"

    def dispatch(self, request, *args, token, **kwargs):
        self.meeting = self.service.read_sign_in_token(token)
        if self.meeting is None:
            raise Http404
        response = self.closed() or super().dispatch(request, *args, token=token, **kwargs)
        add_never_cache_headers(response)
        response["Referrer-Policy"] = "strict-origin"  # the address is told to nobody
        response["X-Robots-Tag"] = "noindex"
        return response

    def closed(self):
        """The page that says why nobody signs in now; None while one may."""
        refusal = self.service.refusal_of(self.meeting)
        if refusal is None or self.signed_at():
            return None
        status = 200 if refusal.code == "early" else 410
        context = {"meeting": self.meeting, "refusal": refusal.message}
        return render(self.request, self.template_name, context, status=status)

    @property
    def key(self):
        return f"{self.meeting._meta.model_name} {self.meeting.pk}"

    def signed_at(self):
        """When this phone signed in here, as text; None where it did not, or somebody else is at it now."""
        asks_again = self.request.method == "POST" or "again" in self.request.GET
        return None if asks_again else self.request.session.get(SIGNED, {}).get(self.key)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "use_required_attribute": False}

    def form_valid(self, form):
        if is_over(self.request, FAILED, LIMIT, increment=False):
            form.add_error(None, TOO_MANY)
            return self.render_to_response(self.get_context_data(form=form), status=429)
        try:
            row = self.service.sign_in(self.meeting, **form.cleaned_data)
        except ValidationError as error:
            is_over(self.request, FAILED, LIMIT)
            form.add_error(None, error)
            return self.form_invalid(form)
        kept = dict(list(self.request.session.get(SIGNED, {}).items())[-MOST:])
        at = timezone.localtime(row.signed_at)
        self.request.session[SIGNED] = {**kept, self.key: f"{at.month}月{at.day}日 {at:%H:%M}"}
        return redirect(self.request.path)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs):
        return super().get_context_data(meeting=self.meeting, signed_at=self.signed_at(), **kwargs)


class LeagueSignInView(MeetingSignInView):
    service = league_meetings
    template_name = "organizations/league_sign_in.html"
