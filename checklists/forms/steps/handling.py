"""What the community does itself, from serving to closing."""

from django import forms

from checklists.forms.acts import note_field
from checklists.forms.steps.step import Step
from checklists.models import Need
from checklists.services import needs
from organizations.forms.photos import PhotosField

Status = Need.Status


class StartOwnService(Step):
    verb, label, icon = "start-own-service", "社区直接办理", "home"
    from_statuses = frozenset({Status.ACCEPTED})
    note = note_field("谁去办、什么时候")

    def act(self, note):
        return needs.start_own_service(self.need, actor=self.user, note=note)


class Finish(Step):
    verb, label, icon, is_quiet = "finish", "办好了", "circle-check", False
    from_statuses = frozenset({Status.IN_SERVICE, Status.ESCALATED, Status.HANDED_OFF})
    target, words = Status.DONE, "note"
    note = note_field("办理结果", required=True, help_text="居民会看到。")
    photos = PhotosField(label="照片", required=False)

    @classmethod
    def is_offered(cls, need):
        # A row of the queue knows already (`with_holder`): asked for each, the page would cost a query a row.
        holder = need.holder if hasattr(need, "holder") else need.dispatches.open().exists()
        return super().is_offered(need) and not holder

    def act(self, note, photos):
        return needs.finish(self.need, actor=self.user, note=note, photos=photos)


class FollowUp(Step):
    verb, label, icon, is_quiet = "follow-up", "登记回访", "phone", False
    from_statuses = frozenset({Status.DONE})

    @classmethod
    def is_offered(cls, need):
        return super().is_offered(need) and need.parent_id is None

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
    target, words = Status.SUSPENDED, "reason"
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
            Status.SPLIT,
            Status.HANDED_OFF,
        }
    )
    target, words = Status.WITHDRAWN, "note"
    note = note_field("撤回的原因", required=True, help_text="居民会看到。")

    def act(self, note):
        return needs.withdraw(self.need, actor=self.user, note=note)


class Close(Step):
    verb, label, icon = "close", "办结", "check"
    from_statuses = frozenset({Status.RATED, Status.REOPENED})
    target, words = Status.CLOSED, "reason"
    reason = note_field("说明", help_text="对再次反映不再办理时必填，居民会看到。")

    def act(self, reason):
        return needs.close(self.need, actor=self.user, reason=reason)
