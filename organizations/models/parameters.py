from decimal import Decimal

from auditlog.registry import auditlog
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from organizations.querysets import ParameterValueQuerySet, ReferenceQuerySet


class Parameter(models.Model):
    """A threshold, deadline, weight or coefficient that an administrator may change; shipped by migrations."""

    key = models.SlugField("代码", max_length=60, unique=True)
    label = models.CharField("名称", max_length=60)
    unit = models.CharField("单位", max_length=20, blank=True)
    minimum = models.DecimalField("最小值", max_digits=12, decimal_places=3, default=0)
    maximum = models.DecimalField("最大值", max_digits=12, decimal_places=3, default=10000)
    source = models.CharField("依据", max_length=120, blank=True)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = "参数"
        verbose_name_plural = "参数"
        ordering = ["key"]

    def __str__(self):
        return self.label


class ParameterValue(models.Model):
    """What a parameter is from a day on. A change is a new row, so that yesterday's decision can still be explained."""

    parameter = models.ForeignKey(Parameter, models.CASCADE, related_name="values", verbose_name="参数")
    value = models.DecimalField("数值", max_digits=12, decimal_places=3)
    effective_on = models.DateField("生效日期", default=timezone.localdate)

    objects = ParameterValueQuerySet.as_manager()

    class Meta:
        verbose_name = "参数取值"
        verbose_name_plural = "参数取值"
        ordering = ["parameter", "-effective_on"]
        constraints = [
            models.UniqueConstraint(
                name="parameter_has_one_value_a_day",
                fields=["parameter", "effective_on"],
                violation_error_message="同一生效日期已有取值。",
            )
        ]

    def __str__(self):
        return f"{self.parameter} {Decimal(self.value).normalize():f}{self.parameter.unit}"

    def clean(self):
        if (
            self.value is not None
            and self.parameter_id
            and not (self.parameter.minimum <= self.value <= self.parameter.maximum)
        ):
            low, high = (
                f"{Decimal(bound).normalize():f}" for bound in (self.parameter.minimum, self.parameter.maximum)
            )
            raise ValidationError({"value": f"请填 {low} 到 {high} 之间的数。"})


auditlog.register(Parameter)
auditlog.register(ParameterValue)
