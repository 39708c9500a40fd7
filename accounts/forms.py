from django import forms
from django.core.validators import MaxLengthValidator
from unfold.forms import UserCreationForm
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.models import PhoneValidator, User
from govern.fields import blind_index


class KeptPhoneMixin:
    """For model forms with a `phone`: the number on file never reaches the page; empty keeps it, typing replaces it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields.get("phone")
        if field is None:
            return
        field.widget = UnfoldAdminTextInputWidget(attrs={"inputmode": "numeric", "autocomplete": "off"})
        field.validators = [each for each in field.validators if not isinstance(each, MaxLengthValidator)]
        field.validators.append(PhoneValidator())
        if self.instance.phone:
            self.initial["phone"] = ""
            field.required = False
            field.label = "新手机号"
            field.help_text = "不改请留空；要改请填新的 11 位手机号。"

    def clean_phone(self):
        return self.cleaned_data["phone"] or self.instance.phone

    # The index is computed at save; what it must not repeat is asked here, while there is a field to answer beside.
    def _get_validation_exclusions(self):
        exclude = super()._get_validation_exclusions()
        return exclude - {"phone_index"} if "phone" in self.cleaned_data else exclude

    def _post_clean(self):
        if phone := self.cleaned_data.get("phone"):
            self.instance.phone_index = blind_index(phone)
        super()._post_clean()

    def _update_errors(self, errors):
        if "phone_index" in getattr(errors, "error_dict", {}):
            errors.error_dict["phone"] = errors.error_dict.pop("phone_index")
        super()._update_errors(errors)


class UserAddForm(KeptPhoneMixin, UserCreationForm):
    usable_password = None

    class Meta:
        model = User
        fields = ["username", "name", "phone"]


class UserForm(KeptPhoneMixin, forms.ModelForm):
    class Meta:
        model = User
        fields = ["username", "name", "phone", "is_active"]
