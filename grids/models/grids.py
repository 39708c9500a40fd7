from auditlog.registry import auditlog
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from grids.querysets import GridQuerySet


class Grid(models.Model):
    """网格, in two levels: 区级总网格 and, under it, 社区分网格. A grid may span communities."""

    class Level(models.TextChoices):
        DISTRICT = "district", "区级总网格"
        COMMUNITY = "community", "社区分网格"

    name = models.CharField("名称", max_length=40)
    code = models.CharField(
        "网格编码",
        max_length=15,
        unique=True,
        validators=[RegexValidator(r"^\d{15}$", "网格编码为 15 位数字（12 位社区代码加 3 位序号）。")],
    )
    level = models.CharField("级别", max_length=20, choices=Level.choices, default=Level.COMMUNITY)
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
            )
        ]

    def __str__(self):
        return self.name


auditlog.register(Grid, m2m_fields={"communities"})
