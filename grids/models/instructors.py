from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import PhoneValidator
from govern.fields import BlindIndexField, EncryptedTextField, mask_phone
from grids.querysets import InstructorQuerySet, InstructorReviewQuerySet


class Instructor(models.Model):
    """党建指导员: a Party member sent to a quarter that has no branch yet; one row for each quarter."""

    class Ending(models.TextChoices):
        DUE = "due", "选派期满"
        BRANCH = "branch", "小区已成立党支部"
        MOVED = "moved", "工作调整"
        UNFIT = "unfit", "考核不胜任，撤回"

    quarter = models.ForeignKey("grids.Quarter", models.PROTECT, related_name="instructors", verbose_name="小区")
    name = models.CharField("姓名", max_length=40)
    phone = EncryptedTextField("手机号", mask=mask_phone, max_length=11, validators=[PhoneValidator()])
    phone_index = BlindIndexField(source="phone", db_index=True)
    employer = models.CharField("派出单位", max_length=80, blank=True)
    starts_on = models.DateField("选派日期", default=timezone.localdate)
    due_on = models.DateField("选派期满", null=True, blank=True)
    ends_on = models.DateField("结束日期", null=True, blank=True)
    ending = models.CharField("结束原因", max_length=20, choices=Ending.choices, blank=True, editable=False)
    ending_note = models.CharField("结束说明", max_length=200, blank=True, editable=False)

    objects = InstructorQuerySet.as_manager()

    class Meta:
        verbose_name = "党建指导员"
        verbose_name_plural = "党建指导员"
        ordering = ["quarter", "-starts_on"]
        constraints = [
            models.UniqueConstraint(
                name="instructor_is_sent_to_a_quarter_once_at_a_time",
                fields=["quarter", "phone_index"],
                condition=Q(ends_on=None),
                violation_error_message="此人已派驻该小区。",
            ),
            models.CheckConstraint(
                name="instructor_ending_has_its_day",
                condition=Q(ending="") | Q(ends_on__isnull=False),
                violation_error_message="请填结束日期。",
            ),
        ]

    def __str__(self):
        return f"{self.name}（{self.quarter}）"


class InstructorReview(models.Model):
    """年度考核 of an instructor: once a year, and once more at the end."""

    class Grade(models.TextChoices):
        EXCELLENT = "excellent", "优秀"
        COMPETENT = "competent", "称职"
        BASIC = "basic", "基本称职"
        INCOMPETENT = "incompetent", "不称职"

    instructor = models.ForeignKey(Instructor, models.CASCADE, related_name="reviews", verbose_name="党建指导员")
    year = models.PositiveSmallIntegerField("年度")
    grade = models.CharField("考核等次", max_length=20, choices=Grade.choices)
    note = models.CharField("考核意见", max_length=200, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="instructor_reviews", verbose_name="登记人", null=True
    )
    reviewed_at = models.DateTimeField("登记时间", default=timezone.now)

    objects = InstructorReviewQuerySet.as_manager()

    class Meta:
        verbose_name = "指导员考核"
        verbose_name_plural = "指导员考核"
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                name="instructor_review_once_a_year",
                fields=["instructor", "year"],
                violation_error_message="这一年已经考核过。",
            )
        ]

    def __str__(self):
        return f"{self.year}年{self.get_grade_display()}"


auditlog.register(Instructor, mask_fields=["phone"], exclude_fields=["phone_index"])
auditlog.register(InstructorReview)
