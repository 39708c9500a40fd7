import hashlib
from uuid import uuid4

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from deliberations.querysets import OfAccordQuerySet, OfCaseQuerySet
from deliberations.sealing import sealed_storage
from govern.fields import EncryptedTextField


def signature_path(row, filename):
    return f"signatures/{uuid4().hex}"


class Accord(models.Model):
    """调解协议, with the parts that 人民调解法 art. 29 names.

    In force once both sides and a mediator signed, an oral one once it was made; within 30 days of that both may ask
    the court to confirm it (art. 33).
    """

    class Form(models.TextChoices):
        WRITTEN = "written", "书面协议"
        ORAL = "oral", "口头协议"

    case = models.OneToOneField("deliberations.Case", models.PROTECT, related_name="accord", verbose_name="案件")
    form = models.CharField("形式", max_length=10, choices=Form.choices, default=Form.WRITTEN)
    facts = EncryptedTextField("主要事实和争议", max_length=1000)
    terms = EncryptedTextField("协议内容", max_length=1500)
    manner = EncryptedTextField("履行方式", max_length=300)
    perform_by = models.DateField("履行期限")
    drafted_at = models.DateTimeField("拟定时间", default=timezone.now, editable=False)
    effective_at = models.DateTimeField("生效时间", null=True, editable=False)
    confirm_by = models.DateField("司法确认截止", null=True, editable=False)
    confirm_applied_on = models.DateField("共同申请司法确认的日期", null=True, editable=False)
    parties_reminded_at = models.DateTimeField("短信提醒当事人的时间", null=True, editable=False)
    confirmed_on = models.DateField("司法确认日期", null=True, editable=False)
    court = models.CharField("确认法院", max_length=60, blank=True, editable=False)
    court_number = models.CharField("裁定文号", max_length=60, blank=True, editable=False)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = "调解协议"
        verbose_name_plural = "调解协议"
        ordering = ["-drafted_at"]

    def __str__(self):
        return f"{self.case} {self.get_form_display()}"

    @property
    def digest(self):
        """Of what one signs: whoever read another text than this has not signed it."""
        parts = [self.facts, self.terms, self.manner, self.perform_by.isoformat()]
        return hashlib.sha256("\n\n".join(parts).encode()).hexdigest()


class Signature(models.Model):
    """Drawn on a phone or scanned from paper; of a party or a mediator."""

    accord = models.ForeignKey(Accord, models.CASCADE, related_name="signatures", verbose_name="协议")
    party = models.ForeignKey(
        "deliberations.CaseParty", models.PROTECT, related_name="signatures", verbose_name="当事人", null=True
    )
    mediator = models.ForeignKey(
        "deliberations.Mediator", models.PROTECT, related_name="signatures", verbose_name="调解员", null=True
    )
    image = models.ImageField("签名", upload_to=signature_path, storage=sealed_storage)
    is_scan = models.BooleanField("纸上签名", default=False)
    signed_at = models.DateTimeField("签名时间", default=timezone.now, editable=False)

    objects = OfAccordQuerySet.as_manager()

    class Meta:
        verbose_name = "签名"
        verbose_name_plural = "签名"
        ordering = ["signed_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="signature_is_of_one_person",
                condition=Q(party__isnull=False, mediator=None) | Q(party=None, mediator__isnull=False),
                violation_error_message="签名属于一位当事人或一位调解员。",
            ),
            models.UniqueConstraint(
                name="party_signs_once", fields=["accord", "party"], violation_error_message="这位当事人已经签过。"
            ),
            models.UniqueConstraint(
                name="mediator_signs_once",
                fields=["accord", "mediator"],
                violation_error_message="这位调解员已经签过。",
            ),
        ]

    def __str__(self):
        return f"{self.party or self.mediator}"


class FollowUp(models.Model):
    """回访: whether what was agreed is done (人民调解法 art. 31)."""

    class Outcome(models.TextChoices):
        PERFORMED = "performed", "已履行"
        PARTLY = "partly", "部分履行"
        BREACHED = "breached", "没有履行"

    accord = models.ForeignKey(Accord, models.CASCADE, related_name="follow_ups", verbose_name="协议")
    due_on = models.DateField("该回访的日期")
    visited_on = models.DateField("回访日期", null=True, editable=False)
    outcome = models.CharField("履行情况", max_length=10, choices=Outcome.choices, blank=True, editable=False)
    words = models.CharField("说明", max_length=200, blank=True, editable=False)
    visited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="follow_ups",
        verbose_name="回访人",
        null=True,
        editable=False,
    )

    objects = OfAccordQuerySet.as_manager()

    class Meta:
        verbose_name = "回访"
        verbose_name_plural = "回访"
        ordering = ["due_on", "pk"]

    def __str__(self):
        return f"{self.accord} {self.due_on}"


auditlog.register(Accord, mask_fields=["facts", "terms", "manner"])
auditlog.register(Signature)
auditlog.register(FollowUp, mask_fields=["words"])
