"""The acts of staff on one wish: see govern.acts."""

from django import forms
from django.core.exceptions import ValidationError

from accounts.fields import WordsField
from deliberations import wall_states
from deliberations.forms.wishes import consent_field, words_field
from deliberations.services import wishes
from govern.acts import Act
from organizations.photos import clean_photo


class WishAct(Act):
    is_multipart = False


class VerifyWish(WishAct):
    verb, label, done, is_quiet = "verify", "核实", "已核实，可以上墙了。", False
    words = words_field()
    is_true = forms.BooleanField(
        label="姓名、联系方式、内容和合理性都核对过",
        error_messages={"required": "请先核对，再勾选。"},
    )

    def __init__(self, *args, subject, user, **kwargs):
        super().__init__(*args, subject=subject, user=user, initial={"words": subject.words}, **kwargs)
        if subject.verified_at:  # what comes next is to put it up
            self.label, self.is_quiet = "重新核实", True

    @classmethod
    def is_offered(cls, wish):
        return is_standing(wish) and wish.published_at is None

    def act(self, words, is_true):
        return wishes.verify_wish(self.subject, words=words, actor=self.user)


class PublishWish(WishAct):
    verb, label, done, is_quiet = "publish", "上墙", "已上墙，志愿者和服务队可以认领了。", False
    to_units = forms.BooleanField(
        label="也让共建单位抢单", required=False, initial=True, help_text="能办的单位会收到消息，先认领的先得。"
    )

    @classmethod
    def is_offered(cls, wish):
        return is_standing(wish) and wish.verified_at is not None and wish.published_at is None

    def act(self, to_units):
        return wishes.publish_wish(self.subject, to_units=to_units, actor=self.user)


class ThankWish(WishAct):
    verb, label, done, is_multipart = "thank", "登记感谢", "已登记，墙上看得到。", True
    thanks = WordsField(
        label="居民的话", max_length=200, rows=2, required=False, help_text="居民同意公开的话。不写姓名、电话和门牌。"
    )
    photo = forms.FileField(
        label="照片", required=False, widget=forms.FileInput(attrs={"accept": "image/*", "data-photos": True})
    )
    has_photo_consent = forms.BooleanField(label="照片里的人都同意公开", required=False)
    agrees = forms.BooleanField(label="居民同意公开这句话", required=False, help_text="只放照片的不用勾选。")

    def __init__(self, *args, subject, user, **kwargs):
        super().__init__(*args, subject=subject, user=user, initial={"thanks": subject.thanks}, **kwargs)

    @classmethod
    def is_offered(cls, wish):
        return wish.is_published and wall_states.state_of(wish.need) == "fulfilled"

    def clean_photo(self):
        upload = self.cleaned_data["photo"]
        return clean_photo(upload) if upload else None

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("thanks") and not cleaned.get("agrees"):
            self.add_error("agrees", ValidationError("居民同意公开，才能写上墙。", code="consent"))
        return cleaned

    def act(self, agrees, **told):
        return wishes.thank_wish(self.subject, actor=self.user, **told)


class ReasonAct(WishAct):
    reason = forms.CharField(
        label="原因",
        max_length=100,
        error_messages={"required": "请写明原因。"},
        help_text="只有工作人员和居民本人看得到。",
    )

    def act(self, reason):
        return wishes.take_down_wish(self.subject, reason=reason, actor=self.user)


class DeclineWish(ReasonAct):
    verb, label, done = "decline", "不上墙", "已登记，这个心愿不上墙。"

    @classmethod
    def is_offered(cls, wish):
        return is_standing(wish) and wish.published_at is None


class TakeDownWish(ReasonAct):
    verb, label, done = "take-down", "撤下", "已撤下，墙上看不到了，也不再让人认领。"

    @classmethod
    def is_offered(cls, wish):
        return wish.is_published


class WithdrawConsent(WishAct):
    verb, label, done = "withdraw", "居民撤回同意", "已撤下，公开过的话和照片也已删除。"

    @classmethod
    def is_offered(cls, wish):
        return wish.withdrawn_at is None

    def act(self):
        return wishes.withdraw_consent(self.subject, actor=self.user)


class OfferAgain(WishAct):
    """What was taken down, with a new consent."""

    verb, label, done = "offer", "重新征集", "已登记，请核实。"
    consent = consent_field("请选择居民怎么同意的。")

    @classmethod
    def is_offered(cls, wish):
        return wish.taken_down_at is not None and wish.need.is_open

    def act(self, consent):
        return wishes.offer_wish(self.subject.need, words=self.subject.words, consent=consent, actor=self.user)


def is_standing(wish):
    return wish.taken_down_at is None and wall_states.state_of(wish.need) != ""


WISH_ACTS = (PublishWish, VerifyWish, ThankWish, DeclineWish, TakeDownWish, WithdrawConsent, OfferAgain)
