from auditlog.registry import auditlog
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from organizations.models.leagues import League
from organizations.querysets.leagues import AppraisalEvidenceQuerySet, UnitAppraisalQuerySet


class UnitAppraisal(models.Model):
    """双向评价 of one year: the unit's points and those it gives the community, each with its evidence. Either side may
    be first; what the unit gives is a draft until its liaison has confirmed it.
    """

    class Grade(models.TextChoices):
        EXCELLENT = "excellent", "优秀"
        GOOD = "good", "较好"
        FAIR = "fair", "一般"
        FAILED = "failed", "不合格"

    league = models.ForeignKey(League, models.CASCADE, related_name="appraisals", verbose_name="大党委")
    unit = models.ForeignKey("organizations.Unit", models.PROTECT, related_name="appraisals", verbose_name="成员单位")
    year = models.PositiveSmallIntegerField("年度", validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    total = models.DecimalField("总分", max_digits=5, decimal_places=1, null=True, editable=False)
    grade = models.CharField("等次", max_length=20, choices=Grade.choices, blank=True, editable=False)
    rating = models.DecimalField("单位对社区的评分", max_digits=5, decimal_places=1, null=True, editable=False)
    rating_words = models.CharField("单位的话", max_length=300, blank=True, editable=False)
    rated_on = models.DateField("评价日期", null=True, editable=False)
    confirmed_on = models.DateField("确认日期", null=True, editable=False)

    objects = UnitAppraisalQuerySet.as_manager()

    class Meta:
        verbose_name = "单位双向评价"
        verbose_name_plural = "单位双向评价"
        ordering = ["-year", "-total", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="unitappraisal_once_a_year",
                fields=["league", "unit", "year"],
                violation_error_message="这个单位这一年已有评价。",
            ),
            models.CheckConstraint(
                name="unitappraisal_rating_has_its_day",
                condition=Q(rating=None, rated_on=None) | Q(rating__gte=0, rated_on__isnull=False),
                violation_error_message="评分要写明日期。",
            ),
            models.CheckConstraint(
                name="unitappraisal_confirms_what_was_rated",
                condition=Q(confirmed_on=None) | Q(rating__isnull=False),
                violation_error_message="还没有评分，不能确认。",
            ),
            models.CheckConstraint(
                name="unitappraisal_grade_goes_with_its_total",
                condition=Q(total=None, grade="") | (Q(total__isnull=False) & ~Q(grade="")),
                violation_error_message="总分和等次要一起登记。",
            ),
        ]

    def __str__(self):
        return f"{self.unit} {self.year}年"

    @property
    def rating_told(self):
        """What the unit gives, once that is more than a draft."""
        return None if self.confirmed_on is None else self.rating


class AppraisalEvidence(models.Model):
    """Why so many points: one row for each that was given or taken away, in words."""

    class Item(models.TextChoices):
        MEETINGS = "meetings", "参加会议"
        ACTIVITIES = "activities", "共建活动"
        STUDY = "study", "学习"
        TEAMS = "teams", "志愿服务队"
        BONUS = "bonus", "加分"
        VOICE = "voice", "居民评议"
        RESPONSE = "response", "回应单位的事"
        NOTICE = "notice", "通知和议事"
        SERVICE = "service", "开放和服务"
        FEEDBACK = "feedback", "结果反馈"

    # What the community is rated by; the others are the unit's.
    OF_COMMUNITY = (Item.RESPONSE, Item.NOTICE, Item.SERVICE, Item.FEEDBACK)

    appraisal = models.ForeignKey(UnitAppraisal, models.CASCADE, related_name="evidence", verbose_name="单位评价")
    item = models.CharField("项目", max_length=20, choices=Item.choices)
    points = models.DecimalField("分数", max_digits=4, decimal_places=1)
    words = models.CharField("依据", max_length=300)
    count = models.PositiveSmallIntegerField("次数", null=True, blank=True)
    meeting = models.ForeignKey(
        "organizations.LeagueMeeting",
        models.SET_NULL,
        related_name="evidence",
        verbose_name="会议",
        null=True,
        blank=True,
    )
    content_type = models.ForeignKey(ContentType, models.SET_NULL, related_name="+", null=True, editable=False)
    object_id = models.PositiveBigIntegerField(null=True, editable=False)
    subject = GenericForeignKey()  # the row of another app's list

    objects = AppraisalEvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = "评价依据"
        verbose_name_plural = "评价依据"
        ordering = ["pk"]

    def __str__(self):
        return f"{self.get_item_display()} {self.points}"


auditlog.register(UnitAppraisal)
