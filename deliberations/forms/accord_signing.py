"""What a party or a mediator sends from the own phone: the code that came there, and the drawn signature."""

from django import forms
from django.core.exceptions import ValidationError

from accounts.fields import show_refusal
from deliberations.services.cases import sign_links, signatures
from volunteers.forms.signing import DigitsField


class ProofForm(forms.Form):
    code = DigitsField(label="短信验证码", error_messages={"required": "请填短信里的 6 位数字。"})

    def __init__(self, *args, signer=None, **kwargs):
        self.signer = signer
        super().__init__(*args, use_required_attribute=False, **kwargs)

    def clean(self):
        if code := self.cleaned_data.get("code"):
            sign_links.prove(self.signer, code)
        return self.cleaned_data


class SignatureForm(forms.Form):
    """`digest` is of the text that was on the page: the page writes it anew, for it shows the text anew."""

    digest = forms.CharField(widget=forms.HiddenInput, required=False)
    image = forms.CharField(widget=forms.HiddenInput, required=False, strip=True)
    has_read = forms.BooleanField(
        label="我已看完协议，愿意照此履行",
        error_messages={"required": "请看完协议，同意的请打勾。"},
    )

    def __init__(self, *args, signer, **kwargs):
        self.signer = signer
        super().__init__(*args, use_required_attribute=False, **kwargs)

    def clean_image(self):
        try:
            return signatures.drawn(self.cleaned_data["image"])
        except ValidationError as error:
            raise ValidationError(error.messages, code="image") from error

    def submit(self, actor=None):
        """The Signature; None where it was refused, with the reason on the form."""
        try:
            return signatures.sign(
                self.signer.accord,
                image=self.cleaned_data["image"],
                digest=self.cleaned_data["digest"],
                actor=actor,
                **self.signer.who,
            )
        except ValidationError as error:
            show_refusal(self, error)
            return None
