"""What the person does with a report afterwards: finds it, reports anew, goes over to another community."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.crypto import constant_time_compare

from accounts.fields import plain
from volunteers.forms.report_people import CommunityField, by_street
from volunteers.models import Report
from volunteers.services import reports


class TrackForm(forms.Form):
    """A report's code and the last four digits of the phone that was left with it."""

    code = forms.CharField(
        label="报到编号",
        max_length=40,
        help_text="8 位字母和数字，报到后的页面上有。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": "请填报到编号。", "max_length": "报到编号只有 8 位，请核对。"},
    )
    digits = forms.CharField(
        label="手机号最后四位",
        max_length=20,
        help_text="报到时留的那个手机号。",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": "请填手机号的最后四位数字。", "max_length": "只填手机号的最后四位数字。"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)

    def clean_code(self):
        code = re.sub(r"[\W_]", "", plain(self.cleaned_data["code"])).upper()
        if len(code) != 8:
            raise ValidationError(f"报到编号是 8 位，您填了 {len(code)} 位。", code="length")
        return code

    def clean_digits(self):
        digits = re.sub(r"[\s-]", "", plain(self.cleaned_data["digits"]))
        if not (digits.isascii() and digits.isdigit() and len(digits) in (4, 11)):
            raise ValidationError("只填手机号的最后四位数字。", code="digits")
        return digits[-4:]

    def find(self):
        """The report whose code and phone fit, or None; which of the two was wrong is not told."""
        report = Report.objects.select_related("volunteer").filter(code=self.cleaned_data["code"]).first()
        ending = report.volunteer.phone[-4:] if report else "----"
        return report if constant_time_compare(ending, self.cleaned_data["digits"]) else None


class OwnForm(forms.Form):
    """To which community; `report` is the open one, None for none."""

    community = CommunityField(label="社区")
    done = button = ""

    def __init__(self, *args, volunteer, report, **kwargs):
        self.volunteer, self.report = volunteer, report
        super().__init__(*args, use_required_attribute=False, **kwargs)
        field = self.fields["community"]
        if report:
            field.queryset = field.queryset.exclude(pk=report.community_id)
        else:
            field.initial = volunteer.community_id
        field.choices = by_street(field.queryset)


class SubmitForm(OwnForm):
    button, done = "报到", "已收到您的报到，社区看过以后接收，再与您联系。"

    def run(self, actor):
        source = Report.Source.SELF
        return reports.submit_report(
            self.volunteer, community=self.cleaned_data["community"], source=source, actor=actor
        )


class MoveForm(OwnForm):
    button, done = "转到这个社区", "已转到新的社区，等那里接收。"
    reason = forms.CharField(
        label="为什么转", max_length=100, required=False, widget=forms.TextInput(attrs={"placeholder": "如：搬家了"})
    )

    def run(self, actor):
        to = self.cleaned_data["community"]
        return reports.move_report(self.report, to=to, reason=self.cleaned_data["reason"], actor=actor)
