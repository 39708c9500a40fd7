from uuid import uuid4

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import PhoneValidator
from govern.fields import BlindIndexField, EncryptedTextField, mask_name, mask_phone
from patrols.querysets import CareHouseholdQuerySet, VisitQuerySet


class CareHousehold(models.Model):
    """走访户: a household that is visited in turn. No more is kept of it than a visit needs (个人信息保护法 第六条)."""

    class Group(models.TextChoices):
        """How often each is visited is a dated setting: visit_days_<group>."""

        LONELY_ELDER = "lonely_elder", "独居老人"
        DISABLED = "disabled", "残疾人"
        LOW_INCOME = "low_income", "低保户"
        CHILD = "child", "困境儿童"
        OTHER = "other", "其他关爱对象"

    building = models.ForeignKey("grids.Building", models.PROTECT, related_name="care_households", verbose_name="楼栋")
    room = EncryptedTextField("单元和房号", max_length=40, help_text="如：2单元501")
    name = EncryptedTextField("姓名", mask=mask_name, max_length=40)
    phone = EncryptedTextField("手机号", mask=mask_phone, max_length=11, blank=True, validators=[PhoneValidator()])
    phone_index = BlindIndexField(source="phone", db_index=True)
    group = models.CharField("关爱类别", max_length=20, choices=Group.choices)
    needs_note = EncryptedTextField("走访时留意", max_length=200, blank=True)
    starts_on = models.DateField("列入日期", default=timezone.localdate)
    ends_on = models.DateField("移出日期", null=True, blank=True)
    ending_reason = models.CharField("移出原因", max_length=100, blank=True, editable=False)
    last_visit_at = models.DateTimeField("上次走访", null=True, editable=False)
    due_on = models.DateField("下次走访", editable=False, default=timezone.localdate)

    objects = CareHouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = "走访户"
        verbose_name_plural = "走访户"
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["building", "due_on"], name="household_due_in_building")]
        constraints = [
            models.CheckConstraint(
                name="household_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message="移出日期不能早于列入日期。",
            )
        ]

    def __str__(self):
        return f"{self.building} {self.get_group_display()}"


class Visit(models.Model):
    """一次走访. Appended, never edited; the next one falls due by the group's cadence."""

    class Way(models.TextChoices):
        DOOR = "door", "上门"
        PHONE = "phone", "电话"

    class Finding(models.TextChoices):
        WELL = "well", "情况正常"
        ABSENT = "absent", "没有见到人"
        WATCH = "watch", "需要关注"
        URGENT = "urgent", "需要马上帮助"

    household = models.ForeignKey(CareHousehold, models.CASCADE, related_name="visits", verbose_name="走访户")
    visitor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="visits", verbose_name="走访人")
    visited_at = models.DateTimeField("走访时间")
    way = models.CharField("方式", max_length=10, choices=Way.choices, default=Way.DOOR)
    finding = models.CharField("情况", max_length=10, choices=Finding.choices, default=Finding.WELL)
    note = EncryptedTextField("记录", max_length=500, blank=True)
    need = models.ForeignKey(
        "checklists.Need", models.SET_NULL, related_name="visits", verbose_name="代提的需求", null=True, editable=False
    )
    client_key = models.UUIDField("手机上的编号", default=uuid4, unique=True, editable=False)
    saved_at = models.DateTimeField("登记时间", default=timezone.now, editable=False)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = "走访记录"
        verbose_name_plural = "走访记录"
        ordering = ["-visited_at", "-pk"]
        indexes = [models.Index(fields=["visitor", "visited_at"], name="visit_of_visitor")]

    def __str__(self):
        return f"{self.get_way_display()}走访 {self.visited_at:%Y-%m-%d}"


auditlog.register(CareHousehold, mask_fields=["phone", "name", "room"], exclude_fields=["phone_index", "needs_note"])
auditlog.register(Visit, exclude_fields=["note"])
