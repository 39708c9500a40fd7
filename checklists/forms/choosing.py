from contextlib import suppress

from django import forms
from django.core.exceptions import ValidationError


class ChoosingForm(forms.ModelForm):
    """Some fields depend on what is `chosen` in others: {field: row or None}, known before anything is checked."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.chosen = {}

    def _chosen(self, name):
        """The row that the data, or before any the initial values, name for the field; None for none or a wrong one."""
        raw = self.data.get(self.add_prefix(name)) if self.is_bound else self.initial.get(name)
        with suppress(ValidationError):
            return self.fields[name].to_python(raw)
        return None
