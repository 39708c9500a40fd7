from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from checklists.querysets import RotaQuerySet, TurnQuerySet, TurnSwapQuerySet


class Rota(models.Model):
    """轮值表: which member unit leads the community's joint activities, period after period."""

    class Period(models.TextChoices):
        MONTH = "month", "按月"
        QUARTER = "quarter", "按季度"

    community = models.ForeignKey("grids.Community", models.PROTECT, related_name="rotas", verbose_name="社区")
    period = models.CharField("轮值周期", max_length=10, choices=Period.choices, default=Period.QUARTER)
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="rotas", verbose_name="编制人", editable=False
    )
    made_at = models.DateTimeField("编制时间", auto_now_add=True)

    objects = RotaQuerySet.as_manager()

    class Meta:
        verbose_name = "轮值表"
        verbose_name_plural = "轮值表"
        ordering = ["community", "-starts_on"]
        constraints = [
            models.CheckConstraint(
                name="rota_ends_after_it_starts",
                condition=Q(ends_on__gt=F("starts_on")),
                violation_error_message="结束日期要晚于开始日期。",
            ),
            models.UniqueConstraint(
                name="rota_starts_once_a_day",
                fields=["community", "starts_on"],
                violation_error_message="本社区在这一天已有轮值表开始。",
            ),
        ]

    def __str__(self):
        return f"{self.community} {self.starts_on:%Y年%m月}—{self.ends_on:%Y年%m月}"


class Turn(models.Model):
    """轮值期: one unit's stretch of a rota, with what it hands over to the next."""

    rota = models.ForeignKey(Rota, models.CASCADE, related_name="turns", verbose_name="轮值表")
    unit = models.ForeignKey("organizations.Unit", models.PROTECT, related_name="turns", verbose_name="轮值单位")
    agreement = models.ForeignKey(
        "organizations.Agreement", models.PROTECT, related_name="turns", verbose_name="协议", null=True, blank=True
    )
    starts_on = models.DateField("轮值起")
    ends_on = models.DateField("轮值止")
    handover_note = models.TextField("交接说明", max_length=2000, blank=True)
    handed_over_at = models.DateTimeField("交接时间", null=True, editable=False)
    reminded_at = models.DateTimeField("提醒时间", null=True, editable=False)

    objects = TurnQuerySet.as_manager()

    class Meta:
        verbose_name = "轮值期"
        verbose_name_plural = "轮值期"
        ordering = ["starts_on", "pk"]
        indexes = [models.Index(fields=["starts_on", "ends_on"], name="turn_by_day")]
        constraints = [
            models.UniqueConstraint(name="turn_one_unit_at_a_time", fields=["rota", "starts_on"]),
            models.CheckConstraint(name="turn_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))),
        ]

    def __str__(self):
        return f"{self.starts_on:%Y-%m-%d}—{self.ends_on:%m-%d} {self.unit}"

    def is_ahead(self, on):
        """Not yet begun on the date `on`: still to be swapped or given to another unit."""
        return self.starts_on > on

    def is_on_duty(self, on):
        return self.starts_on <= on <= self.ends_on


class TurnSwap(models.Model):
    """换班: two units exchange their turns once both have said yes. The status is written by services.rotas alone."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", "待双方同意"
        AGREED = "agreed", "已换班"
        REFUSED = "refused", "未同意"
        WITHDRAWN = "withdrawn", "已撤回"

    TRANSITIONS = {
        Status.PROPOSED: frozenset({Status.AGREED, Status.REFUSED, Status.WITHDRAWN}),
        Status.AGREED: frozenset(),
        Status.REFUSED: frozenset(),
        Status.WITHDRAWN: frozenset(),
    }

    turn = models.ForeignKey(Turn, models.CASCADE, related_name="swaps", verbose_name="轮值期")
    other_turn = models.ForeignKey(Turn, models.CASCADE, related_name="swaps_asked", verbose_name="对方轮值期")
    status = models.CharField("状态", max_length=20, choices=Status.choices, default=Status.PROPOSED, editable=False)
    reason = models.CharField("换班原因", max_length=200)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="turn_swaps", verbose_name="提出人", editable=False
    )
    proposed_at = models.DateTimeField("提出时间", editable=False)
    agreed_at = models.DateTimeField("本方同意时间", null=True, editable=False)
    other_agreed_at = models.DateTimeField("对方同意时间", null=True, editable=False)
    ended_at = models.DateTimeField("结束时间", null=True, editable=False)
    note = models.CharField("答复", max_length=200, blank=True, editable=False)

    objects = TurnSwapQuerySet.as_manager()

    class Meta:
        verbose_name = "换班"
        verbose_name_plural = "换班记录"
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="turnswap_status_is_known",
                condition=Q(status__in=["proposed", "agreed", "refused", "withdrawn"]),
                violation_error_message="未知的换班状态。",
            ),
            models.CheckConstraint(name="turnswap_is_between_two_turns", condition=~Q(turn=F("other_turn"))),
            models.UniqueConstraint(
                name="turnswap_one_open_per_turn",
                fields=["turn"],
                condition=Q(status="proposed"),
                violation_error_message="这一期已有待同意的换班。",
            ),
            models.CheckConstraint(
                name="turnswap_agreed_by_both",
                condition=~Q(status="agreed") | Q(agreed_at__isnull=False, other_agreed_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.turn} ↔ {self.other_turn}"

    @property
    def next_statuses(self):
        return self.TRANSITIONS[self.Status(self.status)]


for model in (Rota, Turn, TurnSwap):
    auditlog.register(model)
