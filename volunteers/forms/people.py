"""What a volunteer says about the own person; staff's forms are in volunteers/forms/people_staff.py."""

from django import forms
from django.core.exceptions import ValidationError

from accounts.fields import PhoneField, WordsField, show_refusal
from volunteers.models import PositionClass, Skill, Volunteer
from volunteers.services.corrections import ask_correction
from volunteers.services.facts import correct_own_facts


class OwnFactsForm(forms.ModelForm):
    """服务技能、服务时间、感兴趣的岗位 and consent to the honour list. The instance is saved by the service alone."""

    class Meta:
        model = Volunteer
        fields = ["skills", "interests", "times", "employer", "guardian_name", "guardian_phone", "is_honoured"]
        widgets = {"skills": forms.CheckboxSelectMultiple, "interests": forms.CheckboxSelectMultiple}
        labels = {"is_honoured": "我同意在光荣榜上显示我的姓名"}
        field_classes = {"guardian_phone": PhoneField}

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        held = self.instance.skills.all() | Skill.objects.in_use()
        wished = self.instance.interests.all() | PositionClass.objects.in_use()
        self.fields["skills"].queryset = held.distinct()
        self.fields["interests"].queryset = wished.distinct()
        if not self.instance.guardian_name:
            del self.fields["guardian_name"], self.fields["guardian_phone"]

    def _post_clean(self):
        """The row is the service's: a form that is refused leaves it as it was."""

    def run(self, *, actor):
        try:
            return correct_own_facts(self.instance, actor=actor, **self.cleaned_data)
        except ValidationError as error:
            show_refusal(self, error)
            return None


class CorrectionForm(forms.Form):
    """更正申请; `signup` is one of the person's own services, or nothing."""

    signup = forms.ModelChoiceField(
        label="哪次服务", queryset=None, required=False, empty_label="不是某一次服务，是我的个人信息"
    )
    text = WordsField(
        label="哪里不对，应该是什么",
        max_length=300,
        error_messages={"required": "请写一写哪里不对、应该是什么。"},
    )

    def __init__(self, *args, volunteer, **kwargs):
        self.volunteer = volunteer
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        served = volunteer.signups.filter(status__in=["attended", "absent"]).select_related("session")
        self.fields["signup"].queryset = served.order_by("-session__starts_at")
        self.fields["signup"].label_from_instance = lambda signup: str(signup.session)

    def run(self, *, actor):
        try:
            return ask_correction(self.volunteer, actor=actor, **self.cleaned_data)
        except ValidationError as error:
            show_refusal(self, error)
            return None


class LeaveForm(forms.Form):
    """注销并删除: said once more, in words, before it is done."""

    is_sure = forms.BooleanField(
        label="我知道删除以后不能恢复", error_messages={"required": "请先打勾，确认您知道删除以后不能恢复。"}
    )

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
