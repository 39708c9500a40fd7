from decimal import Decimal

from auditlog.registry import auditlog
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from cadres import ladder
from cadres.models.schemes import Scheme, Title, Track
from cadres.querysets import PayTableQuerySet
from organizations.querysets import ReferenceQuerySet


class PayTable(models.Model):
    """薪酬标准 of a scheme from a day on: base × coefficient of the level, and allowances, in yuan a month."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="pay_tables", verbose_name="岗位体系")
    effective_on = models.DateField("生效日期")
    base = models.DecimalField("基数（元/月）", max_digits=8, decimal_places=2, validators=[MinValueValidator(0)])
    performance_percent = models.DecimalField(
        "其中绩效占比（%）", max_digits=5, decimal_places=2, default=0, help_text="上一年度不合格、试用期内不发绩效。"
    )
    probation_months = models.PositiveSmallIntegerField("试用期（月）", default=3)
    probation_percent = models.DecimalField("试用期发放比例（%）", max_digits=5, decimal_places=2, default=80)
    rounding = models.DecimalField(
        "取整到（元）", max_digits=5, decimal_places=2, default=1, validators=[MinValueValidator(Decimal("0.01"))]
    )
    source = models.CharField("依据", max_length=300, blank=True)

    objects = PayTableQuerySet.as_manager()

    class Meta:
        verbose_name = "薪酬标准"
        verbose_name_plural = "薪酬标准"
        ordering = ["scheme", "-effective_on"]
        constraints = [
            models.UniqueConstraint(
                name="pay_table_one_a_day",
                fields=["scheme", "effective_on"],
                violation_error_message="这个岗位体系在这一天已有一版薪酬标准。",
            ),
            models.CheckConstraint(
                name="pay_table_shares_are_percent",
                condition=Q(performance_percent__range=(0, 100), probation_percent__range=(0, 100)),
                violation_error_message="占比和发放比例在 0 到 100 之间。",
            ),
        ]

    def __str__(self):
        return f"{self.scheme}（{self.effective_on:%Y-%m-%d} 起）"

    @property
    def table(self):
        """As ladder reads it; of a row that came from `whole()`."""
        return ladder.PayTable(
            base=self.base,
            coefficients={row.level: row.coefficient for row in self.levels.all()},
            performance_percent=self.performance_percent,
            probation_months=self.probation_months,
            probation_percent=self.probation_percent,
            rounding=self.rounding,
            allowances=tuple(
                ladder.Allowance(row.name, row.amount, row.track_id, row.title or None) for row in self.allowances.all()
            ),
        )


class PayLevel(models.Model):
    pay_table = models.ForeignKey(PayTable, models.CASCADE, related_name="levels", verbose_name="薪酬标准")
    level = models.PositiveSmallIntegerField("级别")
    coefficient = models.DecimalField("系数", max_digits=10, decimal_places=5)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = "级别系数"
        verbose_name_plural = "级别系数"
        ordering = ["pay_table", "level"]
        constraints = [
            models.UniqueConstraint(
                name="pay_level_once_in_a_table",
                fields=["pay_table", "level"],
                violation_error_message="一个级别只填一个系数。",
            ),
            models.CheckConstraint(
                name="pay_level_coefficient_is_positive",
                condition=Q(coefficient__gt=0),
                violation_error_message="系数要大于 0。",
            ),
        ]

    def __str__(self):
        return f"{self.level} 级 {self.coefficient.normalize():f}"


class Allowance(models.Model):
    """津贴, monthly. Of several with one name only the highest is paid: a senior licence includes the junior one."""

    pay_table = models.ForeignKey(PayTable, models.CASCADE, related_name="allowances", verbose_name="薪酬标准")
    name = models.CharField("津贴", max_length=30)
    amount = models.DecimalField("金额（元/月）", max_digits=8, decimal_places=2, validators=[MinValueValidator(0)])
    track = models.ForeignKey(
        Track, models.PROTECT, related_name="allowances", verbose_name="限岗位", null=True, blank=True
    )
    title = models.CharField("限学历或资格", max_length=20, choices=Title.choices, blank=True)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = "津贴"
        verbose_name_plural = "津贴"
        ordering = ["pay_table", "name", "amount"]

    def __str__(self):
        return f"{self.name} {self.amount.normalize():f} 元"


for model in (PayTable, PayLevel, Allowance):
    auditlog.register(model)
