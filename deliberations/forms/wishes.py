"""征集: the consent to the wall, by the resident on a page or written down by staff."""

from django import forms
from django.core.exceptions import ValidationError

from accounts.fields import WordsField
from checklists.forms.following import plain_code
from checklists.models import Need, NeedEvent
from deliberations.models import Wish
from deliberations.services import wishes

WORDS_HELP = "一句话说清想要什么。不写姓名、电话和门牌，可以写“一位老人”“一个孩子”。"


def words_field(**kwargs):
    errors = {"required": "请写墙上的话。"}
    return WordsField(label="墙上的话", max_length=120, rows=2, help_text=WORDS_HELP, error_messages=errors, **kwargs)


def consent_field(message):
    """How staff heard it: what the resident ticks needs nobody to write it down."""
    choices = [each for each in Wish.Consent.choices if each[0] != Wish.Consent.ONLINE]
    errors = {"required": message}
    return forms.ChoiceField(
        label="居民怎么同意公开的", choices=choices, widget=forms.RadioSelect, error_messages=errors
    )


class OwnWishForm(forms.Form):
    words = words_field()
    agrees = forms.BooleanField(
        label="我同意把这句话公开在心愿墙上（网页和社区大屏），谁都看得到",
        error_messages={"required": "您同意，才能上墙。不同意也不影响社区办您的这件事。"},
    )

    def __init__(self, *args, need, **kwargs):
        self.need = need
        super().__init__(*args, **kwargs)

    def run(self):
        return wishes.offer_wish(self.need, words=self.cleaned_data["words"], actor=NeedEvent.Party.RESIDENT)


class OfferForm(forms.Form):
    """征集 by staff, who heard the resident agree."""

    code = forms.CharField(
        label="受理编号",
        max_length=12,
        error_messages={"required": "请填需求的受理编号。"},
        help_text="8 位，在需求清单里。",
    )
    words = words_field(required=False)
    consent = consent_field("请选择居民怎么同意的。没有同意的不能上墙。")

    def __init__(self, *args, user, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_code(self):
        need = Need.objects.editable_by(self.user).filter(code=plain_code(self.cleaned_data["code"])).first()
        if need is None:
            raise ValidationError("您的辖区里没有这个编号的需求，请核对。", code="code")
        return need

    def run(self):
        told = self.cleaned_data
        return wishes.offer_wish(told["code"], words=told["words"], consent=told["consent"], actor=self.user)
