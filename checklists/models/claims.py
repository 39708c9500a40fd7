from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from checklists.querysets.claims import AppealQuerySet, ClaimQuerySet


class Appeal(models.Model):
    """开放认领: a need put before the volunteers of its community, in words that name nobody.

    It stands until staff close it: a need that comes back is open to be claimed again.
    """

    need = models.OneToOneField("checklists.Need", models.CASCADE, related_name="appeal", verbose_name="需求")
    words = models.CharField("给志愿者看的说明", max_length=200)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="appeals", verbose_name="开放人", editable=False
    )
    opened_at = models.DateTimeField("开放时间", default=timezone.now, editable=False)
    closed_at = models.DateTimeField("停止时间", null=True, editable=False)

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = "开放认领"
        verbose_name_plural = "开放认领"
        ordering = ["-opened_at", "-pk"]

    def __str__(self):
        return self.words[:24]


class Claim(models.Model):
    """微心愿认领: a need in the hands of a team or of one person, instead of a unit's. Its story is the need's events.

    Beside a dispatch it never stands: both begin only where the need waits (see services.claims).
    """

    class Status(models.TextChoices):
        OFFERED = "offered", "待答应"
        CLAIMED = "claimed", "待社区确认"
        APPROVED = "approved", "帮办中"
        FULFILLED = "fulfilled", "已实现"
        DECLINED = "declined", "未认领成"
        GIVEN_UP = "given_up", "已放弃"
        EXPIRED = "expired", "超时退回"
        RECALLED = "recalled", "已收回"

    TRANSITIONS = {
        Status.OFFERED: frozenset({Status.APPROVED, Status.DECLINED, Status.EXPIRED, Status.RECALLED}),
        Status.CLAIMED: frozenset({Status.APPROVED, Status.DECLINED, Status.GIVEN_UP, Status.EXPIRED, Status.RECALLED}),
        Status.APPROVED: frozenset({Status.FULFILLED, Status.GIVEN_UP, Status.EXPIRED, Status.RECALLED}),
        Status.FULFILLED: frozenset(),
        Status.DECLINED: frozenset(),
        Status.GIVEN_UP: frozenset(),
        Status.EXPIRED: frozenset(),
        Status.RECALLED: frozenset(),
    }

    need = models.ForeignKey("checklists.Need", models.PROTECT, related_name="claims", verbose_name="需求")
    volunteer = models.ForeignKey(
        "volunteers.Volunteer",
        models.PROTECT,
        related_name="claims",
        verbose_name="认领人",
        null=True,
        blank=True,
    )
    team = models.ForeignKey(
        "volunteers.Team", models.PROTECT, related_name="claims", verbose_name="认领的服务队", null=True, blank=True
    )
    status = models.CharField("状态", max_length=10, choices=Status.choices, editable=False)
    plan = models.CharField("打算怎么帮", max_length=300, blank=True)
    due_on = models.DateField("最晚哪天办好")
    claimed_at = models.DateTimeField("认领时间", default=timezone.now, editable=False)
    reply_by = models.DateTimeField("答复期限", editable=False)
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="offered_claims",
        verbose_name="交办人",
        null=True,
        editable=False,
    )
    approved_at = models.DateTimeField("确认时间", null=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="approved_claims",
        verbose_name="确认人",
        null=True,
        editable=False,
    )
    extensions_count = models.PositiveSmallIntegerField("延期次数", default=0, editable=False)
    extension_reason = models.CharField("延期原因", max_length=200, blank=True, editable=False)
    ended_at = models.DateTimeField("结束时间", null=True, editable=False)
    note = models.CharField("结果或原因", max_length=500, blank=True, editable=False)
    thanks = models.CharField("居民的感谢", max_length=200, blank=True, editable=False)
    thanked_at = models.DateTimeField("感谢时间", null=True, editable=False)
    reminded_at = models.DateTimeField("提醒时间", null=True, editable=False)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = "微心愿认领"
        verbose_name_plural = "微心愿认领"
        ordering = ["-claimed_at", "-pk"]
        indexes = [models.Index(fields=["status", "due_on"], name="claim_running_out")]
        constraints = [
            models.UniqueConstraint(
                name="claim_one_active_per_need",
                fields=["need"],
                condition=Q(status__in=["offered", "claimed", "approved"]),
                violation_error_message="这件事已经有人认领。",
            ),
            models.CheckConstraint(
                name="claim_is_of_a_team_or_a_person",
                condition=Q(volunteer=None, team__isnull=False) | Q(volunteer__isnull=False, team=None),
                violation_error_message="请选择一支服务队或一个人，只选一个。",
            ),
            models.CheckConstraint(
                name="claim_status_is_known",
                condition=Q(
                    status__in=[
                        "offered",
                        "claimed",
                        "approved",
                        "fulfilled",
                        "declined",
                        "given_up",
                        "expired",
                        "recalled",
                    ]
                ),
                violation_error_message="未知的认领状态。",
            ),
        ]

    def __str__(self):
        return f"{self.helper} {self.get_status_display()}"

    @property
    def helper(self):
        """The team, or the person with the name masked."""
        return self.team or self.volunteer

    @property
    def public_helper(self):
        """What the resident reads before anybody calls: a team by its name, a person by none."""
        return self.team.name if self.team_id else "一位志愿者"

    @property
    def speaker(self):
        """The volunteer who acts for it: the person, or the team's leader (None while it has none)."""
        return self.team.leader if self.team_id else self.volunteer

    @property
    def next_statuses(self):
        return self.TRANSITIONS[self.Status(self.status)]

    @property
    def is_abandoned(self):
        return (self.team.dissolved_on if self.team_id else self.volunteer.left_on) is not None

    @property
    def is_active(self):
        return self.status in (self.Status.OFFERED, self.Status.CLAIMED, self.Status.APPROVED)


for model in (Appeal, Claim):
    auditlog.register(model)
