from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from organizations.models.organizations import Organization
from organizations.querysets import OrganizationEventQuerySet, OrganizationVersionQuerySet


class OrganizationVersion(models.Model):
    """沿革: what a node was called, of which kind and under whom, from the day `starts_on` to the day before `ends_on`.

    The tree as of any day is the versions of that day. Written by organizations.services alone, with the node.
    """

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="versions", verbose_name="党组织", editable=False
    )
    name = models.CharField("名称", max_length=80)
    kind = models.CharField("类型", max_length=20, choices=Organization.Kind.choices)
    parent = models.ForeignKey(
        Organization, models.PROTECT, related_name="former_children", verbose_name="上级党组织", null=True
    )
    starts_on = models.DateField("起", null=True, help_text="空表示有记录以前。")
    ends_on = models.DateField("止", null=True)

    objects = OrganizationVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "组织沿革"
        verbose_name_plural = "组织沿革"
        ordering = ["organization", F("starts_on").asc(nulls_first=True), "pk"]
        indexes = [models.Index(fields=["starts_on", "ends_on"], name="version_of_a_day")]
        constraints = [
            models.UniqueConstraint(
                name="version_one_is_open",
                fields=["organization"],
                condition=Q(ends_on=None),
                violation_error_message="一个党组织只有一条现行沿革。",
            ),
            models.CheckConstraint(
                name="version_ends_after_it_starts",
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gt=F("starts_on")),
                violation_error_message="沿革的止日要晚于起日。",
            ),
        ]

    def __str__(self):
        return f"{self.name} {self.starts_on or ''}–{self.ends_on or ''}"


class OrganizationEvent(models.Model):
    """变动: what was done to a node, on which day, by which paper and why; appended with the change, never edited."""

    class Kind(models.TextChoices):
        FOUNDED = "founded", "成立"
        CORRECTED = "corrected", "更正"
        RENAMED = "renamed", "更名"
        UPGRADED = "upgraded", "升格"
        CONVERTED = "converted", "改设"
        MOVED = "moved", "调整隶属"
        MERGED = "merged", "合并"
        RECEIVED = "received", "接收"
        DISSOLVED = "dissolved", "撤销"

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="events", verbose_name="党组织", editable=False
    )
    kind = models.CharField("变动", max_length=20, choices=Kind.choices)
    effective_on = models.DateField("生效日期")
    reason = models.CharField("原因", max_length=300, blank=True)
    document = models.CharField("批复文号", max_length=60, blank=True)
    note = models.CharField("内容", max_length=500, blank=True)
    other = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="events_of_others",
        verbose_name="涉及的党组织",
        null=True,
        editable=False,
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="organization_events", verbose_name="经办人", null=True
    )
    at = models.DateTimeField("登记时间")

    objects = OrganizationEventQuerySet.as_manager()

    class Meta:
        verbose_name = "组织变动"
        verbose_name_plural = "组织变动"
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.get_kind_display()} {self.effective_on:%Y-%m-%d}"


auditlog.register(OrganizationEvent)
