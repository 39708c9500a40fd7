"""更正 of a volunteer by staff, and what staff do with one: 注销, 删除个人信息, 答复更正申请."""

from django import forms
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextInputWidget

from govern.acts import Act, note_field
from organizations.forms.members import KeptNumbersMixin
from organizations.forms.organizations import ServiceFormMixin
from volunteers.models import Correction, Volunteer
from volunteers.services.corrections import answer_correction
from volunteers.services.facts import correct_facts
from volunteers.services.leaving import GONE, erase, leave

Status = Correction.Status
KEPT = ("name", "guardian_name", "guardian_phone")


class VolunteerForm(ServiceFormMixin, KeptNumbersMixin, forms.ModelForm):
    """Name, phone and numbers on file never reach the page: empty keeps them, typing replaces them."""

    class Meta:
        model = Volunteer
        fields = [
            "kind",
            "name",
            "phone",
            "identity_number",
            "born_on",
            "building",
            "unit",
            "employer",
            "is_from_office",
            "insured_until",
            "skills",
            "guardian_name",
            "guardian_phone",
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["skills"].widget = UnfoldAdminCheckboxSelectMultipleWidget(choices=self.fields["skills"].choices)
        self.fields["skills"].help_text = ""
        for name in KEPT:
            self.fields[name].widget = UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"})
            if getattr(self.instance, name):
                self.initial[name] = ""
                self.fields[name].required = False
                self.fields[name].help_text = "不改请留空。"

    def clean(self):
        cleaned = super().clean()
        for name in KEPT:
            cleaned[name] = cleaned.get(name) or getattr(self.instance, name)
        return cleaned

    def write(self, cleaned):
        return correct_facts(self.instance, actor=self.actor, **cleaned)


# --- 办理 -------------------------------------------------------------------------------------------------------------
class Leave(Act):
    verb, label, icon, done = "leave", "注销", "logout", "已注销，服务记录保留。"
    reason = note_field("注销的原因", required=True)

    @classmethod
    def is_offered(cls, volunteer):
        return volunteer.is_here

    def act(self, reason):
        return leave(self.subject, reason=reason, actor=self.user)


class Erase(Act):
    verb, label, icon, done = "erase", "删除个人信息", "trash", "已删除个人信息，只留下编号和服务记录。"
    is_sure = forms.BooleanField(
        label="知道删除以后不能恢复",
        help_text="本人要求删除，或保存期限已到。姓名、手机号、身份证号等会清空。",
        error_messages={"required": "请先打勾确认。"},
    )

    @classmethod
    def is_offered(cls, volunteer):
        return not volunteer.is_here and volunteer.name != GONE

    def act(self, is_sure):
        return erase(self.subject, actor=self.user)


class Answer(Act):
    verb, label, icon, done = "answer", "答复", "message", "已答复本人。"
    is_quiet = False
    from_statuses = frozenset({Status.ASKED})
    to = forms.ChoiceField(
        label="核实结果",
        choices=[(Status.CORRECTED, "确实不对，已经改好"), (Status.REFUSED, "记录没有错，维持原样")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择核实结果。"},
    )
    answer = forms.CharField(
        label="答复",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="本人会看到。时长在活动场次里冲销重记，姓名和证件号在志愿者页面更正，改好再答复。",
        error_messages={"required": "请写明核实的结果，本人会看到。"},
    )

    def act(self, to, answer):
        return answer_correction(self.subject, to, answer=answer, actor=self.user)
