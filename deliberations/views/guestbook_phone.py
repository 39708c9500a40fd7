"""The phone of whoever writes in the guestbook: a code is sent to it and typed in. Good for an hour in this browser."""

from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View
from django.views.generic import FormView

from accounts import channels
from accounts.fields import show_refusal
from accounts.models import PhoneCode
from organizations.limits import is_over
from volunteers.forms.signing import CodeForm, PhoneForm
from volunteers.services import signing
from volunteers.views.signing import keep_phone, kept_phone

ASKED, PROVEN = "guestbook_asked", "guestbook_phone"
PURPOSE = PhoneCode.Purpose.MESSAGE
TOO_MANY = "这个网络一小时内要的验证码太多，请过一会儿再试，或者联系社区。"


def own_phone(request):
    """The phone that whoever sits here has proven within the hour; "" for none."""
    return kept_phone(request, PROVEN).get("phone", "")


def masked(phone):
    return f"{phone[:3]}****{phone[-4:]}"


class PhoneRequiredMixin:
    """Gives `self.phone`; whoever has proven none is led to do so, and back to this page."""

    def dispatch(self, request, *args, **kwargs):
        self.phone = own_phone(request)
        if not self.phone:
            return self.ask_phone()
        return super().dispatch(request, *args, **kwargs)

    def ask_phone(self):
        return redirect(reverse("guestbook:phone", query={"next": self.request.get_full_path()}))

    def get_context_data(self, **kwargs):
        return super().get_context_data(**{"masked_phone": masked(self.phone), **kwargs})


class StepMixin:
    """One of the two steps. Where it is to go on is believed only on this host."""

    def next_page(self):
        wanted = self.request.POST.get("next") or self.request.GET.get("next", "")
        is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={self.request.get_host()})
        return wanted if is_ours else reverse("guestbook:mine")

    def form_invalid(self, form, status=422):
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def get_context_data(self, **kwargs):
        return super().get_context_data(**{"next": self.next_page(), **kwargs})


class PhoneView(StepMixin, FormView):
    form_class = PhoneForm
    template_name = "guestbook/phone.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(**{"is_open": channels.is_open(), **kwargs})

    def form_valid(self, form):
        if is_over(self.request, "phone codes", "public_needs_per_hour"):
            form.add_error(None, TOO_MANY)
            return self.form_invalid(form, 429)
        phone = form.cleaned_data["phone"]
        try:
            signing.send_code(phone, purpose=PURPOSE)
        except ValidationError as error:
            show_refusal(form, error)
            return self.form_invalid(form, 429 if error.code == "too_many" else 503)
        keep_phone(self.request, ASKED, phone)
        return redirect(reverse("guestbook:phone_code", query={"next": self.next_page()}))


class CodeView(StepMixin, FormView):
    form_class = CodeForm
    template_name = "guestbook/code.html"

    def dispatch(self, request, *args, **kwargs):
        self.asked = kept_phone(request, ASKED).get("phone")
        if not self.asked:
            # The second of two clicks comes after the first one has proven it.
            target = self.next_page() if own_phone(request) else reverse("guestbook:phone")
            return redirect(target)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        again = reverse("guestbook:phone", query={"next": self.next_page()})
        return super().get_context_data(**{"masked_phone": masked(self.asked), "again": again, **kwargs})

    def form_valid(self, form):
        with transaction.atomic():
            key = self.request.session.session_key
            Session.objects.select_for_update().filter(session_key=key).first()
            self.request.session = type(self.request.session)(key)
            # Of two clicks the second waits here, and finds what the first one did.
            if own_phone(self.request) == self.asked:
                return redirect(self.next_page())
            return self.prove(form)

    def prove(self, form):
        try:
            signing.prove_phone(self.asked, form.cleaned_data["code"], purpose=PURPOSE)
        except ValidationError as error:
            show_refusal(form, error)
            return self.form_invalid(form)
        keep_phone(self.request, PROVEN, self.asked)
        self.request.session.pop(ASKED, None)
        self.request.session.save()
        return redirect(self.next_page())


class LeaveView(View):
    """The phone was lent, or the computer is the library's."""

    http_method_names = ["post"]

    def post(self, request):
        request.session.pop(PROVEN, None)
        request.session.pop(ASKED, None)
        return redirect("guestbook:home")
