from auditlog.registry import auditlog
from django.db import models
from django.db.models import F, Q

from organizations.querysets import AgreementQuerySet


class Agreement(models.Model):
    """共驻共建协议书 between a community's Party body and a member unit; its number goes with every joint activity."""

    number = models.CharField("协议编号", max_length=40, unique=True, error_messages={"unique": "已有这个编号的协议。"})
    organization = models.ForeignKey(
        "organizations.Organization",
        models.PROTECT,
        related_name="agreements",
        verbose_name="社区党组织",
        limit_choices_to={"tier": 2},
    )
    unit = models.ForeignKey("organizations.Unit", models.PROTECT, related_name="agreements", verbose_name="驻区单位")
    signed_on = models.DateField("签订日期")
    starts_on = models.DateField("期限起")
    ends_on = models.DateField("期限止")
    community_head = models.CharField("社区负责人", max_length=40, blank=True)
    unit_head = models.CharField("单位负责人", max_length=40, blank=True)
    community_duties = models.TextField("社区的责任", max_length=1000, blank=True)
    unit_duties = models.TextField("单位的责任", max_length=1000, blank=True)
    deeds = models.TextField("共建实事", max_length=1000, blank=True, help_text="每行一件，一般不少于五件。")
    needs_annex = models.TextField("需求清单附件", max_length=2000, blank=True, help_text="每行一项：社区要什么。")
    resources_annex = models.TextField(
        "资源清单附件", max_length=2000, blank=True, help_text="每行一项：单位能提供什么。"
    )
    terminated_on = models.DateField("终止日期", null=True, blank=True)
    termination_reason = models.CharField("终止原因", max_length=200, blank=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = "共驻共建协议"
        verbose_name_plural = "共驻共建协议"
        ordering = ["-starts_on", "number"]
        constraints = [
            models.CheckConstraint(
                name="agreement_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message="期限止不能早于期限起。",
            ),
            models.CheckConstraint(
                name="agreement_terminated_has_a_reason",
                condition=Q(terminated_on=None) | ~Q(termination_reason=""),
                violation_error_message="请写明终止的原因。",
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.unit}"

    def is_covering(self, starts_on, ends_on):
        """Runs on every day from `starts_on` to `ends_on`: what the queryset's `covering` asks of the database."""
        is_whole = self.terminated_on is None or self.terminated_on > ends_on
        return self.starts_on <= starts_on and ends_on <= self.ends_on and is_whole

    def force(self, on, soon):
        """(tone, word) of how it stands on the date `on`; it is about to end where it runs no longer than `soon`."""
        if self.terminated_on is not None:
            return ("plain", "已终止") if self.terminated_on <= on else ("warn", f"{self.terminated_on:%Y-%m-%d}起终止")
        if on < self.starts_on:
            return "info", "还没开始"
        if on > self.ends_on:
            return "plain", "已到期"
        return ("warn", "快到期") if self.ends_on <= soon else ("ok", "有效")

    @property
    def deed_lines(self):
        return lines(self.deeds)

    @property
    def needs_lines(self):
        return lines(self.needs_annex)

    @property
    def resources_lines(self):
        return lines(self.resources_annex)


def lines(text):
    return [line.strip() for line in text.splitlines() if line.strip()]


auditlog.register(Agreement)
