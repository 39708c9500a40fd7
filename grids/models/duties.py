from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import PhoneValidator
from govern.fields import BlindIndexField, EncryptedTextField, mask_name, mask_phone
from grids.querysets import DutyQuerySet, LeaveQuerySet


class Duty(models.Model):
    """Somebody is answerable for a patch of ground, from a day to a day. The phone tells one person from another."""

    class Kind(models.TextChoices):
        ADVISER = "adviser", "网格指导员"
        LEADER = "leader", "网格长"
        WORKER = "worker", "网格员"
        BUILDING_HEAD = "building_head", "楼栋长"
        PROPERTY = "property", "物管公司责任人"
        SECURITY = "security", "治安志愿者"
        CADRE = "cadre", "社区党员干部"
        UNIT_MEMBER = "unit_member", "驻区单位党员"

    class Employment(models.TextChoices):
        FULL_TIME = "full_time", "专职"
        PART_TIME = "part_time", "兼职"

    kind = models.CharField("职责", max_length=20, choices=Kind.choices)
    grid = models.ForeignKey(
        "grids.Grid", models.PROTECT, related_name="duties", verbose_name="网格", null=True, blank=True
    )
    building = models.ForeignKey(
        "grids.Building", models.PROTECT, related_name="duties", verbose_name="楼栋", null=True, blank=True
    )
    employment = models.CharField(
        "专职或兼职", max_length=20, choices=Employment.choices, blank=True, help_text="网格员填写。"
    )
    area = models.CharField("负责范围", max_length=80, blank=True, help_text="如：1至4栋；不填就是整个网格。")
    name = models.CharField("姓名", max_length=40)
    employer = models.CharField("所在单位", max_length=80, blank=True, help_text="物管公司、驻区单位的名称。")
    phone = EncryptedTextField("手机号", mask=mask_phone, max_length=11, validators=[PhoneValidator()])
    phone_index = BlindIndexField(source="phone", db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="duties",
        verbose_name="账号",
        null=True,
        blank=True,
        help_text="有账号的网格员能在手机上看到本网格的事项。",
    )
    publishes_phone = models.BooleanField(
        "公布手机号",
        null=True,
        blank=True,
        help_text="网格公示牌和公示页是否写出手机号。不选就按职责：网格长、网格员公布，其他人不公布。",
    )
    starts_on = models.DateField("开始日期", default=timezone.localdate)
    ends_on = models.DateField("结束日期", null=True, blank=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = "网格值守人员"
        verbose_name_plural = "网格值守人员"
        ordering = ["kind", "grid", "building"]
        constraints = [
            models.CheckConstraint(
                name="duty_is_for_a_building_or_a_grid",
                condition=Q(kind="building_head", building__isnull=False, grid__isnull=True)
                | Q(
                    kind__in=["adviser", "leader", "worker", "property", "security", "cadre", "unit_member"],
                    building__isnull=True,
                    grid__isnull=False,
                ),
                violation_error_message="楼栋长要选楼栋，其他职责要选网格。",
            ),
            models.UniqueConstraint(
                name="duty_one_leader_per_grid",
                fields=["grid"],
                condition=Q(kind="leader", ends_on=None),
                violation_error_message="该网格已有网格长，请先结束其任期。",
            ),
            models.UniqueConstraint(
                name="duty_one_head_per_building",
                fields=["building"],
                condition=Q(kind="building_head", ends_on=None),
                violation_error_message="该楼栋已有楼栋长，请先结束其任期。",
            ),
            models.CheckConstraint(
                name="duty_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message="结束日期不能早于开始日期。",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.public_name}"

    @property
    def public_name(self):
        """王** : what residents see of somebody on duty."""
        return mask_name(self.name)

    @property
    def ground(self):
        return self.building or self.grid

    @property
    def span(self):
        return spoken_span(self.starts_on, self.ends_on)

    def is_on(self, day):
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    @property
    def notice_name(self):
        """Whoever acts in office is named on the public notice in full; volunteers and neighbours by surname, and so is
        a part-time 网格员 who said no.
        """
        is_volunteer = self.employment == self.Employment.PART_TIME and self.publishes_phone is False
        return self.name if self.kind in OFFICIAL_KINDS and not is_volunteer else self.public_name

    @property
    def notice_phone(self):
        """The phone that the public notice prints: the law asks for that of the 网格员; nobody else's without a yes."""
        shown = self.kind in PUBLISHED_KINDS if self.publishes_phone is None else self.publishes_phone
        return self.phone if shown else ""

    def community_keys(self):
        """Primary keys of the communities that the ground lies in; a 区级总网格 lies in those of its children."""
        if self.building_id:
            return {self.building.quarter.community_id}
        keys = self.grid.communities.order_by().values_list("pk", flat=True)
        return set(keys) or set(self.grid.children.order_by().values_list("communities", flat=True))


# 滨州市社会治理网格化服务管理条例 art. 6: grid, boundary, 网格员, their phone and the supervisor's are made public.
OFFICIAL_KINDS = frozenset({Duty.Kind.ADVISER, Duty.Kind.LEADER, Duty.Kind.WORKER})
PUBLISHED_KINDS = frozenset({Duty.Kind.LEADER, Duty.Kind.WORKER})


def spoken_span(starts_on, ends_on):
    """从某天起, or the two days."""
    return f"{starts_on:%Y-%m-%d} 至 {ends_on:%Y-%m-%d}" if ends_on else f"{starts_on:%Y-%m-%d} 起"


class Leave(models.Model):
    """Somebody on duty is away: what came to them goes to the stand-in, who sees the grid for as long."""

    duty = models.ForeignKey(Duty, models.CASCADE, related_name="leaves", verbose_name="请假人")
    stand_in = models.ForeignKey(
        Duty,
        models.PROTECT,
        related_name="stood_in",
        verbose_name="代班人",
        help_text="同一社区里正在值守的人。",
    )
    starts_on = models.DateField("开始日期", default=timezone.localdate)
    ends_on = models.DateField("结束日期")
    reason = models.CharField("原因", max_length=80, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="entered_leaves",
        verbose_name="登记人",
        null=True,
        editable=False,
    )

    objects = LeaveQuerySet.as_manager()

    class Meta:
        verbose_name = "请假代班"
        verbose_name_plural = "请假代班"
        ordering = ["-starts_on", "-pk"]
        indexes = [models.Index(fields=["stand_in", "ends_on"], name="leave_of_stand_in")]
        constraints = [
            models.CheckConstraint(
                name="leave_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message="结束日期不能早于开始日期。",
            ),
            models.CheckConstraint(
                name="leave_is_covered_by_somebody_else",
                condition=~Q(duty=F("stand_in")),
                violation_error_message="代班人不能是请假人自己。",
            ),
        ]

    def __str__(self):
        return f"{self.duty.name} 由 {self.stand_in.name} 代班"

    @property
    def span(self):
        return spoken_span(self.starts_on, self.ends_on)


auditlog.register(Leave)
auditlog.register(Duty, mask_fields=["phone"], exclude_fields=["phone_index"])
