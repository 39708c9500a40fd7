from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import PhoneValidator
from govern.choices import HALF_DAYS
from govern.fields import BlindIndexField, EncryptedTextField, FlagsField, mask_identity, mask_name, mask_phone
from organizations.identities import IdentityNumberValidator
from volunteers.querysets import OfVolunteerQuerySet, SkillQuerySet, VolunteerQuerySet


class Skill(models.Model):
    """服务技能: what somebody can do and what a post or a session asks for."""

    name = models.CharField("技能", max_length=30, unique=True, error_messages={"unique": "已有同名技能。"})
    order = models.PositiveSmallIntegerField("排序", default=100)
    is_active = models.BooleanField("在用", default=True)

    objects = SkillQuerySet.as_manager()

    class Meta:
        verbose_name = "服务技能"
        verbose_name_plural = "服务技能"
        ordering = ["order", "pk"]

    def __str__(self):
        return self.name


class Volunteer(models.Model):
    """志愿者 or 报到党员, with the field groups that 志愿服务条例 art. 7 names: 身份信息, 服务技能, 服务时间, 联系方式.

    `code` stands in place of the identity number wherever one person has to be told from another (MZ/T 061).
    """

    class Kind(models.TextChoices):
        MEMBER = "member", "党员"
        CITIZEN = "citizen", "群众"

    code = models.CharField("志愿者编号", max_length=14, unique=True, editable=False)
    kind = models.CharField("身份", max_length=10, choices=Kind.choices)
    name = EncryptedTextField("姓名", mask=mask_name, max_length=40)
    phone = EncryptedTextField("手机号", mask=mask_phone, max_length=11, validators=[PhoneValidator()])
    phone_index = BlindIndexField(source="phone", null=True)
    identity_number = EncryptedTextField(
        "身份证号", mask=mask_identity, max_length=18, blank=True, validators=[IdentityNumberValidator()]
    )
    identity_index = BlindIndexField(source="identity_number", null=True)
    born_on = models.DateField("出生日期", null=True, blank=True)
    community = models.ForeignKey(
        "grids.Community", models.PROTECT, related_name="volunteers", verbose_name="居住地社区"
    )
    building = models.ForeignKey(
        "grids.Building", models.SET_NULL, related_name="volunteers", verbose_name="楼栋", null=True, blank=True
    )
    unit = models.ForeignKey(
        "organizations.Unit", models.SET_NULL, related_name="volunteers", verbose_name="所在单位", null=True, blank=True
    )
    employer = models.CharField("工作单位", max_length=80, blank=True, help_text="名单里没有的单位写在这里。")
    is_from_office = models.BooleanField("机关党员", default=False, help_text="在机关事业单位工作的党员。")
    member = models.OneToOneField(
        "organizations.PartyMember",
        models.SET_NULL,
        related_name="volunteer",
        verbose_name="党员名册",
        null=True,
        blank=True,
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="volunteer",
        verbose_name="账号",
        null=True,
        editable=False,
    )
    skills = models.ManyToManyField(Skill, related_name="volunteers", verbose_name="服务技能", blank=True)
    interests = models.ManyToManyField(
        "volunteers.PositionClass", related_name="interested", verbose_name="感兴趣的岗位", blank=True
    )
    times = FlagsField("服务时间", flags=HALF_DAYS, default=0, blank=True, help_text="不选表示任何时间。")
    insured_until = models.DateField("保险有效期至", null=True, blank=True)
    guardian_name = EncryptedTextField("监护人", mask=mask_name, max_length=40, blank=True)
    guardian_phone = EncryptedTextField(
        "监护人手机号", mask=mask_phone, max_length=11, blank=True, validators=[PhoneValidator()]
    )
    guardian_agreed_at = models.DateTimeField("监护人同意时间", null=True, editable=False)
    notice = models.ForeignKey(
        "accounts.PrivacyNotice",
        models.PROTECT,
        related_name="volunteers",
        verbose_name="同意的隐私告知书",
        editable=False,
    )
    agreed_at = models.DateTimeField("同意时间", default=timezone.now, editable=False)
    # False: the unit says that the person agreed, who is asked at the first sign-in (个人信息保护法 art. 14).
    has_confirmed = models.BooleanField("本人已确认同意", default=True, editable=False)
    is_honoured = models.BooleanField("同意上光荣榜", default=False)
    registered_at = models.DateTimeField("注册时间", default=timezone.now, editable=False)
    left_on = models.DateField("注销日期", null=True, editable=False)
    leaving_reason = models.CharField("注销原因", max_length=100, blank=True, editable=False)

    objects = VolunteerQuerySet.as_manager()

    class Meta:
        verbose_name = "志愿者"
        verbose_name_plural = "志愿者"
        ordering = ["-registered_at", "-pk"]
        indexes = [
            models.Index(fields=["community", "registered_at"], name="volunteer_of_community"),
            models.Index(fields=["unit", "registered_at"], name="volunteer_of_unit"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="volunteer_phone_once",
                fields=["phone_index"],
                condition=Q(left_on=None) & ~Q(phone_index=None),
                violation_error_message="这个手机号已经登记过志愿者。",
            ),
            models.UniqueConstraint(
                name="volunteer_identity_once",
                fields=["identity_index"],
                condition=Q(left_on=None) & ~Q(identity_index=None),
                violation_error_message="这个身份证号已经登记过志愿者。",
            ),
        ]

    def __str__(self):
        return self.masked_name

    @property
    def is_here(self):
        return self.left_on is None


class Training(models.Model):
    """培训情况: one of the five parts of the record (志愿服务记录与证明出具办法)."""

    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="trainings", verbose_name="志愿者")
    title = models.CharField("培训内容", max_length=60)
    skill = models.ForeignKey(
        Skill, models.PROTECT, related_name="trainings", verbose_name="对应技能", null=True, blank=True
    )
    minutes = models.PositiveIntegerField("时长（分钟）")
    organizer = models.CharField("组织单位", max_length=60)
    on = models.DateField("日期")
    valid_until = models.DateField("有效期至", null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="recorded_trainings", verbose_name="记录人"
    )

    objects = OfVolunteerQuerySet.as_manager()

    class Meta:
        verbose_name = "培训"
        verbose_name_plural = "培训情况"
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="training_ends_after_it_was_held",
                condition=Q(valid_until=None) | Q(valid_until__gte=F("on")),
                violation_error_message="有效期不能早于培训日期。",
            )
        ]

    def __str__(self):
        return self.title


class Commendation(models.Model):
    """表彰奖励情况."""

    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="commendations", verbose_name="志愿者")
    title = models.CharField("表彰名称", max_length=60)
    awarder = models.CharField("表彰单位", max_length=60)
    on = models.DateField("日期")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="recorded_commendations", verbose_name="记录人"
    )

    objects = OfVolunteerQuerySet.as_manager()

    class Meta:
        verbose_name = "表彰"
        verbose_name_plural = "表彰奖励情况"
        ordering = ["-on", "-pk"]

    def __str__(self):
        return self.title


class Correction(models.Model):
    """更正申请: a volunteer says that the own record is wrong; whoever recorded it verifies and answers."""

    class Status(models.TextChoices):
        ASKED = "asked", "待核实"
        CORRECTED = "corrected", "已更正"
        REFUSED = "refused", "维持原记录"

    TRANSITIONS = {
        Status.ASKED: frozenset({Status.CORRECTED, Status.REFUSED}),
        Status.CORRECTED: frozenset(),
        Status.REFUSED: frozenset(),
    }

    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="corrections", verbose_name="志愿者")
    signup = models.ForeignKey(
        "volunteers.Signup", models.SET_NULL, related_name="corrections", verbose_name="哪次服务", null=True, blank=True
    )
    text = models.CharField("哪里不对", max_length=300)
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.ASKED, editable=False)
    asked_at = models.DateTimeField("申请时间", default=timezone.now, editable=False)
    answer = models.CharField("核实结果", max_length=300, blank=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="answered_corrections",
        verbose_name="核实人",
        null=True,
        editable=False,
    )
    answered_at = models.DateTimeField("核实时间", null=True, editable=False)

    objects = OfVolunteerQuerySet.as_manager()

    class Meta:
        verbose_name = "更正申请"
        verbose_name_plural = "更正申请"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="correction_status_is_known",
                condition=Q(status__in=["asked", "corrected", "refused"]),
                violation_error_message="未知的更正状态。",
            )
        ]

    def __str__(self):
        return self.text[:24]


auditlog.register(Skill)
auditlog.register(
    Volunteer,
    mask_fields=["name", "phone", "identity_number", "guardian_name", "guardian_phone"],
    exclude_fields=["phone_index", "identity_index"],
)
for model in (Training, Commendation, Correction):
    auditlog.register(model)
