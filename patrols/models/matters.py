from auditlog.registry import auditlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from patrols.querysets import (
    AdmissionEventQuerySet,
    AdmissionQuerySet,
    ErrandQuerySet,
    ErrandShareQuerySet,
    MatterQuerySet,
)


class Matter(models.Model):
    """网格事项: a class (大类, 2 digits) or a kind within it (小类, 4 digits), after 数字城管 (GB/T 30428.2, CJ/T 214)
    and the matter lists of grid regulations. Codes from 80 up are the installation's own.
    """

    class Family(models.TextChoices):
        PART = "part", "部件"
        EVENT = "event", "事件"
        MATTER = "matter", "网格事项"

    family = models.CharField("类属", max_length=10, choices=Family.choices)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="children",
        verbose_name="大类",
        limit_choices_to={"parent": None},
        null=True,
        blank=True,
    )
    code = models.CharField(
        "代码",
        max_length=5,
        unique=True,
        validators=[
            RegexValidator(r"^[BSW](\d{2}|\d{4})$", "B 部件、S 事件、W 网格事项，再加 2 位大类或 4 位小类代码。")
        ],
        help_text="如 S0102；本地扩展的大类从 80 开始。",
    )
    name = models.CharField("名称", max_length=30)
    icon = models.CharField("图标", max_length=40, blank=True)
    handling_hours = models.PositiveSmallIntegerField(
        "处置时限",
        default=24,
        validators=[MinValueValidator(1)],
        help_text="工作小时，从派遣算起；紧急的按自然小时，不分昼夜。",
    )
    is_urgent = models.BooleanField("紧急", default=False, help_text="上报时先显示求助电话，并立即提醒网格长。")
    is_active = models.BooleanField("在用", default=True)

    objects = MatterQuerySet.as_manager()

    class Meta:
        verbose_name = "网格事项类别"
        verbose_name_plural = "网格事项类别"
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                name="matter_name_is_unique_in_its_class",
                fields=["family", "parent", "name"],
                violation_error_message="同一大类下已有同名事项。",
            )
        ]

    def __str__(self):
        return self.name

    LETTERS = {Family.PART: "B", Family.EVENT: "S", Family.MATTER: "W"}

    def clean(self):
        if self.parent_id and (self.parent.parent_id or self.parent_id == self.pk):
            raise ValidationError({"parent": "事项只有两级，请选一个大类。"})
        if self.parent_id and self.parent.family != self.family:
            raise ValidationError(
                {"parent": f"{self.parent}属于{self.parent.get_family_display()}，请选同一类属的大类。"}
            )
        letter = self.LETTERS.get(self.family, "")
        if not self.code.startswith(letter):
            raise ValidationError({"code": f"{self.get_family_display()}的代码以 {letter} 开头。"})
        if self.parent_id is None and len(self.code) != 3:
            raise ValidationError({"code": "大类代码是字母加 2 位数字。"})
        if self.parent_id and not (len(self.code) == 5 and self.code.startswith(self.parent.code)):
            raise ValidationError({"code": f"小类代码要以大类代码 {self.parent.code} 开头，再加 2 位数字。"})


class Admission(models.Model):
    """事项准入: what a department may have grid workers do, once the grid body has approved it.

    A department applies, the grid body approves; what is not listed may not be pushed to grid workers, and an urgent
    temporary task needs an end date (滨州市社会治理网格化服务管理条例 第十条).
    """

    class Status(models.TextChoices):
        APPLIED = "applied", "待审批"
        APPROVED = "approved", "已准入"
        REFUSED = "refused", "未准入"
        ENDED = "ended", "已退出"

    TRANSITIONS = {
        Status.APPLIED: frozenset({Status.APPROVED, Status.REFUSED}),
        Status.APPROVED: frozenset({Status.ENDED}),
        Status.REFUSED: frozenset(),
        Status.ENDED: frozenset(),
    }

    name = models.CharField("事项名称", max_length=60)
    matter = models.ForeignKey(
        Matter, models.PROTECT, related_name="admissions", verbose_name="事项类别", null=True, blank=True
    )
    department = models.CharField("申请部门", max_length=60)
    basis = models.CharField("依据", max_length=200, help_text="法规、文件名称和文号。")
    duties = models.TextField("网格员做什么", max_length=500)
    organization = models.ForeignKey(
        "organizations.Organization",
        models.PROTECT,
        related_name="admissions",
        verbose_name="适用范围",
        help_text="这个党组织和它的下级。",
    )
    is_temporary = models.BooleanField("临时任务", default=False)
    starts_on = models.DateField("起始日期", default=timezone.localdate)
    ends_on = models.DateField("截止日期", null=True, blank=True, help_text="临时任务必须填写。")
    status = models.CharField("状态", max_length=20, choices=Status.choices, default=Status.APPLIED, editable=False)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="applied_admissions",
        verbose_name="申请人",
        null=True,
        editable=False,
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="decided_admissions",
        verbose_name="审批人",
        null=True,
        editable=False,
    )
    decided_at = models.DateTimeField("审批时间", null=True, editable=False)
    decision = models.CharField("审批意见", max_length=200, blank=True, editable=False)

    objects = AdmissionQuerySet.as_manager()

    class Meta:
        verbose_name = "准入事项"
        verbose_name_plural = "事项准入清单"
        ordering = ["status", "-starts_on", "-pk"]
        permissions = [("decide_admission", "审批事项准入")]
        constraints = [
            models.CheckConstraint(
                name="admission_status_is_known",
                condition=Q(status__in=["applied", "approved", "refused", "ended"]),
                violation_error_message="未知的准入状态。",
            ),
            models.CheckConstraint(
                name="admission_temporary_has_an_end",
                condition=Q(is_temporary=False) | Q(ends_on__isnull=False),
                violation_error_message="临时任务要填截止日期。",
            ),
            models.CheckConstraint(
                name="admission_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message="截止日期不能早于起始日期。",
            ),
            models.CheckConstraint(
                name="admission_is_decided_by_somebody",
                condition=Q(status="applied", decided_by=None) | (~Q(status="applied") & Q(decided_by__isnull=False)),
                violation_error_message="审批要记下审批人。",
            ),
            models.CheckConstraint(
                name="admission_is_decided_by_another",
                condition=~Q(applied_by=F("decided_by")),
                violation_error_message="申请人不能审批自己的申请。",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def next_statuses(self):
        return self.TRANSITIONS[self.Status(self.status)]

    def is_in_force(self, on):
        """Approved, and `on` lies between its days: what has an end ends by itself."""
        is_over = self.ends_on is not None and self.ends_on < on
        return self.status == self.Status.APPROVED and self.starts_on <= on and not is_over

    @property
    def words(self):
        """The status as it is today: what was approved may not have begun, or be over."""
        today = timezone.localdate()
        if self.status != self.Status.APPROVED or self.is_in_force(today):
            return self.get_status_display()
        return "还没开始" if self.starts_on > today else "已到期"


class AdmissionEvent(models.Model):
    """What became of an admission: appended in the transaction of the change, never edited."""

    admission = models.ForeignKey(Admission, models.CASCADE, related_name="events", verbose_name="准入事项")
    from_status = models.CharField("原状态", max_length=20, choices=Admission.Status.choices, blank=True)
    to_status = models.CharField("新状态", max_length=20, choices=Admission.Status.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="admission_events", verbose_name="经办人"
    )
    note = models.CharField("说明", max_length=200, blank=True)
    at = models.DateTimeField("时间", default=timezone.now)

    objects = AdmissionEventQuerySet.as_manager()

    class Meta:
        verbose_name = "准入经过"
        verbose_name_plural = "准入经过"
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.get_to_status_display()} {self.actor}"


class Errand(models.Model):
    """交办任务: pushed to the workers of some grids under a matter that is admitted on that day; else it is refused."""

    admission = models.ForeignKey(Admission, models.PROTECT, related_name="errands", verbose_name="准入事项")
    title = models.CharField("任务", max_length=60)
    text = models.TextField("要求", max_length=1000)
    due_on = models.DateField("完成期限")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="issued_errands", verbose_name="交办人", editable=False
    )
    issued_at = models.DateTimeField("交办时间", default=timezone.now, editable=False)

    objects = ErrandQuerySet.as_manager()

    class Meta:
        verbose_name = "交办任务"
        verbose_name_plural = "交办任务"
        ordering = ["-issued_at", "-pk"]

    def __str__(self):
        return self.title


class ErrandShare(models.Model):
    """What one grid does of an errand."""

    errand = models.ForeignKey(Errand, models.CASCADE, related_name="shares", verbose_name="任务")
    grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="errand_shares", verbose_name="网格")
    done_at = models.DateTimeField("完成时间", null=True, editable=False)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="done_errands",
        verbose_name="完成人",
        null=True,
        editable=False,
    )
    note = models.CharField("完成情况", max_length=300, blank=True, editable=False)

    objects = ErrandShareQuerySet.as_manager()

    class Meta:
        verbose_name = "任务分工"
        verbose_name_plural = "任务分工"
        ordering = ["errand", "grid"]
        constraints = [
            models.UniqueConstraint(
                name="errand_goes_to_a_grid_once",
                fields=["errand", "grid"],
                violation_error_message="该网格已有这项任务。",
            )
        ]

    def __str__(self):
        return f"{self.grid}：{self.errand}"


for model in (Matter, Admission, Errand, ErrandShare):
    auditlog.register(model)
