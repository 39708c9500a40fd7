"""What a volunteer fills in on a session's page."""

from django import forms

from accounts.fields import show_refusal
from volunteers.services import signups

REASONS = ["临时有事", "身体不适", "工作走不开", "时间冲突", "其他"]


class SignUpForm(forms.Form):
    """One button; `accept_overlap` comes with the second tap, after the warning was read."""

    accept_overlap = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, session, volunteer, user, **kwargs):
        self.session, self.volunteer, self.user = session, volunteer, user
        super().__init__(*args, **kwargs)

    @property
    def is_near(self):
        """Refused for the gap alone: said again, it is accepted."""
        return self.has_error("__all__", "near")

    def submit(self):
        try:
            return signups.sign_up(self.session, self.volunteer, actor=self.user, **self.cleaned_data)
        except forms.ValidationError as error:
            self.add_error(None, error)
            return None


class CancelForm(forms.Form):
    reason = forms.ChoiceField(
        label="为什么来不了",
        choices=[(each, each) for each in REASONS],
        widget=forms.RadioSelect,
        error_messages={"required": "请选一个原因。", "invalid_choice": "请从下面选一个原因。"},
    )
    words = forms.CharField(
        label="补充说明",
        max_length=60,
        required=False,
        error_messages={"max_length": "最多写 60 个字。"},
    )

    def __init__(self, *args, signup, user, **kwargs):
        self.signup, self.user = signup, user
        super().__init__(*args, use_required_attribute=False, **kwargs)

    def submit(self):
        reason = "：".join(filter(None, [self.cleaned_data["reason"], self.cleaned_data["words"]]))
        try:
            return signups.cancel_signup(self.signup, reason=reason, actor=self.user)
        except forms.ValidationError as error:
            show_refusal(self, error)
            return None
