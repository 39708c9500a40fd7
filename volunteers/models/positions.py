from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from volunteers.querysets import HoldingQuerySet, PositionClassQuerySet, PositionQuerySet


class PositionClass(models.Model):
    """岗位类别: the eight of 双报到 (组织建设, 法律援助, 助困扶残就业, …); editable."""

    name = models.CharField("名称", max_length=20, unique=True, error_messages={"unique": "已有同名类别。"})
    order = models.PositiveSmallIntegerField("排序", default=100)
    is_active = models.BooleanField("在用", default=True)

    objects = PositionClassQuerySet.as_manager()

    class Meta:
        verbose_name = "岗位类别"
        verbose_name_plural = "岗位类别"
        ordering = ["order", "pk"]

    def __str__(self):
        return self.name


class Position(models.Model):
    """岗位 with a headcount. 楼栋长 and 兼职网格员 are held as a grids.Duty, 党员中心户 as a tier-5 organization: the
    holding points at that row, which is the truth of who is on duty.
    """

    class Kind(models.TextChoices):
        BUILDING_HEAD = "building_head", "楼栋长"
        GRID_WORKER = "grid_worker", "兼职网格员"
        HOUSEHOLD = "household", "党员中心户"
        GENERAL = "general", "服务岗位"

    class Status(models.TextChoices):
        DRAFTED = "drafted", "未发布"
        OPEN = "open", "招募中"
        CLOSED = "closed", "已停招"

    TRANSITIONS = {
        Status.DRAFTED: frozenset({Status.OPEN, Status.CLOSED}),
        Status.OPEN: frozenset({Status.CLOSED}),
        Status.CLOSED: frozenset({Status.OPEN}),
    }

    community = models.ForeignKey("grids.Community", models.PROTECT, related_name="positions", verbose_name="社区")
    kind = models.CharField("性质", max_length=20, choices=Kind.choices, default=Kind.GENERAL)
    position_class = models.ForeignKey(PositionClass, models.PROTECT, related_name="positions", verbose_name="岗位类别")
    title = models.CharField("岗位名称", max_length=40)
    text = models.CharField("做什么", max_length=300)
    place = models.CharField("地点", max_length=80, blank=True)
    building = models.ForeignKey(
        "grids.Building", models.PROTECT, related_name="positions", verbose_name="楼栋", null=True, blank=True
    )
    grid = models.ForeignKey(
        "grids.Grid", models.PROTECT, related_name="positions", verbose_name="网格", null=True, blank=True
    )
    branch = models.ForeignKey(
        "organizations.Organization",
        models.PROTECT,
        related_name="positions",
        verbose_name="楼栋党小组",
        null=True,
        blank=True,
        help_text="党员中心户设在哪个党小组下面。",
    )
    headcount = models.PositiveSmallIntegerField("名额", default=1)
    starts_on = models.DateField("任期起", default=timezone.localdate)
    ends_on = models.DateField("任期止", null=True, blank=True)
    monthly_minutes = models.PositiveSmallIntegerField(
        "每月认定时长", default=0, help_text="分钟；社区每月确认后记入，0 表示只按活动记。"
    )
    least_age = models.PositiveSmallIntegerField("最小年龄", null=True, blank=True, help_text="岁")
    most_age = models.PositiveSmallIntegerField("最大年龄", null=True, blank=True, help_text="岁")
    skills = models.ManyToManyField("volunteers.Skill", related_name="positions", verbose_name="要求技能", blank=True)
    needs_training = models.BooleanField("要有对应技能的培训", default=False)
    needs_insurance = models.BooleanField("要有保险", default=False)
    is_for_members = models.BooleanField("只限党员", default=False)
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.DRAFTED, editable=False)

    objects = PositionQuerySet.as_manager()

    class Meta:
        verbose_name = "岗位"
        verbose_name_plural = "岗位"
        ordering = ["community", "kind", "title"]
        constraints = [
            models.CheckConstraint(
                name="position_status_is_known",
                condition=Q(status__in=["drafted", "open", "closed"]),
                violation_error_message="未知的岗位状态。",
            ),
            models.CheckConstraint(
                name="position_stands_where_its_kind_says",
                condition=Q(kind="building_head", building__isnull=False)
                | Q(kind="grid_worker", grid__isnull=False)
                | Q(kind="household", branch__isnull=False)
                | Q(kind="general"),
                violation_error_message="楼栋长要选楼栋，兼职网格员要选网格，党员中心户要选党小组。",
            ),
            models.CheckConstraint(
                name="position_has_a_place",
                condition=Q(headcount__gte=1),
                violation_error_message="名额至少 1 个。",
            ),
            models.CheckConstraint(
                name="position_of_a_building_has_one_head",
                condition=~Q(kind="building_head") | Q(headcount=1),
                violation_error_message="一栋楼只有一名楼栋长，名额填 1。",
            ),
            models.CheckConstraint(
                name="position_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message="任期止不能早于任期起。",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def next_statuses(self):
        return self.TRANSITIONS[self.Status(self.status)]

    @property
    def is_duty(self):
        """Held as a row of the grids, whose people residents see on the notice board."""
        return self.kind in (self.Kind.BUILDING_HEAD, self.Kind.GRID_WORKER)

    @property
    def is_among_neighbours(self):
        """楼栋长, 兼职网格员, 党员中心户: they hear what people say, and write it down (民情日记)."""
        return self.kind != self.Kind.GENERAL

    @property
    def is_members_only(self):
        """A 党员中心户 is a Party organization: nobody else can be one."""
        return self.is_for_members or self.kind == self.Kind.HOUSEHOLD

    @property
    def monthly_hours(self):
        """90 minutes -> "1.5", as people say it."""
        return f"{self.monthly_minutes / 60:.1f}".removesuffix(".0")

    @property
    def called(self):
        """金鼎花园1栋楼栋长: told from its like."""
        ground = self.building if self.kind == self.Kind.BUILDING_HEAD else self.grid or self.branch
        return f"{ground}{self.title}" if self.kind != self.Kind.GENERAL else self.title

    @property
    def spot(self):
        """Where it is, in words."""
        return self.place or str(self.building or self.grid or self.branch or self.community)


class Holding(models.Model):
    """任岗: a claim of a position, waiting in line, held, handed over.

    What has a `duty` or a `household` is held as long as that row says so: ended there, it is over here (`standing()`),
    and the sweep only writes down what already holds.
    """

    class Status(models.TextChoices):
        CLAIMED = "claimed", "待确认"
        WAITING = "waiting", "候补"
        HELD = "held", "在岗"
        DECLINED = "declined", "未安排"
        WITHDRAWN = "withdrawn", "本人撤回"
        ENDED = "ended", "已离岗"

    TRANSITIONS = {
        Status.CLAIMED: frozenset({Status.HELD, Status.WAITING, Status.DECLINED, Status.WITHDRAWN}),
        Status.WAITING: frozenset({Status.CLAIMED, Status.HELD, Status.DECLINED, Status.WITHDRAWN}),
        Status.HELD: frozenset({Status.ENDED}),
        Status.DECLINED: frozenset(),
        Status.WITHDRAWN: frozenset(),
        Status.ENDED: frozenset(),
    }

    position = models.ForeignKey(Position, models.PROTECT, related_name="holdings", verbose_name="岗位")
    volunteer = models.ForeignKey(
        "volunteers.Volunteer", models.PROTECT, related_name="holdings", verbose_name="志愿者"
    )
    status = models.CharField("状态", max_length=10, choices=Status.choices, editable=False)
    words = models.CharField("本人说明", max_length=200, blank=True)
    claimed_at = models.DateTimeField("认领时间", default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField("确认时间", null=True, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="confirmed_holdings",
        verbose_name="确认人",
        null=True,
        editable=False,
    )
    starts_on = models.DateField("上岗日期", null=True, editable=False)
    ended_on = models.DateField("离岗日期", null=True, editable=False)
    note = models.CharField("说明", max_length=200, blank=True, editable=False)
    # Named on the public notice in full, with the phone, only with a yes (个人信息保护法 art. 25).
    is_public = models.BooleanField("同意公示姓名和电话", default=False)
    wish = models.CharField("离岗或交接意愿", max_length=200, blank=True, editable=False)
    wished_at = models.DateTimeField("提出时间", null=True, editable=False)
    reminded_at = models.DateTimeField("任期提醒时间", null=True, editable=False)
    # Where the holding is a row of another kind, that row.
    duty = models.OneToOneField(
        "grids.Duty", models.PROTECT, related_name="holding", verbose_name="网格值守", null=True, editable=False
    )
    household = models.OneToOneField(
        "organizations.Organization",
        models.PROTECT,
        related_name="holding",
        verbose_name="党员中心户",
        null=True,
        editable=False,
    )

    objects = HoldingQuerySet.as_manager()

    class Meta:
        verbose_name = "任岗"
        verbose_name_plural = "任岗记录"
        ordering = ["position", "claimed_at", "pk"]
        indexes = [models.Index(fields=["volunteer", "status"], name="holding_of_volunteer")]
        constraints = [
            models.UniqueConstraint(
                name="holding_one_open_per_position",
                fields=["position", "volunteer"],
                condition=Q(status__in=["claimed", "waiting", "held"]),
                violation_error_message="您已认领这个岗位。",
            ),
            models.CheckConstraint(
                name="holding_status_is_known",
                condition=Q(status__in=["claimed", "waiting", "held", "declined", "withdrawn", "ended"]),
                violation_error_message="未知的任岗状态。",
            ),
            models.CheckConstraint(
                name="holding_held_says_since_when",
                condition=~Q(status__in=["held", "ended"]) | Q(starts_on__isnull=False),
                violation_error_message="在岗的要有上岗日期。",
            ),
        ]

    def __str__(self):
        return f"{self.position} {self.volunteer}"

    @property
    def next_statuses(self):
        return self.TRANSITIONS[self.Status(self.status)]

    @property
    def since(self):
        return self.duty.starts_on if self.duty else self.starts_on

    @property
    def until(self):
        """The last day, passed or to come; None: open. Of a duty or a household it is theirs."""
        if self.duty:
            return self.duty.ends_on
        if self.household:
            return self.household.dissolved_on
        return self.ended_on or (self.position.ends_on if self.status == self.Status.HELD else None)

    def is_over(self, on):
        """It was held, and is not any more on the date `on`: a household dissolved on a day is none on that day."""
        if self.status != self.Status.HELD or self.until is None:
            return self.status == self.Status.ENDED
        return self.household is not None or self.until < on


for model in (PositionClass, Position, Holding):
    auditlog.register(model)
