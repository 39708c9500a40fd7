from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from govern.fields import EncryptedTextField
from organizations.models.members import PartyMember
from organizations.models.organizations import Organization
from organizations.querysets.talks import TalkQuerySet


class Talk(models.Model):
    """谈心谈话 of two people, one of them at least of the branch. What was said is for its staff alone.

    Each has a name; whoever is on the register of the branch is a member, too.
    """

    class Kind(models.TextChoices):
        LEADERS = "leaders", "班子成员之间"
        LEADER_MEMBER = "leader_member", "班子成员与党员"
        MEMBERS = "members", "党员之间"
        CARE = "care", "与思想波动或有困难的党员"

    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="talks",
        verbose_name="党支部",
        limit_choices_to={"kind__in": sorted(Organization.BRANCHES), "is_active": True},
    )
    kind = models.CharField("类型", max_length=20, choices=Kind.choices)
    held_on = models.DateField("谈话日期", default=timezone.localdate)
    talker = models.ForeignKey(
        PartyMember,
        models.PROTECT,
        related_name="talks_begun",
        verbose_name="谈话人",
        null=True,
        blank=True,
        limit_choices_to={"left_on": None},
    )
    talker_name = models.CharField("谈话人姓名", max_length=40, blank=True, help_text="不在本支部名册里的，写姓名。")
    partner = models.ForeignKey(
        PartyMember,
        models.PROTECT,
        related_name="talks_joined",
        verbose_name="谈话对象",
        null=True,
        blank=True,
        limit_choices_to={"left_on": None},
    )
    partner_name = models.CharField("谈话对象姓名", max_length=40, blank=True, help_text="不在本支部名册里的，写姓名。")
    content = EncryptedTextField(
        "谈话要点", max_length=1000, help_text="简要写。加密保存，只有能办理这个党支部的人在这条记录里看得到，不导出。"
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="recorded_talks",
        verbose_name="登记人",
        editable=False,
    )
    recorded_at = models.DateTimeField("登记时间", default=timezone.now, editable=False)

    objects = TalkQuerySet.as_manager()

    strike_reason = ""  # why it is being struck, for the audit trail

    class Meta:
        verbose_name = "谈心谈话"
        verbose_name_plural = "谈心谈话"
        ordering = ["-held_on", "-pk"]
        indexes = [models.Index(fields=["organization", "held_on"], name="talk_of_organization")]
        constraints = [
            models.CheckConstraint(
                name="talk_kind_is_known",
                condition=Q(kind__in=["leaders", "leader_member", "members", "care"]),
                violation_error_message="未知的谈话类型。",
            ),
            models.CheckConstraint(
                name="talk_names_both",
                condition=~Q(talker_name="") & ~Q(partner_name=""),
                violation_error_message="谈话双方都要有姓名。",
            ),
            models.CheckConstraint(
                name="talk_is_between_two",
                condition=Q(talker=None) | Q(partner=None) | ~Q(talker=F("partner")),
                violation_error_message="谈话双方不能是同一个人。",
            ),
        ]

    def __str__(self):
        return f"{self.talker_name}与{self.partner_name}谈心谈话"

    def get_additional_data(self):
        """For the audit trail."""
        return {"reason": self.strike_reason} if self.strike_reason else None


# The usual mask would leave half of what was said.
auditlog.register(Talk, mask_fields=["content"], mask_callable="govern.fields.mask_all")
