from auditlog.registry import auditlog
from django.db import models

from organizations.querysets import ReferenceQuerySet


class CalendarDay(models.Model):
    """A day that is not what its weekday says: a holiday, or a make-up working day (调休)."""

    day = models.DateField("日期", unique=True, error_messages={"unique": "这一天已有安排。"})
    is_working = models.BooleanField("上班", default=False)
    name = models.CharField("说明", max_length=40, blank=True)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = "工作日历"
        verbose_name_plural = "工作日历"
        ordering = ["-day"]

    def __str__(self):
        return f"{self.day:%Y-%m-%d} {'上班' if self.is_working else '休息'} {self.name}"


auditlog.register(CalendarDay)
