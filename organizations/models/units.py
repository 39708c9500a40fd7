from auditlog.registry import auditlog
from django.conf import settings
from django.db import models

from organizations.querysets import UnitQuerySet

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def is_credit_code(code):
    """Whether `code` is a 统一社会信用代码 whose check character fits (GB 32100-2015).

    Some codes in real use fail, so the answer warns and never blocks.
    """
    if len(code) != 18 or any(letter not in ALPHABET for letter in code):
        return False
    total = sum(ALPHABET.index(letter) * pow(3, place, 31) for place, letter in enumerate(code[:17]))
    return ALPHABET[(31 - total) % 31] == code[17]


class Unit(models.Model):
    """驻区单位: an employer, school, clinic or shop that shares what it has with the community around it."""

    class Kind(models.TextChoices):
        GOVERNMENT = "government", "机关事业单位"
        SCHOOL = "school", "学校"
        MEDICAL = "medical", "医疗卫生机构"
        STATE_OWNED = "state_owned", "国有企业"
        PRIVATE = "private", "民营企业"
        SOCIAL = "social", "社会组织"
        PROPERTY = "property", "物业服务企业"

    name = models.CharField("单位名称", max_length=80, unique=True, error_messages={"unique": "已有同名单位。"})
    kind = models.CharField("单位类型", max_length=20, choices=Kind.choices)
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    organization = models.ForeignKey(
        "organizations.Organization",
        models.PROTECT,
        related_name="units",
        verbose_name="所属社区党组织",
        limit_choices_to={"tier": 2},
    )
    address = models.CharField("单位地址", max_length=120, blank=True)
    liaison = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="liaised_units",
        verbose_name="联络员",
        null=True,
        blank=True,
    )
    is_active = models.BooleanField("在用", default=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "驻区单位"
        verbose_name_plural = "驻区单位"
        ordering = ["name"]

    def __str__(self):
        return self.name

    @property
    def credit_code_warning(self):
        if self.credit_code and not is_credit_code(self.credit_code):
            return "统一社会信用代码的校验位不符，请与营业执照核对。"
        return ""


auditlog.register(Unit)
