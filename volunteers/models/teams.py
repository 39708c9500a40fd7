from datetime import timedelta

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from volunteers.querysets import MembershipQuerySet, MusterQuerySet, OfTeamQuerySet, TeamQuerySet


class Team(models.Model):
    """服务队: 党员服务队, 党员突击队 or 志愿者服务队 of one community."""

    class Kind(models.TextChoices):
        PARTY_SERVICE = "party_service", "党员服务队"
        PARTY_TASK = "party_task", "党员突击队"
        VOLUNTEER = "volunteer", "志愿者服务队"

    class Joining(models.TextChoices):
        OPEN = "open", "直接加入"
        APPROVAL = "approval", "申请后审核"
        INVITATION = "invitation", "只由队长邀请"

    community = models.ForeignKey("grids.Community", models.PROTECT, related_name="teams", verbose_name="社区")
    name = models.CharField("队名", max_length=40)
    kind = models.CharField("类型", max_length=20, choices=Kind.choices)
    speciality = models.CharField("专长", max_length=60, blank=True, help_text="如：水电维修、理发、法律咨询。")
    about = models.CharField("介绍", max_length=300, blank=True)
    joining = models.CharField("加入方式", max_length=12, choices=Joining.choices, default=Joining.APPROVAL)
    leader = models.ForeignKey(
        "volunteers.Volunteer", models.SET_NULL, related_name="led_teams", verbose_name="队长", null=True, blank=True
    )
    founded_on = models.DateField("成立日期", default=timezone.localdate)
    dissolved_on = models.DateField("解散日期", null=True, blank=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = "服务队"
        verbose_name_plural = "服务队"
        ordering = ["community", "name"]
        constraints = [
            models.UniqueConstraint(
                name="team_name_is_unique_in_its_community",
                fields=["community", "name"],
                violation_error_message="该社区已有同名服务队。",
            )
        ]

    def __str__(self):
        return self.name

    @property
    def is_for_members(self):
        """A Party team takes Party members."""
        return self.kind != self.Kind.VOLUNTEER


class Membership(models.Model):
    """Who is in a team, was, or asked to be."""

    class Status(models.TextChoices):
        INVITED = "invited", "已邀请"
        APPLIED = "applied", "待审核"
        JOINED = "joined", "队员"
        DECLINED = "declined", "未加入"
        LEFT = "left", "已退出"

    TRANSITIONS = {
        Status.INVITED: frozenset({Status.JOINED, Status.DECLINED}),
        Status.APPLIED: frozenset({Status.JOINED, Status.DECLINED}),
        Status.JOINED: frozenset({Status.LEFT}),
        Status.DECLINED: frozenset(),
        Status.LEFT: frozenset(),
    }

    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships", verbose_name="服务队")
    volunteer = models.ForeignKey(
        "volunteers.Volunteer", models.CASCADE, related_name="memberships", verbose_name="志愿者"
    )
    status = models.CharField("状态", max_length=10, choices=Status.choices, editable=False)
    words = models.CharField("留言", max_length=100, blank=True)
    asked_at = models.DateTimeField("提出时间", default=timezone.now, editable=False)
    joined_at = models.DateTimeField("加入时间", null=True, editable=False)
    ended_at = models.DateTimeField("退出时间", null=True, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "队员"
        verbose_name_plural = "队员"
        ordering = ["team", "-joined_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="membership_one_open_per_team",
                fields=["team", "volunteer"],
                condition=Q(status__in=["invited", "applied", "joined"]),
                violation_error_message="这个人已在队里，或正在等答复。",
            ),
            models.CheckConstraint(
                name="membership_status_is_known",
                condition=Q(status__in=["invited", "applied", "joined", "declined", "left"]),
                violation_error_message="未知的队员状态。",
            ),
        ]

    def __str__(self):
        return f"{self.team} {self.volunteer}"


class Muster(models.Model):
    """集结: a team is called together at once; the answers are counted live.

    Nobody has to end it: it is over when it has been past for `ANSWERED_FOR`.
    """

    ANSWERED_FOR = timedelta(hours=6)

    team = models.ForeignKey(Team, models.CASCADE, related_name="musters", verbose_name="服务队")
    text = models.CharField("做什么", max_length=200)
    place = models.CharField("集合地点", max_length=80)
    meet_at = models.DateTimeField("集合时间")
    wanted_count = models.PositiveSmallIntegerField("需要几人", default=10)
    called_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="musters", verbose_name="召集人", editable=False
    )
    called_at = models.DateTimeField("召集时间", default=timezone.now, editable=False)
    ended_at = models.DateTimeField("结束时间", null=True, editable=False)

    objects = MusterQuerySet.as_manager()

    class Meta:
        verbose_name = "集结"
        verbose_name_plural = "集结"
        ordering = ["-called_at", "-pk"]

    def __str__(self):
        return self.text[:24]

    @property
    def call_words(self):
        """What everybody called is told, within 200 characters."""
        when = date_format(timezone.localtime(self.meet_at), "n月j日 H:i")
        what = self.text if len(self.text) <= 50 else f"{self.text[:49]}…"
        return f"集结：“{self.team}”{when}在{self.place}集合，{what.rstrip('。')}。请点开答复能不能到。"

    def is_running(self, at):
        return self.ended_at is None and at < self.meet_at + self.ANSWERED_FOR


class MusterAnswer(models.Model):
    """Somebody's answer to a muster; said again it is changed."""

    class Answer(models.TextChoices):
        COMING = "coming", "能到"
        LATE = "late", "晚点到"
        UNABLE = "unable", "来不了"

    muster = models.ForeignKey(Muster, models.CASCADE, related_name="answers", verbose_name="集结")
    volunteer = models.ForeignKey(
        "volunteers.Volunteer", models.CASCADE, related_name="muster_answers", verbose_name="志愿者"
    )
    answer = models.CharField("答复", max_length=10, choices=Answer.choices)
    words = models.CharField("说明", max_length=60, blank=True)
    at = models.DateTimeField("时间", default=timezone.now, editable=False)

    objects = OfTeamQuerySet.as_manager()

    class Meta:
        verbose_name = "集结答复"
        verbose_name_plural = "集结答复"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="muster_is_answered_once_by_each",
                fields=["muster", "volunteer"],
                violation_error_message="已经答复过。",
            )
        ]

    def __str__(self):
        return f"{self.volunteer} {self.get_answer_display()}"

    @property
    def tone(self):
        return {self.Answer.COMING: "ok", self.Answer.LATE: "warn"}.get(self.answer, "plain")


for model in (Team, Membership, Muster):
    auditlog.register(model)
