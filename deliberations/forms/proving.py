"""A form of somebody without an account that counts once for a phone, which is proven by a code on the same page."""

from django import forms
from django.core.exceptions import ValidationError

from accounts import phone_codes
from accounts.fields import PhoneField, show_refusal
from accounts.models import PhoneCode
from govern.fields import mask_phone
from organizations.parameters import parameter, parameters
from volunteers.forms.signing import DigitsField

PURPOSE = PhoneCode.Purpose.HEARING


class ProvingForm(forms.Form):
    """`proven`: the phone that this session has proven already; `asks_code`: whether codes can be sent at all."""

    purpose = PURPOSE
    after_code = ("consent",)
    name = forms.CharField(
        label="姓名",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "请写您的姓名。", "max_length": "最多写 40 个字。"},
    )
    phone = PhoneField(label="手机号", error_messages={"required": "请填 11 位手机号。"})
    consent = forms.BooleanField(
        label="我同意社区为议事使用以上信息", error_messages={"required": "请先打勾同意，社区才能收下您的信息。"}
    )
    proven = ""  # the phone, masked, once it is
    sent_to = ""  # the last digits of the phone that a code was just sent to

    def __init__(self, *args, proven="", asks_code=False, **kwargs):
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        if proven:
            self.take_as_proven(proven)
        elif asks_code:
            required = {"required": "请先获取验证码，再填短信里的 6 位数字。"}
            self.fields["code"] = DigitsField(label="短信验证码", error_messages=required)
            self.order_fields([name for name in self.fields if name not in self.after_code])

    def take_as_proven(self, phone):
        """The phone has been proven: it is asked for no more."""
        self.fields.pop("code", None)
        self.proven = mask_phone(phone)
        self.fields["phone"].disabled = True
        self.initial["phone"] = phone

    def send_code(self):
        """To the phone that was typed; what is wrong stands beside it."""
        limits = parameters("phone_code_minutes", "phone_codes_per_hour")
        phone = self.cleaned_data["phone"]
        try:
            phone_codes.send_code(
                phone,
                purpose=self.purpose,
                minutes=int(limits["phone_code_minutes"]),
                most_per_hour=int(limits["phone_codes_per_hour"]),
            )
        except ValidationError as error:
            show_refusal(self, error)
        else:
            self.sent_to = phone[-4:]

    def prove(self):
        """Whether the code is the one that was sent; else the error stands beside it."""
        tries = int(parameter("phone_code_tries"))
        try:
            phone_codes.prove_phone(
                self.cleaned_data["phone"], self.cleaned_data["code"], purpose=self.purpose, most_tries=tries
            )
        except ValidationError as error:
            show_refusal(self, error)
            return False
        return True
