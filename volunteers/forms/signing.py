"""Signing in by phone: the phone, then the six digits that were sent to it."""

import re

from django import forms

from accounts.fields import PhoneField, plain


class PhoneForm(forms.Form):
    phone = PhoneField(
        label="手机号",
        help_text="我们会发一条 6 位数字的短信给您。",
        error_messages={"required": "请填 11 位手机号。"},
    )

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)


class DigitsField(forms.CharField):
    """Six digits, full-width or apart by spaces too."""

    def __init__(self, **kwargs):
        kwargs.setdefault(
            "widget",
            forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": 12}),
        )
        super().__init__(**kwargs)

    def to_python(self, value):
        return re.sub(r"\s", "", plain(super().to_python(value)))

    def validate(self, value):
        super().validate(value)
        if not re.fullmatch(r"[0-9]{6}", value):
            raise forms.ValidationError("验证码是 6 位数字，请照短信填写。", code="digits")


class CodeForm(forms.Form):
    code = DigitsField(label="短信验证码", error_messages={"required": "请填短信里的 6 位数字。"})

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
