import secrets

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from patrols.querysets import FieldDeskQuerySet, IntakeQuerySet, TicketQuerySet

SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_sign():
    """What the QR code of a field desk carries."""
    return "".join(secrets.choice(SIGNS) for _ in range(8))


class FieldDesk(models.Model):
    """移动办公桌: a place and a time each week where staff sit among residents; published, with its QR code."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, "周一"
        TUESDAY = 1, "周二"
        WEDNESDAY = 2, "周三"
        THURSDAY = 3, "周四"
        FRIDAY = 4, "周五"
        SATURDAY = 5, "周六"
        SUNDAY = 6, "周日"

    community = models.ForeignKey("grids.Community", models.PROTECT, related_name="field_desks", verbose_name="社区")
    code = models.CharField("编号", max_length=8, unique=True, default=new_sign, editable=False)
    place = models.CharField("地点", max_length=80, help_text="如：翡翠湾小区北门凉亭")
    weekday = models.PositiveSmallIntegerField("每周", choices=Weekday.choices)
    starts_at = models.TimeField("开始")
    ends_at = models.TimeField("结束")
    offers = models.CharField("办什么", max_length=200, blank=True, help_text="如：医保咨询、老年证、诉求登记")
    host = models.CharField("值守", max_length=60, blank=True)
    is_active = models.BooleanField("公布", default=True)

    objects = FieldDeskQuerySet.as_manager()

    class Meta:
        verbose_name = "移动办公桌"
        verbose_name_plural = "移动办公桌"
        ordering = ["community", "weekday", "starts_at"]
        constraints = [
            models.CheckConstraint(
                name="desk_closes_after_it_opens",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message="结束时间要晚于开始时间。",
            ),
            models.CheckConstraint(
                name="desk_weekday_is_known",
                condition=Q(weekday__lte=6),
                violation_error_message="请选择周几。",
            ),
        ]

    def __str__(self):
        return f"{self.place}（{self.get_weekday_display()}）"

    @property
    def hours(self):
        return f"{self.starts_at:%H:%M}—{self.ends_at:%H:%M}"


class Intake(models.Model):
    """Which field desk's code a resident scanned to file a need."""

    desk = models.ForeignKey(FieldDesk, models.PROTECT, related_name="intakes", verbose_name="移动办公桌")
    need = models.OneToOneField("checklists.Need", models.CASCADE, related_name="intake", verbose_name="需求")
    at = models.DateTimeField("时间", default=timezone.now)

    objects = IntakeQuerySet.as_manager()

    class Meta:
        verbose_name = "办公桌收件"
        verbose_name_plural = "办公桌收件"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["desk", "at"], name="intake_of_desk")]

    def __str__(self):
        return f"{self.desk} {self.need}"


class Ticket(models.Model):
    """小事办 排号: one number of one community's day."""

    class Status(models.TextChoices):
        WAITING = "waiting", "等候"
        CALLED = "called", "已叫号"
        SERVED = "served", "已办理"
        LEFT = "left", "已过号"

    TRANSITIONS = {
        Status.WAITING: frozenset({Status.CALLED, Status.LEFT}),
        Status.CALLED: frozenset({Status.SERVED, Status.LEFT, Status.WAITING}),
        Status.SERVED: frozenset(),
        Status.LEFT: frozenset({Status.CALLED}),
    }

    community = models.ForeignKey("grids.Community", models.PROTECT, related_name="tickets", verbose_name="社区")
    day = models.DateField("日期", editable=False)
    number = models.PositiveSmallIntegerField("号码", editable=False)
    errand = models.CharField("办什么事", max_length=60, blank=True)
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.WAITING, editable=False)
    taken_at = models.DateTimeField("取号时间", default=timezone.now, editable=False)
    called_at = models.DateTimeField("叫号时间", null=True, editable=False)
    ended_at = models.DateTimeField("办结时间", null=True, editable=False)
    clerk = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="tickets",
        verbose_name="办理人",
        null=True,
        editable=False,
    )
    need = models.ForeignKey(
        "checklists.Need", models.SET_NULL, related_name="tickets", verbose_name="登记的需求", null=True, editable=False
    )

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = "小事办排号"
        verbose_name_plural = "小事办排号"
        ordering = ["-day", "number"]
        constraints = [
            models.UniqueConstraint(
                name="ticket_number_once_a_day",
                fields=["community", "day", "number"],
                violation_error_message="这个号已经发出。",
            ),
            models.CheckConstraint(
                name="ticket_status_is_known",
                condition=Q(status__in=["waiting", "called", "served", "left"]),
                violation_error_message="未知的排号状态。",
            ),
        ]

    def __str__(self):
        return f"{self.number:03}号"

    @property
    def next_statuses(self):
        return self.TRANSITIONS[self.Status(self.status)]

    def waited(self, at):
        """How long somebody waited to be called, or has been waiting at `at`."""
        return (self.called_at or at) - self.taken_at

    @property
    def waited_minutes(self):
        """Till the first call; None for whoever was never called."""
        return round(self.waited(None).total_seconds() / 60, 1) if self.called_at else None


auditlog.register(FieldDesk)
auditlog.register(Ticket)
