from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import PhoneValidator
from cadres import ladder
from cadres.models.schemes import DEGREES, LICENCES, Title, Track
from cadres.querysets import OfWorkerQuerySet, PlacementQuerySet, WorkerQuerySet
from govern.fields import BlindIndexField, EncryptedTextField, mask_identity, mask_phone
from organizations.identities import IdentityNumberValidator
from organizations.models import Organization


class CommunityWorker(models.Model):
    """社区工作者 of a community. The level is in the ledger, the post in the placements."""

    class Status(models.TextChoices):
        ACTIVE = "active", "在岗"
        LEFT = "left", "已离职"

    TRANSITIONS = {Status.ACTIVE: frozenset({Status.LEFT}), Status.LEFT: frozenset({Status.ACTIVE})}

    class Gender(models.TextChoices):
        FEMALE = "female", "女"
        MALE = "male", "男"

    class Leaving(models.TextChoices):
        RESIGNED = "resigned", "辞职"
        RETIRED = "retired", "退休"
        MOVED = "moved", "调出"
        EXPIRED = "expired", "合同期满不续"
        DISMISSED = "dismissed", "解聘"
        OTHER = "other", "其他"

    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="workers",
        verbose_name="社区",
        limit_choices_to={"tier": 2, "is_active": True},
    )
    name = models.CharField("姓名", max_length=40)
    gender = models.CharField("性别", max_length=10, choices=Gender.choices)
    identity_number = EncryptedTextField(
        "身份证号", mask=mask_identity, max_length=18, blank=True, validators=[IdentityNumberValidator()]
    )
    identity_index = BlindIndexField(source="identity_number", null=True, unique=True)
    phone = EncryptedTextField("手机号", mask=mask_phone, max_length=11, blank=True, validators=[PhoneValidator()])
    phone_index = BlindIndexField(source="phone", null=True)
    hired_on = models.DateField("入职日期", help_text="社区工龄从这天起算。")
    prior_months = models.PositiveSmallIntegerField(
        "以前的社区工龄（月）", default=0, help_text="在别处做社区工作、经认定的月数。"
    )
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.ACTIVE, editable=False)
    left_on = models.DateField("离职日期", null=True, blank=True, editable=False)
    leaving = models.CharField("离职原因", max_length=20, choices=Leaving.choices, blank=True, editable=False)

    objects = WorkerQuerySet.as_manager()

    class Meta:
        verbose_name = "社区工作者"
        verbose_name_plural = "社区工作者"
        ordering = ["organization", "pk"]
        indexes = [models.Index(fields=["organization", "status"], name="worker_of_community")]
        constraints = [
            models.CheckConstraint(
                name="communityworker_status_is_known",
                condition=Q(status__in=["active", "left"]),
                violation_error_message="未知的在岗状态。",
            ),
            models.CheckConstraint(
                name="worker_leaves_for_a_reason",
                condition=Q(status="active", left_on=None, leaving="")
                | (Q(status="left", left_on__isnull=False) & ~Q(leaving="")),
                violation_error_message="离职要写明日期和原因。",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def next_statuses(self):
        return self.TRANSITIONS[self.Status(self.status)]

    # --- Of a row that came from `with_record()`, without a query -----------------------------------------------------
    @property
    def record(self):
        return ladder.Record(
            hired_on=self.hired_on,
            posts=tuple((row.effective_on, row.track_id) for row in self.placements.all()),
            grades={row.year: row.grade for row in self.appraisals.all()},
            titles=tuple((row.title, row.obtained_on) for row in self.qualifications.all()),
            breaks=tuple((row.starts_on, row.ends_on) for row in self.interruptions.all()),
            prior_months=self.prior_months,
        )

    @property
    def placement(self):
        """The post held now, or the last one."""
        return max(self.placements.all(), key=lambda row: (row.starts_on, row.pk), default=None)

    def entry_on(self, day):
        """The ledger's word on the date `day`; None before the first."""
        rows = [row for row in self.grade_entries.all() if row.effective_on <= day]
        return max(rows, key=lambda row: (row.effective_on, row.pk), default=None)

    def highest_title(self, group):
        order = {title: place for place, title in enumerate(DEGREES if group == ladder.DEGREE else LICENCES)}
        held = [row for row in self.qualifications.all() if row.title in order]
        return max(held, key=lambda row: order[row.title], default=None)

    @property
    def degree_words(self):
        return str(self.highest_title(ladder.DEGREE) or "")

    @property
    def degree_on(self):
        held = self.highest_title(ladder.DEGREE)
        return held and held.obtained_on

    @property
    def licence_words(self):
        return str(self.highest_title(ladder.LICENCE) or "")

    @property
    def licence_on(self):
        held = self.highest_title(ladder.LICENCE)
        return held and held.obtained_on


class Placement(models.Model):
    """任岗: which post somebody holds from when to when; `effective_on` is the first day it counts for the level."""

    worker = models.ForeignKey(
        CommunityWorker, models.CASCADE, related_name="placements", verbose_name="社区工作者", editable=False
    )
    track = models.ForeignKey(Track, models.PROTECT, related_name="placements", verbose_name="岗位")
    starts_on = models.DateField("任岗日期")
    effective_on = models.DateField("执行日期")
    ends_on = models.DateField("离岗日期", null=True, blank=True)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        verbose_name = "任岗经历"
        verbose_name_plural = "任岗经历"
        ordering = ["worker", "starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="placement_one_at_a_time",
                fields=["worker"],
                condition=Q(ends_on=None),
                violation_error_message="这名社区工作者已有在任岗位。",
            ),
            models.CheckConstraint(
                name="placement_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message="离岗日期不能早于任岗日期。",
            ),
            models.CheckConstraint(
                name="placement_counts_after_it_starts",
                condition=Q(effective_on__gte=F("starts_on")),
                violation_error_message="执行日期不能早于任岗日期。",
            ),
        ]

    def __str__(self):
        return f"{self.track} {self.starts_on:%Y-%m-%d} 起"


class Interruption(models.Model):
    """中断: service that was broken and does not count."""

    worker = models.ForeignKey(CommunityWorker, models.CASCADE, related_name="interruptions", verbose_name="社区工作者")
    starts_on = models.DateField("从")
    ends_on = models.DateField("到", null=True, blank=True, help_text="空表示还没有回来。")
    reason = models.CharField("原因", max_length=100)

    objects = OfWorkerQuerySet.as_manager()

    class Meta:
        verbose_name = "工龄中断"
        verbose_name_plural = "工龄中断"
        ordering = ["worker", "starts_on"]
        constraints = [
            models.CheckConstraint(
                name="interruption_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message="结束日期不能早于开始日期。",
            )
        ]

    def __str__(self):
        return f"{self.starts_on:%Y-%m-%d} 起 {self.reason}"


class Qualification(models.Model):
    """学历或职业资格, with the day it was obtained."""

    worker = models.ForeignKey(
        CommunityWorker, models.CASCADE, related_name="qualifications", verbose_name="社区工作者"
    )
    title = models.CharField("学历或资格", max_length=20, choices=Title.choices)
    obtained_on = models.DateField("取得日期")
    certificate = models.CharField("证书编号", max_length=60, blank=True)

    objects = OfWorkerQuerySet.as_manager()

    class Meta:
        verbose_name = "学历资格"
        verbose_name_plural = "学历资格"
        ordering = ["worker", "obtained_on"]
        constraints = [
            models.UniqueConstraint(
                name="qualification_is_held_once",
                fields=["worker", "title"],
                violation_error_message="这项学历或资格已登记过。",
            )
        ]

    def __str__(self):
        return self.get_title_display()


class WorkerEvent(models.Model):
    """What was done about somebody's employment, appended in the transaction of the change."""

    class Kind(models.TextChoices):
        HIRED = "hired", "入职"
        CORRECTED = "corrected", "更正资料"
        MOVED = "moved", "岗位变动"
        APPRAISED = "appraised", "年度考核"
        QUALIFIED = "qualified", "学历资格"
        INTERRUPTED = "interrupted", "工龄中断"
        LEFT = "left", "离职"
        RETURNED = "returned", "重新入职"

    worker = models.ForeignKey(
        CommunityWorker, models.CASCADE, related_name="events", verbose_name="社区工作者", editable=False
    )
    kind = models.CharField("事项", max_length=20, choices=Kind.choices)
    effective_on = models.DateField("日期")
    note = models.CharField("说明", max_length=300, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="worker_events", verbose_name="经办人", null=True
    )
    at = models.DateTimeField("登记时间")

    objects = OfWorkerQuerySet.as_manager()

    class Meta:
        verbose_name = "人事经过"
        verbose_name_plural = "人事经过"
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.get_kind_display()} {self.effective_on:%Y-%m-%d}"


auditlog.register(
    CommunityWorker, mask_fields=["identity_number", "phone"], exclude_fields=["identity_index", "phone_index"]
)
for model in (Placement, Interruption, Qualification):
    auditlog.register(model)
