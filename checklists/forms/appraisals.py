from django import forms
from django.core.exceptions import ValidationError

from checklists.forms.fields import PhoneField, WordsField, show_refusal
from checklists.models import Need
from checklists.services.appraisals import appraise


class AppraisalForm(forms.Form):
    """居民评议: a face, a few words, and the phone that makes it one per person."""

    satisfaction = forms.ChoiceField(
        label="您满意吗",
        choices=Need.Satisfaction.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选一个：满意、基本满意，或不满意。"},
    )
    note = WordsField(label="想说的话", required=False, max_length=300, help_text="请不要写姓名和电话。")
    phone = PhoneField(
        label="手机号",
        help_text="一个手机号评一次。加密保存，不公开，不会打电话给您。",
        error_messages={"required": "请填 11 位手机号，用来保证一人评一次。"},
    )
    consent = forms.BooleanField(
        label="我已阅读并同意个人信息告知书", error_messages={"required": "请先阅读告知书，同意后打勾。"}
    )
    icons = {"satisfied": "smile", "mostly": "neutral", "dissatisfied": "sad"}

    def __init__(self, *args, project, **kwargs):
        self.project = project
        super().__init__(*args, use_required_attribute=False, **kwargs)

    @property
    def faces(self):
        return [(choice, self.icons[choice.data["value"]]) for choice in self["satisfaction"]]

    def run(self):
        """Whether it was kept; otherwise the words are among the form's errors."""
        fields = {name: self.cleaned_data[name] for name in ("phone", "satisfaction", "note")}
        try:
            appraise(self.project, **fields)
        except ValidationError as error:
            show_refusal(self, error)
            return False
        return True
