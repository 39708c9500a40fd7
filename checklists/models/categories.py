from auditlog.registry import auditlog
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q

from checklists.querysets import CategoryQuerySet
from organizations.querysets import ReferenceQuerySet


class Category(models.Model):
    """A class of needs (parent empty) or a kind within one; the kind carries the target times and the automatisms."""

    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="children",
        verbose_name="上级类别",
        limit_choices_to={"parent": None},
        null=True,
        blank=True,
    )
    name = models.CharField("名称", max_length=30)
    code = models.CharField(
        "代码",
        max_length=4,
        blank=True,
        validators=[RegexValidator(r"^(\d{2}|\d{4})$", "大类 2 位数字，小类 4 位数字。")],
        help_text="大类 2 位，小类 4 位；首接规则按它的开头挑选。不填就自动编。",
    )
    icon = models.CharField("图标", max_length=40, blank=True)
    order = models.PositiveSmallIntegerField("排序", default=100)
    example = models.CharField("填写示例", max_length=120, blank=True)
    response_hours = models.PositiveSmallIntegerField(
        "首次响应时限", default=8, validators=[MinValueValidator(1)], help_text="工作小时"
    )
    handling_hours = models.PositiveSmallIntegerField(
        "办理时限", default=40, validators=[MinValueValidator(1)], help_text="工作小时"
    )
    auto_accept = models.BooleanField("自动受理", default=False)
    auto_dispatch = models.BooleanField("自动派单", default=False, help_text="受理后直接派给匹配度最高的资源。")
    emergency_notice = models.CharField(
        "紧急提示", max_length=200, blank=True, help_text="填写后该类不收诉求，只显示这段话和求助电话。"
    )
    is_communal = models.BooleanField(
        "公共事项",
        default=False,
        help_text="楼道、院子、电梯这类大家的事。邻居能看到这类需求的类别、地点、日期和进展，并点“我也需要”；家里的事不要勾选。",
    )
    is_active = models.BooleanField("在用", default=True)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = "需求类别"
        verbose_name_plural = "需求类别"
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="category_name_is_unique_in_its_class",
                fields=["parent", "name"],
                violation_error_message="同一大类下已有同名类别。",
            ),
            models.UniqueConstraint(
                name="category_class_name_is_unique",
                fields=["name"],
                condition=Q(parent=None),
                violation_error_message="已有同名大类。",
            ),
            models.UniqueConstraint(
                name="category_code_is_unique",
                fields=["code"],
                condition=~Q(code=""),
                violation_error_message="这个代码已用于别的类别。",
            ),
            models.CheckConstraint(
                name="category_is_answered_before_it_is_handled",
                condition=Q(response_hours__lte=models.F("handling_hours")),
                violation_error_message="首次响应时限不能长于办理时限。",
            ),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        if self.parent_id and (self.parent.parent_id or self.parent_id == self.pk):
            raise ValidationError({"parent": "类别只有两级，请选一个大类。"})


class Question(models.Model):
    """What else is asked of a resident who picks the category."""

    class Kind(models.TextChoices):
        TEXT = "text", "文字"
        CHOICE = "choice", "单选"
        NUMBER = "number", "数字"
        DATE = "date", "日期"

    category = models.ForeignKey(Category, models.CASCADE, related_name="questions", verbose_name="类别")
    text = models.CharField("问题", max_length=60)
    kind = models.CharField("题型", max_length=10, choices=Kind.choices, default=Kind.TEXT)
    options = models.TextField("选项", blank=True, help_text="单选题每行一个选项。")
    is_required = models.BooleanField("必答", default=False)
    order = models.PositiveSmallIntegerField("排序", default=100)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = "附加问题"
        verbose_name_plural = "附加问题"
        ordering = ["order", "pk"]

    def __str__(self):
        return self.text

    @property
    def option_list(self):
        return [line.strip() for line in self.options.splitlines() if line.strip()]


auditlog.register(Category)
auditlog.register(Question)
