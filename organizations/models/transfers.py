from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from organizations.models.members import PartyMember
from organizations.models.organizations import Organization
from organizations.querysets import TransferEventQuerySet, TransferQuerySet


class Transfer(models.Model):
    """组织关系转接: out of one branch and into another, when both have confirmed."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", "待转出方确认"
        RELEASED = "released", "待接收方确认"
        COMPLETED = "completed", "已转接"
        DECLINED = "declined", "未接收"
        WITHDRAWN = "withdrawn", "已撤回"

    TRANSITIONS = {
        Status.PROPOSED: frozenset({Status.RELEASED, Status.DECLINED, Status.WITHDRAWN}),
        Status.RELEASED: frozenset({Status.COMPLETED, Status.DECLINED, Status.WITHDRAWN}),
        Status.COMPLETED: frozenset(),
        Status.DECLINED: frozenset(),
        Status.WITHDRAWN: frozenset(),
    }
    OPEN = (Status.PROPOSED, Status.RELEASED)

    member = models.ForeignKey(PartyMember, models.CASCADE, related_name="transfers", verbose_name="党员")
    source = models.ForeignKey(
        Organization, models.PROTECT, related_name="transfers_out", verbose_name="转出党支部", editable=False
    )
    target = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="transfers_in",
        verbose_name="接收党支部",
        limit_choices_to={"kind__in": sorted(Organization.BRANCHES), "is_active": True},
    )
    status = models.CharField("状态", max_length=20, choices=Status.choices, default=Status.PROPOSED, editable=False)
    is_requested = models.BooleanField("由接收方申请", default=False, editable=False)
    reason = models.CharField("转接原因", max_length=200)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="transfers", verbose_name="发起人", editable=False
    )
    proposed_at = models.DateTimeField("发起时间", default=timezone.now, editable=False)
    completed_on = models.DateField("转接日期", null=True, editable=False)

    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = "组织关系转接"
        verbose_name_plural = "组织关系转接"
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="transfer_one_open_per_member",
                fields=["member"],
                condition=Q(status__in=["proposed", "released"]),
                violation_error_message="这名党员已有一件正在办理的转接。",
            ),
            models.CheckConstraint(
                name="transfer_leads_elsewhere",
                condition=~Q(source=F("target")),
                violation_error_message="接收党支部就是现在的党支部。",
            ),
            models.CheckConstraint(
                name="transfer_status_is_known",
                condition=Q(status__in=["proposed", "released", "completed", "declined", "withdrawn"]),
                violation_error_message="未知的转接状态。",
            ),
        ]

    def __str__(self):
        return f"{self.member} {self.get_status_display()}"

    @property
    def next_statuses(self):
        return self.TRANSITIONS[self.Status(self.status)]


class TransferEvent(models.Model):
    """What each side said, appended in the transaction of the change."""

    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="events", verbose_name="转接")
    from_status = models.CharField("原状态", max_length=20, choices=Transfer.Status.choices, blank=True)
    to_status = models.CharField("新状态", max_length=20, choices=Transfer.Status.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="transfer_events", verbose_name="经办人", null=True
    )
    note = models.CharField("说明", max_length=200, blank=True)
    at = models.DateTimeField("时间")

    objects = TransferEventQuerySet.as_manager()

    class Meta:
        verbose_name = "转接经过"
        verbose_name_plural = "转接经过"
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.get_to_status_display()} {self.at:%Y-%m-%d}"


auditlog.register(Transfer)
