from uuid import uuid4

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from organizations.models.members import PartyMember
from organizations.models.organizations import Organization
from organizations.querysets.meetings import AttendanceQuerySet, MeetingQuerySet, OfMeetingQuerySet


def meeting_photo_path(photo, filename):
    return f"meetings/{uuid4().hex}.jpg"


class Meeting(models.Model):
    """一次组织生活 of a branch, one of its groups or a community's body. Its status is written by services.meetings."""

    class Kind(models.TextChoices):
        ASSEMBLY = "assembly", "支部党员大会"
        COMMITTEE = "committee", "支部委员会会议"
        GROUP = "group", "党小组会"
        LECTURE = "lecture", "党课"
        THEME_DAY = "theme_day", "主题党日"
        LIFE = "life", "组织生活会"
        REVIEW = "review", "民主评议党员"

    class Status(models.TextChoices):
        PLANNED = "planned", "已计划"
        HELD = "held", "已召开"
        CANCELLED = "cancelled", "已取消"

    TRANSITIONS = {
        Status.PLANNED: frozenset({Status.HELD, Status.CANCELLED}),
        Status.HELD: frozenset(),
        Status.CANCELLED: frozenset(),
    }

    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="meetings",
        verbose_name="党组织",
        limit_choices_to={"tier__in": [2, 3, 4], "is_active": True},
    )
    kind = models.CharField("类型", max_length=20, choices=Kind.choices)
    status = models.CharField("状态", max_length=20, choices=Status.choices, default=Status.PLANNED, editable=False)
    topic = models.CharField("主题", max_length=80)
    place = models.CharField("地点", max_length=80)
    host = models.CharField("主持人", max_length=40)
    starts_at = models.DateTimeField("开始时间")
    ends_at = models.DateTimeField("结束时间")
    minutes = models.TextField("会议记录", max_length=8000, blank=True, editable=False)
    expected_count = models.PositiveIntegerField("应到人数", null=True, editable=False)
    cancel_reason = models.CharField("取消原因", max_length=200, blank=True, editable=False)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "组织生活"
        verbose_name_plural = "组织生活"
        ordering = ["-starts_at", "-pk"]
        indexes = [
            models.Index(fields=["organization", "kind", "status", "starts_at"], name="meeting_of_organization"),
            models.Index(fields=["starts_at"], name="meeting_by_time"),
        ]
        constraints = [
            models.CheckConstraint(
                name="meeting_status_is_known",
                condition=Q(status__in=["planned", "held", "cancelled"]),
                violation_error_message="未知的组织生活状态。",
            ),
            models.CheckConstraint(
                name="meeting_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message="结束时间要晚于开始时间。",
            ),
            models.CheckConstraint(
                name="meeting_held_has_its_record",
                condition=~Q(status="held") | (Q(expected_count__isnull=False) & ~Q(minutes="")),
                violation_error_message="已召开的要有会议记录和应到人数。",
            ),
            models.CheckConstraint(
                name="meeting_cancelled_has_a_reason",
                condition=~Q(status="cancelled") | ~Q(cancel_reason=""),
                violation_error_message="请写明取消的原因。",
            ),
        ]

    def __str__(self):
        return self.topic

    @property
    def next_statuses(self):
        return self.TRANSITIONS[self.Status(self.status)]

    @property
    def holder(self):
        """Who holds it, in words: a group is called by its branch's name too. Reads the organization and its parent."""
        organization = self.organization
        return f"{organization.parent} {organization}" if organization.tier == 4 else str(organization)


class MeetingEvent(models.Model):
    """What happened to a meeting: appended in the transaction of the change, never edited."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="events", verbose_name="组织生活")
    from_status = models.CharField("原状态", max_length=20, choices=Meeting.Status.choices, blank=True)
    to_status = models.CharField("新状态", max_length=20, choices=Meeting.Status.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="meeting_events", verbose_name="经办人", null=True
    )
    note = models.CharField("说明", max_length=500, blank=True)
    at = models.DateTimeField("时间")

    objects = OfMeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "组织生活经过"
        verbose_name_plural = "组织生活经过"
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.get_to_status_display()} {self.at:%Y-%m-%d}"


class Attendance(models.Model):
    """到会 or 请假 of one member, once for each meeting; who has no row stayed away."""

    class Way(models.TextChoices):
        QR = "qr", "扫码签到"
        DOOR = "door", "现场登记"
        LEAVE = "leave", "请假"

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendances", verbose_name="组织生活")
    member = models.ForeignKey(PartyMember, models.CASCADE, related_name="attendances", verbose_name="党员")
    way = models.CharField("方式", max_length=20, choices=Way.choices)
    reason = models.CharField("请假原因", max_length=100, blank=True)
    signed_at = models.DateTimeField("登记时间", default=timezone.now)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = "到会登记"
        verbose_name_plural = "到会登记"
        ordering = ["signed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="attendance_once_per_member",
                fields=["meeting", "member"],
                violation_error_message="这名党员已经登记过。",
            ),
            models.CheckConstraint(
                name="attendance_way_is_known",
                condition=Q(way__in=["qr", "door", "leave"]),
                violation_error_message="未知的到会方式。",
            ),
            models.CheckConstraint(
                name="attendance_leave_has_a_reason",
                condition=Q(way="leave") & ~Q(reason="") | ~Q(way="leave") & Q(reason=""),
                violation_error_message="请假要写明原因。",
            ),
        ]

    def __str__(self):
        return f"{self.member} {self.get_way_display()}"


class MemberGrade(models.Model):
    """评议等次 of one member, from one 民主评议党员."""

    class Grade(models.TextChoices):
        EXCELLENT = "excellent", "优秀"
        QUALIFIED = "qualified", "合格"
        BASIC = "basic", "基本合格"
        UNQUALIFIED = "unqualified", "不合格"

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="grades", verbose_name="组织生活")
    member = models.ForeignKey(PartyMember, models.CASCADE, related_name="grades", verbose_name="党员")
    grade = models.CharField("评议等次", max_length=20, choices=Grade.choices)

    objects = OfMeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "评议等次"
        verbose_name_plural = "评议等次"
        ordering = ["-meeting__starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="member_grade_once_per_meeting",
                fields=["meeting", "member"],
                violation_error_message="这名党员这次已经评议过。",
            )
        ]

    def __str__(self):
        return self.get_grade_display()


class MeetingPhoto(models.Model):
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="photos", verbose_name="组织生活")
    image = models.ImageField("照片", upload_to=meeting_photo_path)
    is_public = models.BooleanField("可公开", default=False, help_text="照片里的人都同意公开。")
    added_at = models.DateTimeField("上传时间", auto_now_add=True)

    objects = OfMeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "组织生活照片"
        verbose_name_plural = "组织生活照片"
        ordering = ["pk"]

    def __str__(self):
        return f"照片 {self.pk}"


auditlog.register(Meeting)
auditlog.register(Attendance)
auditlog.register(MemberGrade)
auditlog.register(MeetingPhoto)
