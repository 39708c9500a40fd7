from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Q

from cadres import ladder
from cadres.models.schemes import Rulebook, Track
from cadres.models.workers import CommunityWorker
from cadres.querysets import GradeEntryQuerySet, OfWorkerQuerySet


class Appraisal(models.Model):
    """年度考核: what a calendar year was judged to be."""

    class Grade(models.TextChoices):
        EXCELLENT = ladder.EXCELLENT, "优秀"
        COMPETENT = ladder.COMPETENT, "合格"
        BASIC = ladder.BASIC, "基本合格"
        INCOMPETENT = ladder.INCOMPETENT, "不合格"

    worker = models.ForeignKey(
        CommunityWorker, models.CASCADE, related_name="appraisals", verbose_name="社区工作者", editable=False
    )
    year = models.PositiveSmallIntegerField("年度")
    grade = models.CharField("等次", max_length=20, choices=Grade.choices)
    note = models.CharField("说明", max_length=200, blank=True)

    objects = OfWorkerQuerySet.as_manager()

    class Meta:
        verbose_name = "年度考核"
        verbose_name_plural = "年度考核"
        ordering = ["worker", "year"]
        constraints = [
            models.UniqueConstraint(
                name="appraisal_one_a_year",
                fields=["worker", "year"],
                violation_error_message="这一年度已有考核结果。",
            ),
            models.CheckConstraint(
                name="appraisal_year_is_a_year",
                condition=Q(year__gte=1980, year__lte=2100),
                violation_error_message="年度要填四位数的年份。",
            ),
        ]

    def __str__(self):
        return f"{self.year} 年度 {self.get_grade_display()}"


class GradeEntry(models.Model):
    """级别台账: from which day somebody stands on which level, why, and who approved it.

    Append-only: the queryset and a trigger of the database (migration 0002) refuse every change. A mistake is put
    right by a later entry of the same day; the last one counts.
    """

    class Kind(models.TextChoices):
        INITIAL = "initial", "入职定级"
        YEARLY = "yearly", "年度测算"
        POST = "post", "岗位变动"
        RETURNED = "returned", "重新入职定级"
        CORRECTED = "corrected", "更正"

    worker = models.ForeignKey(
        CommunityWorker, models.PROTECT, related_name="grade_entries", verbose_name="社区工作者", editable=False
    )
    kind = models.CharField("事由", max_length=20, choices=Kind.choices)
    effective_on = models.DateField("执行日期")
    track = models.ForeignKey(Track, models.PROTECT, related_name="grade_entries", verbose_name="岗位")
    level = models.PositiveSmallIntegerField("级别")
    pay = models.DecimalField("月薪酬（元）", max_digits=9, decimal_places=2, null=True)
    reason = models.CharField("原因", max_length=300)
    evidence = models.CharField("依据", max_length=200, blank=True)
    terms = models.JSONField("计算过程", default=list)  # [name, levels, words] of each
    rulebook = models.ForeignKey(
        Rulebook, models.PROTECT, related_name="grade_entries", verbose_name="晋级规则", null=True
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="grade_entries", verbose_name="批准人", null=True
    )
    at = models.DateTimeField("登记时间")

    objects = GradeEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "级别台账"
        verbose_name_plural = "级别台账"
        ordering = ["worker", "effective_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="grade_once_by_each_yearly_run",
                fields=["worker", "effective_on"],
                condition=Q(kind="yearly"),
                violation_error_message="这一天的年度测算已记过台账。",
            ),
            models.CheckConstraint(
                name="grade_level_is_a_level",
                condition=Q(level__gte=1, level__lte=60),
                violation_error_message="级别在 1 到 60 之间。",
            ),
        ]

    def __str__(self):
        return f"{self.track} {self.level} 级（{self.effective_on:%Y-%m-%d} 起）"


auditlog.register(Appraisal)
auditlog.register(GradeEntry)
