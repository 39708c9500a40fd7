from decimal import Decimal
from uuid import uuid4

from auditlog.registry import auditlog
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import PhoneValidator
from checklists.models.needs import Need
from checklists.querysets import AppraisalQuerySet, BidQuerySet, EvidenceQuerySet, OfProjectQuerySet, ProjectQuerySet
from govern.fields import BlindIndexField, EncryptedTextField, mask_phone


def evidence_path(evidence, filename):
    return f"projects/{uuid4().hex}.jpg"


class Project(models.Model):
    """项目清单's row: needs that take more than a visit. Its status is written by services.projects alone."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", "立项"
        PUBLICIZED = "publicized", "公示"
        IMPLEMENTING = "implementing", "实施"
        INSPECTING = "inspecting", "验收"
        CLOSED = "closed", "已销号"
        STOPPED = "stopped", "已终止"

    TRANSITIONS = {
        Status.PROPOSED: frozenset({Status.PUBLICIZED, Status.STOPPED}),
        Status.PUBLICIZED: frozenset({Status.IMPLEMENTING, Status.PROPOSED, Status.STOPPED}),
        Status.IMPLEMENTING: frozenset({Status.INSPECTING, Status.STOPPED}),
        Status.INSPECTING: frozenset({Status.CLOSED, Status.IMPLEMENTING}),
        Status.CLOSED: frozenset(),
        Status.STOPPED: frozenset(),
    }

    community = models.ForeignKey("grids.Community", models.PROTECT, related_name="projects", verbose_name="社区")
    number = models.CharField("项目编号", max_length=30, unique=True, editable=False)
    name = models.CharField("项目名称", max_length=80)
    goal = models.TextField("要解决的问题", max_length=1000)
    status = models.CharField("状态", max_length=20, choices=Status.choices, default=Status.PROPOSED, editable=False)
    needs = models.ManyToManyField("checklists.Need", related_name="projects", verbose_name="对应需求", blank=True)
    resources = models.ManyToManyField(
        "checklists.Resource", related_name="projects", verbose_name="对应资源", blank=True
    )
    unit = models.ForeignKey(
        "organizations.Unit",
        models.PROTECT,
        related_name="led_projects",
        verbose_name="牵头单位",
        null=True,
        blank=True,
    )
    joint_units = models.ManyToManyField(
        "organizations.Unit", related_name="joint_projects", verbose_name="配合单位", blank=True
    )
    leader = models.CharField("责任人", max_length=40, blank=True)
    budget = models.DecimalField(
        "预算", max_digits=12, decimal_places=2, default=Decimal(0), validators=[MinValueValidator(0)], help_text="元"
    )
    starts_on = models.DateField("开始日期")
    due_on = models.DateField("完成时限")
    progress = models.PositiveSmallIntegerField(
        "进度", default=0, validators=[MaxValueValidator(100)], help_text="0 到 100", editable=False
    )
    beneficiaries = models.PositiveIntegerField("受益人数", default=0)
    outcome = models.TextField("成效", max_length=1000, blank=True, editable=False)
    publicity_ends_on = models.DateField("公示截止", null=True, editable=False)
    is_open_to_bids = models.BooleanField("开放揭榜", default=False, editable=False)
    bids_close_on = models.DateField("揭榜截止", null=True, editable=False)
    closed_on = models.DateField("销号日期", null=True, editable=False)
    stop_reason = models.CharField("终止原因", max_length=200, blank=True, editable=False)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = "项目"
        verbose_name_plural = "项目清单"
        ordering = ["-starts_on", "-pk"]
        indexes = [models.Index(fields=["community", "status", "due_on"], name="project_of_community")]
        constraints = [
            models.CheckConstraint(
                name="project_status_is_known",
                condition=Q(status__in=["proposed", "publicized", "implementing", "inspecting", "closed", "stopped"]),
                violation_error_message="未知的项目状态。",
            ),
            models.CheckConstraint(
                name="project_progress_is_a_percentage",
                condition=Q(progress__lte=100),
                violation_error_message="进度为 0 到 100。",
            ),
            models.CheckConstraint(
                name="project_is_due_after_it_starts",
                condition=Q(due_on__gte=F("starts_on")),
                violation_error_message="完成时限不能早于开始日期。",
            ),
            models.CheckConstraint(
                name="project_budget_is_not_negative",
                condition=Q(budget__gte=0),
                violation_error_message="预算不能是负数。",
            ),
            models.CheckConstraint(
                name="project_closed_says_when",
                condition=~Q(status="closed") | Q(closed_on__isnull=False),
            ),
            models.CheckConstraint(
                name="project_stopped_has_a_reason",
                condition=~Q(status="stopped") | ~Q(stop_reason=""),
                violation_error_message="请写明终止的原因。",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def next_statuses(self):
        return self.TRANSITIONS[self.Status(self.status)]

    def takes_bids(self, on=None):
        on = on or timezone.localdate()
        return (
            self.is_open_to_bids
            and self.status in (self.Status.PROPOSED, self.Status.PUBLICIZED)
            and (self.bids_close_on is None or on <= self.bids_close_on)
        )


class ProjectEvent(models.Model):
    """What happened to a project: appended in the transaction of the change, never edited."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="events", verbose_name="项目")
    from_status = models.CharField("原状态", max_length=20, choices=Project.Status.choices, blank=True)
    to_status = models.CharField("新状态", max_length=20, choices=Project.Status.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="project_events", verbose_name="经办人", null=True
    )
    note = models.CharField("说明", max_length=500, blank=True)
    progress = models.PositiveSmallIntegerField("当时进度", default=0)
    at = models.DateTimeField("时间")

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        verbose_name = "项目记录"
        verbose_name_plural = "项目记录"
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.get_to_status_display()} {self.at:%Y-%m-%d}"


class Milestone(models.Model):
    project = models.ForeignKey(Project, models.CASCADE, related_name="milestones", verbose_name="项目")
    name = models.CharField("节点", max_length=60)
    starts_on = models.DateField("开始日期")
    due_on = models.DateField("完成时限")
    done_on = models.DateField("完成日期", null=True, blank=True)

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        verbose_name = "项目节点"
        verbose_name_plural = "项目节点"
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="milestone_is_due_after_it_starts",
                condition=Q(due_on__gte=F("starts_on")),
                violation_error_message="完成时限不能早于开始日期。",
            )
        ]

    def __str__(self):
        return self.name


class Expense(models.Model):
    """Money spent on a project, in yuan. A mistake is corrected by a row with the opposite sign, never rewritten."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="expenses", verbose_name="项目")
    spent_on = models.DateField("日期", default=timezone.localdate)
    amount = models.DecimalField("金额", max_digits=12, decimal_places=2, help_text="元；冲正填负数。")
    purpose = models.CharField("用途", max_length=100)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="expenses", verbose_name="登记人", editable=False
    )
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = OfProjectQuerySet.as_manager()

    class Meta:
        verbose_name = "项目支出"
        verbose_name_plural = "项目支出"
        ordering = ["spent_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="expense_is_not_nothing",
                condition=~Q(amount=0),
                violation_error_message="金额不能是 0。",
            )
        ]

    def __str__(self):
        return f"{self.purpose} {self.amount} 元"


class Evidence(models.Model):
    """A picture that shows what was there before, what is being done, or what came of it."""

    class Stage(models.TextChoices):
        BEFORE = "before", "实施前"
        DURING = "during", "实施中"
        AFTER = "after", "完成后"

    project = models.ForeignKey(Project, models.CASCADE, related_name="evidence", verbose_name="项目")
    stage = models.CharField("阶段", max_length=10, choices=Stage.choices, default=Stage.DURING)
    image = models.ImageField("照片", upload_to=evidence_path)
    caption = models.CharField("说明", max_length=60, blank=True)
    is_public = models.BooleanField("公开", default=False, help_text="照片里的人都同意公开才能勾选。")
    added_at = models.DateTimeField("上传时间", auto_now_add=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = "佐证材料"
        verbose_name_plural = "佐证材料"
        ordering = ["pk"]

    def __str__(self):
        return self.caption or self.get_stage_display()


class Bid(models.Model):
    """揭榜: a unit applies to lead a project; the community picks one and says why."""

    class Status(models.TextChoices):
        SUBMITTED = "submitted", "待选定"
        CHOSEN = "chosen", "已选定"
        DECLINED = "declined", "未选定"
        WITHDRAWN = "withdrawn", "已撤回"

    TRANSITIONS = {
        Status.SUBMITTED: frozenset({Status.CHOSEN, Status.DECLINED, Status.WITHDRAWN}),
        Status.CHOSEN: frozenset(),
        Status.DECLINED: frozenset(),
        Status.WITHDRAWN: frozenset(),
    }

    project = models.ForeignKey(Project, models.CASCADE, related_name="bids", verbose_name="项目")
    unit = models.ForeignKey("organizations.Unit", models.PROTECT, related_name="bids", verbose_name="揭榜单位")
    status = models.CharField("状态", max_length=20, choices=Status.choices, default=Status.SUBMITTED, editable=False)
    plan = models.TextField("怎么做", max_length=1000)
    budget = models.DecimalField(
        "需要经费",
        max_digits=12,
        decimal_places=2,
        default=Decimal(0),
        validators=[MinValueValidator(0)],
        help_text="元",
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="bids", verbose_name="提交人", editable=False
    )
    submitted_at = models.DateTimeField("提交时间", editable=False)
    decided_at = models.DateTimeField("选定时间", null=True, editable=False)
    reason = models.CharField("选定说明", max_length=300, blank=True, editable=False)

    objects = BidQuerySet.as_manager()

    class Meta:
        verbose_name = "揭榜"
        verbose_name_plural = "揭榜"
        ordering = ["submitted_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="bid_status_is_known",
                condition=Q(status__in=["submitted", "chosen", "declined", "withdrawn"]),
                violation_error_message="未知的揭榜状态。",
            ),
            models.UniqueConstraint(
                name="bid_one_per_unit",
                fields=["project", "unit"],
                condition=~Q(status="withdrawn"),
                violation_error_message="贵单位已经揭榜。",
            ),
            models.UniqueConstraint(
                name="bid_one_is_chosen",
                fields=["project"],
                condition=Q(status="chosen"),
                violation_error_message="这个项目已选定揭榜单位。",
            ),
            models.CheckConstraint(
                name="bid_chosen_has_a_reason",
                condition=~Q(status="chosen") | ~Q(reason=""),
                violation_error_message="请写明选定的理由。",
            ),
        ]

    def __str__(self):
        return f"{self.unit} {self.get_status_display()}"

    @property
    def next_statuses(self):
        return self.TRANSITIONS[self.Status(self.status)]


class Appraisal(models.Model):
    """居民评议 of a project, one per phone, without an account."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="appraisals", verbose_name="项目")
    satisfaction = models.CharField("满意度", max_length=20, choices=Need.Satisfaction.choices)
    note = models.CharField("评语", max_length=300, blank=True)
    phone = EncryptedTextField("手机号", mask=mask_phone, max_length=11, validators=[PhoneValidator()])
    phone_index = BlindIndexField(source="phone", db_index=True)
    notice = models.ForeignKey(
        "accounts.PrivacyNotice",
        models.PROTECT,
        related_name="appraisals",
        verbose_name="同意的隐私告知书",
        editable=False,
    )
    appraised_at = models.DateTimeField("评议时间", default=timezone.now, editable=False)

    objects = AppraisalQuerySet.as_manager()

    class Meta:
        verbose_name = "居民评议"
        verbose_name_plural = "居民评议"
        ordering = ["appraised_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="appraisal_once_per_phone",
                fields=["project", "phone_index"],
                violation_error_message="这个手机号已经评过这个项目。",
            )
        ]

    def __str__(self):
        return self.get_satisfaction_display()


auditlog.register(Project, m2m_fields={"needs", "resources", "joint_units"})
auditlog.register(Appraisal, mask_fields=["phone"], exclude_fields=["phone_index"])
for model in (Milestone, Expense, Bid):
    auditlog.register(model)
