from auditlog.registry import auditlog
from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from grids.querysets import BuildingStayQuerySet, GridQuerySet, OfGridQuerySet


class Grid(models.Model):
    """网格, in two levels: 区级总网格 and, under it, 社区分网格. A grid may span communities."""

    class Level(models.TextChoices):
        DISTRICT = "district", "区级总网格"
        COMMUNITY = "community", "社区分网格"

    class Kind(models.TextChoices):
        """综合网格 holds households; 专属网格 a school, a market, a park of offices with its own answerable body."""

        GENERAL = "general", "综合网格"
        EXCLUSIVE = "exclusive", "专属网格"

    name = models.CharField("名称", max_length=40)
    code = models.CharField(
        "网格编码",
        max_length=15,
        unique=True,
        validators=[RegexValidator(r"^\d{15}$", "网格编码为 15 位数字（12 位社区代码加 3 位序号）。")],
    )
    level = models.CharField("级别", max_length=20, choices=Level.choices, default=Level.COMMUNITY)
    kind = models.CharField("类型", max_length=20, choices=Kind.choices, default=Kind.GENERAL)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="children",
        verbose_name="所属总网格",
        limit_choices_to={"level": "district"},
        null=True,
        blank=True,
    )
    communities = models.ManyToManyField("grids.Community", related_name="grids", verbose_name="覆盖社区", blank=True)
    boundary = models.CharField("四至范围", max_length=200, blank=True)
    supervision_phone = models.CharField("监督电话", max_length=20, blank=True)
    founded_on = models.DateField("设立日期", default=timezone.localdate)
    dissolved_on = models.DateField("撤销日期", null=True, blank=True, editable=False)

    objects = GridQuerySet.as_manager()

    class Meta:
        verbose_name = "网格"
        verbose_name_plural = "网格"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="grid_has_two_levels",
                condition=Q(level="district", parent__isnull=True) | Q(level="community", parent__isnull=False),
                violation_error_message="社区分网格要选所属的区级总网格，总网格没有上级。",
            ),
            models.CheckConstraint(
                name="grid_is_dissolved_after_it_was_founded",
                condition=Q(dissolved_on=None) | Q(dissolved_on__gte=F("founded_on")),
                violation_error_message="撤销日期不能早于设立日期。",
            ),
        ]

    def __str__(self):
        return self.name


class GridEvent(models.Model):
    """What became of a grid: appended by services.grids in the transaction of the change, never edited."""

    class Kind(models.TextChoices):
        FOUNDED = "founded", "设立"
        RENAMED = "renamed", "更名"
        DRAWN = "drawn", "调整楼栋"
        SPLIT = "split", "拆分"
        MERGED = "merged", "合并"
        DISSOLVED = "dissolved", "撤销"

    grid = models.ForeignKey(Grid, models.CASCADE, related_name="events", verbose_name="网格")
    kind = models.CharField("变动", max_length=20, choices=Kind.choices)
    other = models.ForeignKey(
        Grid, models.PROTECT, related_name="other_events", verbose_name="另一网格", null=True, blank=True
    )
    note = models.CharField("说明", max_length=500, blank=True)
    reason = models.CharField("依据或原因", max_length=200, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="grid_events", verbose_name="经办人", null=True
    )
    effective_on = models.DateField("生效日期", default=timezone.localdate)
    at = models.DateTimeField("登记时间", default=timezone.now)

    objects = OfGridQuerySet.as_manager()

    class Meta:
        verbose_name = "网格变动"
        verbose_name_plural = "网格变动"
        ordering = ["-effective_on", "-at", "-pk"]
        indexes = [models.Index(fields=["grid", "effective_on"], name="grid_event_by_day")]

    def __str__(self):
        return f"{self.grid} {self.get_kind_display()}"


class BuildingStay(models.Model):
    """In which grid a building was, from a day to the day before the next: what a grid held as of any day.

    `Building.grid` is the row without an end, kept in step by services.grids.
    """

    building = models.ForeignKey("grids.Building", models.CASCADE, related_name="stays", verbose_name="楼栋")
    grid = models.ForeignKey(Grid, models.PROTECT, related_name="stays", verbose_name="网格")
    starts_on = models.DateField("自")
    ends_on = models.DateField("至", null=True, blank=True)

    objects = BuildingStayQuerySet.as_manager()

    class Meta:
        verbose_name = "楼栋归属"
        verbose_name_plural = "楼栋归属"
        ordering = ["building", "-starts_on"]
        indexes = [models.Index(fields=["grid", "starts_on"], name="stay_of_grid")]
        constraints = [
            models.UniqueConstraint(
                name="building_is_in_one_grid_at_a_time",
                fields=["building"],
                condition=Q(ends_on=None),
                violation_error_message="该楼栋已归入一个网格。",
            ),
            models.CheckConstraint(
                name="stay_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message="结束日期不能早于开始日期。",
            ),
        ]

    def __str__(self):
        return f"{self.building} {self.grid}"


auditlog.register(Grid, m2m_fields={"communities"})
