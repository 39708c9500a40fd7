"""社区工作者: hired, and what was written down wrongly about them put right."""

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import PhoneValidator
from cadres.forms.fields import DayField, NumberField, TrackField, WordsField
from cadres.models import CommunityWorker
from cadres.models.schemes import DEGREES, LICENCES
from cadres.services import correct_worker, hire_worker
from govern.scoping import ScopedFormMixin
from organizations.identities import IdentityNumberValidator
from organizations.models import Organization

NONE = ("", "没有")
MESSAGES = {
    "name": {"required": "请填姓名。"},
    "gender": {"required": "请选择性别。"},
    "organization": {"required": "请选择社区。", "invalid_choice": "请选择您管辖范围内的社区。"},
    "hired_on": {"required": "请填入职日期。", "invalid": "请填日期，如 2026-12-01。"},
}


class VerbMixin:
    """For a form whose last step is a service: what it refuses stands beside the fields."""

    def run(self):
        """The row that the service wrote; None with what it refused beside the fields."""
        try:
            return self.write(**self.cleaned_data)
        except PermissionDenied as error:
            self.add_error(None, str(error))
        except ValidationError as error:
            named = hasattr(error, "error_dict") and set(error.error_dict) <= set(self.fields)
            self.add_error(None, error if named else ValidationError(error.messages))
        return None


class HireForm(VerbMixin, ScopedFormMixin, forms.ModelForm):
    track = TrackField()
    identity_number = NumberField("身份证号", IdentityNumberValidator())
    phone = NumberField("手机号", PhoneValidator())
    degree = forms.ChoiceField(
        label="学历", choices=[NONE, *((each.value, each.label) for each in DEGREES)], required=False
    )
    degree_on = DayField("学历取得日期", required=False)
    licence = forms.ChoiceField(
        label="职业资格", choices=[NONE, *((each.value, each.label) for each in LICENCES)], required=False
    )
    licence_on = DayField("资格取得日期", required=False)
    hired_on = DayField("入职日期", help_text="社区工龄从这天起算。")
    evidence = WordsField("入职依据", required=False, help_text="聘用文件、合同编号等。")

    field_order = ["organization", "track", "name", "gender", "identity_number", "phone", "hired_on", "prior_months"]

    class Meta:
        model = CommunityWorker
        fields = ["organization", "name", "gender", "identity_number", "phone", "hired_on", "prior_months"]
        error_messages = MESSAGES
        widgets = {"gender": forms.RadioSelect}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, user=user, use_required_attribute=False, **kwargs)
        mine = Organization.objects.allowed(user, "cadres.add_communityworker").active()
        self.fields["organization"].queryset = mine.at_tier(Organization.Tier.COMMUNITY)
        self.fields["organization"].empty_label = "请选择"
        self.fields["gender"].choices = CommunityWorker.Gender.choices
        self.fields["hired_on"].initial = timezone.localdate

    def clean(self):
        cleaned = super().clean()
        for name in ("degree", "licence"):
            if cleaned.get(name) and not cleaned.get(f"{name}_on") and f"{name}_on" not in self.errors:
                self.add_error(f"{name}_on", "请填取得日期。")
        return cleaned

    def write(self, *, degree, degree_on, licence, licence_on, **cleaned):
        held = [pair for pair in ((degree, degree_on), (licence, licence_on)) if pair[0]]
        return hire_worker(qualifications=held, actor=self.user, **cleaned)


class PersonForm(VerbMixin, forms.ModelForm):
    """更正资料. The numbers on file never reach the page: empty keeps them, typing replaces them."""

    identity_number = NumberField("新身份证号", IdentityNumberValidator(), help_text="不改请留空。")
    phone = NumberField("新手机号", PhoneValidator(), help_text="不改请留空。")

    class Meta:
        model = CommunityWorker
        fields = ["name", "gender", "identity_number", "phone", "prior_months"]
        error_messages = MESSAGES

    def __init__(self, *args, user, instance, **kwargs):
        self.user, self.worker = user, CommunityWorker.objects.get(pk=instance.pk)
        super().__init__(*args, instance=instance, use_required_attribute=False, **kwargs)
        self.initial.update(identity_number="", phone="")
        self.fields["gender"].choices = CommunityWorker.Gender.choices

    def clean_identity_number(self):
        return self.cleaned_data["identity_number"] or self.worker.identity_number

    def clean_phone(self):
        return self.cleaned_data["phone"] or self.worker.phone

    def write(self, **cleaned):
        return correct_worker(self.worker, actor=self.user, **cleaned)
