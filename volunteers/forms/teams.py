"""服务队: founded and put right in a form; what is done with one is an act, the same for its leader and for staff."""

from django import forms
from django.utils import timezone
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from accounts.fields import TOO_LONG
from govern.acts import Act
from organizations.forms.elections import day_field
from organizations.forms.leagues import PICK
from organizations.forms.organizations import ServiceFormMixin
from volunteers.forms.fields import CodeField
from volunteers.models import Membership, Team, Volunteer
from volunteers.services import memberships, teams


class TeamAddForm(ServiceFormMixin, forms.ModelForm):
    out_of_reach = "请选择您管辖范围内的社区。"
    leader_code = CodeField(
        label="队长的志愿者编号",
        required=False,
        help_text="14 位数字；可以以后再指定。",
        widget=UnfoldAdminTextInputWidget,
    )

    class Meta:
        model = Team
        fields = ["community", "kind", "name", "speciality", "about", "joining", "founded_on", "leader_code"]
        widgets = {"about": UnfoldAdminTextareaWidget(attrs={"rows": 3})}
        error_messages = {
            "community": {"required": "请选择社区。"},
            "kind": {"required": "请选择类型。"},
            "name": {"required": "请填队名。"},
            "founded_on": {"required": "请填成立日期。"},
        }

    def clean_leader_code(self):
        code = self.cleaned_data["leader_code"]
        self.leader = Volunteer.objects.visible_to(self.actor).here().filter(code=code).first() if code else None
        if code and self.leader is None:
            raise forms.ValidationError("您管辖的社区里没有这个编号的志愿者。", code="unknown")
        return code

    def write(self, cleaned):
        told = {name: value for name, value in cleaned.items() if name != "leader_code"}
        return teams.found_team(**told, leader=self.leader, actor=self.actor)


class TeamForm(ServiceFormMixin, forms.ModelForm):
    class Meta:
        model = Team
        fields = ["kind", "name", "speciality", "about", "joining", "founded_on"]
        widgets = TeamAddForm.Meta.widgets
        error_messages = TeamAddForm.Meta.error_messages

    def write(self, cleaned):
        return teams.edit_team(self.instance, actor=self.actor, **cleaned)


class JoinForm(forms.Form):
    """What somebody says who wants to join."""

    words = forms.CharField(
        label="想对队长说的话",
        required=False,
        max_length=100,
        error_messages={"max_length": TOO_LONG},
        help_text="如：会修水电，周末有空。",
    )


# --- On the page of a team --------------------------------------------------------------------------------------------
class TeamAct(Act):
    @classmethod
    def is_offered(cls, team):
        return team.dissolved_on is None


class MemberField(forms.ModelChoiceField):
    """A row of the list that the button stands in."""

    def __init__(self, **kwargs):
        words = {**PICK, "invalid_choice": "这一行已经不在，您看到的是旧页面。", "required": "请从名单里点。"}
        super().__init__(Membership.objects.none(), widget=forms.HiddenInput, error_messages=words, **kwargs)


class OfMemberAct(TeamAct):
    """Has its buttons in the rows of the list."""

    is_in_row = True
    membership = MemberField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["membership"].queryset = self.subject.memberships.select_related("team", "volunteer")


class Invite(TeamAct):
    verb, label, icon, is_quiet = "invite", "邀请队员", "plus", False
    done = "已邀请，等对方答复。"
    code = CodeField()

    def act(self, code):
        row = memberships.invite_volunteer(self.subject, code=code, actor=self.user)
        if row.status == Membership.Status.JOINED:
            self.done = "对方正好申请过，已同意加入。"
        return row


class Accept(OfMemberAct):
    verb, label, done = "accept", "同意加入", "已同意，对方会收到消息。"

    def act(self, membership):
        return memberships.answer_application(membership, is_accepted=True, actor=self.user)


class Decline(OfMemberAct):
    verb, label, done = "decline", "不同意", "已回复不同意，对方会收到消息。"

    def act(self, membership):
        return memberships.answer_application(membership, is_accepted=False, actor=self.user)


class Remove(OfMemberAct):
    verb, label, done = "remove", "请出", "已移出名单，对方会收到消息，服务记录保留。"

    def act(self, membership):
        return memberships.leave_team(membership, actor=self.user)


class NameLeader(TeamAct):
    verb, label, icon, done = "lead", "指定队长", "flag", "已指定，新队长会收到消息。"
    leader = forms.ModelChoiceField(
        Volunteer.objects.none(),
        label="队长",
        empty_label="请选择",
        help_text="从队员里选。原队长仍是队员。",
        error_messages={"required": "请选择队长。", "invalid_choice": "队长要是这支队的队员。"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        members = self.subject.memberships.joined().order_by().values("volunteer")
        self.fields["leader"].queryset = Volunteer.objects.here().filter(pk__in=members)
        self.fields["leader"].label_from_instance = lambda row: f"{row.masked_name} {row.code}"

    def act(self, leader):
        return teams.name_leader(self.subject, leader, actor=self.user)


class Dissolve(TeamAct):
    verb, label, icon, done = "dissolve", "解散", "x", "已解散，队员会收到消息。"
    on = day_field("解散日期", initial=timezone.localdate)

    def act(self, on):
        return teams.dissolve_team(self.subject, on=on, actor=self.user)


ROW_ACTS = (Accept, Decline, Remove)
