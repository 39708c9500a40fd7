"""Who may open a case, and who did."""

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from deliberations.models.mediation import Case
from deliberations.querysets import CaseOpeningQuerySet, OfCaseQuerySet


class CaseReader(models.Model):
    """Who may open a case."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="readers", verbose_name="案件")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="read_cases", verbose_name="谁")
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="named_case_readers", verbose_name="指定人", null=True
    )
    named_at = models.DateTimeField("指定时间", default=timezone.now)
    ended_at = models.DateTimeField("取消时间", null=True, blank=True)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = "可查阅的人"
        verbose_name_plural = "可查阅的人"
        constraints = [
            models.UniqueConstraint(
                name="case_is_opened_to_each_once",
                fields=["case", "user"],
                condition=Q(ended_at=None),
                violation_error_message="这个人已经可以查阅本案。",
            )
        ]

    def __str__(self):
        return f"{self.case} {self.user}"


class CaseOpening(models.Model):
    """Each opening of a case: appended, never edited."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="openings", verbose_name="案件")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="case_openings", verbose_name="谁")
    what = models.CharField("看了什么", max_length=40)
    at = models.DateTimeField("时间", default=timezone.now)

    objects = CaseOpeningQuerySet.as_manager()

    class Meta:
        verbose_name = "查阅记录"
        verbose_name_plural = "查阅记录"
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.user} {self.what}"


auditlog.register(CaseReader)
