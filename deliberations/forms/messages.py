"""留言, 举报 and 申诉 as residents fill them in."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.fields import TOO_LONG, WordsField, show_refusal
from accounts.models import PrivacyNotice
from checklists.forms.photos import KeepingPhotosField
from deliberations.models import Flag, MessageTopic
from deliberations.services import messages
from organizations.forms.photos import PhotosInput
from organizations.parameters import parameter

NO_NOTICE = "还没有生效的隐私告知书，请联系社区。"


class MessageForm(forms.Form):
    """`kept` are photos (files) of an earlier round of this form; whose phone it is, the view has proven."""

    topic = forms.ModelChoiceField(
        MessageTopic.objects.none(),
        label="主题",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "请选一个主题。", "invalid_choice": "这个主题刚刚停用，请另选一个。"},
    )
    text = WordsField(
        label="留言",
        max_length=500,
        rows=5,
        help_text="在哪里、什么样、您希望怎么办。大家都能看到，请不要写姓名、电话和门牌。",
        error_messages={"required": "请写一写您想说的，一两句话就行。"},
    )
    photos = KeepingPhotosField(
        label="照片",
        required=False,
        widget=PhotosInput(attrs={"accept": "image/jpeg,image/png,image/webp", "data-photos": True}),
    )
    name = forms.CharField(
        label="怎么称呼您",
        max_length=40,
        help_text="公开时只显示姓，如：王**。",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "请写您的称呼，如：王阿姨。", "max_length": TOO_LONG},
    )
    consent = forms.BooleanField(
        label="我同意公开这条留言和照片，并同意社区为答复它使用我的称呼和手机号",
        error_messages={"required": "请先打勾同意，社区才能收下您的留言。"},
    )

    def __init__(self, *args, community, phone, author, kept=(), **kwargs):
        self.community, self.phone, self.author, self.kept = community, phone, author, list(kept)
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.fields["topic"].queryset = MessageTopic.objects.in_use()
        self.photo_limit = int(parameter("photo_max_count"))
        self.fields["photos"].room = max(self.photo_limit - len(self.kept), 0)
        self.fields["photos"].widget.attrs["data-max-files"] = self.fields["photos"].room

    @property
    def new_photos(self):
        return getattr(self.fields["photos"], "taken", [])

    @property
    def photo_hint(self):
        room = self.fields["photos"].widget.attrs["data-max-files"]
        return (
            f"最多{'再' if room < self.photo_limit else ''}传 {room} 张，不要拍到人脸和门牌。"
            if room
            else "已经传满了。"
        )

    def run(self):
        """The message; None when the service refuses, with its words among the form's errors."""
        typed = self.cleaned_data
        notice = PrivacyNotice.objects.in_force(timezone.localdate()).first()
        if notice is None:
            self.add_error(None, NO_NOTICE)
            return None
        try:
            return messages.write_message(
                community=self.community,
                topic=typed["topic"],
                text=typed["text"],
                name=typed["name"],
                phone=self.phone,
                notice=notice,
                photos=self.kept + self.new_photos,
                author=self.author,
            )
        except ValidationError as error:
            show_refusal(self, error)
            return None


class FlagForm(forms.Form):
    reason = forms.ChoiceField(
        label="有什么问题",
        choices=Flag.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选一个原因。"},
    )
    words = forms.CharField(
        label="补充说明",
        max_length=100,
        required=False,
        help_text="只有社区看得到。",
        error_messages={"max_length": TOO_LONG},
    )

    def __init__(self, *args, message, readers, **kwargs):
        self.message, self.readers = message, readers
        super().__init__(*args, use_required_attribute=False, **kwargs)

    def run(self):
        reader, *also = self.readers
        try:
            messages.flag_message(self.message, reader=reader, also=also, **self.cleaned_data)
        except ValidationError as error:
            show_refusal(self, error)
            return False
        return True


class AppealForm(forms.Form):
    words = WordsField(
        label="为什么应当公开",
        max_length=200,
        rows=4,
        error_messages={"required": "请写一写为什么应当公开，一两句话就行。"},
    )

    def __init__(self, *args, message, **kwargs):
        self.message = message
        super().__init__(*args, use_required_attribute=False, **kwargs)

    def run(self):
        try:
            messages.appeal_message(self.message, words=self.cleaned_data["words"])
        except ValidationError as error:
            show_refusal(self, error)
            return False
        return True
