from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import PhoneValidator
from govern.fields import BlindIndexField, EncryptedTextField, mask_identity, mask_phone
from organizations.models.organizations import Organization
from organizations.querysets import MemberQuerySet, TransferEventQuerySet, TransferQuerySet


class PartyMember(models.Model):
    """党员: full or probationary, of one branch at a time. Which branch is changed by a transfer alone."""

    class Stage(models.TextChoices):
        PROBATIONARY = "probationary", "预备党员"
        FULL = "full", "正式党员"

    class Employment(models.TextChoices):
        IN_SERVICE = "in_service", "在职"
        RETIRED = "retired", "离退休"
        STUDENT = "student", "学生"
        OTHER = "other", "其他"

    class Gender(models.TextChoices):
        FEMALE = "female", "女"
        MALE = "male", "男"

    class Leaving(models.TextChoices):
        TRANSFERRED = "transferred", "转出本平台"
        DECEASED = "deceased", "去世"
        WITHDRAWN = "withdrawn", "退党"
        REMOVED = "removed", "除名"
        EXPELLED = "expelled", "开除党籍"
        NOT_CONFIRMED = "not_confirmed", "取消预备党员资格"

    branch = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="members",
        verbose_name="所在党支部",
        limit_choices_to={"kind__in": sorted(Organization.BRANCHES), "is_active": True},
    )
    group = models.ForeignKey(
        Organization,
        models.SET_NULL,
        related_name="group_members",
        verbose_name="所在党小组",
        null=True,
        blank=True,
        limit_choices_to={"tier": 4, "is_active": True},
    )
    name = models.CharField("姓名", max_length=40)
    gender = models.CharField("性别", max_length=10, choices=Gender.choices)
    identity_number = EncryptedTextField("身份证号", mask=mask_identity, max_length=18, blank=True)
    identity_index = BlindIndexField(source="identity_number", null=True)
    phone = EncryptedTextField("手机号", mask=mask_phone, max_length=11, blank=True, validators=[PhoneValidator()])
    phone_index = BlindIndexField(source="phone", null=True)
    stage = models.CharField("党员类别", max_length=20, choices=Stage.choices, default=Stage.FULL)
    joined_on = models.DateField("入党日期", help_text="支部大会通过其为预备党员之日。")
    full_on = models.DateField("转正日期", null=True, blank=True)
    employer = models.CharField("工作单位", max_length=80, blank=True)
    employment = models.CharField("在职情况", max_length=20, choices=Employment.choices, default=Employment.IN_SERVICE)
    is_floating = models.BooleanField("流动党员", default=False)
    floating_place = models.CharField(
        "流动去向", max_length=80, blank=True, help_text="流动党员填写，如：广东省深圳市。"
    )
    left_on = models.DateField("离开日期", null=True, blank=True, editable=False)
    leaving = models.CharField("离开原因", max_length=20, choices=Leaving.choices, blank=True, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="party_member",
        verbose_name="平台账号",
        null=True,
        blank=True,
    )

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = "党员"
        verbose_name_plural = "党员"
        ordering = ["branch", "pk"]
        indexes = [models.Index(fields=["branch", "left_on", "stage"], name="member_of_branch")]
        constraints = [
            models.UniqueConstraint(
                name="member_is_registered_once",
                fields=["identity_index"],
                condition=Q(left_on=None) & ~Q(identity_index=None),
                violation_error_message="这个身份证号已登记在一个党支部。",
            ),
            models.CheckConstraint(
                name="member_full_has_its_day",
                condition=Q(stage="full", full_on__isnull=False) | Q(stage="probationary", full_on=None),
                violation_error_message="正式党员要填转正日期，预备党员不填。",
            ),
            models.CheckConstraint(
                name="member_full_after_joining",
                condition=Q(full_on=None) | Q(full_on__gte=F("joined_on")),
                violation_error_message="转正日期不能早于入党日期。",
            ),
            models.CheckConstraint(
                name="member_leaves_for_a_reason",
                condition=Q(left_on=None, leaving="") | (Q(left_on__isnull=False) & ~Q(leaving="")),
                violation_error_message="请写明离开的原因和日期。",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_here(self):
        return self.left_on is None


class Transfer(models.Model):
    """组织关系转接: out of one branch and into another, when both have confirmed."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", "待转出方确认"
        RELEASED = "released", "待接收方确认"
        COMPLETED = "completed", "已转接"
        DECLINED = "declined", "未接收"
        WITHDRAWN = "withdrawn", "已撤回"

    TRANSITIONS = {
        Status.PROPOSED: frozenset({Status.RELEASED, Status.DECLINED, Status.WITHDRAWN}),
        Status.RELEASED: frozenset({Status.COMPLETED, Status.DECLINED, Status.WITHDRAWN}),
        Status.COMPLETED: frozenset(),
        Status.DECLINED: frozenset(),
        Status.WITHDRAWN: frozenset(),
    }
    OPEN = (Status.PROPOSED, Status.RELEASED)

    member = models.ForeignKey(PartyMember, models.CASCADE, related_name="transfers", verbose_name="党员")
    source = models.ForeignKey(
        Organization, models.PROTECT, related_name="transfers_out", verbose_name="转出党支部", editable=False
    )
    target = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="transfers_in",
        verbose_name="接收党支部",
        limit_choices_to={"kind__in": sorted(Organization.BRANCHES), "is_active": True},
    )
    status = models.CharField("状态", max_length=20, choices=Status.choices, default=Status.PROPOSED, editable=False)
    reason = models.CharField("转接原因", max_length=200)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="transfers", verbose_name="发起人", editable=False
    )
    proposed_at = models.DateTimeField("发起时间", default=timezone.now, editable=False)
    completed_on = models.DateField("转接日期", null=True, editable=False)

    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = "组织关系转接"
        verbose_name_plural = "组织关系转接"
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="transfer_one_open_per_member",
                fields=["member"],
                condition=Q(status__in=["proposed", "released"]),
                violation_error_message="这名党员已有一件正在办理的转接。",
            ),
            models.CheckConstraint(
                name="transfer_leads_elsewhere",
                condition=~Q(source=F("target")),
                violation_error_message="接收党支部就是现在的党支部。",
            ),
            models.CheckConstraint(
                name="transfer_status_is_known",
                condition=Q(status__in=["proposed", "released", "completed", "declined", "withdrawn"]),
                violation_error_message="未知的转接状态。",
            ),
        ]

    def __str__(self):
        return f"{self.member} {self.get_status_display()}"

    @property
    def next_statuses(self):
        return self.TRANSITIONS[self.Status(self.status)]


class TransferEvent(models.Model):
    """What each side said, appended in the transaction of the change."""

    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="events", verbose_name="转接")
    from_status = models.CharField("原状态", max_length=20, choices=Transfer.Status.choices, blank=True)
    to_status = models.CharField("新状态", max_length=20, choices=Transfer.Status.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="transfer_events", verbose_name="经办人", null=True
    )
    note = models.CharField("说明", max_length=200, blank=True)
    at = models.DateTimeField("时间")

    objects = TransferEventQuerySet.as_manager()

    class Meta:
        verbose_name = "转接经过"
        verbose_name_plural = "转接经过"
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.get_to_status_display()} {self.at:%Y-%m-%d}"


auditlog.register(
    PartyMember, mask_fields=["identity_number", "phone"], exclude_fields=["identity_index", "phone_index"]
)
auditlog.register(Transfer)
