from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import PhoneValidator
from govern.dates import months_after, whole_years
from govern.fields import BlindIndexField, EncryptedTextField, mask_identity, mask_phone
from organizations.identities import IdentityNumberValidator
from organizations.models.organizations import Organization
from organizations.querysets import MemberEventQuerySet, MemberQuerySet


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
    identity_number = EncryptedTextField(
        "身份证号", mask=mask_identity, max_length=18, blank=True, validators=[IdentityNumberValidator()]
    )
    identity_index = BlindIndexField(source="identity_number", null=True)
    phone = EncryptedTextField("手机号", mask=mask_phone, max_length=11, blank=True, validators=[PhoneValidator()])
    phone_index = BlindIndexField(source="phone", null=True)
    stage = models.CharField("党员类别", max_length=20, choices=Stage.choices, default=Stage.FULL)
    joined_on = models.DateField("入党日期", help_text="支部大会通过其为预备党员之日。")
    full_on = models.DateField("转正日期", null=True, blank=True)
    extended_until = models.DateField("预备期延长至", null=True, blank=True, editable=False)
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
                name="member_extension_follows_joining",
                condition=Q(extended_until=None) | Q(extended_until__gt=F("joined_on")),
                violation_error_message="延长到的日期要晚于入党日期。",
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

    def probation_ends_on(self, months):
        """The last day of 预备期, which lasts `months` months unless it was extended (党章 art. 7)."""
        return self.extended_until or months_after(self.joined_on, months)

    def party_years(self, on):
        """党龄 in whole years on the date `on`: it counts from 转正 (党章 art. 7). None while on probation."""
        return None if self.full_on is None else whole_years(self.full_on, on)


class MemberEvent(models.Model):
    """What became of a member: appended with the change, never edited. Transfers have their own."""

    class Kind(models.TextChoices):
        REGISTERED = "registered", "登记入册"
        CORRECTED = "corrected", "更正信息"
        GROUPED = "grouped", "调整党小组"
        EXTENDED = "extended", "延长预备期"
        CONFIRMED = "confirmed", "转为正式党员"
        LEFT = "left", "离开"
        RETURNED = "returned", "撤销离开登记"

    member = models.ForeignKey(PartyMember, models.CASCADE, related_name="events", verbose_name="党员")
    kind = models.CharField("变动", max_length=20, choices=Kind.choices)
    effective_on = models.DateField("生效日期")
    note = models.CharField("说明", max_length=300, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="member_events", verbose_name="经办人", null=True
    )
    at = models.DateTimeField("登记时间")

    objects = MemberEventQuerySet.as_manager()

    class Meta:
        verbose_name = "党员变动"
        verbose_name_plural = "党员变动"
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.get_kind_display()} {self.effective_on:%Y-%m-%d}"


auditlog.register(
    PartyMember, mask_fields=["identity_number", "phone"], exclude_fields=["identity_index", "phone_index"]
)
