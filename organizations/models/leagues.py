from auditlog.registry import auditlog
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import PhoneValidator
from govern.fields import BlindIndexField, EncryptedTextField, mask_phone
from organizations.querysets.leagues import (
    CouncillorQuerySet,
    LeagueEventQuerySet,
    LeagueMemberQuerySet,
    LeagueQuerySet,
    PlanItemQuerySet,
)


class League(models.Model):
    """社区大党委: the units around a community beside its Party body; or the district's 党建共建联合会 above those.

    Nobody's 隶属关系 changes by it. One unit at a time is its chair (轮值主席单位).
    """

    class Kind(models.TextChoices):
        COMMUNITY = "community", "社区大党委"
        DISTRICT = "district", "党建共建联合会"

    organization = models.ForeignKey(
        "organizations.Organization",
        models.PROTECT,
        related_name="leagues",
        verbose_name="牵头党组织",
        limit_choices_to={"tier__in": [1, 2], "is_active": True},
        help_text="社区大党委由社区党组织牵头，联合会由行业（区级）党委牵头。",
    )
    kind = models.CharField("类型", max_length=20, choices=Kind.choices, default=Kind.COMMUNITY)
    name = models.CharField("名称", max_length=60)
    founded_on = models.DateField("成立日期")
    federation = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="communities",
        verbose_name="所属联合会",
        null=True,
        blank=True,
        limit_choices_to={"kind": "district", "ended_on": None},
    )
    chair = models.ForeignKey(
        "organizations.Unit",
        models.PROTECT,
        related_name="chaired_leagues",
        verbose_name="轮值主席单位",
        null=True,
        editable=False,
    )
    chair_since = models.DateField("轮值开始", null=True, editable=False)
    chair_until = models.DateField("轮值到期", null=True, editable=False)
    ended_on = models.DateField("停止日期", null=True, editable=False)
    end_reason = models.CharField("停止原因", max_length=200, blank=True, editable=False)

    objects = LeagueQuerySet.as_manager()

    class Meta:
        verbose_name = "大党委"
        verbose_name_plural = "大党委"
        ordering = ["-kind", "name"]
        constraints = [
            models.UniqueConstraint(
                name="league_one_stands_per_organization",
                fields=["organization"],
                condition=Q(ended_on=None),
                violation_error_message="这个党组织已有大党委或联合会。",
            ),
            models.CheckConstraint(
                name="league_of_the_district_has_none_above",
                condition=~Q(kind="district") | Q(federation=None),
                violation_error_message="联合会上面没有联合会。",
            ),
            models.CheckConstraint(
                name="league_chair_has_its_term",
                condition=Q(chair=None) | Q(chair_since__isnull=False, chair_until__gte=F("chair_since")),
                violation_error_message="轮值到期不能早于轮值开始。",
            ),
            models.CheckConstraint(
                name="league_ended_has_a_reason",
                condition=Q(ended_on=None) | ~Q(end_reason=""),
                violation_error_message="请写明停止的原因。",
            ),
        ]

    def __str__(self):
        return self.name


class LeagueMember(models.Model):
    """成员单位, from a day to a day. Its contact is the unit's 联络员."""

    league = models.ForeignKey(League, models.CASCADE, related_name="members", verbose_name="大党委")
    unit = models.ForeignKey("organizations.Unit", models.PROTECT, related_name="memberships", verbose_name="成员单位")
    joined_on = models.DateField("加入日期")
    left_on = models.DateField("退出日期", null=True, blank=True)

    objects = LeagueMemberQuerySet.as_manager()

    class Meta:
        verbose_name = "成员单位"
        verbose_name_plural = "成员单位"
        ordering = ["joined_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="leaguemember_once_at_a_time",
                fields=["league", "unit"],
                condition=Q(left_on=None),
                violation_error_message="这个单位已经是成员单位。",
            ),
            models.CheckConstraint(
                name="leaguemember_leaves_after_it_joins",
                condition=Q(left_on=None) | Q(left_on__gte=F("joined_on")),
                violation_error_message="退出日期不能早于加入日期。",
            ),
        ]

    def __str__(self):
        return str(self.unit)


class Councillor(models.Model):
    """委员. Recommended, deliberated by the community's body, approved by the street's, appointed; then in office."""

    class Kind(models.TextChoices):
        FULL_TIME = "full_time", "专职委员"
        PART_TIME = "part_time", "兼职委员"

    class Status(models.TextChoices):
        RECOMMENDED = "recommended", "已推荐"
        DELIBERATED = "deliberated", "社区已审议"
        APPROVED = "approved", "街道已批准"
        APPOINTED = "appointed", "在任"
        DECLINED = "declined", "未通过"
        LEFT = "left", "已离任"

    TRANSITIONS = {
        Status.RECOMMENDED: frozenset({Status.DELIBERATED, Status.DECLINED}),
        Status.DELIBERATED: frozenset({Status.APPROVED, Status.DECLINED}),
        Status.APPROVED: frozenset({Status.APPOINTED, Status.DECLINED}),
        Status.APPOINTED: frozenset({Status.LEFT}),
        Status.DECLINED: frozenset(),
        Status.LEFT: frozenset(),
    }

    league = models.ForeignKey(League, models.CASCADE, related_name="councillors", verbose_name="大党委")
    kind = models.CharField("委员类别", max_length=20, choices=Kind.choices, default=Kind.PART_TIME)
    status = models.CharField("状态", max_length=20, choices=Status.choices, default=Status.RECOMMENDED, editable=False)
    name = models.CharField("姓名", max_length=40)
    phone = EncryptedTextField("手机号", mask=mask_phone, max_length=11, validators=[PhoneValidator()])
    phone_index = BlindIndexField(source="phone")
    unit = models.ForeignKey(
        "organizations.Unit",
        models.PROTECT,
        related_name="councillors",
        verbose_name="来自单位",
        null=True,
        blank=True,
        help_text="物业、业委会、民警、党代表、居民代表等没有登记单位的，可以不选。",
    )
    title = models.CharField("职务", max_length=60)
    recommended_on = models.DateField("推荐日期")
    deliberated_on = models.DateField("审议日期", null=True, editable=False)
    approved_on = models.DateField("批准日期", null=True, editable=False)
    document = models.CharField("批准文号", max_length=60, blank=True, editable=False)
    appointed_on = models.DateField("任命日期", null=True, editable=False)
    ends_on = models.DateField("离任日期", null=True, editable=False)

    objects = CouncillorQuerySet.as_manager()

    class Meta:
        verbose_name = "大党委委员"
        verbose_name_plural = "大党委委员"
        ordering = ["kind", "pk"]
        constraints = [
            models.CheckConstraint(
                name="councillor_status_is_known",
                condition=Q(status__in=["recommended", "deliberated", "approved", "appointed", "declined", "left"]),
                violation_error_message="未知的委员状态。",
            ),
            models.UniqueConstraint(
                name="councillor_once_at_a_time",
                fields=["league", "phone_index"],
                condition=Q(status__in=["recommended", "deliberated", "approved", "appointed"]),
                violation_error_message="这个手机号已登记为本大党委的委员。",
            ),
            models.CheckConstraint(
                name="councillor_appointed_was_approved",
                condition=Q(appointed_on=None) | (Q(approved_on__lte=F("appointed_on")) & ~Q(document="")),
                violation_error_message="任命以前要有批准日期和文号。",
            ),
            models.CheckConstraint(
                name="councillor_leaves_after_the_appointment",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("appointed_on")),
                violation_error_message="离任日期不能早于任命日期。",
            ),
        ]

    def __str__(self):
        return f"{self.name}（{self.title}）"

    @property
    def next_statuses(self):
        return self.TRANSITIONS[self.Status(self.status)]


class LeaguePlanItem(models.Model):
    """One line of a year's plan, under one of the five headings that the work is listed and counted by."""

    class Heading(models.TextChoices):
        RESOURCES = "resources", "资源共享"
        ORGANIZATION = "organization", "组织共建"
        MEMBERS = "members", "党员共管"
        ACTIVITIES = "activities", "活动共办"
        SERVICE = "service", "服务共促"

    league = models.ForeignKey(League, models.CASCADE, related_name="items", verbose_name="大党委")
    year = models.PositiveSmallIntegerField("年度", validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    heading = models.CharField("共建方向", max_length=20, choices=Heading.choices)
    name = models.CharField("事项", max_length=120)
    units = models.ManyToManyField("organizations.Unit", related_name="plan_items", verbose_name="承办单位", blank=True)
    owner = models.CharField("责任人", max_length=40, blank=True)
    due_on = models.DateField("完成时限")
    done_on = models.DateField("完成日期", null=True, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)

    objects = PlanItemQuerySet.as_manager()

    class Meta:
        verbose_name = "年度共建事项"
        verbose_name_plural = "年度共建事项"
        ordering = ["-year", "due_on", "pk"]
        indexes = [models.Index(fields=["league", "year"], name="planitem_of_a_year")]

    def __str__(self):
        return self.name

    def state(self, on):
        """(tone, word) on the date `on`."""
        if self.done_on:
            return "ok", "已完成"
        return ("bad", "已超期") if self.due_on < on else ("info", "进行中")


class LeagueEvent(models.Model):
    """What happened in a league, appended in the transaction of the change. Its subject is one of the rows named."""

    league = models.ForeignKey(League, models.CASCADE, related_name="events", verbose_name="大党委")
    what = models.CharField("事项", max_length=40)
    councillor = models.ForeignKey(
        Councillor, models.CASCADE, related_name="events", verbose_name="委员", null=True, blank=True
    )
    meeting = models.ForeignKey(
        "organizations.LeagueMeeting", models.CASCADE, related_name="events", verbose_name="会议", null=True, blank=True
    )
    resolution = models.ForeignKey(
        "organizations.Resolution", models.CASCADE, related_name="events", verbose_name="决议", null=True, blank=True
    )
    from_status = models.CharField("原状态", max_length=20, blank=True)
    to_status = models.CharField("新状态", max_length=20, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="league_events", verbose_name="经办人", null=True
    )
    note = models.CharField("说明", max_length=300, blank=True)
    at = models.DateTimeField("时间", default=timezone.now)

    objects = LeagueEventQuerySet.as_manager()

    class Meta:
        verbose_name = "大党委经过"
        verbose_name_plural = "大党委经过"
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.what} {self.at:%Y-%m-%d}"


auditlog.register(League)
auditlog.register(LeagueMember)
auditlog.register(Councillor, mask_fields=["phone"], exclude_fields=["phone_index"])
auditlog.register(LeaguePlanItem, m2m_fields={"units"})
