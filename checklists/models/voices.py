"""What residents add to a need that is already there: support, and answers to what they are asked."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models import PhoneValidator
from checklists.querysets import InquiryQuerySet, OfNeedQuerySet
from govern.fields import BlindIndexField, EncryptedTextField, mask_name, mask_phone


class Support(models.Model):
    """“我也需要”: a neighbour joins a need instead of filing it again, and hears what becomes of it."""

    need = models.ForeignKey("checklists.Need", models.CASCADE, related_name="supports", verbose_name="需求")
    name = EncryptedTextField("姓名", mask=mask_name, max_length=40)
    phone = EncryptedTextField("手机号", mask=mask_phone, max_length=11, validators=[PhoneValidator()])
    phone_index = BlindIndexField(source="phone", db_index=True)
    building = models.ForeignKey(
        "grids.Building", models.PROTECT, related_name="supports", verbose_name="楼栋", null=True, blank=True
    )
    note = models.CharField("补充说明", max_length=200, blank=True)
    notice = models.ForeignKey(
        "accounts.PrivacyNotice",
        models.PROTECT,
        related_name="supports",
        verbose_name="同意的隐私告知书",
        editable=False,
    )
    supported_at = models.DateTimeField("时间", default=timezone.now, editable=False)

    objects = OfNeedQuerySet.as_manager()

    class Meta:
        verbose_name = "也需要的居民"
        verbose_name_plural = "也需要的居民"
        ordering = ["supported_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="support_once_per_phone",
                fields=["need", "phone_index"],
                violation_error_message="这个手机号已经登记过“我也需要”。",
            )
        ]

    def __str__(self):
        return f"{self.masked_name} {self.supported_at:%Y-%m-%d}"


class Inquiry(models.Model):
    """What staff ask the resident back, answered through a signed link until `expires_at`."""

    need = models.ForeignKey("checklists.Need", models.CASCADE, related_name="inquiries", verbose_name="需求")
    question = models.CharField("要问的问题", max_length=300)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="inquiries", verbose_name="询问人", editable=False
    )
    asked_at = models.DateTimeField("询问时间", editable=False)
    expires_at = models.DateTimeField("答复期限", editable=False)
    answer = models.CharField("居民的答复", max_length=1000, blank=True, editable=False)
    answered_at = models.DateTimeField("答复时间", null=True, editable=False)
    reported_at = models.DateTimeField("未答复已告知", null=True, editable=False)

    objects = InquiryQuerySet.as_manager()

    class Meta:
        verbose_name = "询问居民"
        verbose_name_plural = "询问居民"
        ordering = ["asked_at", "pk"]
        indexes = [
            models.Index(
                fields=["expires_at"],
                name="inquiry_unanswered",
                condition=models.Q(answered_at=None, reported_at=None),
            )
        ]

    def __str__(self):
        return self.question

    def is_open(self, at=None):
        return self.answered_at is None and (at or timezone.now()) < self.expires_at
