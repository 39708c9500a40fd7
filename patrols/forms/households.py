"""走访户 as staff keep the list: nothing personal stands in a form; what is typed replaces what is on file."""

from django import forms
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.forms import KeptPhoneMixin
from patrols.models import CareHousehold
from patrols.services.households import same_room

KEPT = ("room", "name", "needs_note")


class HouseholdForm(KeptPhoneMixin, forms.ModelForm):
    class Meta:
        model = CareHousehold
        fields = ["building", "room", "name", "phone", "group", "needs_note", "starts_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in KEPT:
            field = self.fields.get(name)
            if field is None:
                continue
            field.widget = UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"})
            if self.instance.pk:
                self.initial[name] = ""
                field.required = False
                field.label = f"新的{field.label}"
                field.help_text = "不改请留空。"

    def _kept(self, name):
        return self.cleaned_data[name] or getattr(self.instance, name)

    def clean_room(self):
        return self._kept("room")

    def clean_name(self):
        return self._kept("name")

    def clean_needs_note(self):
        return self._kept("needs_note")

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("building") and cleaned.get("room") and cleaned.get("name"):
            wanted = CareHousehold(
                pk=self.instance.pk, building=cleaned["building"], room=cleaned["room"], name=cleaned["name"]
            )
            if same_room(wanted) is not None:
                self.add_error("room", "这一户已经在走访名单里。")
        return cleaned


class EndForm(forms.Form):
    reason = forms.CharField(
        label="移出原因",
        max_length=100,
        help_text="如：搬走、去世、不再需要走访",
        error_messages={"required": "请写明移出原因。"},
    )
    ends_on = forms.DateField(
        label="移出日期",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="不填就是今天。",
        error_messages={"invalid": "请填日期，如 2026-12-01。"},
    )
