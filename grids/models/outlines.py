from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from grids.querysets import OutlineQuerySet


class Outline(models.Model):
    """边界 of one community, quarter or grid: a GeoJSON Polygon or MultiPolygon (RFC 7946), longitude before latitude.

    A row of its own, so that lists of places never load shapes. `west` to `north` are its box in degrees.
    """

    community = models.OneToOneField(
        "grids.Community", models.CASCADE, related_name="outline", verbose_name="社区", null=True, blank=True
    )
    quarter = models.OneToOneField(
        "grids.Quarter", models.CASCADE, related_name="outline", verbose_name="小区", null=True, blank=True
    )
    grid = models.OneToOneField(
        "grids.Grid", models.CASCADE, related_name="outline", verbose_name="网格", null=True, blank=True
    )
    geometry = models.JSONField("图形")
    west = models.FloatField("西", editable=False)
    south = models.FloatField("南", editable=False)
    east = models.FloatField("东", editable=False)
    north = models.FloatField("北", editable=False)
    area_m2 = models.FloatField("面积（平方米）", editable=False)
    drawn_on = models.DateField("勘定日期", default=timezone.localdate)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="imported_outlines",
        verbose_name="导入人",
        null=True,
        editable=False,
    )

    objects = OutlineQuerySet.as_manager()

    class Meta:
        verbose_name = "边界"
        verbose_name_plural = "边界"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="outline_is_of_one_place",
                condition=Q(community__isnull=False, quarter=None, grid=None)
                | Q(community=None, quarter__isnull=False, grid=None)
                | Q(community=None, quarter=None, grid__isnull=False),
                violation_error_message="边界只属于一个社区、小区或网格。",
            )
        ]

    def __str__(self):
        return f"{self.place}的边界"

    @property
    def place(self):
        return self.community or self.quarter or self.grid


auditlog.register(Outline, exclude_fields=["geometry"])
