from auditlog.registry import auditlog
from django.db import models
from django.utils import timezone

from accounts.models import PhoneValidator
from deliberations.models.hearings import AgendaItem, Hearing
from deliberations.querysets import OfHearingQuerySet, RunningQuerySet
from govern.fields import BlindIndexField, EncryptedTextField, mask_name, mask_phone


class Attendee(models.Model):
    """Somebody invited, or with an open seat; those entitled count for the quorum and vote."""

    class Role(models.TextChoices):
        RESIDENT = "resident", "居民代表"
        AFFECTED = "affected", "利害关系人"
        PARTY = "party", "党组织"
        UNIT = "unit", "单位代表"
        EXPERT = "expert", "专业人士"
        OBSERVER = "observer", "旁听"

    class Way(models.TextChoices):
        QR = "qr", "扫码"
        DOOR = "door", "门口登记"

    hearing = models.ForeignKey(Hearing, models.CASCADE, related_name="attendees", verbose_name="会议")
    role = models.CharField("身份", max_length=12, choices=Role.choices, default=Role.RESIDENT)
    name = EncryptedTextField("姓名", mask=mask_name, max_length=40)
    phone = EncryptedTextField("手机号", mask=mask_phone, max_length=11, validators=[PhoneValidator()])
    phone_index = BlindIndexField(source="phone")
    unit = models.ForeignKey(
        "organizations.Unit", models.SET_NULL, related_name="attendances", verbose_name="单位", null=True, blank=True
    )
    is_entitled = models.BooleanField("有表决权", default=True)
    is_open_seat = models.BooleanField("自己报名", default=False, editable=False)
    invited_at = models.DateTimeField("通知时间", null=True, editable=False)
    signed_in_at = models.DateTimeField("签到时间", null=True, editable=False)
    signed_in_by = models.CharField("签到方式", max_length=6, choices=Way.choices, blank=True, editable=False)

    objects = OfHearingQuerySet.as_manager()

    class Meta:
        verbose_name = "参会人"
        verbose_name_plural = "参会人"
        ordering = ["hearing", "role", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="attendee_once_per_hearing",
                fields=["hearing", "phone_index"],
                violation_error_message="这个手机号已在名单里。",
            )
        ]

    def __str__(self):
        return f"{self.hearing} {self.masked_name}"


class Speech(models.Model):
    """发言 in the order in which hands went up."""

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="speeches", verbose_name="议程")
    attendee = models.ForeignKey(Attendee, models.CASCADE, related_name="speeches", verbose_name="谁")
    asked_at = models.DateTimeField("报名发言", default=timezone.now, editable=False)
    started_at = models.DateTimeField("开始", null=True, editable=False)
    ended_at = models.DateTimeField("结束", null=True, editable=False)

    objects = RunningQuerySet.as_manager()

    class Meta:
        verbose_name = "发言"
        verbose_name_plural = "发言"
        ordering = ["asked_at", "pk"]

    def __str__(self):
        return f"{self.attendee}"


auditlog.register(Attendee, mask_fields=["name", "phone"], exclude_fields=["phone_index"])
