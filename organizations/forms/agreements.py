from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from unfold.widgets import UnfoldAdminTextareaWidget

from organizations.models import Agreement
from organizations.services import terminate_agreement


class AgreementForm(forms.ModelForm):
    class Meta:
        model = Agreement
        fields = [
            "number",
            "organization",
            "unit",
            "signed_on",
            "starts_on",
            "ends_on",
            "community_head",
            "unit_head",
            "community_duties",
            "unit_duties",
            "deeds",
            "needs_annex",
            "resources_annex",
        ]
        widgets = {
            name: UnfoldAdminTextareaWidget(attrs={"rows": 4})
            for name in ("community_duties", "unit_duties", "deeds", "needs_annex", "resources_annex")
        }
        error_messages = {
            "number": {"required": "请填协议编号。"},
            "unit": {"required": "请选择单位。"},
            "organization": {"required": "请选择社区党组织。"},
            "signed_on": {"required": "请填签订日期。"},
            "starts_on": {"required": "请填期限起。"},
            "ends_on": {"required": "请填期限止。"},
        }

    def clean(self):
        cleaned = super().clean()
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "期限止不能早于期限起。")
        return cleaned


class TerminateForm(forms.Form):
    """终止 of `agreement`, with its reason."""

    on = forms.DateField(
        label="从哪天起终止",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请选择日期。", "invalid": "请填写日期，如 2026-12-31。"},
    )
    reason = forms.CharField(
        label="终止的原因",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="单位的联络员会看到。",
        error_messages={"required": "请写明终止的原因。", "max_length": "最多 200 个字。"},
    )

    def __init__(self, *args, agreement, user, **kwargs):
        self.agreement, self.user = agreement, user
        super().__init__(*args, initial={"on": timezone.localdate()}, **kwargs)

    def run(self):
        try:
            return terminate_agreement(self.agreement, actor=self.user, **self.cleaned_data)
        except ValidationError as error:
            self.add_error(None, error)
            return None
