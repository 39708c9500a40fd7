from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from govern.choices import Weekday
from volunteers.opening import week_words
from volunteers.querysets import OfStationQuerySet, StationQuerySet


class Station(models.Model):
    """志愿服务站: a place of a community with opening hours, people and a small stock; it has a public page."""

    community = models.ForeignKey("grids.Community", models.PROTECT, related_name="stations", verbose_name="社区")
    name = models.CharField("名称", max_length=40)
    code = models.CharField("编号", max_length=8, unique=True, editable=False)
    place = models.CharField("地点", max_length=80)
    phone = models.CharField("电话", max_length=20, blank=True)
    about = models.CharField("介绍", max_length=300, blank=True)
    keepers = models.ManyToManyField(
        "volunteers.Volunteer", related_name="kept_stations", verbose_name="驻站人员", blank=True
    )
    is_active = models.BooleanField("开放", default=True)

    objects = StationQuerySet.as_manager()

    class Meta:
        verbose_name = "志愿服务站"
        verbose_name_plural = "志愿服务站"
        ordering = ["community", "name"]
        constraints = [
            models.UniqueConstraint(
                name="station_name_is_unique_in_its_community",
                fields=["community", "name"],
                violation_error_message="该社区已有同名服务站。",
            )
        ]

    def __str__(self):
        return self.name

    @property
    def week(self):
        """{weekday (Monday 0): [(opens, closes)]}: what volunteers.opening is called with."""
        week = {}
        for row in self.opening_hours.all():
            week.setdefault(row.weekday, []).append((row.starts_at, row.ends_at))
        return week

    @property
    def hours_words(self):
        return week_words(self.week)


class OpeningHour(models.Model):
    station = models.ForeignKey(Station, models.CASCADE, related_name="opening_hours", verbose_name="服务站")
    weekday = models.PositiveSmallIntegerField("每周", choices=Weekday.choices)
    starts_at = models.TimeField("开始")
    ends_at = models.TimeField("结束")

    objects = OfStationQuerySet.as_manager()

    class Meta:
        verbose_name = "开放时间"
        verbose_name_plural = "开放时间"
        ordering = ["weekday", "starts_at"]
        constraints = [
            models.CheckConstraint(
                name="station_closes_after_it_opens",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message="结束时间要晚于开始时间。",
            )
        ]

    def __str__(self):
        return f"{self.get_weekday_display()} {self.starts_at:%H:%M}—{self.ends_at:%H:%M}"


class Good(models.Model):
    """物资: what a station lends or gives for points. `count` is kept by services.stations with the moves."""

    station = models.ForeignKey(Station, models.CASCADE, related_name="goods", verbose_name="服务站")
    name = models.CharField("名称", max_length=40)
    unit_word = models.CharField("单位", max_length=6, default="个")
    points = models.PositiveIntegerField("兑换积分", default=0, help_text="0 表示不用来兑换。")
    count = models.PositiveIntegerField("现有", default=0, editable=False)
    is_active = models.BooleanField("在用", default=True)

    objects = OfStationQuerySet.as_manager()

    class Meta:
        verbose_name = "物资"
        verbose_name_plural = "物资"
        ordering = ["station", "name"]
        constraints = [
            models.UniqueConstraint(
                name="good_name_is_unique_in_its_station",
                fields=["station", "name"],
                violation_error_message="该服务站已有这种物资。",
            )
        ]

    def __str__(self):
        return self.name


class StockMove(models.Model):
    """入库 or 出库: appended with the change of `Good.count`."""

    good = models.ForeignKey(Good, models.PROTECT, related_name="moves", verbose_name="物资")
    change = models.IntegerField("增减")
    reason = models.CharField("说明", max_length=60)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="stock_moves", verbose_name="经办人"
    )
    at = models.DateTimeField("时间", default=timezone.now)

    objects = OfStationQuerySet.as_manager()

    class Meta:
        verbose_name = "出入库"
        verbose_name_plural = "出入库记录"
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.good} {self.change:+}"


for model in (Station, OpeningHour, Good):
    auditlog.register(model)
