from auditlog.registry import auditlog
from django.conf import settings
from django.db import models

from checklists.querysets import PublicationQuerySet


class Publication(models.Model):
    """Which columns of one of a community's lists anybody may read. Personal columns cannot be chosen."""

    class Checklist(models.TextChoices):
        NEEDS = "needs", "需求清单"
        RESOURCES = "resources", "资源清单"
        ACTIVITIES = "activities", "活动清单"
        PROJECTS = "projects", "项目清单"

    community = models.ForeignKey("grids.Community", models.CASCADE, related_name="publications", verbose_name="社区")
    checklist = models.CharField("清单", max_length=20, choices=Checklist.choices)
    columns = models.JSONField("公开的栏目", default=list, blank=True)
    is_public = models.BooleanField("公开", default=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="publications", verbose_name="发布人", editable=False
    )
    changed_at = models.DateTimeField("发布时间", auto_now=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = "清单公开"
        verbose_name_plural = "清单公开"
        ordering = ["community", "checklist"]
        constraints = [models.UniqueConstraint(name="publication_one_per_list", fields=["community", "checklist"])]

    def __str__(self):
        return f"{self.community}{self.get_checklist_display()}"


auditlog.register(Publication)
