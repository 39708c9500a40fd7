"""/me/sign-in/: phone, code, in. What the session keeps meanwhile is sealed: backups hold its row too."""

import json
import time

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.generic import FormView

from accounts import channels
from accounts.fields import show_refusal
from govern.context import PHONE_BACKEND
from govern.fields import seal, unseal
from organizations.limits import is_over
from volunteers.forms.signing import CodeForm, PhoneForm
from volunteers.models import Volunteer
from volunteers.services import signing
from volunteers.services.people import find_known, link_account

ASKED, PROVEN = "phone_asked", "phone_proven"
PROOF_SECONDS = 3600
TOO_MANY = "这个网络一小时内要的验证码太多，请过一会儿再试，或者联系社区。"
PLACES = [
    ("home", "首页", "home"),
    ("sessions", "活动", "calendar-event"),
    ("positions", "岗位", "briefcase"),
    ("teams", "服务队", "users"),
    ("record", "记录", "history"),
    ("my_data", "我的信息", "user-circle"),
]


# --- Who it is --------------------------------------------------------------------------------------------------------
def volunteer_of(request):
    """The volunteer whose account is signed in; None for nobody's.

    A member of staff who has just proven the phone of a volunteer and then signed in by password is joined to it here.
    """
    if not request.user.is_authenticated:
        return None
    found = Volunteer.objects.here().select_related("community", "user").filter(user=request.user).first()
    return found or _joined(request)


def _joined(request):
    volunteer = find_known(phone=proven_phone(request))
    if volunteer is None or request.user.phone_index != volunteer.phone_index:
        return None
    try:
        return link_account(volunteer, request.user)
    except ValidationError:
        return None


def places(request):
    rows = []
    for name, label, icon in PLACES:
        url = reverse(f"me:{name}")
        is_current = request.path == url if name == "home" else request.path.startswith(url)
        rows.append({"label": label, "url": url, "icon": icon, "is_current": is_current})
    return rows


class VolunteerRequiredMixin:
    """For the pages of /me/: gives `self.volunteer`, to the templates too; whoever is nobody's is led to sign in."""

    def dispatch(self, request, *args, **kwargs):
        self.volunteer = volunteer_of(request)
        if self.volunteer is None:
            return redirect(f"{reverse('me:sign_in')}?{urlencode({'next': request.get_full_path()})}")
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(**{"volunteer": self.volunteer, "me_places": places(self.request), **kwargs})


# --- What the session remembers ---------------------------------------------------------------------------------------
def keep_phone(request, name, phone, **more):
    request.session[name] = seal(json.dumps({"phone": phone, "at": time.time(), **more}).encode()).decode()


def kept_phone(request, name):
    """{"phone", "at", …} kept under `name` within the hour; {} for nothing."""
    if name not in request.session:
        return {}
    kept = json.loads(unseal(request.session[name].encode()))
    return kept if kept["at"] > time.time() - PROOF_SECONDS else {}


def proven_phone(request):
    """The phone that whoever sits here has proven by a code within the hour; "" for none."""
    return kept_phone(request, PROVEN).get("phone", "")


def forget_proven_phone(request):
    request.session.pop(PROVEN, None)


# --- The two steps ----------------------------------------------------------------------------------------------------
class SigningMixin:
    """One step: who is in already goes on, and where it is to go on is believed only on this host."""

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and volunteer_of(request):
            return redirect(self.next_page())
        return super().dispatch(request, *args, **kwargs)

    def asked_next(self):
        wanted = self.request.POST.get("next") or self.request.GET.get("next", "")
        return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts={self.request.get_host()}) else ""

    def next_page(self):
        return self.asked_next() or kept_phone(self.request, ASKED).get("next") or reverse("me:home")

    def form_invalid(self, form, status=422):
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def refuse(self, form, words, status):
        form.add_error(None, words)
        return self.form_invalid(form, status)


class SignInView(SigningMixin, FormView):
    form_class = PhoneForm
    template_name = "me/sign_in.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(**{"is_open": channels.is_open(), "next": self.asked_next(), **kwargs})

    def form_valid(self, form):
        if is_over(self.request, "phone codes", "public_needs_per_hour"):
            return self.refuse(form, TOO_MANY, 429)
        phone = form.cleaned_data["phone"]
        try:
            signing.send_code(phone)
        except ValidationError as error:
            show_refusal(form, error)
            return self.form_invalid(form, 429 if error.code == "too_many" else 503)
        keep_phone(self.request, ASKED, phone, next=self.asked_next())
        return redirect("me:sign_in_code")


class SignInCodeView(SigningMixin, FormView):
    form_class = CodeForm
    template_name = "me/code.html"

    def dispatch(self, request, *args, **kwargs):
        self.phone = kept_phone(request, ASKED).get("phone")
        if self.phone is None and not request.user.is_authenticated:
            return self.follow_first_click() if request.method == "POST" else redirect("me:sign_in")
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        masked = f"{self.phone[:3]}****{self.phone[-4:]}"
        return super().get_context_data(**{"masked_phone": masked, "again": reverse("me:sign_in"), **kwargs})

    def form_valid(self, form):
        key = self.request.session.session_key
        with transaction.atomic():
            # Of two clicks the second waits here, and finds that the first one has moved the session to a new key.
            if not Session.objects.select_for_update().filter(session_key=key).exists():
                return self.follow_first_click()
            return self.open(form)

    def follow_first_click(self):
        """Leave the browser the cookie that the first click was answered with: an empty session would take it away."""
        self.request.session = type(self.request.session)()
        self.request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        return redirect("me:home")

    def open(self, form):
        try:
            signing.prove_phone(self.phone, form.cleaned_data["code"])
            present = self.request.user if self.request.user.is_authenticated else None
            volunteer, user = signing.account_behind(self.phone, present=present)
        except ValidationError as error:
            show_refusal(form, error)
            return self.form_invalid(form)
        return self.lead_on(volunteer, user)

    def lead_on(self, volunteer, user):
        where = self.next_page()
        keep_phone(self.request, PROVEN, self.phone)
        if volunteer is None:
            messages.info(self.request, "手机号已验证。您还没有登记，请填报到信息。")
            return redirect("volunteers:report")
        self.request.session.pop(ASKED, None)
        if user is None:
            messages.info(
                self.request, "这个手机号也是工作账号的手机号，请用工作账号的密码登录。登录后就能看到您的志愿服务。"
            )
            return redirect(f"{reverse('accounts:login')}?{urlencode({'next': where})}")
        if user != self.request.user:
            login(self.request, user, backend=PHONE_BACKEND)
        forget_proven_phone(self.request)
        return redirect(where)
