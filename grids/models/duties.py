from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import PhoneValidator
from govern.fields import BlindIndexField, EncryptedTextField, mask_name, mask_phone
from grids.querysets import DutyQuerySet


class Duty(models.Model):
    """Somebody is answerable for a patch of ground, from a day to a day. The phone tells one person from another."""

    class Kind(models.TextChoices):
        ADVISER = "adviser", "网格指导员"
        LEADER = "leader", "网格长"
        WORKER = "worker", "网格员"
        BUILDING_HEAD = "building_head", "楼栋长"

    kind = models.CharField("职责", max_length=20, choices=Kind.choices)
    grid = models.ForeignKey(
        "grids.Grid", models.PROTECT, related_name="duties", verbose_name="网格", null=True, blank=True
    )
    building = models.ForeignKey(
        "grids.Building", models.PROTECT, related_name="duties", verbose_name="楼栋", null=True, blank=True
    )
    name = models.CharField("姓名", max_length=40)
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
                | Q(kind__in=["adviser", "leader", "worker"], building__isnull=True, grid__isnull=False),
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


auditlog.register(Duty, mask_fields=["phone"], exclude_fields=["phone_index"])
