from auditlog.registry import auditlog
from django.db import models
from django.db.models import Q
from django.utils import timezone

from organizations.models.agreements import lines
from organizations.models.leagues import Councillor, League
from organizations.querysets.leagues import LeagueAttendanceQuerySet, LeagueMeetingQuerySet, ResolutionQuerySet


class LeagueMeeting(models.Model):
    """A meeting of the councillors, or the 联席会议 that each quarter owes. Its status: services.league_meetings."""

    class Kind(models.TextChoices):
        JOINT = "joint", "联席会议"
        COUNCIL = "council", "委员会议"

    class Status(models.TextChoices):
        PLANNED = "planned", "已通知"
        HELD = "held", "已召开"
        CANCELLED = "cancelled", "已取消"

    TRANSITIONS = {
        Status.PLANNED: frozenset({Status.HELD, Status.CANCELLED}),
        Status.HELD: frozenset(),
        Status.CANCELLED: frozenset(),
    }

    league = models.ForeignKey(League, models.CASCADE, related_name="meetings", verbose_name="大党委")
    kind = models.CharField("类型", max_length=20, choices=Kind.choices, default=Kind.JOINT)
    status = models.CharField("状态", max_length=20, choices=Status.choices, default=Status.PLANNED, editable=False)
    topic = models.CharField("主题", max_length=80)
    agenda = models.TextField("议题", max_length=2000, help_text="每行一项。")
    starts_at = models.DateTimeField("开始时间")
    place = models.CharField("地点", max_length=80)
    minutes = models.TextField("会议记录", max_length=8000, blank=True, editable=False)
    cancel_reason = models.CharField("取消原因", max_length=200, blank=True, editable=False)

    objects = LeagueMeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "大党委会议"
        verbose_name_plural = "大党委会议"
        ordering = ["-starts_at", "-pk"]
        indexes = [models.Index(fields=["league", "status", "starts_at"], name="leaguemeeting_of_a_league")]
        constraints = [
            models.CheckConstraint(
                name="leaguemeeting_status_is_known",
                condition=Q(status__in=["planned", "held", "cancelled"]),
                violation_error_message="未知的会议状态。",
            ),
            models.CheckConstraint(
                name="leaguemeeting_held_has_minutes",
                condition=~Q(status="held") | ~Q(minutes=""),
                violation_error_message="已召开的要有会议记录。",
            ),
            models.CheckConstraint(
                name="leaguemeeting_cancelled_has_a_reason",
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
    def agenda_lines(self):
        return lines(self.agenda)


class LeagueAttendance(models.Model):
    """到会 or 请假 of one councillor; whoever has no row stayed away without a word."""

    class Way(models.TextChoices):
        QR = "qr", "扫码签到"
        DOOR = "door", "现场登记"
        LEAVE = "leave", "请假"

    meeting = models.ForeignKey(LeagueMeeting, models.CASCADE, related_name="attendances", verbose_name="会议")
    councillor = models.ForeignKey(Councillor, models.PROTECT, related_name="attendances", verbose_name="委员")
    way = models.CharField("方式", max_length=20, choices=Way.choices)
    reason = models.CharField("请假原因", max_length=100, blank=True)
    signed_at = models.DateTimeField("登记时间", default=timezone.now)

    objects = LeagueAttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = "大党委会议签到"
        verbose_name_plural = "大党委会议签到"
        ordering = ["signed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="leagueattendance_once_per_councillor",
                fields=["meeting", "councillor"],
                violation_error_message="这名委员已经登记过。",
            ),
            models.CheckConstraint(
                name="leagueattendance_leave_has_a_reason",
                condition=Q(way="leave") & ~Q(reason="") | Q(way__in=["qr", "door"], reason=""),
                violation_error_message="请假要写明原因。",
            ),
        ]

    def __str__(self):
        return f"{self.councillor.name} {self.get_way_display()}"


class Resolution(models.Model):
    """决议: who owes what by when. Without a unit it is the community's own."""

    class Status(models.TextChoices):
        OPEN = "open", "办理中"
        DONE = "done", "已办结"
        DROPPED = "dropped", "不再办理"

    TRANSITIONS = {
        Status.OPEN: frozenset({Status.DONE, Status.DROPPED}),
        Status.DONE: frozenset(),
        Status.DROPPED: frozenset(),
    }

    league = models.ForeignKey(
        League, models.CASCADE, related_name="resolutions", verbose_name="大党委", editable=False
    )
    meeting = models.ForeignKey(
        LeagueMeeting, models.CASCADE, related_name="resolutions", verbose_name="会议", editable=False
    )
    text = models.CharField("决议", max_length=300)
    unit = models.ForeignKey(
        "organizations.Unit",
        models.PROTECT,
        related_name="resolutions",
        verbose_name="责任单位",
        null=True,
        blank=True,
        help_text="不选就是牵头党组织自己办。",
    )
    due_on = models.DateField("完成时限")
    status = models.CharField("状态", max_length=20, choices=Status.choices, default=Status.OPEN, editable=False)
    closed_on = models.DateField("办结日期", null=True, editable=False)
    outcome = models.CharField("办理结果", max_length=300, blank=True, editable=False)

    objects = ResolutionQuerySet.as_manager()

    class Meta:
        verbose_name = "大党委决议"
        verbose_name_plural = "大党委决议"
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["status", "due_on"], name="resolution_that_is_due")]
        constraints = [
            models.CheckConstraint(
                name="resolution_status_is_known",
                condition=Q(status__in=["open", "done", "dropped"]),
                violation_error_message="未知的决议状态。",
            ),
            models.CheckConstraint(
                name="resolution_closed_has_its_outcome",
                condition=Q(status="open", closed_on=None)
                | (~Q(status="open") & Q(closed_on__isnull=False) & ~Q(outcome="")),
                violation_error_message="请写明办理结果或不再办理的原因。",
            ),
        ]

    def __str__(self):
        return self.text

    @property
    def next_statuses(self):
        return self.TRANSITIONS[self.Status(self.status)]

    def due(self, on):
        """(tone, words) of how far its day is, on the date `on`."""
        if self.status != self.Status.OPEN:
            return ("ok" if self.status == self.Status.DONE else "plain"), self.get_status_display()
        left = (self.due_on - on).days
        if left < 0:
            return "bad", f"已超期 {-left} 天"
        return ("warn" if left <= 7 else "info"), f"还有 {left} 天" if left else "今天到期"


auditlog.register(LeagueMeeting)
auditlog.register(LeagueAttendance)
auditlog.register(Resolution)
