from django.conf import settings
from django.db import models
from django.db.models import Q

from checklists.querysets import DispatchQuerySet, ProposalQuerySet


class Proposal(models.Model):
    """One of the best resources for a need, as the matcher ranked it, with the parts of its score."""

    # Two constraints below begin with it: an index of its own would only be written a third time.
    need = models.ForeignKey(
        "checklists.Need", models.CASCADE, related_name="proposals", verbose_name="需求", db_index=False
    )
    resource = models.ForeignKey("checklists.Resource", models.CASCADE, related_name="proposals", verbose_name="资源")
    rank = models.PositiveSmallIntegerField("名次")
    score = models.PositiveSmallIntegerField("匹配度", help_text="0 到 10000")
    parts = models.JSONField("得分构成", default=dict)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = "匹配建议"
        verbose_name_plural = "匹配建议"
        ordering = ["need", "rank"]
        constraints = [
            models.UniqueConstraint(name="proposal_names_a_resource_once", fields=["need", "resource"]),
            models.UniqueConstraint(name="proposal_ranks_are_distinct", fields=["need", "rank"]),
        ]

    def __str__(self):
        return f"{self.rank}. {self.resource}"


class Dispatch(models.Model):
    """派单: one need offered to one resource. While open it holds `people_count` places of the resource's period."""

    class Status(models.TextChoices):
        OFFERED = "offered", "待接单"
        TAKEN = "taken", "已接单"
        FINISHED = "finished", "已完成"
        DECLINED = "declined", "已谢绝"
        EXPIRED = "expired", "超时退回"
        RECALLED = "recalled", "已收回"

    TRANSITIONS = {
        Status.OFFERED: frozenset({Status.TAKEN, Status.DECLINED, Status.EXPIRED, Status.RECALLED}),
        Status.TAKEN: frozenset({Status.FINISHED, Status.DECLINED, Status.RECALLED}),
        Status.FINISHED: frozenset(),
        Status.DECLINED: frozenset(),
        Status.EXPIRED: frozenset(),
        Status.RECALLED: frozenset(),
    }

    class Reason(models.TextChoices):
        NO_TIME = "no_time", "近期排不开"
        NO_PEOPLE = "no_people", "人手不足"
        NOT_OURS = "not_ours", "不在我们的服务范围"
        UNCLEAR = "unclear", "情况不清楚"
        NO_SHOW = "no_show", "约好时间居民不在"
        OTHER = "other", "其他原因"

    class Feedback(models.TextChoices):
        """What the unit says of the other side (双向评价)."""

        SMOOTH = "smooth", "配合顺利"
        FAIR = "fair", "基本顺利"
        HARD = "hard", "不够顺利"

    need = models.ForeignKey("checklists.Need", models.PROTECT, related_name="dispatches", verbose_name="需求")
    resource = models.ForeignKey("checklists.Resource", models.PROTECT, related_name="dispatches", verbose_name="资源")
    status = models.CharField("状态", max_length=20, choices=Status.choices, default=Status.OFFERED, editable=False)
    people_count = models.PositiveSmallIntegerField("占用名额", editable=False)
    dispatcher = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="dispatches",
        verbose_name="派单人",
        null=True,
        blank=True,
        editable=False,
    )
    offered_at = models.DateTimeField("派单时间", editable=False)
    reply_by = models.DateTimeField("答复期限", editable=False)
    answered_at = models.DateTimeField("答复时间", null=True, editable=False)
    finished_at = models.DateTimeField("完成时间", null=True, editable=False)
    reason = models.CharField("谢绝原因", max_length=20, choices=Reason.choices, blank=True, editable=False)
    note = models.CharField("说明", max_length=500, blank=True, editable=False)
    is_grabbed = models.BooleanField("抢单", default=False, editable=False)
    is_no_show = models.BooleanField("居民爽约", default=False, editable=False)
    feedback = models.CharField("单位评价", max_length=20, choices=Feedback.choices, blank=True, editable=False)
    feedback_note = models.CharField("单位的话", max_length=200, blank=True, editable=False)
    feedback_at = models.DateTimeField("单位评价时间", null=True, editable=False)

    objects = DispatchQuerySet.as_manager()

    class Meta:
        verbose_name = "派单"
        verbose_name_plural = "派单记录"
        ordering = ["-offered_at", "-pk"]
        indexes = [models.Index(fields=["status", "reply_by"], name="dispatch_unanswered")]
        constraints = [
            models.UniqueConstraint(
                name="dispatch_one_open_per_need",
                fields=["need"],
                condition=Q(status__in=["offered", "taken"]),
                violation_error_message="这件事已经派出，还没有收回。",
            ),
            models.CheckConstraint(
                name="dispatch_status_is_known",
                condition=Q(status__in=["offered", "taken", "finished", "declined", "expired", "recalled"]),
                violation_error_message="未知的派单状态。",
            ),
            models.CheckConstraint(
                name="dispatch_declined_has_a_reason",
                condition=~Q(status="declined") | ~Q(reason=""),
                violation_error_message="请选择不能接单的原因。",
            ),
        ]

    def __str__(self):
        return f"{self.need_id} {self.get_status_display()}"

    @property
    def next_statuses(self):
        return self.TRANSITIONS[self.Status(self.status)]

    @property
    def is_open(self):
        return self.status in (self.Status.OFFERED, self.Status.TAKEN)
