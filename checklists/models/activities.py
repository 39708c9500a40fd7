from uuid import uuid4

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import PhoneValidator
from checklists.models.needs import Need, new_code
from checklists.querysets import ActivityQuerySet, EnrolmentQuerySet, OfActivityQuerySet
from govern.fields import BlindIndexField, EncryptedTextField, mask_name, mask_phone


def activity_photo_path(photo, filename):
    return f"activities/{uuid4().hex}.jpg"


class Activity(models.Model):
    """活动清单's row: led by the unit on duty, joined by others. Its status is written by services.activities alone."""

    class Status(models.TextChoices):
        PLANNED = "planned", "筹备中"
        ANNOUNCED = "announced", "已发布"
        HELD = "held", "已举办"
        CONCLUDED = "concluded", "已总结"
        CANCELLED = "cancelled", "已取消"

    TRANSITIONS = {
        Status.PLANNED: frozenset({Status.ANNOUNCED, Status.HELD, Status.CANCELLED}),
        Status.ANNOUNCED: frozenset({Status.PLANNED, Status.HELD, Status.CANCELLED}),
        Status.HELD: frozenset({Status.CONCLUDED}),
        Status.CONCLUDED: frozenset(),
        Status.CANCELLED: frozenset(),
    }

    class Kind(models.TextChoices):
        STUDY = "study", "党建学习"
        CARE = "care", "关爱帮扶"
        CULTURE = "culture", "文体娱乐"
        HEALTH = "health", "健康义诊"
        LAW = "law", "普法宣传"
        TIDY = "tidy", "环境整治"
        SAFETY = "safety", "安全巡查"
        OTHER = "other", "其他"

    community = models.ForeignKey("grids.Community", models.PROTECT, related_name="activities", verbose_name="社区")
    name = models.CharField("活动名称", max_length=60)
    kind = models.CharField("类型", max_length=20, choices=Kind.choices, default=Kind.CARE)
    status = models.CharField("状态", max_length=20, choices=Status.choices, default=Status.PLANNED, editable=False)
    turn = models.ForeignKey(
        "checklists.Turn", models.PROTECT, related_name="activities", verbose_name="轮值期", null=True, blank=True
    )
    unit = models.ForeignKey(
        "organizations.Unit",
        models.PROTECT,
        related_name="led_activities",
        verbose_name="牵头单位",
        null=True,
        blank=True,
    )
    joint_units = models.ManyToManyField(
        "organizations.Unit", related_name="joint_activities", verbose_name="参与单位", blank=True
    )
    agreement = models.ForeignKey(
        "organizations.Agreement",
        models.PROTECT,
        related_name="activities",
        verbose_name="协议",
        null=True,
        blank=True,
    )
    needs = models.ManyToManyField("checklists.Need", related_name="activities", verbose_name="回应的需求", blank=True)
    resources = models.ManyToManyField(
        "checklists.Resource", related_name="activities", verbose_name="用到的资源", blank=True
    )
    starts_at = models.DateTimeField("开始时间")
    ends_at = models.DateTimeField("结束时间")
    place = models.CharField("地点", max_length=80)
    leader = models.CharField("负责人", max_length=40, blank=True)
    plan = models.TextField("活动方案", max_length=2000, blank=True)
    seats = models.PositiveSmallIntegerField("报名名额", default=0, help_text="0 表示不限。")
    enrolment_closes_at = models.DateTimeField("报名截止", null=True, blank=True)
    is_public = models.BooleanField("对居民公开", default=True)
    reached_count = models.PositiveIntegerField("参加人数", default=0, editable=False)
    summary = models.TextField("活动总结", max_length=2000, blank=True, editable=False)
    cancel_reason = models.CharField("取消原因", max_length=200, blank=True, editable=False)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = "活动"
        verbose_name_plural = "活动清单"
        ordering = ["-starts_at", "-pk"]
        indexes = [models.Index(fields=["community", "status", "starts_at"], name="activity_of_community")]
        constraints = [
            models.CheckConstraint(
                name="activity_status_is_known",
                condition=Q(status__in=["planned", "announced", "held", "concluded", "cancelled"]),
                violation_error_message="未知的活动状态。",
            ),
            models.CheckConstraint(
                name="activity_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message="结束时间要晚于开始时间。",
            ),
            models.CheckConstraint(
                name="activity_cancelled_has_a_reason",
                condition=~Q(status="cancelled") | ~Q(cancel_reason=""),
                violation_error_message="请写明取消的原因。",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def next_statuses(self):
        return self.TRANSITIONS[self.Status(self.status)]

    def takes_enrolments(self, at=None):
        at = at or timezone.now()
        return self.status == self.Status.ANNOUNCED and at < (self.enrolment_closes_at or self.starts_at)


class ActivityEvent(models.Model):
    """What happened to an activity: appended in the transaction of the change, never edited."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="events", verbose_name="活动")
    from_status = models.CharField("原状态", max_length=20, choices=Activity.Status.choices, blank=True)
    to_status = models.CharField("新状态", max_length=20, choices=Activity.Status.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="activity_events", verbose_name="经办人", null=True
    )
    note = models.CharField("说明", max_length=500, blank=True)
    at = models.DateTimeField("时间")

    objects = OfActivityQuerySet.as_manager()

    class Meta:
        verbose_name = "活动记录"
        verbose_name_plural = "活动记录"
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.get_to_status_display()} {self.at:%Y-%m-%d}"


class ActivityPhoto(models.Model):
    activity = models.ForeignKey(Activity, models.CASCADE, related_name="photos", verbose_name="活动")
    image = models.ImageField("照片", upload_to=activity_photo_path)
    caption = models.CharField("说明", max_length=60, blank=True)
    is_public = models.BooleanField("可公开", default=False, help_text="照片里的人都同意公开。")
    added_at = models.DateTimeField("上传时间", auto_now_add=True)

    objects = OfActivityQuerySet.as_manager()

    class Meta:
        verbose_name = "活动照片"
        verbose_name_plural = "活动照片"
        ordering = ["pk"]

    def __str__(self):
        return self.caption or f"照片 {self.pk}"


class Enrolment(models.Model):
    """报名 by a resident without an account, found again by its code; after the activity, the resident's rating."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="enrolments", verbose_name="活动")
    code = models.CharField("报名编号", max_length=8, unique=True, default=new_code, editable=False)
    name = EncryptedTextField("姓名", mask=mask_name, max_length=40)
    phone = EncryptedTextField("手机号", mask=mask_phone, max_length=11, validators=[PhoneValidator()])
    phone_index = BlindIndexField(source="phone", db_index=True)
    people_count = models.PositiveSmallIntegerField("人数", default=1)
    notice = models.ForeignKey(
        "accounts.PrivacyNotice",
        models.PROTECT,
        related_name="enrolments",
        verbose_name="同意的隐私告知书",
        editable=False,
    )
    enrolled_at = models.DateTimeField("报名时间", default=timezone.now, editable=False)
    cancelled_at = models.DateTimeField("取消时间", null=True, editable=False)
    has_attended = models.BooleanField("到场", null=True, editable=False)
    satisfaction = models.CharField(
        "满意度", max_length=20, choices=Need.Satisfaction.choices, blank=True, editable=False
    )
    rating_note = models.CharField("评价", max_length=200, blank=True, editable=False)
    rated_at = models.DateTimeField("评价时间", null=True, editable=False)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = "活动报名"
        verbose_name_plural = "活动报名"
        ordering = ["enrolled_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="enrolment_once_per_phone",
                fields=["activity", "phone_index"],
                condition=Q(cancelled_at=None),
                violation_error_message="这个手机号已经报过名。",
            ),
            models.CheckConstraint(
                name="enrolment_brings_one_to_nine",
                condition=Q(people_count__gte=1, people_count__lte=9),
                violation_error_message="人数为 1 到 9 人。",
            ),
        ]

    def __str__(self):
        return f"{self.masked_name} {self.people_count} 人"


auditlog.register(Activity, m2m_fields={"joint_units", "needs", "resources"})
auditlog.register(Enrolment, mask_fields=["name", "phone"], exclude_fields=["phone_index"])
