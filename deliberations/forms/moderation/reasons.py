"""What the forms of moderation share: the reason, chosen or in own words, and the refusal of whoever may not judge."""

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.fields import TOO_LONG, WordsField
from govern.acts import Act

OWN_WORDS = "其他（请写明）"
REASONS = (
    "含有他人的个人信息",
    "辱骂、攻击他人",
    "广告、推销",
    "与社区的事无关",
    "同一件事重复留言",
    "没有依据，可能误导别人",
    "属于信访、举报、报警的事，请走专门渠道",
)


def words_field(label, *, required=False):
    """As long as the record keeps them."""
    return WordsField(label=label, required=required, max_length=200, error_messages={"required": f"请填写{label}。"})


class MessageAct(Act):
    """`offers(message, standing)`: whether its message may take it now, whoever asks; `right`: a right besides."""

    right = ""

    @classmethod
    def offers(cls, message, standing):
        return message.status in cls.from_statuses

    def run(self):
        try:
            return super().run()
        except PermissionDenied as error:
            self.add_error(None, str(error) or "您没有这项权限。")
            return None


class ReasonAct(MessageAct):
    """With a standard reason, own words, or both: “广告、推销：贴了联系方式”. The author reads it."""

    reason_label = "原因"
    reason = forms.ChoiceField(
        choices=[("", "请选择"), *((each, each) for each in REASONS), (OWN_WORDS, OWN_WORDS)],
        error_messages={"invalid_choice": "请在列表里选一个原因。"},
    )
    words = forms.CharField(
        label="补充的话",
        max_length=100,
        required=False,
        help_text="作者会看到，请用平和的话，不写别人的个人信息。",
        error_messages={"max_length": TOO_LONG},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["reason"]
        field.label, field.error_messages["required"] = self.reason_label, f"请选择{self.reason_label}。"
        self.order_fields([name for name in self.fields if name not in ("reason", "words")] + ["reason", "words"])

    def clean(self):
        cleaned = super().clean()
        listed, words = cleaned.get("reason"), cleaned.pop("words", "")
        if listed == OWN_WORDS and not words:
            self.add_error("words", ValidationError("请用自己的话写明原因。", code="required"))
        elif listed:
            cleaned["reason"] = "：".join(filter(None, [listed if listed != OWN_WORDS else "", words]))
        return cleaned
