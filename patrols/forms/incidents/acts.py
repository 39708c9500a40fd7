"""What is done to an incident in the community: accepted, assigned, handled, checked, put off, merged."""

from django import forms
from django.db import transaction
from django.db.models import Case, IntegerField, Q, Value, When

from checklists.forms.fields import TOO_LONG, WordsField
from govern.acts import Act, note_field
from grids.models import Duty
from organizations.forms.photos import PhotosField
from patrols.models import Incident
from patrols.services import incidents

Status, Level = Incident.Status, Incident.Level
Kind = Duty.Kind
OFFERED = [Kind.WORKER, Kind.LEADER, Kind.PROPERTY, Kind.CADRE, Kind.SECURITY, Kind.UNIT_MEMBER, Kind.BUILDING_HEAD]


class IncidentAct(Act):
    """`right`: what its user must be allowed on the incident (steps_of)."""

    right = "direct"

    def run(self):
        row = super().run()
        if isinstance(row, Incident):
            self.done = self.done or told(row)
        return row


def told(row):
    """What was recorded, and who acts now, by when."""
    match row.status:
        case Status.ACCEPTED if row.deadline:
            words = f"已受理，请在 {incidents.spoken(row.deadline)} 前派遣。"
        case Status.ASSIGNED:
            words = f"已派给{row.handler or row.department}，应在 {incidents.spoken(row.handle_by)} 前办好。"
        case Status.HANDLED:
            words = f"处置完成，应在 {incidents.spoken(row.check_by)} 前核查。"
        case Status.CLOSED:
            words = "已结案，上报人会收到消息。"
        case Status.SUSPENDED:
            words = f"已挂起到 {row.suspended_until:%m月%d日}，期间不计时，到期自动恢复。"
        case _:
            words = f"已记录，现在是“{row.get_status_display()}”。"
    return f"{row.spoken_code} {words}"


class DutyField(forms.ModelChoiceField):
    def __init__(self, **kwargs):
        kwargs.setdefault("error_messages", {"invalid_choice": "这个人已不在本社区值守，请另选。"})
        super().__init__(Duty.objects.none(), **kwargs)

    def label_from_instance(self, duty):
        return f"{duty.get_kind_display()} {duty.name}（{duty.grid or duty.building}）"


def handlers_for(incident):
    """Whoever may be sent there: of its grid and its building first, then the community's workers and leaders."""
    near = Q(grid=incident.grid_id) if incident.grid_id else Q(grid__isnull=False)
    if incident.building_id:
        near |= Q(building=incident.building_id)
    rows = incidents.duties_here(incident).filter(near | Q(kind__in=[Kind.WORKER, Kind.LEADER]), kind__in=OFFERED)
    place = Case(When(near, then=Value(0)), default=Value(1), output_field=IntegerField())
    return rows.select_related("grid", "building__quarter").order_by(place, "kind", "grid__code", "pk")


class ChoosingHandler(IncidentAct):
    duty = DutyField(label="派给谁", required=False, empty_label="先不派，或派给部门")
    department = forms.CharField(
        label="处置部门",
        max_length=60,
        required=False,
        help_text="派给物业、城管等单位时填写。",
        error_messages={"max_length": TOO_LONG},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["duty"].queryset = handlers_for(self.subject)
        self.fields["duty"].initial = self.subject.receiver_id


class Accept(ChoosingHandler):
    verb, label, icon, is_quiet = "accept", "受理", "check", False
    from_statuses = frozenset({Status.REPORTED})

    @transaction.atomic
    def act(self, duty, department):
        """受理, and 派遣 in one go where it is known to whom."""
        row = incidents.accept(self.subject, actor=self.user)
        if duty is None and not department.strip():
            return row
        return incidents.assign(row, duty=duty, department=department, actor=self.user)


class Assign(ChoosingHandler):
    verb, label, icon = "assign", "派遣", "send"
    from_statuses = frozenset({Status.ACCEPTED, Status.ASSIGNED})
    note = note_field("交代的话")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["duty"].empty_label = "请选择，或填处置部门"
        if self.subject.status == Status.ASSIGNED:
            self.label = "改派"

    @property
    def is_quiet(self):
        return self.subject.status != Status.ACCEPTED

    def act(self, **cleaned):
        return incidents.assign(self.subject, actor=self.user, **cleaned)


class Return(IncidentAct):
    verb, label, icon = "return", "不予受理", "circle-x"
    from_statuses = frozenset({Status.REPORTED, Status.ACCEPTED})
    reason = note_field("不予受理的原因", required=True)

    def act(self, reason):
        return incidents.return_incident(self.subject, reason=reason, actor=self.user)


class Handle(IncidentAct):
    verb, label, icon, right, is_quiet = "handle", "处置完成", "check", "handle", False
    from_statuses = frozenset({Status.ASSIGNED})
    result = WordsField(label="处置结果", error_messages={"required": "请写明处置结果。"})
    photos = PhotosField(label="处置后的照片", required=False)

    def act(self, **cleaned):
        return incidents.handle(self.subject, actor=self.user, **cleaned)


class HandBack(IncidentAct):
    verb, label, icon, right = "hand-back", "退回派遣", "undo", "handle"
    from_statuses = frozenset({Status.ASSIGNED})
    done = "已退回，由派遣的人另派。"
    reason = note_field("退回的原因", required=True)

    def act(self, reason):
        return incidents.hand_back(self.subject, reason=reason, actor=self.user)


class Pass(IncidentAct):
    verb, label, icon, is_quiet = "pass", "核查通过，结案", "circle-check", False
    from_statuses = frozenset({Status.HANDLED})
    note = note_field("核查情况")

    def act(self, note):
        return incidents.check(self.subject, passed=True, note=note, actor=self.user)


class Rework(IncidentAct):
    verb, label, icon = "rework", "没办好，返工", "refresh"
    from_statuses = frozenset({Status.HANDLED})
    note = note_field("哪里没有办好", required=True)

    def act(self, note):
        return incidents.check(self.subject, passed=False, note=note, actor=self.user)


class Suspend(IncidentAct):
    verb, label, icon = "suspend", "挂起", "pause"
    from_statuses = frozenset({Status.ACCEPTED, Status.ASSIGNED})
    until = forms.DateField(
        label="挂起到",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "请选挂起到哪一天。", "invalid": "请填日期，如 2026-12-01。"},
        help_text="挂起期间不计时，到这一天自动恢复。",
    )
    reason = note_field("挂起的原因", required=True)

    def act(self, **cleaned):
        return incidents.suspend(self.subject, actor=self.user, **cleaned)


class Resume(IncidentAct):
    verb, label, icon, is_quiet = "resume", "恢复办理", "play", False
    from_statuses = frozenset({Status.SUSPENDED})

    def act(self):
        return incidents.resume(self.subject, actor=self.user)


class Merge(IncidentAct):
    verb, label, icon = "merge", "并入另一件", "merge"
    from_statuses = frozenset({Status.REPORTED, Status.ACCEPTED})
    into = forms.CharField(
        label="并入哪一件",
        max_length=9,
        help_text="填另一件的事件编号。",
        error_messages={"required": "请填另一件的事件编号。", "max_length": "事件编号是 8 位，如 ABCD-2345。"},
    )

    def clean_into(self):
        code = self.cleaned_data["into"].replace("-", "").strip().upper()
        found = Incident.objects.visible_to(self.user).filter(code=code).first()
        if found is None:
            raise forms.ValidationError("没有这个编号的事件，请核对。", code="unknown")
        return found

    def act(self, into):
        self.done = f"已并入 {into.spoken_code}，一起办理。"
        return incidents.merge(self.subject, into=into, actor=self.user)
