from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from deliberations.querysets import MediatorQuerySet


class Mediator(models.Model):
    """人民调解员 of a committee, for a term of three years (人民调解法 arts 8, 9, 13, 14)."""

    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="mediators", verbose_name="调解委员会"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="mediator_terms",
        verbose_name="账号",
        null=True,
        blank=True,
    )
    name = models.CharField("姓名", max_length=40)
    is_woman = models.BooleanField("女", default=False, help_text="调委会应当有妇女成员。")
    is_head = models.BooleanField("主任", default=False)
    speciality = models.CharField("擅长", max_length=60, blank=True, help_text="如：邻里、婚姻家庭、物业。")
    starts_on = models.DateField("任期起", default=timezone.localdate)
    ends_on = models.DateField("任期止")
    left_on = models.DateField("提前离任", null=True, blank=True, editable=False)

    objects = MediatorQuerySet.as_manager()

    class Meta:
        verbose_name = "调解员"
        verbose_name_plural = "调解员"
        ordering = ["organization", "-is_head", "name"]
        constraints = [
            models.CheckConstraint(
                name="mediator_term_ends_after_it_starts",
                condition=Q(ends_on__gt=F("starts_on")),
                violation_error_message="任期止要晚于任期起。",
            )
        ]

    def __str__(self):
        return self.name


auditlog.register(Mediator)
