"""Kinds of input of the volunteers' forms."""

from django import forms

from accounts.fields import plain


class CodeField(forms.CharField):
    """志愿者编号: 14 digits, however they were spaced."""

    def __init__(self, *, label="志愿者编号", widget=forms.TextInput, **kwargs):
        kwargs.setdefault("help_text", "14 位数字，在对方的“我的名片”上。")
        widget = widget(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 20})
        words = {"required": "请填 14 位志愿者编号。"}
        super().__init__(label=label, widget=widget, error_messages=words, **kwargs)

    def to_python(self, value):
        return plain(super().to_python(value)).replace(" ", "").replace("-", "")

    def validate(self, value):
        super().validate(value)
        if value and not (len(value) == 14 and value.isascii() and value.isdigit()):
            raise forms.ValidationError(f"志愿者编号是 14 位数字，您填了 {len(value)} 位。", code="code")
