from auditlog.registry import auditlog
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from volunteers.querysets import OfReportQuerySet, ReportQuerySet, UnitReportQuerySet, YearReviewQuerySet


class UnitReport(models.Model):
    """单位报到: a unit's Party organization reports to the community of its site."""

    class Status(models.TextChoices):
        SUBMITTED = "submitted", "待接收"
        RETURNED = "returned", "退回补正"
        RECEIVED = "received", "已接收"
        ENDED = "ended", "已转出"

    TRANSITIONS = {
        Status.SUBMITTED: frozenset({Status.RETURNED, Status.RECEIVED}),
        Status.RETURNED: frozenset({Status.SUBMITTED}),
        Status.RECEIVED: frozenset({Status.ENDED}),
        Status.ENDED: frozenset(),
    }

    unit = models.ForeignKey("organizations.Unit", models.PROTECT, related_name="unit_reports", verbose_name="报到单位")
    community = models.ForeignKey(
        "grids.Community", models.PROTECT, related_name="unit_reports", verbose_name="报到社区"
    )
    secretary = models.CharField("单位党组织负责人", max_length=40)
    members_count = models.PositiveIntegerField("在职党员数", default=0)
    offers = models.CharField("能提供的服务", max_length=300, blank=True)
    wishes = models.CharField("希望参加的共建", max_length=300, blank=True)
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.SUBMITTED, editable=False)
    submitted_at = models.DateTimeField("报到时间", default=timezone.now, editable=False)
    opinion = models.CharField("接收意见", max_length=200, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="decided_unit_reports",
        verbose_name="经办人",
        null=True,
        editable=False,
    )
    decided_at = models.DateTimeField("办理时间", null=True, editable=False)

    objects = UnitReportQuerySet.as_manager()

    class Meta:
        verbose_name = "单位报到"
        verbose_name_plural = "单位报到"
        ordering = ["-submitted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="unit_reports_to_a_community_once",
                fields=["unit", "community"],
                condition=~Q(status="ended"),
                violation_error_message="这个单位已经向该社区报到。",
            ),
            models.CheckConstraint(
                name="unit_report_status_is_known",
                condition=Q(status__in=["submitted", "returned", "received", "ended"]),
                violation_error_message="未知的报到状态。",
            ),
        ]

    def __str__(self):
        return f"{self.unit}向{self.community}报到"


class Report(models.Model):
    """党员（志愿者）报到 to the community of residence: 注册 → 对接 → 安排岗位, each year a 鉴定 and its 回执."""

    class Status(models.TextChoices):
        SUBMITTED = "submitted", "待接收"
        RETURNED = "returned", "退回补正"
        REGISTERED = "registered", "已注册"
        CONTACTED = "contacted", "已对接"
        POSTED = "posted", "已安排岗位"
        MOVED = "moved", "已转出"
        ENDED = "ended", "已注销"

    TRANSITIONS = {
        Status.SUBMITTED: frozenset({Status.RETURNED, Status.REGISTERED, Status.ENDED}),
        Status.RETURNED: frozenset({Status.SUBMITTED, Status.ENDED}),
        Status.REGISTERED: frozenset({Status.CONTACTED, Status.MOVED, Status.ENDED}),
        Status.CONTACTED: frozenset({Status.POSTED, Status.MOVED, Status.ENDED}),
        # Handed over the last post, one waits for another.
        Status.POSTED: frozenset({Status.CONTACTED, Status.MOVED, Status.ENDED}),
        Status.MOVED: frozenset(),
        Status.ENDED: frozenset(),
    }

    class Source(models.TextChoices):
        SELF = "self", "本人"
        UNIT = "unit", "单位"
        COMMUNITY = "community", "社区代办"

    code = models.CharField("报到编号", max_length=8, unique=True, editable=False)
    volunteer = models.ForeignKey("volunteers.Volunteer", models.PROTECT, related_name="reports", verbose_name="报到人")
    community = models.ForeignKey("grids.Community", models.PROTECT, related_name="reports", verbose_name="报到社区")
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.SUBMITTED, editable=False)
    source = models.CharField("来源", max_length=10, choices=Source.choices, default=Source.SELF)
    submitted_at = models.DateTimeField("报到时间", editable=False)
    registered_at = models.DateTimeField("接收时间", null=True, editable=False)
    contact_by = models.DateTimeField("对接期限", null=True, editable=False)
    contacted_at = models.DateTimeField("对接时间", null=True, editable=False)
    contacted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="contacted_reports",
        verbose_name="对接人",
        null=True,
        editable=False,
    )
    posted_at = models.DateTimeField("首次安排岗位", null=True, editable=False)
    ended_at = models.DateTimeField("转出或注销时间", null=True, editable=False)
    reminded_at = models.DateTimeField("提醒时间", null=True, editable=False)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = "党员（志愿者）报到"
        verbose_name_plural = "党员（志愿者）报到"
        ordering = ["-submitted_at", "-pk"]
        indexes = [
            models.Index(fields=["community", "status", "submitted_at"], name="report_queue_of_community"),
            models.Index(fields=["status", "contact_by"], name="report_to_contact"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="report_one_open_per_volunteer",
                fields=["volunteer"],
                condition=~Q(status__in=["moved", "ended"]),
                violation_error_message="这个人已经向一个社区报到，请先转出。",
            ),
            models.CheckConstraint(
                name="report_status_is_known",
                condition=Q(
                    status__in=["submitted", "returned", "registered", "contacted", "posted", "moved", "ended"]
                ),
                violation_error_message="未知的报到状态。",
            ),
            models.CheckConstraint(
                name="report_contacted_says_when",
                condition=~Q(status__in=["contacted", "posted"]) | Q(contacted_at__isnull=False),
                violation_error_message="已对接的要有对接时间。",
            ),
        ]

    def __str__(self):
        return f"{self.volunteer}向{self.community}报到"

    @property
    def next_statuses(self):
        return self.TRANSITIONS[self.Status(self.status)]

    @property
    def is_open(self):
        return self.status not in (self.Status.MOVED, self.Status.ENDED)


class ReportEvent(models.Model):
    """What became of a report: appended in the transaction of the change, never edited."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="events", verbose_name="报到")
    from_status = models.CharField("原状态", max_length=10, choices=Report.Status.choices, blank=True)
    to_status = models.CharField("新状态", max_length=10, choices=Report.Status.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="report_events",
        verbose_name="经办人",
        null=True,
        blank=True,
    )
    note = models.CharField("说明", max_length=200, blank=True)
    at = models.DateTimeField("时间")

    objects = OfReportQuerySet.as_manager()

    class Meta:
        verbose_name = "报到经过"
        verbose_name_plural = "报到经过"
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.get_to_status_display()} {self.actor or '本人'}"


class YearReview(models.Model):
    """年度鉴定 of one report: written by the community, sent to the unit, which gives a 回执."""

    class Grade(models.TextChoices):
        EXCELLENT = "excellent", "优秀"
        QUALIFIED = "qualified", "合格"
        BASIC = "basic", "基本合格"
        FAILED = "failed", "不合格"

    class Status(models.TextChoices):
        DRAFTED = "drafted", "待鉴定"
        GRADED = "graded", "已鉴定"
        SENT = "sent", "已反馈单位"
        RECEIPTED = "receipted", "单位已回执"

    TRANSITIONS = {
        Status.DRAFTED: frozenset({Status.GRADED}),
        Status.GRADED: frozenset({Status.SENT, Status.DRAFTED}),
        Status.SENT: frozenset({Status.RECEIPTED}),
        Status.RECEIPTED: frozenset(),
    }

    report = models.ForeignKey(Report, models.CASCADE, related_name="reviews", verbose_name="报到")
    year = models.PositiveSmallIntegerField("年度", validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    unit = models.ForeignKey(
        "organizations.Unit", models.PROTECT, related_name="year_reviews", verbose_name="所在单位", null=True
    )
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.DRAFTED, editable=False)
    grade = models.CharField("鉴定等次", max_length=10, choices=Grade.choices, blank=True)
    comment = models.CharField("社区评语", max_length=300, blank=True)
    # As they stood when graded.
    duty_minutes = models.PositiveIntegerField("报到服务（分钟）", default=0, editable=False)
    voluntary_minutes = models.PositiveIntegerField("志愿服务（分钟）", default=0, editable=False)
    sessions_count = models.PositiveSmallIntegerField("参加次数", default=0, editable=False)
    graded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="graded_year_reviews",
        verbose_name="鉴定人",
        null=True,
        editable=False,
    )
    graded_at = models.DateTimeField("鉴定时间", null=True, editable=False)
    sent_at = models.DateTimeField("反馈时间", null=True, editable=False)
    receipted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="receipted_year_reviews",
        verbose_name="回执人",
        null=True,
        editable=False,
    )
    receipted_at = models.DateTimeField("回执时间", null=True, editable=False)
    receipt = models.CharField("回执意见", max_length=200, blank=True, editable=False)

    objects = YearReviewQuerySet.as_manager()

    class Meta:
        verbose_name = "年度鉴定"
        verbose_name_plural = "年度鉴定"
        ordering = ["-year", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="report_is_reviewed_once_a_year",
                fields=["report", "year"],
                violation_error_message="这个年度已有鉴定。",
            ),
            models.CheckConstraint(
                name="year_review_status_is_known",
                condition=Q(status__in=["drafted", "graded", "sent", "receipted"]),
                violation_error_message="未知的鉴定状态。",
            ),
            models.CheckConstraint(
                name="year_review_graded_has_a_grade",
                condition=Q(status="drafted") | ~Q(grade=""),
                violation_error_message="请选择鉴定等次。",
            ),
        ]

    def __str__(self):
        return f"{self.report.volunteer} {self.year}年度鉴定"


for model in (UnitReport, Report, YearReview):
    auditlog.register(model)
