"""The need as it is filled in, by a resident or by staff on behalf of one."""

from django import forms
from django.core.exceptions import ValidationError

from checklists.forms.fields import TOO_LONG, PhoneField, WordsField, show_refusal
from checklists.forms.kinds import KindForm
from checklists.forms.photos import KeepingPhotosField
from checklists.forms.places import PlaceForm
from checklists.models import QUICK_WINDOWS, Need, TargetGroup, Urgency
from checklists.services.needs import submit_need
from govern.fields import FlagsFormField
from organizations.forms.photos import PhotosInput
from organizations.parameters import parameter


class NeedForm(PlaceForm, KindForm):
    """One page: where, what kind, what happened, its extra questions, photos, when, for whom, who.

    `kept` are photos (files) of an earlier round of this form. A subclass for staff takes ScopedFormMixin before this
    class, adds what staff know (channel) and drops the consent (`consent = None`).
    """

    text = WordsField(
        label="发生了什么事",
        max_length=1000,
        rows=4,
        error_messages={"required": "请写一写发生了什么事，一两句话就行。"},
    )
    photos = KeepingPhotosField(
        label="照片",
        required=False,
        widget=PhotosInput(attrs={"accept": "image/jpeg,image/png,image/webp", "data-photos": True}),
    )
    urgency = forms.TypedChoiceField(
        label="有多急", choices=Urgency.choices, coerce=int, widget=forms.RadioSelect, initial=Urgency.NORMAL
    )
    window = FlagsFormField(
        label="什么时候方便", choices=QUICK_WINDOWS, required=False, help_text="可以多选。不选就是什么时候都行。"
    )
    target_group = forms.TypedChoiceField(
        label="这件事为谁办",
        choices=TargetGroup.choices,
        coerce=int,
        widget=forms.RadioSelect,
        initial=TargetGroup.RESIDENT,
    )
    people_count = forms.IntegerField(
        label="有几个人需要",
        min_value=1,
        max_value=500,
        initial=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": "请填人数，一个人就填 1。",
            "invalid": "人数请填数字，一个人就填 1。",
            "min_value": "人数至少填 1。",
            "max_value": "人数最多填 500。",
        },
    )
    contact_name = forms.CharField(
        label="怎么称呼您",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "请写您的称呼，如：张阿姨。", "max_length": TOO_LONG},
    )
    contact_phone = PhoneField(
        label="手机号",
        help_text="只用来联系您。以后查进度要用它的最后四位。",
        error_messages={"required": "请填 11 位手机号，社区好联系您。"},
    )
    on_behalf_of = forms.CharField(
        label="替谁反映",
        max_length=40,
        required=False,
        error_messages={"max_length": TOO_LONG},
        help_text="帮父母、邻居填写时，写他们的称呼。",
    )
    consent = forms.BooleanField(
        label="我同意社区为办这件事使用以上信息",
        error_messages={"required": "请先打勾同意，社区才能收下您的信息。"},
    )

    class Meta:
        model = Need
        fields = [
            "community",
            "building",
            "address_detail",
            "category",
            "text",
            "urgency",
            "window",
            "target_group",
            "people_count",
            "contact_name",
            "contact_phone",
            "on_behalf_of",
        ]

    def __init__(self, *args, kept=(), **kwargs):
        self.kept = list(kept)
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        self.photo_limit = int(parameter("photo_max_count"))
        self.fields["photos"].room = max(self.photo_limit - len(self.kept), 0)
        self.fields["photos"].widget.attrs["data-max-files"] = self.fields["photos"].room

    @property
    def all_photos(self):
        """All that were good, of this round and those before."""
        return self.kept + self.new_photos

    @property
    def new_photos(self):
        return getattr(self.fields["photos"], "taken", [])

    def submit(self, *, actor, **columns):
        """The need, submitted by `actor`; None when the service refuses, with its words among the form's errors."""
        for name, value in columns.items():
            setattr(self.instance, name, value)
        try:
            return submit_need(self.instance, actor=actor, photos=self.all_photos)
        except ValidationError as error:
            show_refusal(self, error)
            return None

    @property
    def photo_hint(self):
        room = self.fields["photos"].widget.attrs["data-max-files"]
        return f"最多{'再' if room < self.photo_limit else ''}传 {room} 张，拍清楚位置。" if room else "已经传满了。"
