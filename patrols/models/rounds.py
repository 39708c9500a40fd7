from uuid import uuid4

from auditlog.registry import auditlog
from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone

from patrols.querysets import CheckItemQuerySet, CheckQuerySet, RoundQuerySet


class CheckItem(models.Model):
    """巡查检查项: what a round looks at, everywhere or in one community."""

    community = models.ForeignKey(
        "grids.Community",
        models.CASCADE,
        related_name="check_items",
        verbose_name="社区",
        null=True,
        blank=True,
        help_text="不选就是全部社区。",
    )
    text = models.CharField("检查什么", max_length=60)
    matter = models.ForeignKey(
        "patrols.Matter",
        models.SET_NULL,
        related_name="check_items",
        verbose_name="发现问题时的类别",
        null=True,
        blank=True,
    )
    every_days = models.PositiveSmallIntegerField(
        "几天一次", default=1, validators=[MinValueValidator(1)], help_text="天"
    )
    order = models.PositiveSmallIntegerField("排序", default=100)
    is_active = models.BooleanField("在用", default=True)

    objects = CheckItemQuerySet.as_manager()

    class Meta:
        verbose_name = "巡查检查项"
        verbose_name_plural = "巡查检查项"
        ordering = ["order", "pk"]

    def __str__(self):
        return self.text


class Round(models.Model):
    """一次巡查 of a grid."""

    grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="rounds", verbose_name="网格")
    walker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="rounds", verbose_name="巡查人")
    walked_at = models.DateTimeField("巡查时间")
    note = models.CharField("说明", max_length=200, blank=True)
    client_key = models.UUIDField("手机上的编号", default=uuid4, unique=True, editable=False)
    saved_at = models.DateTimeField("登记时间", default=timezone.now, editable=False)

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = "巡查记录"
        verbose_name_plural = "巡查记录"
        ordering = ["-walked_at", "-pk"]
        indexes = [models.Index(fields=["grid", "walked_at"], name="round_of_grid")]

    def __str__(self):
        return f"{self.grid} {self.walked_at:%Y-%m-%d %H:%M}"


class Check(models.Model):
    """One item of a round: in order, or what was found."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="checks", verbose_name="巡查")
    item = models.ForeignKey(CheckItem, models.PROTECT, related_name="checks", verbose_name="检查项")
    is_fine = models.BooleanField("正常", default=True)
    incident = models.ForeignKey(
        "patrols.Incident", models.SET_NULL, related_name="checks", verbose_name="上报的事件", null=True
    )

    objects = CheckQuerySet.as_manager()

    class Meta:
        verbose_name = "检查结果"
        verbose_name_plural = "检查结果"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="check_item_once_a_round", fields=["round", "item"], violation_error_message="这一项已经检查过。"
            )
        ]

    def __str__(self):
        return f"{self.item} {'正常' if self.is_fine else '有问题'}"


auditlog.register(CheckItem)
auditlog.register(Round)
