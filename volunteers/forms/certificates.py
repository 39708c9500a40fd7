"""服务证明: asked for by a volunteer or issued by staff, verified by anybody, revoked."""

from django import forms
from django.utils import timezone

from accounts.fields import show_refusal
from govern.acts import Act
from govern.scoping import ScopedFormMixin
from grids.models import Community
from organizations.forms.elections import day_field, words_field
from volunteers.forms.fields import CodeField
from volunteers.models import Volunteer
from volunteers.services import certificates


class AskForm(forms.Form):
    """By the volunteer: a period, and which of the communities that recorded it."""

    community = forms.ModelChoiceField(
        Community.objects.none(),
        label="出具社区",
        empty_label=None,
        help_text="在哪个社区服务，由哪个社区出具。",
        error_messages={"required": "请选择出具社区。", "invalid_choice": "您在这个社区没有已确认的志愿服务。"},
    )
    starts_on = day_field("从哪天起")
    ends_on = day_field("到哪天止")

    def __init__(self, *args, volunteer, user, **kwargs):
        self.volunteer, self.user = volunteer, user
        super().__init__(*args, **kwargs)
        self.fields["community"].queryset = certificates.issuers_of(volunteer)

    @staticmethod
    def this_year():
        today = timezone.localdate()
        return {"starts_on": today.replace(month=1, day=1), "ends_on": today}

    def submit(self):
        try:
            return certificates.issue_certificate(self.volunteer, **self.cleaned_data, actor=self.user)
        except forms.ValidationError as error:
            show_refusal(self, error)
            return None


class IssueForm(ScopedFormMixin, forms.Form):
    """By staff, for somebody who stands before them."""

    code = CodeField()
    community = forms.ModelChoiceField(
        Community.objects.order_by("code"),
        label="出具社区",
        empty_label="请选择",
        error_messages={"required": "请选择出具社区。", "invalid_choice": "请选择您管辖范围内的社区。"},
    )
    starts_on = day_field("从哪天起")
    ends_on = day_field("到哪天止")

    def clean_code(self):
        code = self.cleaned_data["code"]
        self.volunteer = Volunteer.objects.filter(code=code).select_related("user").first()
        if self.volunteer is None:
            raise forms.ValidationError("没有这个编号的志愿者。", code="unknown")
        return code

    def submit(self):
        told = {name: value for name, value in self.cleaned_data.items() if name != "code"}
        try:
            return certificates.issue_certificate(self.volunteer, **told, actor=self.user)
        except forms.ValidationError as error:
            show_refusal(self, error)
            return None


class VerifyForm(forms.Form):
    number = words_field("证明编号", 40)
    sign = words_field("核验码", 24, help_text="证明左下角 16 位字母和数字，不分大小写。")

    def find(self):
        return certificates.find_certificate(**self.cleaned_data)


class RevokeCertificate(Act):
    verb, label, icon, done = "revoke", "作废", "circle-x", "已作废，核验页面同时显示作废。"
    reason = words_field("作废原因", 100)

    @classmethod
    def is_offered(cls, certificate):
        return certificate.revoked_at is None

    def act(self, reason):
        return certificates.revoke_certificate(self.subject, reason=reason, actor=self.user)


CERTIFICATE_ACTS = (RevokeCertificate,)
