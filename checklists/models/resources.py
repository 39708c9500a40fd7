from datetime import date, timedelta

from auditlog.registry import auditlog
from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from checklists.models.terms import Half
from checklists.querysets import OfResourceQuerySet, ResourceQuerySet
from govern.choices import HALF_DAYS, TargetGroup
from govern.fields import FlagsField


class Resource(models.Model):
    """What a unit shares. `capacity` counts people served per period, `reserved` those whom dispatches hold."""

    class Kind(models.TextChoices):
        TALENT = "talent", "人才"
        TEACHER = "teacher", "师资"
        VENUE = "venue", "场地设施"
        FUNDS = "funds", "资金物资"
        JOB = "job", "岗位"
        INFORMATION = "information", "信息政策"

    class Period(models.TextChoices):
        WEEK = "week", "每周"
        MONTH = "month", "每月"
        QUARTER = "quarter", "每季度"
        ONCE = "once", "一次性"

    class Radius(models.IntegerChoices):
        COMMUNITY = 1, "本社区"
        STREET = 2, "本街道"
        DISTRICT = 3, "全区"

    unit = models.ForeignKey("organizations.Unit", models.PROTECT, related_name="resources", verbose_name="提供单位")
    name = models.CharField("资源名称", max_length=60)
    kind = models.CharField("资源类型", max_length=20, choices=Kind.choices, default=Kind.TALENT)
    description = models.TextField("内容", max_length=500, blank=True)
    conditions = models.CharField("条件", max_length=200, blank=True, help_text="如：提前一天预约、自带器材。")
    category = models.ForeignKey(
        "checklists.Category",
        models.PROTECT,
        related_name="resources",
        verbose_name="主要类别",
        limit_choices_to={"parent__isnull": False},
    )
    other_categories = models.ManyToManyField(
        "checklists.Category",
        related_name="secondary_resources",
        verbose_name="也能服务",
        limit_choices_to={"parent__isnull": False},
        blank=True,
        help_text="至多再选两类。",
    )
    capacity = models.PositiveSmallIntegerField(
        "名额", default=1, validators=[MinValueValidator(1)], help_text="每期可服务人数"
    )
    period = models.CharField("周期", max_length=10, choices=Period.choices, default=Period.MONTH)
    reserved = models.PositiveSmallIntegerField("本期已占用", default=0, editable=False)
    period_starts_on = models.DateField("本期起始", default=date.min, editable=False)
    availability = FlagsField("可用时间", flags=HALF_DAYS, default=0, blank=True, help_text="不选表示任何时间。")
    radius = models.PositiveSmallIntegerField("服务范围", choices=Radius.choices, default=Radius.COMMUNITY)
    target_groups = FlagsField(
        "开放对象", flags=TargetGroup.choices, default=0, blank=True, help_text="不选表示所有居民。"
    )
    valid_until = models.DateField("有效期至", null=True, blank=True)
    is_paused = models.BooleanField("暂停接单", default=False)
    # What a place of it was worth in the last matching run of its district: above nought, others wait for it.
    price = models.PositiveSmallIntegerField("紧缺度", default=0, editable=False)
    expiry_reminded_for = models.DateField("已提醒的到期日", null=True, editable=False)
    is_public = models.BooleanField("对居民公开", default=True, help_text="公开后居民可以直接点单。")

    objects = ResourceQuerySet.as_manager()

    class Meta:
        verbose_name = "资源"
        verbose_name_plural = "资源清单"
        ordering = ["unit", "name"]
        constraints = [
            models.CheckConstraint(
                name="resource_reserved_is_within_capacity",
                condition=Q(reserved__lte=F("capacity")),
                violation_error_message="名额不能少于本期已占用的人数。",
            ),
            models.UniqueConstraint(
                name="resource_name_is_unique_in_its_unit",
                fields=["unit", "name"],
                violation_error_message="该单位已有同名资源。",
            ),
        ]

    def __str__(self):
        return f"{self.name}（{self.unit}）"

    def period_start(self, on):
        """The first day of the period that `on` lies in."""
        return period_starts(on)[self.period]

    def left(self, on=None):
        """How many more people this period can serve; what an earlier period reserved no longer counts."""
        on = on or timezone.localdate()
        reserved = self.reserved if self.period_starts_on >= self.period_start(on) else 0
        return self.capacity - reserved


def period_starts(on):
    return {
        Resource.Period.WEEK: on - timedelta(days=on.weekday()),
        Resource.Period.MONTH: on.replace(day=1),
        Resource.Period.QUARTER: on.replace(month=(on.month - 1) // 3 * 3 + 1, day=1),
        Resource.Period.ONCE: date.min,
    }


class ResourceException(models.Model):
    """A half day on which a resource is open, or closed, against what its week says."""

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="exceptions", verbose_name="资源")
    day = models.DateField("日期")
    half = models.PositiveSmallIntegerField("半天", choices=Half.choices)
    is_open = models.BooleanField("开放", default=False)
    note = models.CharField("说明", max_length=60, blank=True)

    objects = OfResourceQuerySet.as_manager()

    class Meta:
        verbose_name = "开放例外"
        verbose_name_plural = "开放例外"
        ordering = ["day", "half"]
        constraints = [
            models.UniqueConstraint(
                name="resourceexception_is_said_once",
                fields=["resource", "day", "half"],
                violation_error_message="这半天已有安排。",
            )
        ]

    def __str__(self):
        return f"{self.day:%Y-%m-%d} {self.get_half_display()} {'开放' if self.is_open else '不开放'}"


class Booking(models.Model):
    """A half day of a venue, given to one dispatch, one activity or a word of the unit's own."""

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="bookings", verbose_name="资源")
    day = models.DateField("日期")
    half = models.PositiveSmallIntegerField("半天", choices=Half.choices)
    dispatch = models.ForeignKey(
        "checklists.Dispatch", models.CASCADE, related_name="bookings", verbose_name="派单", null=True, blank=True
    )
    activity = models.ForeignKey(
        "checklists.Activity", models.CASCADE, related_name="bookings", verbose_name="活动", null=True, blank=True
    )
    note = models.CharField("用途", max_length=60, blank=True)
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="bookings",
        verbose_name="登记人",
        null=True,
        blank=True,
        editable=False,
    )
    booked_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = OfResourceQuerySet.as_manager()

    class Meta:
        verbose_name = "场地预约"
        verbose_name_plural = "场地预约"
        ordering = ["day", "half"]
        constraints = [
            models.UniqueConstraint(
                name="booking_one_per_half_day",
                fields=["resource", "day", "half"],
                violation_error_message="这半天已有预约，请另选。",
            )
        ]

    def __str__(self):
        return f"{self.resource} {self.day:%Y-%m-%d} {self.get_half_display()}"


auditlog.register(ResourceException)
auditlog.register(Booking)
auditlog.register(Resource, m2m_fields={"other_categories"}, exclude_fields=["reserved", "period_starts_on", "price"])
