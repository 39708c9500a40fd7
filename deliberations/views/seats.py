"""公开席位 taken with a proven phone, and 签到 by the code at the door."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.generic import FormView

from deliberations.forms.seats import DoorForm, SeatForm
from deliberations.models import Attendee
from deliberations.services.hearings import attendance, people
from deliberations.services.hearings.attendance import person_token
from deliberations.views.hearings import PublicHearingMixin, story_of
from deliberations.views.proving import ProvingView
from organizations.limits import is_over

SIGNED, MOST = "signed_in_at_hearings", 20
FAILED, LIMIT = "failed sign-ins", "public_sign_ins_per_hour"
TOO_MANY = "没有对上的次数太多，请过一会儿再试，或找门口的工作人员登记。"


class SeatView(PublicHearingMixin, ProvingView):
    form_class = SeatForm
    template_name = "hearings/seat.html"
    group = "open seats"

    def submit(self, form):
        attendee = form.submit(self.hearing)
        return str(attendee.pk) if attendee else None

    def arrive(self, code):
        attendee = get_object_or_404(Attendee, pk=code, hearing=self.hearing, is_open_seat=True)
        messages.success(self.request, "报名成功。请记好时间地点，到时带手机来签到。")
        return redirect("hearings:invitation", person_token(attendee))

    def get_context_data(self, **kwargs):
        return super().get_context_data(**story_of(self.hearing), left=people.seats_left(self.hearing), **kwargs)


class SignInView(FormView):
    """The address on the wall is the key, within its window."""

    form_class = DoorForm
    template_name = "hearings/sign_in.html"

    def dispatch(self, request, *args, token, **kwargs):
        self.hearing = attendance.hearing_behind(token)
        if self.hearing is None:
            raise Http404
        response = self.closed() or super().dispatch(request, *args, **kwargs)
        add_never_cache_headers(response)
        response["Referrer-Policy"] = "strict-origin"  # the address is told to nobody
        response["X-Robots-Tag"] = "noindex"
        return response

    def closed(self):
        """The page that says why nobody signs in now; None while one may."""
        refusal = attendance.refusal_of(self.hearing)
        if refusal is None or self.signed():
            return None
        context = {"hearing": self.hearing, "refusal": refusal.message}
        return render(self.request, self.template_name, context, status=200 if refusal.code == "early" else 410)

    def signed(self):
        """What this phone signed in as; None where it did not, or somebody else is at it now."""
        asks_again = self.request.method == "POST" or "again" in self.request.GET
        return None if asks_again else self.request.session.get(SIGNED, {}).get(self.key)

    @property
    def key(self):
        return f"{self.hearing.pk} {self.hearing.starts_at:%Y%m%d}"

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "use_required_attribute": False}

    def form_valid(self, form):
        if is_over(self.request, FAILED, LIMIT, increment=False):
            form.add_error(None, TOO_MANY)
            return self.form_invalid(form, 429)
        attendee = form.sign(self.hearing)
        if attendee is None:
            is_over(self.request, FAILED, LIMIT)
            return self.form_invalid(form)
        kept = dict(list(self.request.session.get(SIGNED, {}).items())[-MOST:])
        at = timezone.localtime(attendee.signed_in_at)
        words = {"at": f"{at.month}月{at.day}日 {at:%H:%M}", "votes": attendee.is_entitled}
        self.request.session[SIGNED] = {**kept, self.key: words}
        return redirect(self.request.path)

    def form_invalid(self, form, status=422):
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def get_context_data(self, **kwargs):
        return super().get_context_data(hearing=self.hearing, signed=self.signed(), **kwargs)
