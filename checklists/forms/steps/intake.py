"""What the desk does with a need that came in: taken on, put right, merged, refused."""

from django import forms

from checklists.forms.acts import note_field
from checklists.forms.steps.step import Step
from checklists.models import Category, Need, TargetGroup, Urgency
from checklists.services import needs
from govern.scoping import restrict
from grids.models import Building

Status = Need.Status


class Accept(Step):
    verb, label, icon, is_quiet = "accept", "受理", "check", False
    from_statuses = frozenset({Status.SUBMITTED})

    def act(self):
        return needs.accept(self.need, actor=self.user)


class AcceptReopening(Step):
    verb, label, icon, is_quiet = "accept-reopening", "重新办理", "undo", False
    from_statuses = frozenset({Status.REOPENED})
    note = note_field()

    def act(self, note):
        return needs.accept_reopening(self.need, actor=self.user, note=note)


class Merge(Step):
    verb, label, icon = "merge", "并入另一件", "merge"
    from_statuses = frozenset({Status.SUBMITTED, Status.ACCEPTED})

    @classmethod
    def is_offered(cls, need):
        return super().is_offered(need) and need.parent_id is None

    into = forms.ModelChoiceField(
        Need.objects.none(),
        label="并入哪一件的受理编号",
        to_field_name="code",
        widget=forms.TextInput(attrs={"placeholder": "K7M2-9QXD", "autocomplete": "off"}),
        error_messages={
            "required": "请填写受理编号。",
            "invalid_choice": "本社区没有这个编号的在办需求，请核对。",
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = (
            restrict(Need.objects.all(), self.user)
            .open()
            .filed()
            .filter(community=self.need.community_id)
            .exclude(pk=self.need.pk)
        )
        if self.is_bound:
            self.data = self.data.copy()
            self.data["into"] = self.data.get("into", "").replace("-", "").replace(" ", "").upper()

    def act(self, into):
        return needs.merge(self.need, into=into, actor=self.user)


class Correct(Step):
    verb, label, icon = "correct", "更正信息", "edit"
    from_statuses = frozenset({Status.SUBMITTED, Status.ACCEPTED, Status.ESCALATED, Status.REOPENED})
    category = forms.ModelChoiceField(Category.objects.none(), label="类别")
    building = forms.ModelChoiceField(Building.objects.none(), label="楼栋", required=False)
    target_group = forms.TypedChoiceField(label="服务对象", choices=TargetGroup.choices, coerce=int)
    people_count = forms.IntegerField(label="服务人数", min_value=1, max_value=500)
    urgency = forms.TypedChoiceField(label="紧急程度", choices=Urgency.choices, coerce=int)

    def __init__(self, *args, need, **kwargs):
        kwargs.setdefault("initial", {name: getattr(need, name) for name in needs.CORRECTABLE})
        super().__init__(*args, need=need, **kwargs)
        self.fields["category"].queryset = (
            Category.objects.active().kinds().filter(emergency_notice="").select_related("parent")
        )
        self.fields["building"].queryset = Building.objects.filter(quarter__community=need.community_id).select_related(
            "quarter"
        )

    def act(self, **cleaned):
        return needs.correct(self.need, actor=self.user, **cleaned)


class Reject(Step):
    verb, label, icon = "reject", "不予受理", "x"
    from_statuses = frozenset({Status.SUBMITTED, Status.ACCEPTED, Status.ESCALATED})
    target, words = Status.REJECTED, "reason"
    reason = note_field("不予受理的原因", required=True, help_text="居民会看到。")

    def act(self, reason):
        return needs.reject(self.need, actor=self.user, reason=reason)
