"""Choices that several apps share."""

from django.db import models


class Weekday(models.IntegerChoices):
    """As date.weekday() counts."""

    MONDAY = 0, "周一"
    TUESDAY = 1, "周二"
    WEDNESDAY = 2, "周三"
    THURSDAY = 3, "周四"
    FRIDAY = 4, "周五"
    SATURDAY = 5, "周六"
    SUNDAY = 6, "周日"


class TargetGroup(models.IntegerChoices):
    RESIDENT = 1, "居民"
    LOW_INCOME = 2, "低保户"
    ELDERLY = 4, "老年人"
    DISABLED = 8, "残疾人"
    HARDSHIP = 16, "困难家庭"
    YOUTH = 32, "青少年"


# Of seven days with two halves: bit 2 * weekday + half, Monday morning first. No bit set means any time.
HALF_DAYS = tuple(
    (1 << (2 * day + half), f"周{'一二三四五六日'[day]}{'上午' if half == 0 else '下午'}")
    for day in range(7)
    for half in range(2)
)

# What people pick from instead of fourteen boxes.
QUICK_WINDOWS = (
    (sum(1 << 2 * day for day in range(5)), "工作日上午"),
    (sum(2 << 2 * day for day in range(5)), "工作日下午"),
    (sum(1 << 2 * day for day in (5, 6)), "周末上午"),
    (sum(2 << 2 * day for day in (5, 6)), "周末下午"),
)
