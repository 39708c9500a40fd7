"""请假代班: asked for at the duty, ended or changed at the leave."""

from django import forms
from django.utils import timezone

from govern.acts import Act
from grids.forms.duties import DAY, DAY_ERRORS
from grids.models import Duty
from grids.services.leaves import end_leave, grant_leave, replace_stand_in


class StandInField(forms.ModelChoiceField):
    def __init__(self):
        errors = {"required": "请选择代班人。", "invalid_choice": "请从名单里选一位同社区的值守人员。"}
        super().__init__(Duty.objects.none(), label="代班人", empty_label="请选择", error_messages=errors)

    def offer(self, duty, user):
        """Whoever is on duty today in the same community, but the person away."""
        rows = Duty.objects.visible_to(user).current().in_communities(duty.community_keys())
        rows = rows.exclude(phone_index=duty.phone_index).select_related("grid", "building__quarter")
        self.queryset = rows.order_by("kind", "name", "pk")

    def label_from_instance(self, duty):
        return f"{duty.get_kind_display()} {duty.name}（{duty.ground}）"


def told(stand_in):
    if stand_in.user_id:
        return f"{stand_in.name}会收到消息。"
    return f"{stand_in.name}没有账号，收不到消息，请您告诉他。"


class TakeLeave(Act):
    verb, label, icon, done = "leave", "请假", "calendar", "已登记请假。"
    is_quiet = False
    stand_in = StandInField()
    starts_on = forms.DateField(label="从哪天", initial=timezone.localdate, error_messages=DAY_ERRORS, **DAY)
    ends_on = forms.DateField(label="到哪天", help_text="含这一天；到期自动返岗。", error_messages=DAY_ERRORS, **DAY)
    reason = forms.CharField(label="原因", max_length=80, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["stand_in"].offer(self.subject, self.user)

    @classmethod
    def is_offered(cls, duty):
        return duty.ends_on is None or duty.ends_on >= timezone.localdate()

    def act(self, stand_in, **cleaned):
        self.done += told(stand_in)
        return grant_leave(self.subject, stand_in=stand_in, actor=self.user, **cleaned)


class LeaveAct(Act):
    @classmethod
    def is_offered(cls, leave):
        return leave.ends_on >= timezone.localdate()


class EndLeave(LeaveAct):
    verb, label, icon, done, is_quiet = "end", "销假", "circle-check", "已销假，代班结束。", False
    returns_on = forms.DateField(label="哪天返岗", initial=timezone.localdate, error_messages=DAY_ERRORS, **DAY)

    def act(self, **cleaned):
        return end_leave(self.subject, actor=self.user, **cleaned)


class ReplaceStandIn(LeaveAct):
    verb, label, icon, done = "replace", "换代班人", "refresh", "已换代班人。"
    stand_in = StandInField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["stand_in"].offer(self.subject.duty, self.user)

    def act(self, stand_in):
        self.done += told(stand_in)
        return replace_stand_in(self.subject, stand_in=stand_in, actor=self.user)
