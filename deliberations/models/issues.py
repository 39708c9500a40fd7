from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import PhoneValidator
from deliberations.querysets import IssueQuerySet, OfIssueQuerySet
from govern.codes import new_code
from govern.fields import BlindIndexField, EncryptedTextField, mask_name, mask_phone


class Issue(models.Model):
    """议题, raised by anybody, screened, put on a meeting. Unresolved it goes 小区 → 社区 → 街道."""

    class Status(models.TextChoices):
        RAISED = "raised", "待筛选"
        LISTED = "listed", "已列入"
        DECLINED = "declined", "未列入"
        MERGED = "merged", "已合并"
        SCHEDULED = "scheduled", "已排会"
        SETTLED = "settled", "已形成结果"
        UNSETTLED = "unsettled", "未达成一致"

    TRANSITIONS = {
        Status.RAISED: frozenset({Status.LISTED, Status.DECLINED, Status.MERGED}),
        Status.LISTED: frozenset({Status.SCHEDULED, Status.DECLINED, Status.MERGED}),
        Status.DECLINED: frozenset(),
        Status.MERGED: frozenset(),
        Status.SCHEDULED: frozenset({Status.SETTLED, Status.UNSETTLED, Status.LISTED}),
        Status.SETTLED: frozenset(),
        # One level up, or once more here.
        Status.UNSETTLED: frozenset({Status.LISTED, Status.DECLINED}),
    }

    class RaisedBy(models.TextChoices):
        RESIDENT = "resident", "居民"
        GRID = "grid", "网格"
        PARTY = "party", "党组织"
        UNIT = "unit", "驻区单位"
        COMMITTEE = "committee", "居委会"

    class Level(models.IntegerChoices):
        QUARTER = 1, "小区"
        COMMUNITY = 2, "社区"
        STREET = 3, "街道"

    code = models.CharField("查询编号", max_length=8, unique=True, default=new_code, editable=False)
    community = models.ForeignKey("grids.Community", models.PROTECT, related_name="issues", verbose_name="社区")
    quarter = models.ForeignKey(
        "grids.Quarter", models.PROTECT, related_name="issues", verbose_name="小区", null=True, blank=True
    )
    title = models.CharField("议题", max_length=60)
    text = models.TextField("情况和想法", max_length=1000)
    raised_by = models.CharField("谁提的", max_length=12, choices=RaisedBy.choices, default=RaisedBy.RESIDENT)
    name = EncryptedTextField("姓名", mask=mask_name, max_length=40, blank=True)
    phone = EncryptedTextField("手机号", mask=mask_phone, max_length=11, blank=True, validators=[PhoneValidator()])
    phone_index = BlindIndexField(source="phone", null=True, db_index=True)
    notice = models.ForeignKey(
        "accounts.PrivacyNotice", models.PROTECT, related_name="issues", verbose_name="同意的隐私告知书", null=True
    )
    level = models.PositiveSmallIntegerField("层级", choices=Level.choices, default=Level.COMMUNITY)
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.RAISED, editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, related_name="merged_issues", verbose_name="并入", null=True, editable=False
    )
    reason = models.CharField("筛选意见", max_length=200, blank=True, editable=False)
    raised_at = models.DateTimeField("提出时间", default=timezone.now, editable=False)
    screen_by = models.DateField("筛选期限", null=True, editable=False)

    objects = IssueQuerySet.as_manager()

    class Meta:
        verbose_name = "议题"
        verbose_name_plural = "议题"
        ordering = ["-raised_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="issue_status_is_known",
                condition=Q(status__in=["raised", "listed", "declined", "merged", "scheduled", "settled", "unsettled"]),
                violation_error_message="未知的议题状态。",
            ),
            models.CheckConstraint(
                name="issue_merged_names_its_target",
                condition=Q(status="merged", merged_into__isnull=False) | ~Q(status="merged") & Q(merged_into=None),
                violation_error_message="合并的议题要写明并入哪一个。",
            ),
        ]

    def __str__(self):
        return self.title


class IssueEvent(models.Model):
    issue = models.ForeignKey(Issue, models.CASCADE, related_name="events", verbose_name="议题")
    from_status = models.CharField("原状态", max_length=10, choices=Issue.Status.choices, blank=True)
    to_status = models.CharField("新状态", max_length=10, choices=Issue.Status.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="issue_events", verbose_name="经办人", null=True
    )
    note = models.CharField("说明", max_length=200, blank=True)
    at = models.DateTimeField("时间")

    objects = OfIssueQuerySet.as_manager()

    class Meta:
        verbose_name = "议题经过"
        verbose_name_plural = "议题经过"
        ordering = ["at", "pk"]

    def __str__(self):
        return self.get_to_status_display()


auditlog.register(Issue, mask_fields=["name", "phone"], exclude_fields=["phone_index"])
