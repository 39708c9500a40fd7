"""“我也需要”, and the answer to what the community asks back: what residents type without a receipt."""

from django import forms
from django.core.exceptions import ValidationError

from checklists.forms.fields import TOO_LONG, PhoneField, WordsField, show_refusal
from checklists.forms.photos import KeepingPhotosField
from checklists.services import needs
from organizations.forms.photos import PhotosInput
from organizations.parameters import parameter


class SupportForm(forms.Form):
    name = forms.CharField(
        label="怎么称呼您",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "请写您的称呼，如：张阿姨。", "max_length": TOO_LONG},
    )
    phone = PhoneField(
        label="手机号",
        help_text="办事的人需要时好联系您，每个号码只记一次。",
        error_messages={"required": "请填 11 位手机号，社区好联系您。"},
    )
    note = WordsField(label="要补充的", max_length=200, rows=2, required=False, help_text="比如：我们单元的也坏了。")
    consent = forms.BooleanField(
        label="我同意社区为办这件事使用以上信息",
        error_messages={"required": "请先打勾同意，社区才能收下您的信息。"},
    )

    def __init__(self, *args, need, building, **kwargs):
        self.need, self.building = need, building
        super().__init__(*args, use_required_attribute=False, **kwargs)

    def run(self):
        """False when the service refuses, with its words among the form's errors."""
        row = self.cleaned_data
        try:
            needs.support(self.need, name=row["name"], phone=row["phone"], note=row["note"], building=self.building)
        except ValidationError as error:
            show_refusal(self, error)
            return False
        return True


class InquiryForm(forms.Form):
    answer = WordsField(
        label="您的答复", max_length=1000, rows=4, error_messages={"required": "请写一写您的答复，一两句话就行。"}
    )
    photos = KeepingPhotosField(
        label="照片",
        required=False,
        widget=PhotosInput(attrs={"accept": "image/jpeg,image/png,image/webp", "data-photos": True}),
    )

    def __init__(self, *args, inquiry, kept=(), **kwargs):
        self.inquiry, self.kept = inquiry, list(kept)
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.photo_limit = int(parameter("photo_max_count"))
        self.fields["photos"].room = max(self.photo_limit - len(self.kept), 0)
        self.fields["photos"].widget.attrs["data-max-files"] = self.fields["photos"].room

    @property
    def new_photos(self):
        return getattr(self.fields["photos"], "taken", [])

    @property
    def photo_hint(self):
        room = self.fields["photos"].widget.attrs["data-max-files"]
        return f"最多{'再' if room < self.photo_limit else ''}传 {room} 张。" if room else "已经传满了。"

    def run(self):
        row = self.cleaned_data
        try:
            return needs.answer_inquiry(self.inquiry, answer=row["answer"], photos=self.kept + row["photos"])
        except ValidationError as error:
            show_refusal(self, error)
            return None
