"""Kinds of input that several forms share, forgiving what a phone's keyboard leaves behind."""

import re
import unicodedata

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import PhoneValidator

TOO_LONG = "最多写 %(limit_value)d 个字，您写了 %(show_value)d 个字。"


def plain(value):
    """Full-width letters and digits, as a phone's keyboard leaves them, made plain."""
    return unicodedata.normalize("NFKC", value or "").strip()


class PhoneField(forms.CharField):
    """Eleven digits, however they were spaced; +86 in front is forgiven."""

    def __init__(self, **kwargs):
        kwargs.setdefault(
            "widget",
            forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel", "maxlength": 20}),
        )
        super().__init__(validators=[PhoneValidator()], **kwargs)

    def to_python(self, value):
        digits = re.sub(r"[\s\-()]", "", plain(super().to_python(value)))
        return re.sub(r"^\+?86(?=1\d{10}$)", "", digits)


class WordsField(forms.CharField):
    """Several lines. A line break is one letter here, as it was for the browser's counter."""

    def __init__(self, *, max_length=500, rows=3, **kwargs):
        super().__init__(max_length=max_length, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)
        self.error_messages["max_length"] = TOO_LONG

    def to_python(self, value):
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)


class NamedChoiceField(forms.ModelChoiceField):
    """A place by its own name, not by that of all above it."""

    def label_from_instance(self, row):
        return row.name


def show_refusal(form, error):
    """A service's error beside the field it names, or above the form."""
    named = hasattr(error, "error_dict") and set(error.error_dict) <= set(form.fields)
    form.add_error(None, error if named else ValidationError(error.messages))
