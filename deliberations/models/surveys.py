from auditlog.registry import auditlog
from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from deliberations.querysets import OfSurveyQuerySet, SurveyQuerySet
from govern.codes import new_code


class Survey(models.Model):
    """评议 of a work, a service, an officer or a member unit, by questionnaire."""

    class Subject(models.TextChoices):
        WORK = "work", "工作"
        SERVICE = "service", "服务"
        OFFICER = "officer", "干部"
        UNIT = "unit", "成员单位"

    class Audience(models.TextChoices):
        OPEN = "open", "谁都可以填"
        AREA = "area", "凭码，本片居民"
        MEETING = "meeting", "到会的人"

    class Status(models.TextChoices):
        DRAFTED = "drafted", "编辑中"
        OPEN = "open", "评议中"
        CLOSED = "closed", "已截止"
        PUBLISHED = "published", "结果已公开"

    TRANSITIONS = {
        Status.DRAFTED: frozenset({Status.OPEN}),
        Status.OPEN: frozenset({Status.CLOSED}),
        Status.CLOSED: frozenset({Status.PUBLISHED}),
        Status.PUBLISHED: frozenset(),
    }

    code = models.CharField("编号", max_length=8, unique=True, default=new_code, editable=False)
    community = models.ForeignKey("grids.Community", models.PROTECT, related_name="surveys", verbose_name="社区")
    title = models.CharField("名称", max_length=60)
    about = models.CharField("说明", max_length=500, blank=True)
    subject = models.CharField("评什么", max_length=10, choices=Subject.choices)
    subject_name = models.CharField("评议对象", max_length=60, help_text="如：翡翠湾物业、供水、某某同志。")
    unit = models.ForeignKey(
        "organizations.Unit", models.PROTECT, related_name="surveys", verbose_name="成员单位", null=True, blank=True
    )
    hearing = models.ForeignKey(
        "deliberations.Hearing", models.PROTECT, related_name="surveys", verbose_name="评议会", null=True, blank=True
    )
    follows = models.ForeignKey(
        "self", models.PROTECT, related_name="followed_by", verbose_name="上一次评议", null=True, blank=True
    )
    audience = models.CharField("谁来评", max_length=10, choices=Audience.choices, default=Audience.OPEN)
    is_anonymous = models.BooleanField("不记名", default=True)
    speech = models.TextField("述职", max_length=3000, blank=True)
    starts_on = models.DateField("开始", default=timezone.localdate)
    ends_on = models.DateField("截止")
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.DRAFTED, editable=False)
    issued_count = models.PositiveIntegerField(
        "纸质发出份数", null=True, blank=True, help_text="发了多少份纸质问卷。评议码另外自动计数。"
    )
    published_at = models.DateTimeField("公开时间", null=True, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="surveys", verbose_name="发起人", editable=False
    )

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = "评议"
        verbose_name_plural = "评议"
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="survey_status_is_known",
                condition=Q(status__in=["drafted", "open", "closed", "published"]),
                violation_error_message="未知的评议状态。",
            ),
            models.CheckConstraint(
                name="survey_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message="截止不能早于开始。",
            ),
        ]

    def __str__(self):
        return self.title


class SurveyEvent(models.Model):
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="events", verbose_name="评议")
    from_status = models.CharField("原状态", max_length=10, choices=Survey.Status.choices, blank=True)
    to_status = models.CharField("新状态", max_length=10, choices=Survey.Status.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="survey_events", verbose_name="经办人", null=True
    )
    note = models.CharField("说明", max_length=200, blank=True)
    at = models.DateTimeField("时间")

    objects = OfSurveyQuerySet.as_manager()

    class Meta:
        verbose_name = "评议经过"
        verbose_name_plural = "评议经过"
        ordering = ["at", "pk"]

    def __str__(self):
        return self.get_to_status_display()


class SurveyGroup(models.Model):
    """Who answers, and how much their mean weighs: residents more than staff (《上海市居民委员会工作条例》第十八条).

    A survey without groups weighs all sheets alike.
    """

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="groups", verbose_name="评议")
    name = models.CharField("评议人", max_length=20, help_text="如：居民、成员单位、社区工作者。")
    weight = models.PositiveSmallIntegerField("权重", default=1, validators=[MaxValueValidator(100)])

    objects = OfSurveyQuerySet.as_manager()

    class Meta:
        verbose_name = "评议人分组"
        verbose_name_plural = "评议人分组"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="survey_group_named_once", fields=["survey", "name"], violation_error_message="已有同名的组。"
            )
        ]

    def __str__(self):
        return self.name


class SurveyQuestion(models.Model):
    class Kind(models.TextChoices):
        SINGLE = "single", "单选"
        MULTIPLE = "multiple", "多选"
        SCALE = "scale", "打分"
        TEXT = "text", "文字"

    class Aspect(models.TextChoices):
        """民主评议 tells these three apart (《上海市居民委员会工作条例》第十八条)."""

        NONE = "", "不归入"
        KNOWN = "known", "知晓度"
        TAKEN_PART = "taken_part", "参与度"
        SATISFIED = "satisfied", "满意度"

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="questions", verbose_name="评议")
    order = models.PositiveSmallIntegerField("次序")
    text = models.CharField("问题", max_length=120)
    kind = models.CharField("题型", max_length=10, choices=Kind.choices)
    aspect = models.CharField("归入", max_length=12, choices=Aspect.choices, blank=True)
    weight = models.PositiveSmallIntegerField("权重", default=1, validators=[MaxValueValidator(100)])
    is_required = models.BooleanField("必答", default=True)

    objects = OfSurveyQuerySet.as_manager()

    class Meta:
        verbose_name = "问题"
        verbose_name_plural = "问题"
        ordering = ["order", "pk"]

    def __str__(self):
        return self.text


class SurveyChoice(models.Model):
    """`points` of a hundred; what has none does not enter the score."""

    question = models.ForeignKey(SurveyQuestion, models.CASCADE, related_name="choices", verbose_name="问题")
    order = models.PositiveSmallIntegerField("次序")
    text = models.CharField("选项", max_length=40)
    points = models.PositiveSmallIntegerField("分值", null=True, blank=True, validators=[MaxValueValidator(100)])

    objects = OfSurveyQuerySet.as_manager()

    class Meta:
        verbose_name = "选项"
        verbose_name_plural = "选项"
        ordering = ["order", "pk"]

    def __str__(self):
        return self.text


class SurveyInquiry(models.Model):
    """What somebody asks an officer after the 述职; shown with its answer once staff have looked at it."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="inquiries", verbose_name="评议")
    text = models.CharField("提问", max_length=200)
    answer = models.CharField("答复", max_length=500, blank=True)
    is_public = models.BooleanField("公开", default=False)
    # A day and no more: asking leaves no trace beside answering.
    asked_on = models.DateField("提问日期", default=timezone.localdate, editable=False)

    objects = OfSurveyQuerySet.as_manager()

    class Meta:
        verbose_name = "述职提问"
        verbose_name_plural = "述职提问"
        ordering = ["pk"]

    def __str__(self):
        return self.text


for model in (Survey, SurveyGroup, SurveyQuestion, SurveyChoice, SurveyInquiry):
    auditlog.register(model)
