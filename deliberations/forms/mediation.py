"""What a party fills in on the phone: the application, the way back to it, the answer."""

from django import forms
from django.core.exceptions import ValidationError

from accounts.fields import PhoneField, plain, show_refusal
from accounts.models import PhoneCode
from checklists.forms.following import plain_code
from deliberations.forms.cases import DisputeForm, address_field, name_field
from deliberations.forms.proving import ProvingForm
from deliberations.models import Case, CaseMediator, CaseParty, Mediator
from deliberations.services.cases import intake, people
from govern.fields import blind_index
from grids.models import Community

PURPOSE = PhoneCode.Purpose.MEDIATION


class ApplicationForm(ProvingForm, DisputeForm):
    """调解申请 of a party, whose phone is proven by a code where codes can be sent."""

    purpose = PURPOSE
    community = forms.ModelChoiceField(
        Community.objects.all(),
        label="哪个社区",
        empty_label="请选择您住的社区",
        error_messages={"required": "请选择社区。"},
    )
    name = name_field("您的姓名")
    phone = PhoneField(
        label="您的手机号",
        help_text="调解委员会用它联系您，查进度也要用。",
        error_messages={"required": "请填 11 位手机号。"},
    )
    address = address_field("您的住址")
    consent = forms.BooleanField(
        label="我同意调解委员会为调解这件事使用以上信息",
        error_messages={"required": "请先打勾同意，调解委员会才能收下您的申请。"},
    )
    field_order = [
        *("community", "kind", "facts", "demand", "respondent_name", "respondent_phone", "respondent_address"),
        *("name", "address", "phone", "code"),
    ]

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("phone") and cleaned.get("phone") == cleaned.get("respondent_phone"):
            self.add_error("respondent_phone", ValidationError("对方的手机号和您的一样，请核对。", code="same"))
        return cleaned

    def party(self, side):
        if side == CaseParty.Side.RESPONDENT:
            return super().party(side)
        return {"side": side, **{name: self.cleaned_data.get(name, "") for name in ("name", "phone", "address")}}


class FollowForm(forms.Form):
    """A case's code and the phone of one of its parties."""

    code = forms.CharField(
        label="查询编号",
        max_length=40,
        help_text="8 位字母和数字，申请时给您的，或调解员告诉您的。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": "请填查询编号。"},
    )
    phone = PhoneField(label="您的手机号", error_messages={"required": "请填 11 位手机号。"})

    def __init__(self, *args, **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)

    def clean_code(self):
        code = plain_code(plain(self.cleaned_data["code"]))
        if len(code) != 8:
            raise ValidationError(f"查询编号是 8 位，您填了 {len(code)} 位。", code="length")
        return code

    def find(self):
        """The party whose code and phone fit, or None; which of the two was wrong is not told."""
        known = {"case__code": self.cleaned_data["code"], "phone_index": blind_index(self.cleaned_data["phone"])}
        return CaseParty.objects.select_related("case").filter(**known).first()


class AnswerForm(ProvingForm):
    """同意, 不同意, and whom one would have as mediator: counts for the phone that the case has of this party alone."""

    purpose = PURPOSE
    name = consent = None
    after_code = ()
    YES, OPEN, NO = "yes", "open", "no"
    answer = forms.ChoiceField(
        label="您愿意调解吗",
        choices=[
            (YES, "愿意，不公开进行"),
            (OPEN, "愿意，也可以公开进行"),
            (NO, "不愿意，请结束调解"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "请选一项。"},
    )
    mediator = forms.ModelChoiceField(
        Mediator.objects.none(),
        label="请哪位调解员",
        required=False,
        empty_label="由调解委员会指定",
        help_text="您可以选一位您信任的。",
    )
    field_order = ["answer", "mediator", "phone", "code"]

    def __init__(self, *args, party, **kwargs):
        super().__init__(*args, **kwargs)
        self.party = party
        self.fields["phone"].disabled = True
        self.initial["phone"] = party.phone
        self.fields["mediator"].queryset = people.mediators_for(party.case)

    def run(self):
        """The party; None when the service refuses, with its words among the form's errors."""
        answer, mediator = self.cleaned_data["answer"], self.cleaned_data["mediator"]
        try:
            if answer == self.NO:
                return intake.refuse(self.party, actor=None)
            party = intake.consent(self.party, wants_open=answer == self.OPEN, actor=None)
            if mediator is not None:
                chosen_by = CaseMediator.ChosenBy(party.side)
                people.assign_mediator(party.case, mediator=mediator, chosen_by=chosen_by, actor=None)
            return party
        except ValidationError as error:
            show_refusal(self, error)
            return None

    @staticmethod
    def is_possible(case):
        return case.status in (Case.Status.APPLIED, Case.Status.ACCEPTED, Case.Status.MEDIATING)
