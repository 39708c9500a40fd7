from auditlog.registry import auditlog
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from govern.fields import BlindIndexField, EncryptedTextField, mask_phone
from organizations.querysets import LeadershipTermQuerySet


class LeadershipTerm(models.Model):
    """班子成员: one person in one position of a Party body's leading body, from a day to a day."""

    class Position(models.TextChoices):
        SECRETARY = "secretary", "书记"
        DEPUTY_SECRETARY = "deputy_secretary", "副书记"
        ORGANIZATION = "organization", "组织委员"
        PUBLICITY = "publicity", "宣传委员"
        DISCIPLINE = "discipline", "纪检委员"
        MEMBER = "member", "委员"

    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="leadership_terms", verbose_name="党组织"
    )
    member = models.ForeignKey(
        "organizations.PartyMember",
        models.PROTECT,
        related_name="leadership_terms",
        verbose_name="对应的党员",
        null=True,
        blank=True,
        help_text="组织关系在这个党组织里的才能选；选了就不用再填姓名和手机号。",
    )
    name = models.CharField("姓名", max_length=40)
    phone = EncryptedTextField("手机号", mask=mask_phone, max_length=11, blank=True)
    phone_index = BlindIndexField(source="phone")
    position = models.CharField("职务", max_length=20, choices=Position.choices)
    starts_on = models.DateField("任职日期", default=timezone.localdate)
    ends_on = models.DateField("离任日期", null=True, blank=True)

    objects = LeadershipTermQuerySet.as_manager()

    class Meta:
        verbose_name = "班子成员"
        verbose_name_plural = "班子成员"
        ordering = ["organization", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="leadership_one_secretary_at_a_time",
                fields=["organization"],
                condition=Q(position="secretary", ends_on=None),
                violation_error_message="该党组织已有在任书记，请先办理离任。",
            ),
            models.CheckConstraint(
                name="leadership_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message="离任日期不能早于任职日期。",
            ),
        ]

    def __str__(self):
        return f"{self.name} {self.get_position_display()}"


auditlog.register(LeadershipTerm, mask_fields=["phone"], exclude_fields=["phone_index"])
