"""活动场次: written in a form; what is done with one is an act on its page."""

from django import forms
from django.utils import timezone
from unfold.widgets import UnfoldAdminTextareaWidget

from govern.acts import Act
from organizations.forms.elections import words_field
from organizations.forms.leagues import PICK
from organizations.forms.organizations import ServiceFormMixin
from volunteers.forms.fields import CodeField
from volunteers.models import Session, Volunteer
from volunteers.services import attendance, sessions, signups

Status = Session.Status
WHAT = ["community", "title", "text"]
WHEN = ["starts_at", "ends_at", "place"]
WHO = ["seats", "team", "leader", "target_groups"]
ASKED = ["skills", "needs_training", "least_age", "most_age", "needs_insurance", "risks"]
COUNTED = ["ledger", "longitude", "latitude", "radius_m"]
TERMS_MESSAGES = {
    "community": {"required": "请选择社区。"},
    "title": {"required": "请填名称。"},
    "place": {"required": "请填地点。"},
    "seats": {"required": "请填名额。"},
    "starts_at": {"required": "请填开始时间。", "invalid": "请填时间，如 09:00。"},
    "ends_at": {"required": "请填结束时间。", "invalid": "请填时间，如 11:00。"},
}
TERMS_WIDGETS = {
    "text": UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    "risks": UnfoldAdminTextareaWidget(attrs={"rows": 2}),
    "skills": forms.CheckboxSelectMultiple,
}


class SessionForm(ServiceFormMixin, forms.ModelForm):
    """A new one, or what changes before it begins; `reason` is read by whoever signed up."""

    out_of_reach = "请选择您管辖范围内的社区。"
    reason = words_field("变动原因", 60, required=False, help_text="改时间、地点的，报名的人会看到。")

    class Meta:
        model = Session
        fields = [*WHAT, *WHEN, *WHO, *ASKED, *COUNTED]
        widgets = TERMS_WIDGETS
        error_messages = TERMS_MESSAGES

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            del self.fields["reason"]

    def write(self, cleaned):
        skills, reason = cleaned.pop("skills", ()), cleaned.pop("reason", "")
        if not self.instance.pk:
            return sessions.plan_session(Session(**cleaned), skills=skills, actor=self.actor)
        changed = {name: value for name, value in cleaned.items() if name in self.changed_data}
        if "skills" in self.changed_data:
            changed["skills"] = skills
        return sessions.change_session(self.instance, reason=reason, actor=self.actor, **changed)


# --- On the session's page --------------------------------------------------------------------------------------------
class Publish(Act):
    verb, label, icon, is_quiet = "publish", "发布", "megaphone", False
    done = "已发布，志愿者看得到，可以报名。"
    from_statuses = frozenset({Status.DRAFTED})

    def act(self):
        return sessions.publish_session(self.subject, actor=self.user)


class Hold(Act):
    verb, label, icon, is_quiet = "hold", "结束签到", "check", False
    done = "已结束。没签退的按预定的结束时间记，没签到的记为未到。"
    from_statuses = frozenset({Status.OPEN})

    @classmethod
    def is_offered(cls, session):
        return super().is_offered(session) and session.ends_at <= timezone.now()

    def act(self):
        return attendance.hold_session(self.subject, actor=self.user)


class SignUpFor(Act):
    """代为报名, for somebody who says so at the desk or by telephone."""

    verb, label, icon, done = "sign-up", "代为报名", "plus", "已代为报名。"
    from_statuses = frozenset({Status.OPEN})
    code = CodeField()
    accept_overlap = forms.BooleanField(label="和另一场离得近也报", required=False)
    agreed = forms.BooleanField(
        label="本人同意参加",
        help_text="参加服务要本人自愿。",
        error_messages={"required": "请先问过本人，再代为报名。"},
    )

    @classmethod
    def is_offered(cls, session):
        return super().is_offered(session) and session.ends_at > timezone.now()

    def clean_code(self):
        rows = Volunteer.objects.visible_to(self.user).here().select_related("user")
        self.volunteer = rows.filter(code=self.cleaned_data["code"]).first()
        if self.volunteer is None:
            raise forms.ValidationError("您管辖的社区里没有这个编号的志愿者。", code="unknown")
        return self.cleaned_data["code"]

    def act(self, accept_overlap, **_):
        return signups.sign_up(self.subject, self.volunteer, accept_overlap=accept_overlap, actor=self.user)


class Cancel(Act):
    verb, label, icon, done = "cancel", "取消活动", "circle-x", "已取消，报名的人都收到了消息。"
    from_statuses = frozenset({Status.DRAFTED, Status.OPEN})
    reason = words_field("取消原因", 80, help_text="报名的人会看到。")

    def act(self, reason):
        return sessions.cancel_session(self.subject, reason=reason, actor=self.user)


class InvitePerson(Act):
    """The button beside a suggestion."""

    verb, label, icon, done = "invite", "邀请", "send", "已邀请，对方在消息里会看到。"
    from_statuses = frozenset({Status.OPEN})
    volunteer = forms.ModelChoiceField(Volunteer.objects.none(), error_messages=PICK)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["volunteer"].queryset = Volunteer.objects.visible_to(self.user).here()

    def act(self, volunteer):
        return signups.invite(self.subject, volunteer, actor=self.user)


SESSION_ACTS = (Publish, Hold, SignUpFor, Cancel)
EDITABLE = (Status.DRAFTED, Status.OPEN)
