"""Forms that a phone may keep for a while: each is worth one row, however late and however often it is sent."""

from datetime import timedelta
from uuid import uuid4

from django import forms
from django.utils import timezone

from patrols.services.keys import KEPT_DAYS


class KeptForm(forms.Form):
    """`client_key` names what will be one row; `age` is how many seconds ago it was written down, by the phone's own
    count, so that a clock set wrong does no harm.
    """

    client_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    age = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        self.fields["client_key"].initial = uuid4

    def written_at(self, at=None):
        """When it was written down; None for just now."""
        age = self.cleaned_data.get("age") or 0
        if age < 60:
            return None
        return (at or timezone.now()) - timedelta(seconds=min(age, (KEPT_DAYS + 1) * 86400))
