from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import PhoneValidator
from deliberations.models.mediators import Mediator
from deliberations.querysets import CaseQuerySet, OfCaseQuerySet
from govern.codes import new_code
from govern.fields import BlindIndexField, EncryptedTextField, mask_identity, mask_name, mask_phone


class Case(models.Model):
    """矛盾调解, from application to archive. Its status is written by services.cases alone.

    Only people named in it see a case (`CaseReader`), and each opening is written down (`CaseOpening`): mediators keep
    the parties' privacy (人民调解法 art. 15).
    """

    class Status(models.TextChoices):
        APPLIED = "applied", "待受理"
        ACCEPTED = "accepted", "已受理"
        MEDIATING = "mediating", "调解中"
        AGREED = "agreed", "达成协议"
        REFUSED = "refused", "当事人不同意调解"
        FAILED = "failed", "调解不成"
        ENDED = "ended", "已终止"
        PERFORMED = "performed", "已履行"
        BREACHED = "breached", "未履行"
        ARCHIVED = "archived", "已归档"

    TRANSITIONS = {
        Status.APPLIED: frozenset({Status.ACCEPTED, Status.REFUSED, Status.ENDED}),
        Status.ACCEPTED: frozenset({Status.MEDIATING, Status.REFUSED, Status.ENDED}),
        Status.MEDIATING: frozenset({Status.AGREED, Status.REFUSED, Status.FAILED, Status.ENDED}),
        Status.AGREED: frozenset({Status.PERFORMED, Status.BREACHED}),
        Status.REFUSED: frozenset({Status.ARCHIVED}),
        Status.FAILED: frozenset({Status.ARCHIVED}),
        Status.ENDED: frozenset({Status.ARCHIVED}),
        Status.PERFORMED: frozenset({Status.ARCHIVED}),
        Status.BREACHED: frozenset({Status.PERFORMED, Status.ARCHIVED}),
        Status.ARCHIVED: frozenset(),
    }

    class Kind(models.TextChoices):
        NEIGHBOURS = "neighbours", "邻里"
        FAMILY = "family", "婚姻家庭"
        PROPERTY = "property", "物业"
        HOUSING = "housing", "房屋宅基地"
        DAMAGES = "damages", "损害赔偿"
        CONTRACT = "contract", "合同"
        LABOUR = "labour", "劳动"
        CONSUMER = "consumer", "消费"
        OTHER = "other", "其他"

    class Source(models.TextChoices):
        APPLICATION = "application", "当事人申请"
        INITIATIVE = "initiative", "主动调解"
        GRID = "grid", "网格移送"
        COURT = "court", "法院移送"
        POLICE = "police", "公安移送"
        MESSAGE = "message", "留言转来"

    code = models.CharField("查询编号", max_length=8, unique=True, default=new_code, editable=False)
    year = models.PositiveSmallIntegerField("年份", null=True, editable=False)
    number = models.PositiveIntegerField("案号", null=True, editable=False)  # (年)…人调字第…号, given when accepted
    community = models.ForeignKey("grids.Community", models.PROTECT, related_name="cases", verbose_name="社区")
    kind = models.CharField("纠纷类型", max_length=12, choices=Kind.choices)
    source = models.CharField("来源", max_length=12, choices=Source.choices, default=Source.APPLICATION)
    incident = models.ForeignKey(
        "patrols.Incident",
        models.SET_NULL,
        related_name="cases",
        verbose_name="移送的网格事件",
        null=True,
        blank=True,
        editable=False,
    )
    referred_by = models.CharField("移送单位", max_length=60, blank=True)
    notice = models.ForeignKey(
        "accounts.PrivacyNotice",
        models.PROTECT,
        related_name="cases",
        verbose_name="申请人同意的隐私告知书",
        null=True,
        editable=False,
    )
    facts = EncryptedTextField("纠纷情况", max_length=2000)
    demand = EncryptedTextField("请求", max_length=500, blank=True)
    has_risk = models.BooleanField("可能激化", default=False, help_text="有可能引起治安或刑事案件的，立即报告。")
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.APPLIED, editable=False)
    is_open = models.BooleanField("公开调解", default=False, help_text="双方都同意才公开。")
    applied_at = models.DateTimeField("申请时间", default=timezone.now, editable=False)
    accept_by = models.DateField("受理期限", null=True, editable=False)
    accepted_at = models.DateTimeField("受理时间", null=True, editable=False)
    due_on = models.DateField("调解期限", null=True, editable=False)
    extended_reason = models.CharField("延期说明", max_length=100, blank=True, editable=False)
    ended_at = models.DateTimeField("结束时间", null=True, editable=False)
    ending = models.CharField("结束原因", max_length=200, blank=True, editable=False)
    archived_at = models.DateTimeField("归档时间", null=True, editable=False)
    kept_until = models.DateField("保存至", null=True, editable=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = "调解案件"
        verbose_name_plural = "矛盾调解"
        ordering = ["-applied_at", "-pk"]
        permissions = [("assign_case", "指定谁办理调解案件")]
        indexes = [models.Index(fields=["community", "status", "due_on"], name="case_queue_of_community")]
        constraints = [
            models.UniqueConstraint(
                name="case_number_once_a_year",
                fields=["community", "year", "number"],
                violation_error_message="这个案号已经用过。",
            ),
            models.CheckConstraint(
                name="case_status_is_known",
                condition=Q(
                    status__in=[
                        *("applied", "accepted", "mediating", "agreed", "refused"),
                        *("failed", "ended", "performed", "breached", "archived"),
                    ]
                ),
                violation_error_message="未知的案件状态。",
            ),
        ]

    def __str__(self):
        """What may stand in a list of notices or in the audit trail: a number, and nothing of the matter."""
        return f"调解案件 {self.spoken_code}"

    @property
    def spoken_code(self):
        return f"{self.code[:4]}-{self.code[4:]}"

    @property
    def full_number(self):
        """The number as the papers carry it; "" before it is accepted."""
        return f"（{self.year}）{self.community.name}人调字第{self.number}号" if self.number else ""

    @property
    def next_statuses(self):
        return self.TRANSITIONS[self.status]

    @property
    def is_running(self):
        """Not come to any end yet."""
        return self.status in {self.Status.APPLIED, self.Status.ACCEPTED, self.Status.MEDIATING}


class CaseParty(models.Model):
    class Side(models.TextChoices):
        APPLICANT = "applicant", "申请人"
        RESPONDENT = "respondent", "被申请人"

    case = models.ForeignKey(Case, models.CASCADE, related_name="parties", verbose_name="案件")
    side = models.CharField("哪一方", max_length=12, choices=Side.choices)
    name = EncryptedTextField("姓名", mask=mask_name, max_length=40)
    phone = EncryptedTextField("手机号", mask=mask_phone, max_length=11, blank=True, validators=[PhoneValidator()])
    phone_index = BlindIndexField(source="phone", null=True)
    identity_number = EncryptedTextField("身份证号", mask=mask_identity, max_length=18, blank=True)
    address = EncryptedTextField("住址", max_length=120, blank=True)
    agent = EncryptedTextField("代理人", mask=mask_name, max_length=40, blank=True)
    agreed_at = models.DateTimeField("同意调解", null=True, editable=False)
    refused_at = models.DateTimeField("不同意调解", null=True, editable=False)
    wants_open = models.BooleanField("同意公开", default=False)
    agrees_to_extend = models.BooleanField("同意延期", default=False)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = "当事人"
        verbose_name_plural = "当事人"
        ordering = ["case", "side", "pk"]

    def __str__(self):
        """Without the name, for the audit trail repeats it to people who may not open the case."""
        return f"{self.get_side_display()}（{self.case}）"

    @property
    def label(self):
        """As a reader of the case knows them."""
        return f"{self.get_side_display()} {self.name}"

    @property
    def masked_label(self):
        return f"{self.get_side_display()} {self.masked_name}"


class CaseMediator(models.Model):
    """Named by the committee or chosen by a party (人民调解法 art. 19); steps back when asked with reason."""

    class ChosenBy(models.TextChoices):
        COMMITTEE = "committee", "调委会指定"
        APPLICANT = "applicant", "申请人选择"
        RESPONDENT = "respondent", "被申请人选择"

    case = models.ForeignKey(Case, models.CASCADE, related_name="mediators", verbose_name="案件")
    mediator = models.ForeignKey(Mediator, models.PROTECT, related_name="cases", verbose_name="调解员")
    chosen_by = models.CharField("怎么来的", max_length=12, choices=ChosenBy.choices, default=ChosenBy.COMMITTEE)
    is_lead = models.BooleanField("主持", default=False)
    recused_at = models.DateTimeField("回避时间", null=True, editable=False)
    recused_reason = models.CharField("回避原因", max_length=100, blank=True, editable=False)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = "承办调解员"
        verbose_name_plural = "承办调解员"
        constraints = [
            models.UniqueConstraint(
                name="mediator_once_per_case",
                fields=["case", "mediator"],
                condition=Q(recused_at=None),
                violation_error_message="这位调解员已在本案。",
            )
        ]

    def __str__(self):
        return f"{self.case} {self.mediator}"


class CaseEvent(models.Model):
    case = models.ForeignKey(Case, models.CASCADE, related_name="events", verbose_name="案件")
    from_status = models.CharField("原状态", max_length=10, choices=Case.Status.choices, blank=True)
    to_status = models.CharField("新状态", max_length=10, choices=Case.Status.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="case_events", verbose_name="经办人", null=True
    )
    note = models.CharField("说明", max_length=200, blank=True)
    at = models.DateTimeField("时间")

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = "办案经过"
        verbose_name_plural = "办案经过"
        ordering = ["at", "pk"]

    def __str__(self):
        return self.get_to_status_display()


# The audit trail is read by people who may not open a case: it says that something changed, never what.
auditlog.register(CaseMediator, mask_fields=["recused_reason"])
auditlog.register(Case, mask_fields=["facts", "demand", "kind", "incident", "referred_by", "extended_reason", "ending"])
auditlog.register(
    CaseParty, mask_fields=["name", "phone", "identity_number", "address", "agent"], exclude_fields=["phone_index"]
)
