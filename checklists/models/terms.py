"""The words in which a need and a resource meet. The numbers are bits or ranks that the matching engine reads."""

from django.db import models


class Urgency(models.IntegerChoices):
    NORMAL = 1, "一般"
    SOON = 3, "较急"
    URGENT = 5, "紧急"


class Half(models.IntegerChoices):
    MORNING = 0, "上午"
    AFTERNOON = 1, "下午"
