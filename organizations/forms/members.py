"""党员: the two sheets that write one down, and 办理: what can be done with one."""

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils import timezone
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.forms import KeptPhoneMixin
from govern.acts import Act
from organizations.forms.organizations import ServiceFormMixin
from organizations.identities import IdentityNumberValidator
from organizations.models import Organization, PartyMember
from organizations.services import members

Stage = PartyMember.Stage


def day_field(label, **kwargs):
    words = {
        "required": f"请选择{label}。",
        "invalid": "请填写日期，如 2026-07-01。",
        **kwargs.pop("error_messages", {}),
    }
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, error_messages=words, **kwargs)


def words_field(label, required=False, **kwargs):
    return forms.CharField(
        label=label,
        required=required,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": f"请填写{label}。", "max_length": "最多 200 个字。"},
        **kwargs,
    )


class KeptNumbersMixin(KeptPhoneMixin):
    """The identity number, too, never reaches the page: empty keeps it, typing replaces it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["identity_number"]
        field.widget = UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"})
        field.validators = [each for each in field.validators if not isinstance(each, MaxLengthValidator)]
        field.validators = [each for each in field.validators if not isinstance(each, IdentityNumberValidator)]
        if self.instance.identity_number:
            self.initial["identity_number"] = ""
            field.required = False
            field.label = "新身份证号"
            field.help_text = "不改请留空；要改请填新的 18 位身份证号。"

    def clean_identity_number(self):
        return self.cleaned_data["identity_number"].upper() or self.instance.identity_number


class MemberAddForm(ServiceFormMixin, KeptNumbersMixin, forms.ModelForm):
    out_of_reach = "请选择您管辖范围内的党支部。"

    class Meta:
        model = PartyMember
        fields = [
            "branch",
            "name",
            "gender",
            "identity_number",
            "phone",
            "stage",
            "joined_on",
            "full_on",
            "employment",
            "employer",
            "is_floating",
            "floating_place",
        ]
        error_messages = {
            "branch": {"required": "请选择所在党支部。"},
            "name": {"required": "请填姓名。"},
            "gender": {"required": "请选择性别。"},
            "joined_on": {"required": "请填入党日期。", "invalid": "请填写日期，如 2020-07-01。"},
            "full_on": {"invalid": "请填写日期，如 2021-07-01。"},
        }
        help_texts = {"full_on": "预备党员不填。", "identity_number": "18 位，用来查重，加密保存。"}

    def write(self, cleaned):
        return members.register_member(PartyMember(**cleaned), actor=self.actor)


class MemberForm(ServiceFormMixin, KeptNumbersMixin, forms.ModelForm):
    """更正: what was written down wrongly. Branch, stage and leaving are acts."""

    class Meta(MemberAddForm.Meta):
        fields = [name for name in MemberAddForm.Meta.fields if name not in ("branch", "stage")]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.stage == Stage.PROBATIONARY:
            self.fields.pop("full_on", None)

    def write(self, cleaned):
        return members.change_member(self.instance, actor=self.actor, **cleaned)


# --- 办理 -------------------------------------------------------------------------------------------------------------
class MemberAct(Act):
    @classmethod
    def is_offered(cls, member):
        return member.is_here


class Confirm(MemberAct):
    verb, label, icon, done = "confirm", "转正", "circle-check", "已转为正式党员，党龄从转正日期算起。"
    on = day_field("转正日期", help_text="预备期满、支部大会通过转正的日期。")
    note = words_field("支部大会和审批情况")

    @classmethod
    def is_offered(cls, member):
        return super().is_offered(member) and member.stage == Stage.PROBATIONARY

    def act(self, on, note):
        return members.confirm_full_member(self.subject, on=on, note=note, actor=self.user)


class Extend(MemberAct):
    verb, label, icon, done = "extend", "延长预备期", "hourglass", "已延长预备期，到期后再办转正。"
    until = day_field("延长到", help_text="只能延长一次，半年以上、一年以内。")
    reason = words_field("延长的原因", required=True)

    @classmethod
    def is_offered(cls, member):
        return super().is_offered(member) and member.stage == Stage.PROBATIONARY and member.extended_until is None

    def act(self, until, reason):
        return members.extend_probation(self.subject, until=until, reason=reason, actor=self.user)


class AssignGroup(MemberAct):
    verb, label, icon, done = "assign-group", "编入党小组", "users", "已调整党小组。"
    group = forms.ModelChoiceField(
        Organization.objects.none(),
        label="党小组",
        required=False,
        empty_label="不编入党小组",
        error_messages={"invalid_choice": "只能选本党支部在用的党小组。"},
    )

    @classmethod
    def is_offered(cls, member):
        return super().is_offered(member) and (member.group_id is not None or cls.groups_of(member).exists())

    @staticmethod
    def groups_of(member):
        return Organization.objects.active().filter(parent=member.branch_id, tier=4)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = self.groups_of(self.subject)
        self.fields["group"].initial = self.subject.group_id

    def act(self, group):
        return members.assign_group(self.subject, group=group, actor=self.user)


class Leave(MemberAct):
    verb, label, icon = "leave", "登记离开", "logout"
    done = "已登记离开，名册里不再列出；在“已离开”里还能查到。"
    leaving = forms.ChoiceField(label="原因", choices=(), error_messages={"required": "请选择原因。"})
    on = day_field("离开日期")
    note = words_field("说明")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        fitting = [
            choice
            for choice in PartyMember.Leaving.choices
            if members.OF_STAGE.get(choice[0], self.subject.stage) == self.subject.stage
        ]
        self.fields["leaving"].choices = [("", "请选择"), *fitting]
        self.fields["on"].initial = timezone.localdate

    def act(self, **cleaned):
        return members.leave(self.subject, actor=self.user, **cleaned)


class UndoLeaving(Act):
    verb, label, icon, done = (
        "undo-leaving",
        "撤销离开登记",
        "undo",
        "已撤销，回到原党支部的名册；离任的班子职务请另行登记。",
    )
    reason = words_field("撤销的原因", required=True, help_text="只用于登记错了。确实离开又回来的，重新登记入册。")

    @classmethod
    def is_offered(cls, member):
        return not member.is_here

    def act(self, reason):
        return members.undo_leaving(self.subject, reason=reason, actor=self.user)


ACTS = (Confirm, AssignGroup, Extend, Leave, UndoLeaving)
