"""/me/data/: what is stored about me, put right, taken along, forgotten (个人信息保护法 art. 44-47)."""

from io import BytesIO

from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views import View
from django.views.generic import FormView, TemplateView

from accounts import channels
from accounts.fields import show_refusal
from govern.spreadsheets import CONTENT_TYPE
from organizations.limits import is_over
from volunteers.forms.people import CorrectionForm, LeaveForm, OwnFactsForm
from volunteers.forms.signing import CodeForm, PhoneForm
from volunteers.models import Correction
from volunteers.own_copy import as_json, shown_facts, write_workbook
from volunteers.services import signing
from volunteers.services.facts import change_phone
from volunteers.services.leaving import erase, what_holds
from volunteers.views.signing import (
    TOO_MANY,
    VolunteerRequiredMixin,
    forget_proven_phone,
    keep_phone,
    kept_phone,
)

TONES = {Correction.Status.ASKED: "warn", Correction.Status.CORRECTED: "ok", Correction.Status.REFUSED: "plain"}
NEW_PHONE = "phone_new"


class MyDataView(VolunteerRequiredMixin, TemplateView):
    template_name = "me/my_data.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            facts=shown_facts(self.volunteer),
            is_open=channels.is_open(),
            waiting_count=self.volunteer.corrections.filter(status="asked").count(),
            **kwargs,
        )


class OwnFormMixin(VolunteerRequiredMixin):
    """A form of the person itself: what is refused comes back with everything typed."""

    done = ""

    def form_valid(self, form):
        if self.run(form) is None:
            return self.form_invalid(form)
        messages.success(self.request, self.done)
        return redirect(self.success_url_name)

    def run(self, form):
        return form.run(actor=self.request.user)

    def form_invalid(self, form, status=422):
        return self.render_to_response(self.get_context_data(form=form), status=status)


class MyDataChangeView(OwnFormMixin, FormView):
    form_class = OwnFactsForm
    template_name = "me/my_data_change.html"
    success_url_name = "me:my_data"
    done = "已改好。"

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "instance": self.volunteer}


class CorrectionsView(OwnFormMixin, FormView):
    form_class = CorrectionForm
    template_name = "me/corrections.html"
    success_url_name = "me:corrections"
    done = "已交给社区核实，答复会发到您的消息里。"

    def get_initial(self):
        return {"signup": self.request.GET.get("signup", "")[:19]}

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "volunteer": self.volunteer}

    def get_context_data(self, **kwargs):
        rows = self.volunteer.corrections.select_related("signup__session")
        return super().get_context_data(corrections=[(row, TONES[row.status]) for row in rows], **kwargs)


class PhoneChangeView(OwnFormMixin, FormView):
    """A code goes to the new phone; whether it is somebody else's is said only to whoever holds it."""

    form_class = PhoneForm
    template_name = "me/phone_change.html"
    success_url_name = "me:phone_change_code"
    done = "验证码已发到新手机号。"

    def get_context_data(self, **kwargs):
        return super().get_context_data(is_open=channels.is_open(), **kwargs)

    def run(self, form):
        phone = form.cleaned_data["phone"]
        if is_over(self.request, "phone codes", "public_needs_per_hour"):
            form.add_error(None, TOO_MANY)
            return None
        try:
            signing.send_code(phone, purpose=signing.PHONE_CHANGE)
        except ValidationError as error:
            show_refusal(form, error)
            return None
        keep_phone(self.request, NEW_PHONE, phone)
        return phone


class PhoneChangeCodeView(OwnFormMixin, FormView):
    form_class = CodeForm
    template_name = "me/code.html"
    success_url_name = "me:my_data"
    done = "手机号已换好，下次用新手机号登录。"

    def dispatch(self, request, *args, **kwargs):
        self.phone = kept_phone(request, NEW_PHONE).get("phone")
        return super().dispatch(request, *args, **kwargs) if self.phone else redirect("me:phone_change")

    def get_context_data(self, **kwargs):
        masked = f"{self.phone[:3]}****{self.phone[-4:]}"
        again = reverse("me:phone_change")
        return super().get_context_data(masked_phone=masked, again=again, button="换成这个手机号", **kwargs)

    def run(self, form):
        try:
            signing.prove_phone(self.phone, form.cleaned_data["code"], purpose=signing.PHONE_CHANGE)
            changed = change_phone(self.volunteer, self.phone, actor=self.request.user)
        except ValidationError as error:
            # The new phone is no field of this page.
            form.add_error("code" if "code" in getattr(error, "error_dict", {}) else None, error.messages)
            return None
        del self.request.session[NEW_PHONE]
        return changed


class ExportView(VolunteerRequiredMixin, View):
    """`/me/data/copy.json` or `.xlsx`."""

    def get(self, request, form):
        name = f"我的志愿服务信息-{timezone.localdate():%Y%m%d}.{form}"
        if form == "json":
            response = HttpResponse(as_json(self.volunteer), content_type="application/json; charset=utf-8")
        else:
            content = BytesIO()
            write_workbook(content, self.volunteer)
            response = HttpResponse(content.getvalue(), content_type=CONTENT_TYPE)
        response["Content-Disposition"] = content_disposition_header(True, name)
        return response


class LeaveView(OwnFormMixin, FormView):
    form_class = LeaveForm
    template_name = "me/leave.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(held=what_holds(self.volunteer), **kwargs)

    def form_valid(self, form):
        try:
            erase(self.volunteer, actor=self.request.user)
        except ValidationError as error:
            form.add_error(None, error.messages)
            return self.form_invalid(form)
        forget_proven_phone(self.request)
        logout(self.request)
        messages.success(self.request, "已注销，您的个人信息已删除。感谢您的服务。")
        return redirect("me:sign_in")
