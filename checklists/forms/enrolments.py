"""报名 by a neighbour: name and phone, found again by code and digits, given back, rated afterwards."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.crypto import constant_time_compare

from checklists.forms.fields import PhoneField, WordsField, plain, show_refusal
from checklists.models import Need
from checklists.services import enrolments


class EnrolForm(forms.Form):
    private_fields = ("name", "phone")
    name = forms.CharField(
        label="怎么称呼您",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "请写您的称呼，如：张阿姨。", "max_length": "称呼最多 40 个字。"},
    )
    phone = PhoneField(
        label="手机号",
        help_text="活动有变化时联系您。取消和评价要用它的最后四位。",
        error_messages={"required": "请填 11 位手机号。"},
    )
    people_count = forms.IntegerField(
        label="一共来几个人",
        min_value=1,
        max_value=9,
        initial=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": "请填人数，一个人就填 1。",
            "invalid": "人数请填数字。",
            "min_value": "人数至少填 1。",
            "max_value": "一次最多报 9 个人。",
        },
    )
    consent = forms.BooleanField(
        label="我同意社区为这场活动使用以上信息",
        error_messages={"required": "请先打勾同意，社区才能收下您的信息。"},
    )

    def __init__(self, *args, activity, **kwargs):
        self.activity = activity
        super().__init__(*args, use_required_attribute=False, **kwargs)

    def submit(self):
        """The enrolment; None when there is no seat (any more), with the words among the form's errors."""
        taken = {name: self.cleaned_data[name] for name in ("name", "phone", "people_count")}
        try:
            return enrolments.enrol(self.activity, **taken)
        except ValidationError as error:
            show_refusal(self, error)
            return None


class DigitsForm(forms.Form):
    """Whoever has the code shows with the last four digits of the phone that it is theirs."""

    digits = forms.CharField(
        label="手机号最后四位",
        max_length=11,
        help_text="报名时填的那个手机号。",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": "请填手机号的最后四位数字。", "max_length": "只填最后四位数字。"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)

    def fits(self, enrolment):
        return constant_time_compare(enrolment.phone[-4:], plain(self.cleaned_data["digits"])[-4:])


class RateForm(forms.Form):
    satisfaction = forms.ChoiceField(
        label="这场活动您满意吗",
        choices=Need.Satisfaction.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选一个：满意、基本满意，或不满意。"},
    )
    note = WordsField(label="想说的话", required=False, max_length=200)
    icons = {"satisfied": "smile", "mostly": "neutral", "dissatisfied": "sad"}

    def __init__(self, *args, enrolment, **kwargs):
        self.enrolment = enrolment
        super().__init__(*args, use_required_attribute=False, **kwargs)

    @property
    def faces(self):
        return [(choice, self.icons[choice.data["value"]]) for choice in self["satisfaction"]]

    def run(self):
        try:
            return enrolments.rate_enrolment(self.enrolment, **self.cleaned_data)
        except ValidationError as error:
            show_refusal(self, error)
            return None
