from uuid import uuid4

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.utils import timezone

from patrols.querysets import NoteQuerySet


class Note(models.Model):
    """民情日记: what people say (社情民意), written down in a minute by whoever hears it."""

    class Topic(models.TextChoices):
        PROPERTY = "property", "物业管理"
        ENVIRONMENT = "environment", "环境卫生"
        PARKING = "parking", "停车充电"
        SAFETY = "safety", "安全隐患"
        ELDERS = "elders", "养老助残"
        CHILDREN = "children", "托幼教育"
        NEIGHBOURS = "neighbours", "邻里矛盾"
        POLICY = "policy", "政策咨询"
        CULTURE = "culture", "文体活动"
        OTHER = "other", "其他"

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="notes", verbose_name="记录人", editable=False
    )
    community = models.ForeignKey("grids.Community", models.PROTECT, related_name="notes", verbose_name="社区")
    grid = models.ForeignKey(
        "grids.Grid", models.PROTECT, related_name="notes", verbose_name="网格", null=True, blank=True
    )
    building = models.ForeignKey(
        "grids.Building", models.PROTECT, related_name="notes", verbose_name="楼栋", null=True, blank=True
    )
    topic = models.CharField("主题", max_length=20, choices=Topic.choices, default=Topic.OTHER)
    text = models.TextField("群众说了什么", max_length=500)
    heard_at = models.DateTimeField("听到的时间")
    client_key = models.UUIDField("手机上的编号", default=uuid4, unique=True, editable=False)
    saved_at = models.DateTimeField("登记时间", default=timezone.now, editable=False)
    # What became of it.
    need = models.ForeignKey(
        "checklists.Need", models.SET_NULL, related_name="notes", verbose_name="转成的需求", null=True, editable=False
    )
    household = models.ForeignKey(
        "patrols.CareHousehold",
        models.SET_NULL,
        related_name="notes",
        verbose_name="转成走访",
        null=True,
        editable=False,
    )
    suggested_at = models.DateTimeField("建议列为议题", null=True, editable=False)

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = "民情日记"
        verbose_name_plural = "民情日记"
        ordering = ["-heard_at", "-pk"]
        indexes = [
            models.Index(fields=["community", "heard_at"], name="note_of_community"),
            models.Index(fields=["author", "heard_at"], name="note_of_author"),
        ]

    def __str__(self):
        return self.text if len(self.text) <= 24 else self.text[:23] + "…"

    @property
    def became_words(self):
        """转成需求、建议议题, or that nothing was done yet."""
        ways = [(self.need_id, "转成需求"), (self.household_id, "转成走访"), (self.suggested_at, "建议议题")]
        return "、".join(words for is_so, words in ways if is_so) or "还没处理"


auditlog.register(Note)
