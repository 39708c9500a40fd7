"""What was answered, and apart from it who answered.

Of a survey without names nothing joins the two: keys are random, an anonymous sheet has no day, and sheets are written
anew in other company whenever one comes in (services.surveys.filling).
"""

from uuid import uuid4

from auditlog.registry import auditlog
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q

from deliberations.models.surveys import Survey, SurveyChoice, SurveyGroup, SurveyQuestion
from deliberations.querysets import OfSurveyQuerySet, OfVoteQuerySet
from govern.fields import EncryptedTextField


class SurveyTicket(models.Model):
    """评议码 of whoever may answer once: it knows that it was used, and no sheet knows by whom."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="tickets", verbose_name="评议")
    group = models.ForeignKey(
        SurveyGroup, models.PROTECT, related_name="tickets", verbose_name="分组", null=True, blank=True
    )
    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    is_used = models.BooleanField("已用", default=False, editable=False)

    objects = OfSurveyQuerySet.as_manager()

    class Meta:
        verbose_name = "评议码"
        verbose_name_plural = "评议码"

    def __str__(self):
        return f"{self.survey} 评议码"


class SurveyAnswerer(models.Model):
    """That a phone answered this survey: `mark` is a keyed hash of both. Gone once the survey is closed."""

    mark = models.CharField(max_length=64, primary_key=True, editable=False)
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="answerers", verbose_name="评议")

    objects = OfVoteQuerySet.as_manager()

    class Meta:
        verbose_name = "已评记号"
        verbose_name_plural = "已评记号"

    def __str__(self):
        return f"{self.survey} 已评记号"


class Sheet(models.Model):
    """A questionnaire filled in. Only a survey with names has a name and a day here."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="sheets", verbose_name="评议")
    group = models.ForeignKey(
        SurveyGroup, models.PROTECT, related_name="sheets", verbose_name="分组", null=True, blank=True
    )
    name = EncryptedTextField("姓名", max_length=40, blank=True)
    is_void = models.BooleanField("无效", default=False, editable=False)
    void_reason = models.CharField("无效原因", max_length=100, blank=True, editable=False)
    filled_on = models.DateField("填写日期", null=True, editable=False)

    objects = OfSurveyQuerySet.as_manager()

    class Meta:
        verbose_name = "答卷"
        verbose_name_plural = "答卷"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="sheet_void_says_why",
                condition=Q(is_void=False) | ~Q(void_reason=""),
                violation_error_message="请写明为什么无效。",
            )
        ]

    def __str__(self):
        return f"答卷 {str(self.pk)[:6].upper()}"


class Answer(models.Model):
    """`is_public`: staff have read the words and put them up."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="answers", verbose_name="答卷")
    question = models.ForeignKey(SurveyQuestion, models.CASCADE, related_name="answers", verbose_name="问题")
    choice = models.ForeignKey(
        SurveyChoice, models.CASCADE, related_name="answers", verbose_name="选项", null=True, blank=True
    )
    points = models.PositiveSmallIntegerField("打分", null=True, blank=True, validators=[MaxValueValidator(100)])
    text = models.CharField("文字", max_length=300, blank=True)
    is_public = models.BooleanField("公开", default=False, editable=False)

    objects = OfSurveyQuerySet.as_manager()

    class Meta:
        verbose_name = "回答"
        verbose_name_plural = "回答"
        ordering = ["id"]
        indexes = [models.Index(fields=["question", "choice"], name="answers_of_question")]

    def __str__(self):
        return f"{self.question}"


class PaperCount(models.Model):
    """纸质问卷 of one group, counted by hand."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="paper_counts", verbose_name="评议")
    group = models.ForeignKey(
        SurveyGroup, models.PROTECT, related_name="paper_counts", verbose_name="分组", null=True, blank=True
    )
    returned_count = models.PositiveIntegerField("收回份数")
    void_count = models.PositiveIntegerField("其中无效", default=0)

    objects = OfSurveyQuerySet.as_manager()

    class Meta:
        verbose_name = "纸质计票"
        verbose_name_plural = "纸质计票"
        constraints = [
            models.UniqueConstraint(
                name="paper_counted_once_per_group",
                fields=["survey", "group"],
                condition=Q(group__isnull=False),
                violation_error_message="这一组已经录入。",
            ),
            models.UniqueConstraint(
                name="paper_counted_once_without_groups",
                fields=["survey"],
                condition=Q(group=None),
                violation_error_message="已经录入。",
            ),
            models.CheckConstraint(
                name="paper_void_is_part_of_returned",
                condition=Q(void_count__lte=F("returned_count")),
                violation_error_message="无效份数不能多于收回份数。",
            ),
        ]

    def __str__(self):
        return f"{self.survey} 纸质计票"


class PaperTally(models.Model):
    """How many of these papers chose it; of a scale, how many gave points and their sum."""

    paper = models.ForeignKey(PaperCount, models.CASCADE, related_name="tallies", verbose_name="纸质计票")
    question = models.ForeignKey(SurveyQuestion, models.CASCADE, related_name="tallies", verbose_name="问题")
    choice = models.ForeignKey(SurveyChoice, models.CASCADE, related_name="tallies", verbose_name="选项", null=True)
    count = models.PositiveIntegerField("份数")
    points_sum = models.PositiveIntegerField("总分", null=True)

    objects = OfSurveyQuerySet.as_manager()

    class Meta:
        verbose_name = "纸质得票"
        verbose_name_plural = "纸质得票"

    def __str__(self):
        return f"{self.question}"


auditlog.register(PaperCount)
