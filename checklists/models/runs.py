from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from checklists.querysets import AssignmentQuerySet, RunQuerySet


class Run(models.Model):
    """统筹匹配: one matching of all unconfirmed needs of a district, with its certificate. services.runs writes it."""

    class Status(models.TextChoices):
        QUEUED = "queued", "排队中"
        RUNNING = "running", "计算中"
        FINISHED = "finished", "已完成"
        FAILED = "failed", "未完成"

    TRANSITIONS = {
        Status.QUEUED: frozenset({Status.RUNNING, Status.FAILED}),
        # A run whose worker died is run again from the rows.
        Status.RUNNING: frozenset({Status.FINISHED, Status.FAILED, Status.QUEUED}),
        Status.FINISHED: frozenset(),
        Status.FAILED: frozenset({Status.QUEUED}),
    }

    district = models.ForeignKey("grids.District", models.PROTECT, related_name="runs", verbose_name="区县")
    status = models.CharField("状态", max_length=20, choices=Status.choices, default=Status.QUEUED, editable=False)
    is_trial = models.BooleanField("试算", default=False, help_text="只看结果，不改匹配建议。")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="runs",
        verbose_name="发起人",
        null=True,
        blank=True,
        editable=False,
    )
    settings = models.JSONField("参数", default=dict, editable=False)
    epsilon = models.PositiveSmallIntegerField("精度步长", default=50, help_text="分；越小越接近最优，越慢。")
    queued_at = models.DateTimeField("提交时间", editable=False)
    started_at = models.DateTimeField("开始时间", null=True, editable=False)
    finished_at = models.DateTimeField("完成时间", null=True, editable=False)
    attempts = models.PositiveSmallIntegerField("次数", default=0, editable=False)
    error = models.CharField("原因", max_length=300, blank=True, editable=False)
    need_count = models.PositiveIntegerField("需求数", default=0, editable=False)
    resource_count = models.PositiveIntegerField("资源数", default=0, editable=False)
    edge_count = models.PositiveBigIntegerField("可配对数", default=0, editable=False)
    served_count = models.PositiveIntegerField("配上的需求", default=0, editable=False)
    score = models.PositiveBigIntegerField("总分", default=0, editable=False)
    upper_bound = models.PositiveBigIntegerField("总分上界", default=0, editable=False)
    seconds = models.JSONField("各步用时", default=dict, editable=False, help_text="秒")

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = "统筹匹配"
        verbose_name_plural = "统筹匹配"
        ordering = ["-queued_at", "-pk"]
        permissions = [("start_run", "发起统筹匹配")]
        constraints = [
            models.CheckConstraint(
                name="run_status_is_known",
                condition=Q(status__in=["queued", "running", "finished", "failed"]),
                violation_error_message="未知的状态。",
            ),
            models.UniqueConstraint(
                name="run_one_at_a_time_per_district",
                fields=["district"],
                condition=Q(status__in=["queued", "running"], is_trial=False),
                violation_error_message="这个区县的统筹匹配正在进行。",
            ),
            models.CheckConstraint(name="run_score_is_within_its_bound", condition=Q(score__lte=F("upper_bound"))),
        ]

    def __str__(self):
        return f"{self.district} {timezone.localtime(self.queued_at):%Y-%m-%d %H:%M}"

    @property
    def next_statuses(self):
        return self.TRANSITIONS[self.Status(self.status)]

    @property
    def ratio(self):
        """The certificate: the optimum is at most 1 / ratio times this score. None before the run has ended."""
        return self.score / self.upper_bound if self.upper_bound else None


class Assignment(models.Model):
    """Which resource a run gave a need. Kept per run, so that two runs can be compared."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="assignments", verbose_name="统筹匹配")
    need = models.ForeignKey("checklists.Need", models.CASCADE, related_name="assignments", verbose_name="需求")
    resource = models.ForeignKey("checklists.Resource", models.CASCADE, related_name="assignments", verbose_name="资源")
    score = models.PositiveSmallIntegerField("匹配度")

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = "统筹结果"
        verbose_name_plural = "统筹结果"
        ordering = ["run", "need"]
        constraints = [models.UniqueConstraint(name="assignment_one_per_need_in_a_run", fields=["run", "need"])]

    def __str__(self):
        return f"{self.need_id} → {self.resource_id}"
