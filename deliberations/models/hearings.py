from pathlib import PurePath
from uuid import uuid4

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from deliberations.models.issues import Issue
from deliberations.querysets import HearingQuerySet, OfHearingQuerySet, RunningQuerySet
from govern.codes import new_code


def hearing_paper_path(paper, filename):
    """Under a name of ours; the ending was told by the content before."""
    return f"hearings/{uuid4().hex}{PurePath(filename).suffix}"


class Hearing(models.Model):
    """三会: 听证会 before, 协调会 during, 评议会 after."""

    class Kind(models.TextChoices):
        HEARING = "hearing", "听证会"
        COORDINATION = "coordination", "协调会"
        REVIEW = "review", "评议会"

    class Status(models.TextChoices):
        DRAFTED = "drafted", "筹备中"
        ANNOUNCED = "announced", "已公告"
        OPENED = "opened", "开会中"
        POSTPONED = "postponed", "人数不够，延期"
        CLOSED = "closed", "已结束"
        PUBLISHED = "published", "结果已公开"
        CANCELLED = "cancelled", "已取消"

    TRANSITIONS = {
        Status.DRAFTED: frozenset({Status.ANNOUNCED, Status.CANCELLED}),
        Status.ANNOUNCED: frozenset({Status.OPENED, Status.POSTPONED, Status.CANCELLED, Status.DRAFTED}),
        # The next try is announced anew.
        Status.POSTPONED: frozenset({Status.ANNOUNCED, Status.CANCELLED}),
        Status.OPENED: frozenset({Status.CLOSED}),
        Status.CLOSED: frozenset({Status.PUBLISHED}),
        Status.PUBLISHED: frozenset(),
        Status.CANCELLED: frozenset(),
    }

    code = models.CharField("编号", max_length=8, unique=True, default=new_code, editable=False)
    community = models.ForeignKey("grids.Community", models.PROTECT, related_name="hearings", verbose_name="社区")
    kind = models.CharField("会议", max_length=14, choices=Kind.choices)
    title = models.CharField("名称", max_length=60)
    issues = models.ManyToManyField(Issue, related_name="hearings", verbose_name="议题", blank=True)
    background = models.TextField("背景和方案", max_length=2000)
    starts_at = models.DateTimeField("时间")
    place = models.CharField("地点", max_length=80)
    host = models.CharField("主持人", max_length=40)
    recorder = models.CharField("记录人", max_length=40)
    open_seats = models.PositiveSmallIntegerField("公开席位", default=0, help_text="居民可以报名的名额。")
    # As the setting stood when it was announced: a later change of the setting does not touch what was called.
    quorum_percent = models.PositiveSmallIntegerField("法定到会比例", null=True, editable=False)
    pass_percent = models.PositiveSmallIntegerField("通过比例", null=True, editable=False)
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.DRAFTED, editable=False)
    announced_at = models.DateTimeField("公告时间", null=True, editable=False)
    opened_at = models.DateTimeField("开会时间", null=True, editable=False)
    closed_at = models.DateTimeField("散会时间", null=True, editable=False)
    minutes = models.TextField("会议纪要", max_length=3000, blank=True, editable=False)
    published_at = models.DateTimeField("公开时间", null=True, editable=False)
    cancelled_reason = models.CharField("取消原因", max_length=100, blank=True, editable=False)

    objects = HearingQuerySet.as_manager()

    class Meta:
        verbose_name = "三会"
        verbose_name_plural = "三会"
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="hearing_status_is_known",
                condition=Q(
                    status__in=["drafted", "announced", "opened", "postponed", "closed", "published", "cancelled"]
                ),
                violation_error_message="未知的会议状态。",
            )
        ]

    def __str__(self):
        return self.title


class HearingPaper(models.Model):
    """会议材料, to be read before by everybody who was invited, and by all once it `is_public`."""

    hearing = models.ForeignKey(Hearing, models.CASCADE, related_name="papers", verbose_name="会议")
    title = models.CharField("名称", max_length=60)
    file = models.FileField("文件", upload_to=hearing_paper_path)
    is_public = models.BooleanField("公开", default=True)
    added_at = models.DateTimeField("上传时间", default=timezone.now, editable=False)

    objects = OfHearingQuerySet.as_manager()

    class Meta:
        verbose_name = "会议材料"
        verbose_name_plural = "会议材料"
        ordering = ["pk"]

    def __str__(self):
        return self.title

    @property
    def ending(self):
        """.pdf, .jpg, .docx …"""
        return PurePath(self.file.name).suffix


class AgendaItem(models.Model):
    hearing = models.ForeignKey(Hearing, models.CASCADE, related_name="agenda", verbose_name="会议")
    order = models.PositiveSmallIntegerField("次序")
    title = models.CharField("议程", max_length=60)
    minutes = models.PositiveSmallIntegerField("分钟", default=10)
    started_at = models.DateTimeField("开始", null=True, editable=False)
    ended_at = models.DateTimeField("结束", null=True, editable=False)

    objects = RunningQuerySet.as_manager()

    class Meta:
        verbose_name = "议程"
        verbose_name_plural = "议程"
        ordering = ["order", "pk"]

    def __str__(self):
        return self.title


class HearingEvent(models.Model):
    hearing = models.ForeignKey(Hearing, models.CASCADE, related_name="events", verbose_name="会议")
    from_status = models.CharField("原状态", max_length=10, choices=Hearing.Status.choices, blank=True)
    to_status = models.CharField("新状态", max_length=10, choices=Hearing.Status.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="hearing_events", verbose_name="经办人", null=True
    )
    note = models.CharField("说明", max_length=200, blank=True)
    at = models.DateTimeField("时间")

    objects = OfHearingQuerySet.as_manager()

    class Meta:
        verbose_name = "会议经过"
        verbose_name_plural = "会议经过"
        ordering = ["at", "pk"]

    def __str__(self):
        return self.get_to_status_display()


for model in (Hearing, HearingPaper, AgendaItem):
    auditlog.register(model)
