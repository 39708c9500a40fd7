from auditlog.registry import auditlog
from django.db import models
from django.db.models import Q

from grids.models.duties import Duty
from grids.querysets import RouteQuerySet


class Route(models.Model):
    """首接规则: what comes of this kind from this area goes first to this duty. Ordered; the first that fits decides.

    A matter is named by the front of its code: needs by `Category.code`, reports of patrols by `Matter.code`.
    """

    class Subject(models.TextChoices):
        ANY = "any", "居民需求和巡查事件"
        NEED = "need", "居民需求"
        INCIDENT = "incident", "巡查事件"

    name = models.CharField("规则名称", max_length=60)
    order = models.PositiveSmallIntegerField("顺序", default=100, help_text="从小到大，先符合的先用。")
    community = models.ForeignKey(
        "grids.Community",
        models.CASCADE,
        related_name="routes",
        verbose_name="社区",
        null=True,
        blank=True,
        help_text="不选就是全部社区，只有街道和平台管理员可以设。",
    )
    grid = models.ForeignKey(
        "grids.Grid", models.CASCADE, related_name="routes", verbose_name="网格", null=True, blank=True
    )
    subject = models.CharField("对象", max_length=20, choices=Subject.choices, default=Subject.ANY)
    code = models.CharField("类别代码开头", max_length=20, blank=True, help_text="不填就是全部类别。")
    kind = models.CharField("交给", max_length=20, choices=Duty.Kind.choices, default=Duty.Kind.WORKER)
    duty = models.ForeignKey(
        Duty,
        models.SET_NULL,
        related_name="routes",
        verbose_name="指定的人",
        null=True,
        blank=True,
        help_text="不指定就交给该网格或楼栋当时担任这项职责的人。",
    )
    is_active = models.BooleanField("启用", default=True)

    objects = RouteQuerySet.as_manager()

    class Meta:
        verbose_name = "首接规则"
        verbose_name_plural = "首接规则"
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                name="route_has_one_area",
                condition=Q(community=None) | Q(grid=None),
                violation_error_message="社区和网格只选一个。",
            )
        ]

    def __str__(self):
        return self.name


auditlog.register(Route)
