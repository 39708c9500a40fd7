from auditlog.registry import auditlog
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q

from grids.addresses import building_key, quarter_key
from grids.fields import KeyField
from grids.querysets import BuildingQuerySet, CommunityQuerySet, QuarterQuerySet, StreetQuerySet
from organizations.querysets import ReferenceQuerySet


class District(models.Model):
    """区、县、开发区: no resource reaches beyond it, so the matcher solves each one by itself (GB/T 2260)."""

    name = models.CharField("名称", max_length=40, unique=True)
    code = models.CharField(
        "区划代码", max_length=6, unique=True, validators=[RegexValidator(r"^\d{6}$", "区县代码为 6 位数字。")]
    )

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = "区县"
        verbose_name_plural = "区县"
        ordering = ["code"]

    def __str__(self):
        return self.name


class Street(models.Model):
    """街道; the widest reach of a resource below the whole district."""

    name = models.CharField("名称", max_length=40, unique=True)
    code = models.CharField(
        "区划代码", max_length=9, unique=True, validators=[RegexValidator(r"^\d{9}$", "街道代码为 9 位数字。")]
    )
    district = models.ForeignKey(District, models.PROTECT, related_name="streets", verbose_name="区县")

    objects = StreetQuerySet.as_manager()

    class Meta:
        verbose_name = "街道"
        verbose_name_plural = "街道"
        ordering = ["code"]

    def __str__(self):
        return self.name


class Community(models.Model):
    """社区, with exactly one Party body; scope flows from that body to everything that happens here."""

    name = models.CharField("名称", max_length=40, unique=True)
    code = models.CharField(
        "统计用区划代码",
        max_length=12,
        unique=True,
        validators=[RegexValidator(r"^\d{12}$", "社区代码为 12 位数字（6 位区县、3 位街道、3 位社区）。")],
    )
    street = models.ForeignKey(Street, models.PROTECT, related_name="communities", verbose_name="街道")
    organization = models.OneToOneField(
        "organizations.Organization",
        models.PROTECT,
        related_name="community",
        verbose_name="社区党组织",
        limit_choices_to={"tier": 2},
    )
    hotline = models.CharField("值班电话", max_length=20, blank=True)
    address = models.CharField("居委会地址", max_length=120, blank=True)
    households = models.PositiveIntegerField("户数", default=0)
    households_on = models.DateField("户数统计日期", null=True, blank=True, help_text="这个户数是哪一天数的。")

    objects = CommunityQuerySet.as_manager()

    class Meta:
        verbose_name = "社区"
        verbose_name_plural = "社区"
        ordering = ["code"]

    def __str__(self):
        return self.name


class Quarter(models.Model):
    """小区: has a branch of its own, a share of a joint one, or (branch empty) a Party instructor sent to it."""

    name = models.CharField("名称", max_length=60)
    search_name = KeyField("查找用名称", max_length=60, source="name", key=quarter_key)
    community = models.ForeignKey(Community, models.PROTECT, related_name="quarters", verbose_name="社区")
    branch = models.ForeignKey(
        "organizations.Organization",
        models.PROTECT,
        related_name="quarters",
        verbose_name="小区党支部",
        limit_choices_to={"tier": 3},
        null=True,
        blank=True,
    )
    address = models.CharField("地址", max_length=120, blank=True)
    households = models.PositiveIntegerField("户数", default=0)
    households_on = models.DateField("户数统计日期", null=True, blank=True, help_text="这个户数是哪一天数的。")

    objects = QuarterQuerySet.as_manager()

    class Meta:
        verbose_name = "小区"
        verbose_name_plural = "小区"
        ordering = ["community", "name"]
        indexes = [models.Index(fields=["search_name"], name="quarter_by_search_name")]
        constraints = [
            models.UniqueConstraint(
                name="quarter_name_is_unique_in_its_community",
                fields=["community", "name"],
                violation_error_message="该社区已有同名小区。",
            )
        ]

    def __str__(self):
        return self.name


class Building(models.Model):
    """楼栋: the smallest place that has a public code, which its QR poster carries."""

    name = models.CharField("楼栋号", max_length=30, help_text="如：3栋")
    search_name = KeyField("查找用楼栋号", max_length=30, source="name", key=building_key)
    quarter = models.ForeignKey(Quarter, models.PROTECT, related_name="buildings", verbose_name="小区")
    grid = models.ForeignKey(
        "grids.Grid", models.SET_NULL, related_name="buildings", verbose_name="社区分网格", null=True, blank=True
    )
    code = models.CharField(
        "楼栋编码",
        max_length=17,
        unique=True,
        validators=[RegexValidator(r"^\d{17}$", "楼栋编码为 17 位数字（12 位社区代码加 5 位序号）。")],
    )
    units_count = models.PositiveSmallIntegerField("单元数", default=1)
    floors_count = models.PositiveSmallIntegerField("层数", default=6)
    households = models.PositiveIntegerField("户数", default=0)
    households_on = models.DateField("户数统计日期", null=True, blank=True, help_text="这个户数是哪一天数的。")
    longitude = models.FloatField(
        "经度",
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
        help_text="度，如 116.39750；底图与边界用同一坐标系。",
    )
    latitude = models.FloatField(
        "纬度",
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
        help_text="度，如 39.90860。",
    )
    is_active = models.BooleanField("在用", default=True)

    objects = BuildingQuerySet.as_manager()

    class Meta:
        verbose_name = "楼栋"
        verbose_name_plural = "楼栋"
        ordering = ["code"]
        indexes = [models.Index(fields=["quarter", "search_name"], name="building_by_search_name")]
        constraints = [
            models.UniqueConstraint(
                name="building_name_is_unique_in_its_quarter",
                fields=["quarter", "name"],
                violation_error_message="该小区已有同名楼栋。",
            ),
            models.CheckConstraint(
                name="building_point_is_whole",
                condition=Q(longitude=None, latitude=None) | Q(longitude__isnull=False, latitude__isnull=False),
                violation_error_message="经度和纬度要一起填。",
            ),
        ]

    def __str__(self):
        return f"{self.quarter}{self.name}"


for model in (District, Street, Community, Quarter, Building):
    auditlog.register(model)
