from auditlog.registry import auditlog
from django.db import models
from django.utils import timezone

from grids.querysets import ResidenceQuerySet


class Residence(models.Model):
    """党员居住小区: where a Party member lives, whichever branch holds the register; one quarter at a time."""

    member = models.OneToOneField(
        "organizations.PartyMember",
        models.CASCADE,
        related_name="residence",
        verbose_name="党员",
        error_messages={"unique": "这名党员已经登记了居住小区。"},
    )
    quarter = models.ForeignKey("grids.Quarter", models.PROTECT, related_name="residences", verbose_name="居住小区")
    starts_on = models.DateField("居住起始", default=timezone.localdate)

    objects = ResidenceQuerySet.as_manager()

    class Meta:
        verbose_name = "居住党员"
        verbose_name_plural = "居住党员"
        ordering = ["quarter", "member__name", "pk"]

    def __str__(self):
        return f"{self.member}（{self.quarter}）"


auditlog.register(Residence)
