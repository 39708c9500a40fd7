"""The words in which a need and a resource meet. The numbers are bits or ranks that the matching engine reads."""

from django.db import models


class TargetGroup(models.IntegerChoices):
    RESIDENT = 1, "居民"
    LOW_INCOME = 2, "低保户"
    ELDERLY = 4, "老年人"
    DISABLED = 8, "残疾人"
    HARDSHIP = 16, "困难家庭"
    YOUTH = 32, "青少年"


class Urgency(models.IntegerChoices):
    NORMAL = 1, "一般"
    SOON = 3, "较急"
    URGENT = 5, "紧急"


class Half(models.IntegerChoices):
    MORNING = 0, "上午"
    AFTERNOON = 1, "下午"


# Seven days of two halves: bit 2 * weekday + half, Monday morning first. No bit set means any time.
HALF_DAYS = tuple(
    (1 << (2 * day + half), f"周{'一二三四五六日'[day]}{'上午' if half == 0 else '下午'}")
    for day in range(7)
    for half in range(2)
)
# What a resident picks from instead of fourteen boxes.
QUICK_WINDOWS = (
    (sum(1 << 2 * day for day in range(5)), "工作日上午"),
    (sum(2 << 2 * day for day in range(5)), "工作日下午"),
    (sum(1 << 2 * day for day in (5, 6)), "周末上午"),
    (sum(2 << 2 * day for day in (5, 6)), "周末下午"),
)
