from uuid import uuid4

from auditlog.registry import auditlog
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from govern.choices import TargetGroup, Weekday
from govern.fields import FlagsField
from volunteers.querysets import OfSeriesQuerySet, SeriesQuerySet, SessionQuerySet, SignupQuerySet


class Ledger(models.TextChoices):
    """Party duty is owed, voluntary service is free (志愿服务条例 art. 25): two accounts that are never added up."""

    DUTY = "duty", "报到服务"
    VOLUNTARY = "voluntary", "志愿服务"


class Terms(models.Model):
    """What a session asks for and offers; a series hands it to each of its sessions."""

    title = models.CharField("名称", max_length=60)
    text = models.CharField("做什么", max_length=500, blank=True)
    place = models.CharField("地点", max_length=80)
    longitude = models.FloatField("经度", null=True, blank=True)
    latitude = models.FloatField("纬度", null=True, blank=True)
    radius_m = models.PositiveSmallIntegerField(
        "签到范围", null=True, blank=True, help_text="米；填了才核对签到位置，要同时填经纬度。"
    )
    seats = models.PositiveSmallIntegerField("名额", default=10)
    target_groups = FlagsField("服务对象", flags=TargetGroup.choices, default=0, blank=True, help_text="不选表示居民。")
    risks = models.CharField("风险说明", max_length=300, blank=True, help_text="可能的危险和注意事项，报名时会看到。")
    least_age = models.PositiveSmallIntegerField("最小年龄", null=True, blank=True, help_text="岁")
    most_age = models.PositiveSmallIntegerField("最大年龄", null=True, blank=True, help_text="岁")
    needs_training = models.BooleanField("要有对应技能的培训", default=False)
    needs_insurance = models.BooleanField("要有保险", default=False)
    ledger = models.CharField("记入", max_length=10, choices=Ledger.choices, default=Ledger.VOLUNTARY)

    class Meta:
        abstract = True


class Series(Terms):
    """活动系列, e.g. 周二“红马甲”在行动: makes its sessions week by week, but for holidays."""

    community = models.ForeignKey("grids.Community", models.PROTECT, related_name="series", verbose_name="社区")
    team = models.ForeignKey(
        "volunteers.Team", models.PROTECT, related_name="series", verbose_name="服务队", null=True, blank=True
    )
    skills = models.ManyToManyField("volunteers.Skill", related_name="series", verbose_name="要求技能", blank=True)
    weekday = models.PositiveSmallIntegerField("每周", choices=Weekday.choices, default=Weekday.TUESDAY)
    starts_at = models.TimeField("开始")
    ends_at = models.TimeField("结束")
    starts_on = models.DateField("从哪天起", default=timezone.localdate)
    ends_on = models.DateField("到哪天止", null=True, blank=True)
    skips_holidays = models.BooleanField("节假日停", default=True, help_text="法定节假日不办；调休上班日照办。")
    is_red_vest = models.BooleanField("周二红马甲", default=False)
    is_active = models.BooleanField("在用", default=True)

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name = "活动系列"
        verbose_name_plural = "活动系列"
        ordering = ["community", "weekday", "starts_at"]
        constraints = [
            models.CheckConstraint(
                name="series_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message="结束时间要晚于开始时间。",
            )
        ]

    def __str__(self):
        return self.title


class SeriesException(models.Model):
    """停办或改期 of one day of a series."""

    series = models.ForeignKey(Series, models.CASCADE, related_name="exceptions", verbose_name="活动系列")
    day = models.DateField("哪一天")
    moved_to = models.DateField("改到", null=True, blank=True, help_text="不填就是停办。")
    reason = models.CharField("原因", max_length=60)

    objects = OfSeriesQuerySet.as_manager()

    class Meta:
        verbose_name = "停办或改期"
        verbose_name_plural = "停办或改期"
        ordering = ["-day"]
        constraints = [
            models.UniqueConstraint(
                name="series_day_is_excepted_once",
                fields=["series", "day"],
                violation_error_message="这一天已经设过。",
            )
        ]

    def __str__(self):
        return f"{self.series} {self.day:%Y-%m-%d}"


class Session(Terms):
    """活动场次: volunteers sign up, come, are checked in and out; its hours count once the organizer confirms them."""

    class Status(models.TextChoices):
        DRAFTED = "drafted", "未发布"
        OPEN = "open", "报名中"
        HELD = "held", "已结束"
        SETTLED = "settled", "时长已确认"
        CANCELLED = "cancelled", "已取消"

    TRANSITIONS = {
        Status.DRAFTED: frozenset({Status.OPEN, Status.CANCELLED}),
        Status.OPEN: frozenset({Status.HELD, Status.CANCELLED}),
        Status.HELD: frozenset({Status.SETTLED}),
        Status.SETTLED: frozenset(),
        Status.CANCELLED: frozenset(),
    }

    code = models.CharField("编号", max_length=8, unique=True, editable=False)
    community = models.ForeignKey("grids.Community", models.PROTECT, related_name="sessions", verbose_name="社区")
    series = models.ForeignKey(
        Series, models.PROTECT, related_name="sessions", verbose_name="活动系列", null=True, editable=False
    )
    team = models.ForeignKey(
        "volunteers.Team", models.PROTECT, related_name="sessions", verbose_name="服务队", null=True, blank=True
    )
    leader = models.ForeignKey(
        "volunteers.Volunteer",
        models.SET_NULL,
        related_name="led_sessions",
        verbose_name="领队",
        null=True,
        blank=True,
    )
    skills = models.ManyToManyField("volunteers.Skill", related_name="sessions", verbose_name="要求技能", blank=True)
    starts_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束")
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.DRAFTED, editable=False)
    secret = models.UUIDField(default=uuid4, editable=False)  # what the rotating check-in codes are made from
    cancelled_reason = models.CharField("取消原因", max_length=100, blank=True, editable=False)
    settled_at = models.DateTimeField("确认时间", null=True, editable=False)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="settled_sessions",
        verbose_name="确认人",
        null=True,
        editable=False,
    )
    reminded_at = models.DateTimeField("提醒时间", null=True, editable=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = "活动场次"
        verbose_name_plural = "活动场次"
        ordering = ["-starts_at", "-pk"]
        indexes = [
            models.Index(fields=["community", "starts_at"], name="session_of_community"),
            models.Index(fields=["status", "ends_at"], name="session_queue"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="session_once_per_series_and_start",
                fields=["series", "starts_at"],
                violation_error_message="这个系列当天的场次已经有了。",
            ),
            models.CheckConstraint(
                name="session_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message="结束时间要晚于开始时间。",
            ),
            models.CheckConstraint(
                name="session_status_is_known",
                condition=Q(status__in=["drafted", "open", "held", "settled", "cancelled"]),
                violation_error_message="未知的场次状态。",
            ),
        ]

    def __str__(self):
        return f"{self.title} {timezone.localtime(self.starts_at):%m-%d %H:%M}"

    @property
    def scheduled_minutes(self):
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


class Signup(models.Model):
    """报名: a seat or a place in the line; then what was really served. Scheduled and actual minutes side by side."""

    class Status(models.TextChoices):
        SEATED = "seated", "已报名"
        WAITING = "waiting", "候补"
        CANCELLED = "cancelled", "已取消"
        ATTENDED = "attended", "已参加"
        ABSENT = "absent", "未到"

    TRANSITIONS = {
        Status.SEATED: frozenset({Status.CANCELLED, Status.ATTENDED, Status.ABSENT}),
        Status.WAITING: frozenset({Status.SEATED, Status.CANCELLED}),
        Status.CANCELLED: frozenset(),
        Status.ATTENDED: frozenset({Status.ABSENT}),
        Status.ABSENT: frozenset({Status.ATTENDED}),
    }

    class Way(models.TextChoices):
        QR = "qr", "扫码"
        TABLET = "tablet", "平板输编号"
        LEADER = "leader", "领队登记"
        RULE = "rule", "按规则补签退"
        MAKE_UP = "make_up", "补录"

    session = models.ForeignKey(Session, models.CASCADE, related_name="signups", verbose_name="场次")
    volunteer = models.ForeignKey("volunteers.Volunteer", models.PROTECT, related_name="signups", verbose_name="志愿者")
    status = models.CharField("状态", max_length=10, choices=Status.choices, editable=False)
    signed_at = models.DateTimeField("报名时间", default=timezone.now, editable=False)
    seated_at = models.DateTimeField("占到名额", null=True, editable=False)
    cancelled_at = models.DateTimeField("取消时间", null=True, editable=False)
    cancelled_reason = models.CharField("取消原因", max_length=100, blank=True, editable=False)
    is_short_notice = models.BooleanField("临时取消", default=False, editable=False)
    arrived_at = models.DateTimeField("签到", null=True, editable=False)
    arrived_by = models.CharField("签到方式", max_length=10, choices=Way.choices, blank=True, editable=False)
    left_at = models.DateTimeField("签退", null=True, editable=False)
    left_by = models.CharField("签退方式", max_length=10, choices=Way.choices, blank=True, editable=False)
    # A late entry: who says so, why, and who else agreed.
    is_made_up = models.BooleanField("补录", default=False, editable=False)
    made_up_reason = models.CharField("补录原因", max_length=100, blank=True, editable=False)
    made_up_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="made_up_signups",
        verbose_name="补录人",
        null=True,
        editable=False,
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="approved_signups",
        verbose_name="补录审核人",
        null=True,
        editable=False,
    )
    credited_minutes = models.PositiveIntegerField("认定时长（分钟）", null=True, editable=False)
    credited_note = models.CharField("认定说明", max_length=100, blank=True, editable=False)
    score = models.PositiveSmallIntegerField(
        "评价", null=True, validators=[MinValueValidator(1), MaxValueValidator(5)], editable=False
    )
    comment = models.CharField("评语", max_length=200, blank=True, editable=False)

    objects = SignupQuerySet.as_manager()

    class Meta:
        verbose_name = "报名"
        verbose_name_plural = "报名和服务"
        ordering = ["session", "signed_at", "pk"]
        indexes = [
            models.Index(fields=["volunteer", "status", "signed_at"], name="signup_of_volunteer"),
            models.Index(fields=["session", "status", "signed_at"], name="signup_of_session"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="signup_one_open_per_session",
                fields=["session", "volunteer"],
                condition=~Q(status="cancelled"),
                violation_error_message="您已报名这一场。",
            ),
            models.CheckConstraint(
                name="signup_status_is_known",
                condition=Q(status__in=["seated", "waiting", "cancelled", "attended", "absent"]),
                violation_error_message="未知的报名状态。",
            ),
            models.CheckConstraint(
                name="signup_leaves_after_arriving",
                condition=Q(left_at=None) | Q(arrived_at__isnull=False, left_at__gte=F("arrived_at")),
                violation_error_message="签退不能早于签到。",
            ),
            models.CheckConstraint(
                name="signup_made_up_is_approved_by_another",
                condition=Q(approved_by=None) | ~Q(approved_by=F("made_up_by")),
                violation_error_message="补录要由另一个人审核。",
            ),
        ]

    def __str__(self):
        return f"{self.volunteer} {self.session}"

    @property
    def actual_minutes(self):
        """Between check-in and check-out; None while one is missing."""
        if self.arrived_at is None or self.left_at is None:
            return None
        return int((self.left_at - self.arrived_at).total_seconds() // 60)


for model in (Series, SeriesException, Session, Signup):
    auditlog.register(model)
