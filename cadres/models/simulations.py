from decimal import Decimal

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Q

from cadres.models.schemes import Scheme, Track
from cadres.models.workers import CommunityWorker
from cadres.querysets import SimulationLineQuerySet, SimulationQuerySet


class Simulation(models.Model):
    """年度测算: what 1 January would bring to everybody of a scheme. It changes nothing until lines are approved."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="simulations", verbose_name="岗位体系")
    effective_on = models.DateField("执行日期")
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="simulations", verbose_name="测算人", null=True
    )
    prepared_at = models.DateTimeField("测算时间")

    objects = SimulationQuerySet.as_manager()

    class Meta:
        verbose_name = "年度测算"
        verbose_name_plural = "年度测算"
        ordering = ["-effective_on", "-pk"]
        permissions = [("approve_simulation", "批准级别测算")]
        constraints = [
            models.UniqueConstraint(
                name="simulation_one_a_day",
                fields=["scheme", "effective_on"],
                violation_error_message="这一天已有测算。",
            )
        ]

    def __str__(self):
        return f"{self.scheme} {self.effective_on:%Y-%m-%d}"


class SimulationLine(models.Model):
    """One person in a simulation: from which level to which, why, and what it costs in yuan a month."""

    class Outcome(models.TextChoices):
        RISES = "rises", "晋级"
        STAYS = "stays", "不变"
        FALLS = "falls", "降级"
        WAITS = "waits", "待定"

    class Status(models.TextChoices):
        PENDING = "pending", "待批准"
        APPROVED = "approved", "已批准"
        DECLINED = "declined", "本次不调"

    TRANSITIONS = {
        Status.PENDING: frozenset({Status.APPROVED, Status.DECLINED}),
        Status.APPROVED: frozenset(),
        Status.DECLINED: frozenset({Status.PENDING}),
    }

    simulation = models.ForeignKey(Simulation, models.CASCADE, related_name="lines", verbose_name="年度测算")
    worker = models.ForeignKey(
        CommunityWorker, models.PROTECT, related_name="simulation_lines", verbose_name="社区工作者"
    )
    track = models.ForeignKey(Track, models.PROTECT, related_name="simulation_lines", verbose_name="岗位")
    level_before = models.PositiveSmallIntegerField("现级别")
    level_after = models.PositiveSmallIntegerField("测算级别")
    pay_before = models.DecimalField("现月薪酬（元）", max_digits=9, decimal_places=2)
    pay_after = models.DecimalField("测算月薪酬（元）", max_digits=9, decimal_places=2)
    outcome = models.CharField("结果", max_length=10, choices=Outcome.choices)
    why = models.CharField("原因", max_length=300)
    terms = models.JSONField("计算过程", default=list)
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.PENDING, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="simulation_lines", verbose_name="批准人", null=True
    )
    decided_at = models.DateTimeField("批准时间", null=True)
    note = models.CharField("说明", max_length=200, blank=True)

    objects = SimulationLineQuerySet.as_manager()

    class Meta:
        verbose_name = "测算明细"
        verbose_name_plural = "测算明细"
        ordering = ["simulation", "worker__organization", "worker"]
        indexes = [models.Index(fields=["simulation", "outcome", "status"], name="line_of_simulation")]
        constraints = [
            models.UniqueConstraint(
                name="line_one_per_worker",
                fields=["simulation", "worker"],
                violation_error_message="一次测算里每人一行。",
            ),
            models.CheckConstraint(
                name="simulationline_status_is_known",
                condition=Q(status__in=["pending", "approved", "declined"]),
                violation_error_message="未知的测算状态。",
            ),
            models.CheckConstraint(
                name="line_is_decided_at_a_time",
                condition=Q(status="pending", decided_at=None) | (~Q(status="pending") & Q(decided_at__isnull=False)),
                violation_error_message="批准或不调都要有时间。",
            ),
        ]

    def __str__(self):
        return f"{self.worker} {self.level_before} → {self.level_after}"

    @property
    def next_statuses(self):
        return self.TRANSITIONS[self.Status(self.status)]

    @property
    def cost(self):
        """Yuan a month more than now."""
        return self.pay_after - self.pay_before if self.level_after != self.level_before else Decimal(0)


auditlog.register(Simulation)
auditlog.register(SimulationLine, exclude_fields=["terms"])
