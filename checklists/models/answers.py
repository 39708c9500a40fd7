from auditlog.registry import auditlog
from django.db import models

from checklists.models.needs import Need
from checklists.querysets import StandardAnswerQuerySet


class StandardAnswer(models.Model):
    """A text that staff may start from when they bring a need to a status; 【】 marks what they have to fill in."""

    category = models.ForeignKey(
        "checklists.Category",
        models.CASCADE,
        related_name="standard_answers",
        verbose_name="类别",
        null=True,
        blank=True,
        help_text="大类或小类；不选表示所有类别。",
    )
    status = models.CharField("用于", max_length=20, choices=Need.Status.choices)
    title = models.CharField("名称", max_length=40)
    text = models.TextField("答复内容", max_length=500, help_text="{编号} {类别} {社区} {单位} 会换成这件需求的内容。")
    order = models.PositiveSmallIntegerField("排序", default=100)
    is_active = models.BooleanField("在用", default=True)

    objects = StandardAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = "标准答复"
        verbose_name_plural = "标准答复"
        ordering = ["status", "order", "pk"]

    def __str__(self):
        return self.title


auditlog.register(StandardAnswer)
