"""/mediation/sign/: one person reads the accord and signs it on the own phone.

The address alone opens nothing: before the text is shown, a code sent to the phone that the case has of them, or a
mediator's own account, proves who holds it.
"""

import time

from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views import View

from accounts import channels
from deliberations.forms.accord_signing import ProofForm, SignatureForm
from deliberations.models import Case
from deliberations.services.cases import sign_links
from organizations.limits import is_over

PROVEN, SENT = "accord_proven", "accord_code_sent"
PROOF_SECONDS, MOST = 1800, 5
FAILED, LIMIT = "accord codes", "public_sign_ins_per_hour"
TOO_MANY = "这个网络一小时内试的次数太多，请过一会儿再试，或者到社区在纸上签。"
TEMPLATE = "deliberations/accord_sign.html"


class SigningView(View):
    def dispatch(self, request, *args, token, **kwargs):
        try:
            self.signer = sign_links.signer_behind(token)
        except signing.SignatureExpired:
            return self.private(self.page("expired", status=410))
        except signing.BadSignature as error:
            raise Http404 from error
        if self.signer is None:
            raise Http404
        self.token, self.accord = token, self.signer.accord
        return self.private(self.closed() or super().dispatch(request, *args, **kwargs))

    def private(self, response):
        add_never_cache_headers(response)
        response["Referrer-Policy"] = "strict-origin"  # the address is told to nobody
        response["X-Robots-Tag"] = "noindex"
        return response

    def closed(self):
        """The page for what is not to be signed now; None where it is."""
        row = self.signer.signature
        if row is not None:
            return self.page("signed", signature=row)
        if self.accord.case.status != Case.Status.MEDIATING or self.accord.form != self.accord.Form.WRITTEN:
            return self.page("closed", status=410)
        return None

    def page(self, state, *, status=200, **context):
        signer = getattr(self, "signer", None)
        accord = signer and signer.accord
        common = {
            "state": state,
            "signer": signer,
            "accord": accord,
            "case": accord and accord.case,
            "token": getattr(self, "token", ""),
        }
        return render(self.request, TEMPLATE, {**common, **context}, status=status)

    # --- Who holds the phone ------------------------------------------------------------------------------------------
    @property
    def key(self):
        return " ".join(map(str, self.signer.key))

    def remember(self, name):
        kept = dict(list(self.request.session.get(name, {}).items())[-MOST:])
        self.request.session[name] = {**kept, self.key: time.time()}

    def recalls(self, name):
        at = self.request.session.get(name, {}).get(self.key)
        return at is not None and time.time() - at < PROOF_SECONDS

    def is_proven(self):
        return self.signer.is_account(self.request.user) or self.recalls(PROVEN)

    def home(self):
        return redirect(reverse("mediation:sign", args=[self.token]))

    def ask(self, *, form=None, refusal="", status=200):
        """The page before the text: a code is sent, then typed."""
        return self.page(
            "asked",
            status=status,
            form=form or ProofForm(),
            refusal=refusal,
            is_sent=self.recalls(SENT),
            can_send=bool(self.signer.phone) and channels.is_open(),
        )


class SignView(SigningView):
    def get(self, request):
        return self.read(SignatureForm(signer=self.signer)) if self.is_proven() else self.ask()

    def post(self, request):
        if not self.is_proven():
            return self.ask(refusal="时间有点久了，请重新验证手机号。", status=422)
        form = SignatureForm(request.POST, signer=self.signer)
        actor = request.user if self.signer.is_account(request.user) else None
        if form.is_valid() and form.submit(actor):
            return self.home()
        return self.read(form, status=422)

    def read(self, form, *, status=200):
        return self.page("proven", form=form, parties=self.accord.case.parties.order_by("side", "pk"), status=status)


class CodeView(SigningView):
    def get(self, request):
        return self.home()

    def post(self, request):
        if is_over(request, FAILED, LIMIT):
            return self.ask(refusal=TOO_MANY, status=429)
        if not self.signer.phone:
            raise Http404
        try:
            sign_links.send_code(self.signer)
        except ValidationError as error:
            return self.ask(refusal=error.messages[0], status=422)
        self.remember(SENT)
        return self.home()


class ProofView(SigningView):
    def get(self, request):
        return self.home()

    def post(self, request):
        if is_over(request, FAILED, LIMIT):
            return self.ask(refusal=TOO_MANY, status=429)
        form = ProofForm(request.POST, signer=self.signer)
        if not form.is_valid():
            return self.ask(form=form, status=422)
        self.remember(PROVEN)
        return self.home()
