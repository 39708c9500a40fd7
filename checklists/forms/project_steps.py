"""下一步 of a project: each thing its community, or its lead unit, can do with it."""

from django import forms
from django.utils import timezone

from checklists.forms.acts import Act, note_field
from checklists.forms.fields import WordsField
from checklists.models import Evidence, Milestone, Need, Project
from checklists.services import projects
from organizations.forms.photos import PhotosField

Status = Project.Status


def date_field(label, **kwargs):
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": f"请选择{label}。", "invalid": "请填写日期，如 2026-12-01。"},
        **kwargs,
    )


def row_field(label, gone):
    """One of the project's own rows, named by a button beside it."""
    return forms.ModelChoiceField(
        None, label=label, widget=forms.HiddenInput, error_messages={"required": gone, "invalid_choice": gone}
    )


def consent_field(besides=""):
    words = f"勾选后居民能在项目公示页看到；没有拍到人脸和门牌，或者拍到的人都同意，才能勾选。{besides}"
    return forms.BooleanField(label="公开这些照片", required=False, help_text=words)


class ProjectStep(Act):
    """`panel` names the part of the page that holds the act; "next" is the column of next steps. `lead_may`: the lead
    unit's liaison has it too.
    """

    panel = "next"
    lead_may = False


class Publicize(ProjectStep):
    verb, label, icon, is_quiet = "publicize", "开始公示", "megaphone", False
    from_statuses = frozenset({Status.PROPOSED})

    def act(self):
        return projects.publicize(self.subject, actor=self.user)


class Start(ProjectStep):
    verb, label, icon, is_quiet = "start", "启动实施", "play", False
    from_statuses = frozenset({Status.PUBLICIZED})
    note = note_field("公示意见怎样处理的", help_text="公示期间有人提意见的必填。")

    @classmethod
    def is_offered(cls, project):
        ends_on = project.publicity_ends_on
        return super().is_offered(project) and (ends_on is None or ends_on < timezone.localdate())

    def act(self, note):
        return projects.start(self.subject, actor=self.user, note=note)


class RecordObjection(ProjectStep):
    verb, label, icon = "record-objection", "登记公示意见", "message"
    from_statuses = frozenset({Status.PUBLICIZED})
    note = note_field("意见内容", required=True, help_text="只写意见，不写提意见人的姓名和电话。")

    def act(self, note):
        return projects.record_objection(self.subject, actor=self.user, note=note)


class WithdrawPublicity(ProjectStep):
    verb, label, icon = "withdraw-publicity", "撤回公示", "undo"
    from_statuses = frozenset({Status.PUBLICIZED})
    reason = note_field("撤回公示的原因", required=True, help_text="改好以后重新公示，天数从头算。")

    def act(self, reason):
        return projects.withdraw_publicity(self.subject, actor=self.user, reason=reason)


class ReportProgress(ProjectStep):
    verb, label, icon, is_quiet, lead_may = "report-progress", "报进度", "chart", False, True
    from_statuses = frozenset({Status.IMPLEMENTING})
    progress = forms.IntegerField(
        label="进度",
        min_value=0,
        max_value=100,
        help_text="0 到 100 的整数。",
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": "请填写进度。",
            "invalid": "进度填 0 到 100 的整数。",
            "min_value": "进度不能小于 0。",
            "max_value": "进度不能大于 100。",
        },
    )
    note = note_field("做了什么", help_text="调低进度时必填。")
    photos = PhotosField(label="现场照片", required=False)
    are_public = consent_field()

    def __init__(self, *args, subject, **kwargs):
        kwargs.setdefault("initial", {"progress": subject.progress})
        super().__init__(*args, subject=subject, **kwargs)

    def act(self, **fields):
        return projects.report_progress(self.subject, actor=self.user, **fields)


class SubmitForInspection(ProjectStep):
    verb, label, icon, is_quiet, lead_may = "submit-for-inspection", "提交验收", "clipboard-check", False, True
    from_statuses = frozenset({Status.IMPLEMENTING})
    outcome = WordsField(
        label="成效",
        max_length=1000,
        help_text="解决了什么、居民能看到什么变化。会公开。",
        error_messages={"required": "请写明成效。"},
    )
    beneficiaries = forms.IntegerField(
        label="受益人数",
        min_value=1,
        max_value=1_000_000,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": "请填写受益人数。",
            "invalid": "受益人数填整数，例如 120。",
            "min_value": "受益人数至少为 1。",
            "max_value": "受益人数太大，请核对。",
        },
    )

    def __init__(self, *args, subject, **kwargs):
        kwargs.setdefault("initial", {"outcome": subject.outcome, "beneficiaries": subject.beneficiaries or None})
        super().__init__(*args, subject=subject, **kwargs)

    @classmethod
    def is_offered(cls, project):
        return super().is_offered(project) and project.progress == 100

    def act(self, outcome, beneficiaries):
        return projects.submit_for_inspection(
            self.subject, actor=self.user, outcome=outcome, beneficiaries=beneficiaries
        )


class EndingNeedsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, need):
        return f"{need.spoken_code} {need.category}：{need.summary}"


class PassInspection(ProjectStep):
    verb, label, icon, is_quiet = "pass-inspection", "验收通过，销号", "circle-check", False
    from_statuses = frozenset({Status.INSPECTING})
    note = note_field("验收意见")
    needs = EndingNeedsField(
        Need.objects.none(),
        label="一起办结的需求",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="勾选的需求记为“办好”，提需求的居民会看到项目的成效，并可以评价。",
        error_messages={"invalid_choice": "有一件需求刚有变动，请刷新后再选。", "invalid_pk_value": "请从列表里选。"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = projects.endable_needs(self.subject, self.user)
        self.fields["needs"].queryset = rows
        self.fields["needs"].initial = [need.pk for need in rows]
        if not self.fields["needs"].initial:
            del self.fields["needs"]

    def act(self, note, needs=()):
        return projects.pass_inspection(self.subject, actor=self.user, note=note, needs=needs)


class FailInspection(ProjectStep):
    verb, label, icon = "fail-inspection", "验收不通过", "undo"
    from_statuses = frozenset({Status.INSPECTING})
    reason = note_field("哪里不合格、要怎样改", required=True)

    def act(self, reason):
        return projects.fail_inspection(self.subject, actor=self.user, reason=reason)


class Stop(ProjectStep):
    verb, label, icon = "stop", "终止项目", "x"
    from_statuses = frozenset({Status.PROPOSED, Status.PUBLICIZED, Status.IMPLEMENTING})
    reason = forms.CharField(
        label="终止的原因",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明终止的原因。", "max_length": "最多写 200 个字。"},
    )

    def act(self, reason):
        return projects.stop(self.subject, actor=self.user, reason=reason)


# --- Milestones, money, pictures ------------------------------------------------------------------------------------
class AddMilestone(ProjectStep):
    verb, label, icon, panel = "add-milestone", "加节点", "plus", "milestones"
    from_statuses = frozenset(projects.RUNNING)
    name = forms.CharField(label="节点", max_length=60, error_messages={"required": "请填写节点名称。"})
    starts_on = date_field("开始日期")
    due_on = date_field("完成时限")

    def act(self, **fields):
        return projects.add_milestone(self.subject, actor=self.user, **fields)


class MilestoneStep(ProjectStep):
    milestone = row_field("节点", "这个节点已删除，请刷新。")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["milestone"].queryset = Milestone.objects.filter(project=self.subject)


class FinishMilestone(MilestoneStep):
    verb, label, icon, panel, lead_may = "finish-milestone", "完成", "check", "milestones", True
    from_statuses = frozenset({Status.IMPLEMENTING, Status.INSPECTING})

    def act(self, milestone):
        return projects.finish_milestone(milestone, actor=self.user)


class RemoveMilestone(MilestoneStep):
    verb, label, icon, panel = "remove-milestone", "删除", "x", "milestones"
    from_statuses = frozenset(projects.RUNNING)

    def act(self, milestone):
        return projects.remove_milestone(milestone, actor=self.user)


class RecordExpense(ProjectStep):
    verb, label, icon, panel = "record-expense", "记一笔支出", "cash", "money"
    from_statuses = frozenset({Status.IMPLEMENTING, Status.INSPECTING})
    amount = forms.DecimalField(
        label="金额",
        max_digits=12,
        decimal_places=2,
        help_text="元，最多两位小数。记错了不改原账，填负数冲正。",
        error_messages={"required": "请填写金额。", "invalid": "金额填数字，例如 1280.50。"},
    )
    purpose = forms.CharField(label="用途", max_length=100, error_messages={"required": "请填写用途。"})
    spent_on = date_field("日期", required=False, help_text="不填就是今天。")

    def act(self, amount, purpose, spent_on):
        return projects.record_expense(self.subject, actor=self.user, amount=amount, purpose=purpose, spent_on=spent_on)


class AddEvidence(ProjectStep):
    verb, label, icon, panel, lead_may = "add-evidence", "传照片", "camera", "evidence", True
    from_statuses = frozenset(projects.RUNNING)
    stage = forms.ChoiceField(
        label="哪个阶段",
        choices=Evidence.Stage.choices,
        initial=Evidence.Stage.DURING,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择阶段。"},
    )
    photos = PhotosField(label="照片", error_messages={"required": "请选择照片。"})
    caption = forms.CharField(label="说明", max_length=60, required=False)
    are_public = consent_field("实施前的照片不公开。")

    def act(self, **fields):
        return projects.add_evidence(self.subject, actor=self.user, **fields)


class RemoveEvidence(ProjectStep):
    verb, label, icon, panel = "remove-evidence", "删除照片", "x", "evidence"
    from_statuses = frozenset(projects.RUNNING)
    evidence = row_field("照片", "这张照片已删除，请刷新。")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["evidence"].queryset = Evidence.objects.filter(project=self.subject)

    def act(self, evidence):
        return projects.remove_evidence(evidence, actor=self.user)
