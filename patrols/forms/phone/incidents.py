"""What is done with an incident on the phone: each a small form that may wait for a signal."""

from datetime import timedelta

from django import forms
from django.utils import timezone

from checklists.forms.fields import WordsField
from grids.models import Duty
from organizations.forms.photos import PhotosField
from patrols.forms.phone.kept import KeptForm
from patrols.models import Incident
from patrols.services import incidents

Status = Incident.Status
CLOCK_STEP = timedelta(seconds=5)


class IncidentAct(KeptForm):
    """One verb: the states that offer it (`from_statuses`), and whether it takes the right to decide."""

    verb = label = done = ""
    is_directing = False
    is_receiving = False
    from_statuses = frozenset()

    def __init__(self, *args, incident, user, **kwargs):
        self.incident, self.user = incident, user
        kwargs.setdefault("auto_id", f"id_{self.verb}_%s")
        super().__init__(*args, **kwargs)

    def run(self):
        told = {name: value for name, value in self.cleaned_data.items() if name not in ("client_key", "age")}
        if self.was_done(next((value for value in told.values() if value and isinstance(value, str)), "")):
            return self.incident
        return self.act(**told, at=self.written_at())

    def was_done(self, words):
        """Whether the phone sends it again because the answer was lost on the way: these words of this person stand
        in the story since they were written. Without it a later turn of the incident would be undone.
        """
        age = self.cleaned_data.get("age")
        if age is None or not words:
            return False
        since = timezone.now() - timedelta(seconds=age) - CLOCK_STEP
        return self.incident.events.filter(actor=self.user, note__contains=words.strip(), at__gte=since).exists()

    def act(self, *, at, **told):
        raise NotImplementedError


class Handle(IncidentAct):
    verb, label, done = "handle", "处置完成", "已登记处置，等核查。"
    from_statuses = frozenset({Status.ASSIGNED})
    result = WordsField(label="怎么处置的", max_length=500, rows=3, error_messages={"required": "请写一句怎么处置的。"})
    photos = PhotosField(label="处置后的照片", required=False)

    def act(self, *, result, photos, at):
        return incidents.handle(self.incident, result=result, photos=photos, actor=self.user, at=at)


class HandBack(IncidentAct):
    verb, label, done = "hand-back", "退回", "已退回，由社区另派。"
    from_statuses = frozenset({Status.ASSIGNED})
    reason = WordsField(label="为什么办不了", max_length=300, rows=3, error_messages={"required": "请写明退回的原因。"})

    def act(self, *, reason, at):
        return incidents.hand_back(self.incident, reason=reason, actor=self.user, at=at)


class AskUp(IncidentAct):
    """申请上报: whoever decides in the community sends it up at once; anybody else hands it back with the wish."""

    verb, label, done = "ask-up", "申请上报", "已提出，由社区报街道。"
    from_statuses = frozenset({Status.ASSIGNED})
    reason = WordsField(
        label="为什么要上报",
        max_length=300,
        rows=3,
        error_messages={"required": "请写明上报的原因和已做的工作。"},
        help_text="写清已经做了什么、要哪个部门来。",
    )

    def act(self, *, reason, at):
        if incidents.may_direct(self.incident, self.user):
            return incidents.escalate(self.incident, reason=reason, actor=self.user, at=at)
        return incidents.hand_back(self.incident, reason=f"申请上报：{reason}", actor=self.user, at=at)


class Accept(IncidentAct):
    verb, label, done, is_directing = "accept", "受理", "已受理，请派给处置人。", True
    from_statuses = frozenset({Status.REPORTED})

    def act(self, *, at):
        return incidents.accept(self.incident, actor=self.user, at=at)


class Take(IncidentAct):
    """接手 by whoever it came to first."""

    verb, label, done, is_receiving = "take", "我来处理", "已接手，办好后点“处置完成”。", True
    from_statuses = frozenset({Status.REPORTED})

    def act(self, *, at):
        return incidents.take(self.incident, actor=self.user, at=at)


class Return(IncidentAct):
    verb, label, done, is_directing = "return", "不予受理", "已退回，上报人会看到原因。", True
    from_statuses = frozenset({Status.REPORTED})
    reason = WordsField(label="原因", max_length=300, rows=3, error_messages={"required": "请写明不予受理的原因。"})

    def act(self, *, reason, at):
        return incidents.return_incident(self.incident, reason=reason, actor=self.user, at=at)


class Assign(IncidentAct):
    verb, label, done, is_directing = "assign", "派给处置人", "已派出。", True
    from_statuses = frozenset({Status.ACCEPTED})
    duty = forms.ModelChoiceField(
        Duty.objects.none(),
        label="处置人",
        empty_label="请选择",
        error_messages={"required": "请选一个处置人。", "invalid_choice": "这个人现在不在本社区值守，请另选。"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        here = incidents.duties_here(self.incident)
        if self.incident.grid_id:
            here = here.filter(grid=self.incident.grid_id)
        self.fields["duty"].queryset = here.order_by("kind", "pk")
        self.fields["duty"].label_from_instance = lambda duty: f"{duty.get_kind_display()} {duty.name}"

    def act(self, *, duty, at):
        return incidents.assign(self.incident, duty=duty, actor=self.user, at=at)


class Check(IncidentAct):
    verb, label, done, is_directing = "check", "核查", "已登记核查。", True
    from_statuses = frozenset({Status.HANDLED})
    passed = forms.TypedChoiceField(
        label="办好了吗",
        choices=[("yes", "办好了，结案"), ("no", "没办好，返工")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "请选办好了没有。"},
    )
    note = WordsField(label="说明", max_length=300, rows=2, required=False, help_text="返工要写明哪里没有办好。")

    def act(self, *, passed, note, at):
        return incidents.check(self.incident, passed=passed, note=note, actor=self.user, at=at)


ACTS = (Handle, Take, Accept, Assign, Check, HandBack, AskUp, Return)


def offered(incident, user):
    """The acts that `user` may do to `incident` as it is, the main one first."""
    fitting = [act for act in ACTS if incident.status in act.from_statuses]
    if not fitting:
        return []
    may_handle = incidents.may_handle(incident, user)
    may_direct = incidents.may_direct(incident, user)
    is_first = any(act.is_receiving for act in fitting) and incidents.is_receiver(incident, user)
    return [
        act for act in fitting if (is_first if act.is_receiving else may_direct if act.is_directing else may_handle)
    ]
