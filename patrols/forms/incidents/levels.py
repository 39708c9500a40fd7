"""What goes beyond the community: 上报, 接办, 退回; 吹哨, 报到, 解除."""

import re

from django import forms

from checklists.forms.fields import TOO_LONG, WordsField
from govern.acts import note_field
from patrols import models
from patrols.forms.incidents.acts import IncidentAct
from patrols.models import Incident
from patrols.services import incidents

Status, Level = Incident.Status, Incident.Level
RUNNING = frozenset({Status.REPORTED, Status.ACCEPTED, Status.ASSIGNED, Status.HANDLED, Status.ESCALATED})
MOMENT = {"invalid": "请填日期和时间，如 2026-12-01 09:30。"}


def moment_field(label, help_text):
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=False, widget=widget, help_text=help_text, error_messages=MOMENT)


class Escalate(IncidentAct):
    verb, label, icon = "escalate", "上报", "arrow-up"
    from_statuses = frozenset({Status.ACCEPTED, Status.ASSIGNED, Status.ESCALATED})
    # The level that the page offered: of a double click the second one must not go a level higher.
    level = forms.IntegerField(required=False, widget=forms.HiddenInput)
    reason = note_field("上报的原因和已做的工作", required=True)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        higher = min(self.subject.level + 1, Level.DISTRICT)
        self.label, self.fields["level"].initial = f"上报{Level(higher).label}", int(higher)

    @classmethod
    def is_offered(cls, incident):
        return super().is_offered(incident) and incident.level < Level.DISTRICT

    def act(self, level, reason):
        row = incidents.escalate(self.subject, reason=reason, level=level, actor=self.user)
        self.done = f"已上报，由{row.get_level_display()}在 {incidents.spoken(row.handle_by)} 前处置。"
        return row


class TakeUp(IncidentAct):
    verb, label, icon, is_quiet = "take-up", "接办", "handshake", False
    from_statuses = frozenset({Status.ESCALATED})
    department = forms.CharField(
        label="交哪个部门处置",
        max_length=60,
        required=False,
        help_text="还没定就先空着，接办以后再派。",
        error_messages={"max_length": TOO_LONG},
    )
    note = note_field("处置意见")

    def act(self, **cleaned):
        return incidents.take_up(self.subject, actor=self.user, **cleaned)


class HandDown(IncidentAct):
    verb, label, icon = "hand-down", "退回社区办理", "arrow-down"
    from_statuses = frozenset({Status.ESCALATED, Status.ACCEPTED})
    done = "已退回社区，社区照您的意见办。"
    note = note_field("退回的意见", required=True)

    @classmethod
    def is_offered(cls, incident):
        return super().is_offered(incident) and incident.level > Level.COMMUNITY

    def act(self, note):
        return incidents.hand_down(self.subject, note=note, actor=self.user)


class WhistleAct(IncidentAct):
    right = "whistle"

    @property
    def standing(self):
        return self.subject.whistles.filter(ended_at=None).first()


class Whistle(WhistleAct):
    verb, label, icon = "whistle", "吹哨", "siren"
    from_statuses = RUNNING
    level = forms.TypedChoiceField(
        label="吹哨到", choices=[(each.value, each.label) for each in Level if each > 1], coerce=int
    )
    reason = forms.ChoiceField(label="类型", choices=models.Whistle.Reason.choices)
    departments = WordsField(
        label="叫哪些部门",
        max_length=300,
        rows=2,
        help_text="一行一个，如：城管中队、消防救援站。",
        error_messages={"required": "请写明叫哪些部门到场。"},
    )
    note = WordsField(
        label="要部门做什么", max_length=300, rows=2, error_messages={"required": "请写明要部门到场做什么。"}
    )
    report_by = moment_field("报到期限", "不填就按规定的分钟数。")

    @classmethod
    def is_offered(cls, incident):
        return super().is_offered(incident) and not incident.whistles.filter(ended_at=None).exists()

    def clean_departments(self):
        names = [name.strip() for name in re.split(r"[、，,；;\n]", self.cleaned_data["departments"])]
        if any(len(name) > 60 for name in names):
            raise forms.ValidationError("部门名称最多 60 个字，请一行写一个部门。", code="length")
        return names

    def act(self, **cleaned):
        row = incidents.whistle(self.subject, actor=self.user, **cleaned)
        self.done = f"已吹哨，部门应在 {incidents.spoken(row.report_by)} 前报到。到一个登记一个。"
        return row


class Register(WhistleAct):
    """报到 of one department: on the page, one button for each that was called."""

    verb, label, icon = "arrive", "登记报到", "map-pin"
    department = forms.CharField(
        label="部门", max_length=60, error_messages={"required": "请写明哪个部门。", "max_length": TOO_LONG}
    )
    arrived_at = moment_field("报到时间", "不填就是现在。")
    note = forms.CharField(label="说明", max_length=200, required=False, error_messages={"max_length": TOO_LONG})

    @classmethod
    def is_offered(cls, incident):
        return incident.whistles.filter(ended_at=None).exists()

    def act(self, **cleaned):
        standing = self.standing
        if standing is None:
            raise forms.ValidationError("这次吹哨已经解除，不能再登记报到。", code="ended")
        row = incidents.arrive(standing, actor=self.user, **cleaned)
        self.done = f"{row.department}已报到，用时 {row.minutes} 分钟{'，迟到' if row.is_late else ''}。"
        return row


class EndWhistle(WhistleAct):
    verb, label, icon, done = "end-whistle", "解除吹哨", "circle-check", "吹哨已解除。"
    outcome = WordsField(
        label="现场处置情况", max_length=300, rows=2, error_messages={"required": "请写明现场处置情况。"}
    )

    @classmethod
    def is_offered(cls, incident):
        return incident.whistles.filter(ended_at=None).exists()

    def act(self, outcome):
        standing = self.standing
        return standing and incidents.end_whistle(standing, outcome=outcome, actor=self.user)
