"""What a case is made of: the record of each talk, and its papers."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone

from deliberations.models.mediation import Case
from deliberations.querysets import OfCaseQuerySet
from deliberations.sealing import sealed_storage
from govern.fields import EncryptedTextField


def case_file_path(row, filename):
    return f"cases/{uuid4().hex}"


class CaseSession(models.Model):
    """一次调解 and its record (人民调解法 art. 27)."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="sessions", verbose_name="案件")
    held_at = models.DateTimeField("时间")
    place = models.CharField("地点", max_length=80)
    present = EncryptedTextField("到场人员", max_length=200)
    record = EncryptedTextField("调解记录", max_length=3000)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="case_sessions", verbose_name="记录人", editable=False
    )

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = "调解记录"
        verbose_name_plural = "调解记录"
        ordering = ["held_at", "pk"]

    def __str__(self):
        return f"{self.case} {timezone.localtime(self.held_at):%m-%d}"


class CasePaper(models.Model):
    """卷宗材料: a scan or a photograph, kept encrypted."""

    class Kind(models.TextChoices):
        APPLICATION = "application", "申请书"
        RIGHTS = "rights", "权利义务告知书"
        IDENTITY = "identity", "身份证明"
        PROXY = "proxy", "委托书"
        INQUIRY = "inquiry", "调查记录"
        EVIDENCE = "evidence", "证据"
        ACCORD = "accord", "调解协议书"
        PERFORMANCE = "performance", "履行凭证"
        CONFIRMATION = "confirmation", "司法确认材料"
        OTHER = "other", "其他"

    case = models.ForeignKey(Case, models.CASCADE, related_name="papers", verbose_name="案件")
    kind = models.CharField("种类", max_length=14, choices=Kind.choices)
    file = models.FileField("文件", upload_to=case_file_path, storage=sealed_storage)
    words = models.CharField("说明", max_length=100, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="case_papers", verbose_name="上传人", editable=False
    )
    added_at = models.DateTimeField("上传时间", default=timezone.now, editable=False)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = "卷宗材料"
        verbose_name_plural = "卷宗材料"
        ordering = ["kind", "pk"]

    def __str__(self):
        return f"{self.case} {self.get_kind_display()}"
