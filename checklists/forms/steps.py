"""下一步: each thing staff can do with a need is a small form that runs one verb of the services.

A step is offered where the transition table has its edge; the page and the queue's buttons read the same table.
"""

from django import forms
from django.core.exceptions import ValidationError

from checklists.forms.photos import PhotosField
from checklists.models import Category, Dispatch, Need, Resource, TargetGroup, Urgency
from checklists.services import dispatches, needs
from govern.scoping import restrict
from grids.models import Building

Status = Need.Status


class Step(forms.Form):
    """One verb: its url name, the words on its button, and the states that offer it (`from_statuses`)."""

    verb = ""
    label = ""
    icon = "arrow-right"
    is_quiet = True
    from_statuses = frozenset()
    do_not_call_in_templates = True  # the queue shows the class itself

    def __init__(self, *args, need, user, **kwargs):
        self.need, self.user = need, user
        kwargs.setdefault("auto_id", f"id_{self.verb}_%s")
        super().__init__(*args, **kwargs)

    @classmethod
    def is_offered(cls, need):
        return need.status in cls.from_statuses

    def run(self):
        """Do it as `user`; the service's errors go to the fields they name."""
        try:
            return self.act(**self.cleaned_data)
        except ValidationError as error:
            named = hasattr(error, "error_dict") and set(error.error_dict) <= set(self.fields)
            self.add_error(None, error if named else ValidationError(error.messages))
            return None

    def act(self, **cleaned):
        raise NotImplementedError


def note_field(label="说明", required=False, **kwargs):
    return forms.CharField(
        label=label,
        required=required,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": f"请填写{label}。"},
        **kwargs,
    )


class Accept(Step):
    verb, label, icon, is_quiet = "accept", "受理", "check", False
    from_statuses = frozenset({Status.SUBMITTED, Status.ESCALATED})

    def act(self):
        return needs.accept(self.need, actor=self.user)


class AcceptReopening(Step):
    verb, label, icon, is_quiet = "accept-reopening", "重新办理", "undo", False
    from_statuses = frozenset({Status.REOPENED})
    note = note_field()

    def act(self, note):
        return needs.accept_reopening(self.need, actor=self.user, note=note)


class DispatchTo(Step):
    verb, label, icon, is_quiet = "dispatch", "派单", "send", False
    from_statuses = frozenset({Status.ACCEPTED})
    resource = forms.ModelChoiceField(
        Resource.objects.none(), label="资源", error_messages={"invalid_choice": "这项资源不在可选范围，请刷新后另选。"}
    )
    note = note_field("给单位的话")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # What serves the need's community may belong to another one: the resource's reach opens it, not the clerk's.
        self.fields["resource"].queryset = (
            Resource.objects.open().serving(self.need.community).select_related("unit").order_by("unit__name", "name")
        )

    def act(self, resource, note):
        return dispatches.dispatch(self.need, resource, actor=self.user, note=note)


class Recall(Step):
    verb, label, icon = "recall", "收回派单", "undo"
    from_statuses = frozenset({Status.DISPATCHED, Status.TAKEN, Status.IN_SERVICE})
    note = note_field("收回的原因", required=True)

    @classmethod
    def is_offered(cls, need):
        return super().is_offered(need) and need.dispatches.open().exists()

    def act(self, note):
        row = Dispatch.objects.open().filter(need=self.need).first()
        if row is None:
            raise needs.stale(self.need)
        return dispatches.recall(row, actor=self.user, note=note)


class StartOwnService(Step):
    verb, label, icon = "start-own-service", "社区直接办理", "home"
    from_statuses = frozenset({Status.ACCEPTED})
    note = note_field("谁去办、什么时候")

    def act(self, note):
        return needs.start_own_service(self.need, actor=self.user, note=note)


class Finish(Step):
    verb, label, icon, is_quiet = "finish", "办好了", "circle-check", False
    from_statuses = frozenset({Status.IN_SERVICE, Status.ESCALATED})
    note = note_field("办理结果", required=True, help_text="居民会看到。")
    photos = PhotosField(label="照片", required=False)

    @classmethod
    def is_offered(cls, need):
        return super().is_offered(need) and not need.dispatches.open().exists()

    def act(self, note, photos):
        return needs.finish(self.need, actor=self.user, note=note, photos=photos)


class FollowUp(Step):
    verb, label, icon, is_quiet = "follow-up", "登记回访", "phone", False
    from_statuses = frozenset({Status.DONE})
    satisfaction = forms.ChoiceField(
        label="居民是否满意",
        choices=Need.Satisfaction.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择是否满意。"},
    )
    is_solved = forms.TypedChoiceField(
        label="问题解决了吗",
        choices=[("yes", "已解决"), ("no", "没有解决")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "请选择问题是否解决。"},
    )
    note = note_field("居民的原话")

    def act(self, satisfaction, is_solved, note):
        return needs.rate(self.need, actor=self.user, satisfaction=satisfaction, is_solved=is_solved, note=note)


class Suspend(Step):
    verb, label, icon = "suspend", "挂起", "pause"
    from_statuses = frozenset({Status.ACCEPTED, Status.TAKEN, Status.IN_SERVICE})
    until = forms.DateField(
        label="挂起到",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "请选择挂起到哪一天。", "invalid": "请填写日期，如 2026-12-01。"},
        help_text="到这一天自动恢复办理，挂起期间不计时。",
    )
    reason = note_field("挂起的原因", required=True, help_text="居民会看到。")

    def act(self, until, reason):
        return needs.suspend(self.need, actor=self.user, until=until, reason=reason)


class Resume(Step):
    verb, label, icon, is_quiet = "resume", "恢复办理", "play", False
    from_statuses = frozenset({Status.SUSPENDED})

    def act(self):
        return needs.resume(self.need, actor=self.user)


class Escalate(Step):
    verb, label, icon = "escalate", "上报街道", "arrow-up"
    from_statuses = frozenset({Status.SUBMITTED, Status.ACCEPTED})
    note = note_field("上报的原因和已做的工作", required=True)

    def act(self, note):
        return needs.escalate(self.need, actor=self.user, note=note)


class Merge(Step):
    verb, label, icon = "merge", "并入另一件", "merge"
    from_statuses = frozenset({Status.SUBMITTED, Status.ACCEPTED})
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
            .filter(community=self.need.community_id)
            .exclude(pk=self.need.pk)
        )
        if self.is_bound:
            self.data = self.data.copy()
            self.data["into"] = self.data.get("into", "").replace("-", "").replace(" ", "").upper()

    def act(self, into):
        return needs.merge(self.need, into=into, actor=self.user)


class Reject(Step):
    verb, label, icon = "reject", "不予受理", "x"
    from_statuses = frozenset({Status.SUBMITTED, Status.ACCEPTED, Status.ESCALATED})
    reason = note_field("不予受理的原因", required=True, help_text="居民会看到。")

    def act(self, reason):
        return needs.reject(self.need, actor=self.user, reason=reason)


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


class Withdraw(Step):
    verb, label, icon = "withdraw", "代居民撤回", "x"
    from_statuses = frozenset(
        {
            Status.SUBMITTED,
            Status.ACCEPTED,
            Status.DISPATCHED,
            Status.TAKEN,
            Status.IN_SERVICE,
            Status.SUSPENDED,
            Status.ESCALATED,
        }
    )
    note = note_field("撤回的原因", required=True, help_text="居民会看到。")

    def act(self, note):
        return needs.withdraw(self.need, actor=self.user, note=note)


class Close(Step):
    verb, label, icon = "close", "办结", "check"
    from_statuses = frozenset({Status.RATED, Status.REOPENED})
    reason = note_field("说明", help_text="对再次反映不再办理时必填，居民会看到。")

    def act(self, reason):
        return needs.close(self.need, actor=self.user, reason=reason)


STEPS = (
    Accept,
    AcceptReopening,
    DispatchTo,
    Resume,
    Finish,
    FollowUp,
    StartOwnService,
    Close,
    Suspend,
    Recall,
    Escalate,
    Merge,
    Correct,
    Reject,
    Withdraw,
)


def steps_for(need):
    """The step classes that `need` offers now."""
    return [step for step in STEPS if step.is_offered(need)]
