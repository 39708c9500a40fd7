"""签到 and 签退: the tap after the scan, the number typed at the tablet, and the leader's list."""

from django import forms
from django.db import transaction

from accounts.fields import plain, show_refusal
from volunteers.cards import read_card_token
from volunteers.forms.fields import CodeField
from volunteers.models import Signup, Volunteer
from volunteers.services import attendance, signups

Way = Signup.Way
VERBS = {"arrive": attendance.arrive, "depart": attendance.depart}
LEAST_DIGITS = 6
UNKNOWN = "这场活动的报名里没有这个编号。请核对卡片上的志愿者编号；没有报名的请找领队。"


class VerbForm(forms.Form):
    act = forms.ChoiceField(
        choices=[("arrive", "签到"), ("depart", "签退")],
        error_messages={"required": "请点签到或签退。", "invalid_choice": "请点签到或签退。"},
    )

    def run(self, signup, **how):
        """The sign-up as it is now; None when it is refused, with the words among the form's errors."""
        try:
            return VERBS[self.cleaned_data["act"]](signup, **how)
        except forms.ValidationError as error:
            self.add_error(None, error)
            return None


class CheckForm(VerbForm):
    """On the own phone; the browser adds where it is, if it is let."""

    longitude = forms.FloatField(required=False, widget=forms.HiddenInput, min_value=-180, max_value=180)
    latitude = forms.FloatField(required=False, widget=forms.HiddenInput, min_value=-90, max_value=90)

    def submit(self, signup, user):
        place = self.cleaned_data["longitude"], self.cleaned_data["latitude"]
        how = {"position": None if None in place else place} if self.cleaned_data["act"] == "arrive" else {}
        return self.run(signup, way=Way.QR, actor=user, **how)


class TabletForm(VerbForm):
    """The whole number of the card, or enough of its end to be nobody else's in this session."""

    code = forms.CharField(
        label="志愿者编号",
        max_length=120,
        help_text=f"卡片上的 14 位编号，或最后 {LEAST_DIGITS} 位。",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "autofocus": True}),
        error_messages={"required": "请输入编号。", "max_length": "编号太长了，请核对。"},
    )

    def __init__(self, *args, session, user, **kwargs):
        self.session, self.user = session, user
        super().__init__(*args, use_required_attribute=False, **kwargs)

    def clean_code(self):
        typed = self.cleaned_data["code"]
        card = read_card_token(typed)  # a scanner at the tablet types what the card shows
        digits = card.code if card else plain(typed).replace(" ", "")
        if not digits.isdigit() or not LEAST_DIGITS <= len(digits) <= 14:
            raise forms.ValidationError(f"请输入 14 位编号，或最后 {LEAST_DIGITS} 位数字。", code="digits")
        found = list(self.session.signups.open().filter(volunteer__code__endswith=digits)[:2])
        if len(found) == 2:
            raise forms.ValidationError("有两个人的编号都这样结尾，请输入完整的 14 位。", code="twice")
        if not found:
            raise forms.ValidationError(UNKNOWN, code="unknown")
        self.signup = found[0]
        return digits

    def submit(self):
        return self.run(self.signup, way=Way.TABLET, actor=self.user)


class WalkInForm(forms.Form):
    """现场加人: somebody stands there without having signed up; a seat if one is free, and checked in with it."""

    code = CodeField()

    def __init__(self, *args, session, user, **kwargs):
        self.session, self.user = session, user
        super().__init__(*args, use_required_attribute=False, **kwargs)

    def clean_code(self):
        self.volunteer = Volunteer.objects.here().filter(code=self.cleaned_data["code"]).first()
        if self.volunteer is None:
            raise forms.ValidationError("没有这个编号的志愿者，请核对卡片。", code="unknown")
        return self.cleaned_data["code"]

    def submit(self):
        try:
            with transaction.atomic():
                signup = signups.sign_up(self.session, self.volunteer, accept_overlap=True, actor=self.user)
                return attendance.arrive(signup, way=Way.LEADER, actor=self.user)
        except forms.ValidationError as error:
            show_refusal(self, error)
            return None


class RollForm(VerbForm):
    """One button of one line of the leader's list."""

    act = forms.ChoiceField(choices=[("arrive", "签到"), ("depart", "签退"), ("absent", "未到")])
    signup = forms.ModelChoiceField(Signup.objects.none())

    def __init__(self, *args, session, user, **kwargs):
        self.session, self.user = session, user
        super().__init__(*args, **kwargs)
        self.fields["signup"].queryset = session.signups.open()

    def submit(self):
        signup = self.cleaned_data["signup"]
        if self.cleaned_data["act"] != "absent":
            return self.run(signup, way=Way.LEADER, actor=self.user)
        try:
            return attendance.mark_absent(signup, actor=self.user)
        except forms.ValidationError as error:
            self.add_error(None, error)
            return None
