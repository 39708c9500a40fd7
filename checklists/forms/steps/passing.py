"""What others have to decide, do or say: levels above, bodies outside, the resident."""

from django import forms

from checklists.forms.acts import note_field
from checklists.forms.steps.step import Step
from checklists.models import Need
from checklists.models.needs import OPEN_STATUSES
from checklists.services import needs

Status = Need.Status


class Escalate(Step):
    verb, label, icon = "escalate", "上报街道", "arrow-up"
    from_statuses = frozenset({Status.SUBMITTED, Status.ACCEPTED})
    note = note_field("上报的原因和已做的工作", required=True, help_text="试过什么已经替您写好，请补上原因。")

    def __init__(self, *args, need, **kwargs):
        kwargs["initial"] = {"note": needs.tried(need), **kwargs.get("initial", {})}
        super().__init__(*args, need=need, **kwargs)

    def act(self, note):
        return needs.escalate(self.need, actor=self.user, note=note)


class EscalateFurther(Escalate):
    verb, label, icon = "escalate-further", "上报区级", "arrow-up"
    from_statuses = frozenset({Status.ESCALATED})

    @classmethod
    def is_offered(cls, need):
        return super().is_offered(need) and need.level < Need.Level.DISTRICT

    def act(self, note):
        return needs.escalate_further(self.need, actor=self.user, note=note)


class HandDown(Step):
    verb, label, icon, is_quiet = "hand-down", "退回下级办理", "undo", False
    from_statuses = frozenset({Status.ESCALATED})
    level = forms.TypedChoiceField(
        label="退回到",
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择退回到哪一级。", "invalid_choice": "只能退回到下级，请重新选择。"},
    )
    note = note_field("处置意见", required=True, help_text="下级照着办，居民看不到。")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        below = [level for level in Need.Level if level < max(self.need.level, Need.Level.STREET)]
        self.fields["level"].choices = [(level.value, level.label) for level in below]
        self.fields["level"].initial = Need.Level.COMMUNITY

    def act(self, level, note):
        return needs.hand_down(self.need, actor=self.user, note=note, level=level)


class HandOff(Step):
    verb, label, icon = "hand-off", "转外部单位", "arrow-right"
    from_statuses = frozenset({Status.SUBMITTED, Status.ACCEPTED, Status.ESCALATED})
    target, words = Status.HANDED_OFF, "note"
    to = forms.CharField(
        label="转往哪个单位",
        max_length=80,
        help_text="平台以外的单位，如：区供水公司。居民会看到。",
        error_messages={"required": "请写明转往哪个单位。"},
    )
    note = note_field("转办的原因和怎么联系", required=True, help_text="居民会看到。转出期间不计时。")

    def act(self, to, note):
        return needs.hand_off(self.need, actor=self.user, to=to, note=note)


class TakeBack(Step):
    verb, label, icon = "take-back", "从外部收回", "undo"
    from_statuses = frozenset({Status.HANDED_OFF})
    note = note_field("收回的原因", required=True)

    def act(self, note):
        return needs.take_back(self.need, actor=self.user, note=note)


class Ask(Step):
    verb, label, icon = "ask", "询问居民", "message"
    from_statuses = OPEN_STATUSES
    question = forms.CharField(
        label="要问什么",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="生成一个限时的链接，发给居民，居民点开就能答复。一次只问一件事。",
        error_messages={"required": "请写明要问什么，居民会看到。"},
    )

    @classmethod
    def is_offered(cls, need):
        return super().is_offered(need) and need.parent_id is None

    def act(self, question):
        return needs.ask(self.need, question, actor=self.user)
