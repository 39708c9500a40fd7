from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from organizations.querysets import ReferenceQuerySet
from volunteers.models.sessions import Ledger
from volunteers.querysets import (
    CertificateQuerySet,
    ExchangeQuerySet,
    HourEntryQuerySet,
    PointEntryQuerySet,
    StarQuerySet,
)
from volunteers.words import hours


class HourEntry(models.Model):
    """服务时长, append-only (a trigger refuses rewriting): a mistake is mended by its reversal.

    `counts_on` lies behind the publicity period where one is set.
    """

    volunteer = models.ForeignKey(
        "volunteers.Volunteer", models.PROTECT, related_name="hour_entries", verbose_name="志愿者"
    )
    ledger = models.CharField("账目", max_length=10, choices=Ledger.choices)
    minutes = models.IntegerField("分钟")
    served_on = models.DateField("服务日期")
    counts_on = models.DateField("计入日期")
    signup = models.ForeignKey(
        "volunteers.Signup", models.PROTECT, related_name="hour_entries", verbose_name="哪次服务", null=True
    )
    holding = models.ForeignKey(
        "volunteers.Holding", models.PROTECT, related_name="hour_entries", verbose_name="任岗", null=True
    )
    community = models.ForeignKey(
        "grids.Community", models.PROTECT, related_name="hour_entries", verbose_name="记录社区"
    )
    words = models.CharField("内容", max_length=100)
    reverses = models.OneToOneField(
        "self", models.PROTECT, related_name="reversal", verbose_name="冲销", null=True, blank=True
    )
    # What was entered anew after a reversal: it stands in the place of the entry that was reversed.
    replaces = models.OneToOneField(
        "self", models.PROTECT, related_name="replacement", verbose_name="更正", null=True, blank=True
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="entered_hours", verbose_name="记录人", null=True
    )
    entered_at = models.DateTimeField("记录时间", default=timezone.now)

    objects = HourEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "时长记录"
        verbose_name_plural = "时长台账"
        ordering = ["-served_on", "-pk"]
        indexes = [
            models.Index(fields=["volunteer", "ledger", "served_on"], name="hours_of_volunteer"),
            models.Index(fields=["community", "served_on"], name="hours_of_community"),
        ]
        constraints = [
            models.CheckConstraint(
                name="hours_are_negative_only_to_reverse",
                condition=Q(minutes__gt=0, reverses=None) | Q(minutes__lt=0, reverses__isnull=False),
                violation_error_message="时长要大于 0；改正请冲销原记录。",
            ),
            models.UniqueConstraint(
                name="signup_is_credited_once",
                fields=["signup"],
                condition=Q(reverses=None, replaces=None, signup__isnull=False),
                violation_error_message="这次服务已记过时长。",
            ),
            models.UniqueConstraint(
                name="holding_is_credited_once_a_month",
                fields=["holding", "served_on"],
                condition=Q(reverses=None, replaces=None, holding__isnull=False),
                violation_error_message="这个岗位本月已记过时长。",
            ),
        ]

    def __str__(self):
        return f"{self.volunteer} {self.minutes} 分钟"

    @property
    def hours(self):
        return hours(self.minutes)


class PointRule(models.Model):
    """积分规则: points per hour of one ledger from a day on; never a payment (志愿服务条例 art. 21)."""

    ledger = models.CharField("账目", max_length=10, choices=Ledger.choices)
    points_per_hour = models.PositiveSmallIntegerField("每小时积分")
    most_per_session = models.PositiveSmallIntegerField("每次上限", null=True, blank=True, help_text="分；不填不限。")
    effective_on = models.DateField("起用日期", default=timezone.localdate)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = "积分规则"
        verbose_name_plural = "积分规则"
        ordering = ["ledger", "-effective_on"]
        constraints = [
            models.UniqueConstraint(
                name="point_rule_once_a_day",
                fields=["ledger", "effective_on"],
                violation_error_message="这一天已有规则。",
            )
        ]

    def __str__(self):
        return f"{self.get_ledger_display()} 每小时 {self.points_per_hour} 分"


class PointEntry(models.Model):
    """积分, the second append-only ledger: spending points never touches hours."""

    volunteer = models.ForeignKey(
        "volunteers.Volunteer", models.PROTECT, related_name="point_entries", verbose_name="志愿者"
    )
    points = models.IntegerField("积分")
    hour_entry = models.OneToOneField(
        HourEntry, models.PROTECT, related_name="point_entry", verbose_name="时长记录", null=True
    )
    exchange = models.OneToOneField(
        "volunteers.Exchange", models.PROTECT, related_name="point_entry", verbose_name="兑换", null=True
    )
    reverses = models.OneToOneField(
        "self", models.PROTECT, related_name="reversal", verbose_name="冲销", null=True, blank=True
    )
    words = models.CharField("内容", max_length=100)
    entered_at = models.DateTimeField("记录时间", default=timezone.now)

    objects = PointEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "积分记录"
        verbose_name_plural = "积分台账"
        ordering = ["-entered_at", "-pk"]
        indexes = [models.Index(fields=["volunteer", "entered_at"], name="points_of_volunteer")]
        constraints = [
            models.CheckConstraint(
                name="points_are_not_nought",
                condition=~Q(points=0),
                violation_error_message="积分不能是 0。",
            )
        ]

    def __str__(self):
        return f"{self.volunteer} {self.points:+} 分"


class Exchange(models.Model):
    """兑换 of points for a small good at a station. Its `key` is the form's own: sent twice, it is handed out once."""

    key = models.UUIDField(unique=True, null=True, editable=False)
    volunteer = models.ForeignKey(
        "volunteers.Volunteer", models.PROTECT, related_name="exchanges", verbose_name="志愿者"
    )
    good = models.ForeignKey("volunteers.Good", models.PROTECT, related_name="exchanges", verbose_name="物资")
    count = models.PositiveSmallIntegerField("数量", default=1)
    points = models.PositiveIntegerField("用去积分")
    handed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="exchanges", verbose_name="发放人"
    )
    at = models.DateTimeField("时间", default=timezone.now)

    objects = ExchangeQuerySet.as_manager()

    class Meta:
        verbose_name = "兑换"
        verbose_name_plural = "兑换记录"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="exchange_hands_out_something",
                condition=Q(count__gte=1),
                violation_error_message="至少兑换 1 件。",
            )
        ]

    def __str__(self):
        return f"{self.volunteer} {self.good} × {self.count}"


class Star(models.Model):
    """星级: reached by hours, published for some days, then awarded; taken back with a reason."""

    class Status(models.TextChoices):
        PUBLISHED = "published", "公示中"
        AWARDED = "awarded", "已认定"
        WITHDRAWN = "withdrawn", "已取消"

    TRANSITIONS = {
        Status.PUBLISHED: frozenset({Status.AWARDED, Status.WITHDRAWN}),
        Status.AWARDED: frozenset({Status.WITHDRAWN}),
        Status.WITHDRAWN: frozenset(),
    }

    volunteer = models.ForeignKey("volunteers.Volunteer", models.PROTECT, related_name="stars", verbose_name="志愿者")
    level = models.PositiveSmallIntegerField("星级")
    minutes = models.PositiveIntegerField("达到时长（分钟）")
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.PUBLISHED, editable=False)
    published_on = models.DateField("公示开始", default=timezone.localdate)
    published_until = models.DateField("公示至")
    awarded_on = models.DateField("认定日期", null=True, editable=False)
    withdrawn_on = models.DateField("取消日期", null=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="withdrawn_stars",
        verbose_name="取消人",
        null=True,
        editable=False,
    )
    note = models.CharField("说明", max_length=100, blank=True, editable=False)

    objects = StarQuerySet.as_manager()

    class Meta:
        verbose_name = "星级"
        verbose_name_plural = "星级认定"
        ordering = ["-published_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="star_level_once_per_volunteer",
                fields=["volunteer", "level"],
                condition=~Q(status="withdrawn"),
                violation_error_message="这一星级已经认定或正在公示。",
            ),
            models.CheckConstraint(
                name="star_status_is_known",
                condition=Q(status__in=["published", "awarded", "withdrawn"]),
                violation_error_message="未知的星级状态。",
            ),
            models.CheckConstraint(
                name="star_level_is_known",
                condition=Q(level__range=(1, 5)),
                violation_error_message="星级为 1 到 5。",
            ),
            models.CheckConstraint(
                name="star_is_published_before_it_is_awarded",
                condition=Q(published_until__gte=F("published_on")),
                violation_error_message="公示截止不能早于开始。",
            ),
        ]

    def __str__(self):
        return f"{self.volunteer} {self.level} 星"

    @property
    def hours(self):
        return hours(self.minutes)

    @property
    def word(self):
        return f"{'一二三四五'[self.level - 1]}星级"


class Certificate(models.Model):
    """志愿服务记录证明: numbered, free of charge, verified on a public page by its sign (民发〔2015〕149号)."""

    number = models.CharField("证明编号", max_length=32, unique=True, editable=False)
    sign = models.CharField("核验码", max_length=16, unique=True, editable=False)
    volunteer = models.ForeignKey(
        "volunteers.Volunteer", models.PROTECT, related_name="certificates", verbose_name="志愿者"
    )
    community = models.ForeignKey(
        "grids.Community", models.PROTECT, related_name="certificates", verbose_name="出具社区"
    )
    starts_on = models.DateField("服务起")
    ends_on = models.DateField("服务止")
    minutes = models.PositiveIntegerField("时长（分钟）")
    sessions_count = models.PositiveSmallIntegerField("服务次数")
    content = models.CharField("服务内容", max_length=300)
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="certificates",
        verbose_name="经办人",
        null=True,
    )
    issued_at = models.DateTimeField("出具时间", default=timezone.now)
    revoked_at = models.DateTimeField("作废时间", null=True, blank=True)
    revoked_reason = models.CharField("作废原因", max_length=100, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = "服务证明"
        verbose_name_plural = "服务证明"
        ordering = ["-issued_at", "-pk"]

    def __str__(self):
        return self.number

    @property
    def hours(self):
        return hours(self.minutes)

    @property
    def spoken_sign(self):
        return " ".join(self.sign[start : start + 4] for start in range(0, 16, 4))


for model in (PointRule, Star, Certificate):
    auditlog.register(model)
