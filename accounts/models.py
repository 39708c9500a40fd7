from auditlog.registry import auditlog
from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.deconstruct import deconstructible
from django.utils.functional import cached_property

from accounts.querysets import (
    NotificationQuerySet,
    PhoneCodeQuerySet,
    PrivacyNoticeQuerySet,
    SavedFilterQuerySet,
    UserManager,
)
from govern.fields import BlindIndexField, EncryptedTextField, mask_phone


@deconstructible
class PhoneValidator(RegexValidator):
    """A mainland mobile number, said in the words of a neighbour."""

    regex = r"^1[3-9]\d{9}$"
    message = "请填写 11 位手机号，例如 13800001234。"

    def __call__(self, value):
        digits = str(value)
        if digits.isdigit() and len(digits) != 11:
            raise ValidationError(f"手机号要 11 位，您填了 {len(digits)} 位。", code="phone")
        super().__call__(value)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in. What a user may do comes from the posts (organizations.Post), not from here."""

    username = models.CharField(
        "用户名",
        max_length=60,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": "这个用户名已有人使用。"},
    )
    name = models.CharField("姓名", max_length=40)
    phone = EncryptedTextField("手机号", mask=mask_phone, max_length=11, blank=True, validators=[PhoneValidator()])
    phone_index = BlindIndexField(
        source="phone", null=True, unique=True, error_messages={"unique": "这个手机号已登记在另一个账号。"}
    )
    is_active = models.BooleanField("启用", default=True, help_text="停用后不能登录，所办事项和日志保留。")
    joined_at = models.DateTimeField("建档时间", auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = "用户"
        verbose_name_plural = "用户"
        ordering = ["username"]
        permissions = [
            ("use_workplace", "进入工作台"),
            ("reveal_personal", "查看完整个人信息（留痕）"),
        ]

    def __str__(self):
        return self.name or self.username

    @property
    def is_staff(self):
        """Whether the workplace (/admin/) opens: a right that posts give, so that a post's end closes it."""
        return self.is_active and self.has_perm("accounts.use_workplace")

    @cached_property
    def unread_count(self):
        """Messages not read yet; counted once a request, whose user this is, for the several bars that show it."""
        return self.notifications.unread().count()

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name


class Notification(models.Model):
    """A line in somebody's inbox."""

    recipient = models.ForeignKey(User, models.CASCADE, related_name="notifications", verbose_name="收件人")
    text = models.CharField("内容", max_length=200)
    link = models.CharField("链接", max_length=200, blank=True)
    created_at = models.DateTimeField("时间", auto_now_add=True)
    read_at = models.DateTimeField("已读时间", null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = "消息"
        verbose_name_plural = "消息"
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["recipient", "read_at"])]

    def __str__(self):
        return self.text


class SavedFilter(models.Model):
    """A filter of a list that somebody uses again and again."""

    user = models.ForeignKey(User, models.CASCADE, related_name="saved_filters", verbose_name="用户")
    path = models.CharField("列表", max_length=100)
    name = models.CharField("名称", max_length=20)
    query = models.CharField("条件", max_length=500)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        verbose_name = "常用筛选"
        verbose_name_plural = "常用筛选"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="saved_filter_name_is_unique_in_its_list",
                fields=["user", "path", "name"],
                violation_error_message="已有同名的常用筛选。",
            )
        ]

    def __str__(self):
        return self.name


class PrivacyNotice(models.Model):
    """What residents are told before they give their data (个人信息保护法 art. 17); a new text is a new row."""

    version = models.CharField("版本", max_length=20, unique=True)
    body = models.TextField("正文")
    effective_on = models.DateField("生效日期")

    objects = PrivacyNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "隐私告知书"
        verbose_name_plural = "隐私告知书"
        ordering = ["-effective_on"]

    def __str__(self):
        return f"隐私告知书 {self.version}"


class PhoneCode(models.Model):
    """The code sent to a phone last, for one purpose. One row per phone: it is also what is locked while one is tried.

    Neither the phone nor the code can be read from it: both are kept as keyed hashes.
    """

    class Purpose(models.TextChoices):
        SIGN_IN = "sign_in", "志愿服务登录"
        PHONE_CHANGE = "phone_change", "志愿服务更换手机号"
        MESSAGE = "message", "社区留言簿"
        HEARING = "hearing", "社区议事"
        SURVEY = "survey", "评议"
        ACCORD = "accord", "签署调解协议"
        MEDIATION = "mediation", "矛盾调解"

    phone_index = models.CharField(max_length=64)
    purpose = models.CharField("用途", max_length=20, choices=Purpose.choices)
    code_hash = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField("有效期至")
    tries_count = models.PositiveSmallIntegerField("已试次数", default=0)
    used_at = models.DateTimeField("使用时间", null=True)
    # The hour that the limit counts in begins with its first message.
    hour_began_at = models.DateTimeField("计数开始")
    sent_count = models.PositiveSmallIntegerField("本小时已发", default=0)

    objects = PhoneCodeQuerySet.as_manager()

    class Meta:
        verbose_name = "短信验证码"
        verbose_name_plural = "短信验证码"
        constraints = [models.UniqueConstraint(name="phone_code_one_per_purpose", fields=["phone_index", "purpose"])]
        indexes = [models.Index(fields=["hour_began_at"], name="phone_code_to_forget")]

    def __str__(self):
        return self.get_purpose_display()


auditlog.register(User, mask_fields=["phone"], exclude_fields=["password", "last_login", "phone_index"])
auditlog.register(PrivacyNotice)
