"""What a unit fills in: why it cannot, what it did, and what its resources have to give."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from checklists.forms.fields import WordsField
from checklists.models import Dispatch, Resource
from checklists.services import dispatches
from checklists.services.resources import change_resource
from govern.scoping import ScopedFormMixin
from organizations.forms.photos import PhotosField


class DeclineForm(forms.Form):
    reason = forms.ChoiceField(
        label="为什么不能接",
        choices=Dispatch.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择不能接单的原因。", "invalid_choice": "请选择不能接单的原因。"},
    )
    note = WordsField(
        label="补充说明", required=False, max_length=200, help_text="选“其他原因”时请写明。社区会看到，居民看不到。"
    )

    def __init__(self, *args, row, **kwargs):
        super().__init__(*args, **kwargs)
        if row.status == Dispatch.Status.OFFERED:  # no time has been agreed on that somebody could have missed
            reasons = self.fields["reason"].choices
            self.fields["reason"].choices = [each for each in reasons if each[0] != Dispatch.Reason.NO_SHOW]

    def run(self, row, actor):
        return dispatches.decline(row, actor=actor, **self.cleaned_data)


class FinishForm(forms.Form):
    note = WordsField(
        label="办理结果",
        help_text="一两句话：谁去的、做了什么、结果怎样。居民会看到。",
        error_messages={"required": "请写一句办理结果，居民会看到。"},
    )
    photos = PhotosField(label="办好后的照片", required=False, help_text="请不要拍到居民的脸和门牌。")

    def run(self, row, actor):
        return dispatches.finish_dispatch(row, actor=actor, **self.cleaned_data)


class ResourceForm(ScopedFormMixin, forms.ModelForm):
    class Meta:
        model = Resource
        fields = ["capacity", "availability", "valid_until"]
        widgets = {
            "capacity": forms.NumberInput(attrs={"inputmode": "numeric"}),
            "valid_until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        error_messages = {
            "capacity": {
                "required": "请填写名额。",
                "invalid": "名额请填整数，例如 10。",
                "min_value": "名额至少为 1。",
            },
            "valid_until": {"invalid": "请填写日期，如 2026-12-31。"},
        }
        help_texts = {"valid_until": "过了这一天不再派单。不填表示一直有效。"}

    def clean_valid_until(self):
        day = self.cleaned_data["valid_until"]
        if day and day < timezone.localdate() and "valid_until" in self.changed_data:
            raise ValidationError("有效期不能早于今天。要马上停止接单，请用“暂停接单”。")
        return day

    def run(self):
        """Write what was changed under the lock that dispatches take; False when the row refuses it."""
        try:
            change_resource(self.instance, actor=self.user, **{name: self.cleaned_data[name] for name in self.fields})
        except ValidationError as error:
            # The one rule of the row that these fields can break: fewer places than are taken.
            self.add_error("capacity", error.messages)
            return False
        return True
