from uuid import uuid4

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import PhoneValidator
from deliberations.querysets import (
    BlockQuerySet,
    MessageQuerySet,
    MessageTopicQuerySet,
    OfMessageQuerySet,
    ReferenceQuerySet,
)
from govern.codes import new_code
from govern.fields import BlindIndexField, EncryptedTextField, mask_name, mask_phone


def message_photo_path(photo, filename):
    return f"messages/{uuid4().hex}.jpg"


class MessageTopic(models.Model):
    """留言主题: editable."""

    name = models.CharField("名称", max_length=20, unique=True, error_messages={"unique": "已有同名主题。"})
    order = models.PositiveSmallIntegerField("排序", default=100)
    is_active = models.BooleanField("在用", default=True)

    objects = MessageTopicQuerySet.as_manager()

    class Meta:
        verbose_name = "留言主题"
        verbose_name_plural = "留言主题"
        ordering = ["order", "pk"]

    def __str__(self):
        return self.name


class Message(models.Model):
    """留言 in a community's public book: no petition (信访工作条例 has its own ways), and the page says so.

    `text` stays as it was written; `shown_text` is what the public reads once somebody redacted it.
    """

    class Status(models.TextChoices):
        PENDING = "pending", "待审核"
        PUBLISHED = "published", "已公开"
        REFUSED = "refused", "未公开"
        HIDDEN = "hidden", "已隐藏"
        WITHDRAWN = "withdrawn", "本人撤回"

    TRANSITIONS = {
        Status.PENDING: frozenset({Status.PUBLISHED, Status.REFUSED, Status.WITHDRAWN}),
        Status.PUBLISHED: frozenset({Status.HIDDEN, Status.WITHDRAWN}),
        # An appeal that is upheld brings it back.
        Status.REFUSED: frozenset({Status.PUBLISHED, Status.WITHDRAWN}),
        Status.HIDDEN: frozenset({Status.PUBLISHED, Status.WITHDRAWN}),
        Status.WITHDRAWN: frozenset(),
    }

    code = models.CharField("查询编号", max_length=8, unique=True, default=new_code, editable=False)
    community = models.ForeignKey("grids.Community", models.PROTECT, related_name="messages", verbose_name="社区")
    topic = models.ForeignKey(MessageTopic, models.PROTECT, related_name="messages", verbose_name="主题")
    text = models.TextField("留言", max_length=500)
    shown_text = models.TextField("公开的文字", max_length=500, blank=True, editable=False)
    name = EncryptedTextField("怎么称呼", mask=mask_name, max_length=40)
    phone = EncryptedTextField("手机号", mask=mask_phone, max_length=11, validators=[PhoneValidator()])
    phone_index = BlindIndexField(source="phone", db_index=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="guestbook_messages",
        verbose_name="账号",
        null=True,
        editable=False,
    )
    notice = models.ForeignKey(
        "accounts.PrivacyNotice",
        models.PROTECT,
        related_name="guestbook_messages",
        verbose_name="同意的隐私告知书",
        editable=False,
    )
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.PENDING, editable=False)
    written_at = models.DateTimeField("留言时间", default=timezone.now, editable=False)
    published_at = models.DateTimeField("公开时间", null=True, editable=False)
    reply_by = models.DateTimeField("答复期限", null=True, editable=False)
    # What became of it, at most one of each.
    need = models.ForeignKey(
        "checklists.Need",
        models.SET_NULL,
        related_name="guestbook_messages",
        verbose_name="转成的需求",
        null=True,
        editable=False,
    )
    case = models.ForeignKey(
        "deliberations.Case",
        models.SET_NULL,
        related_name="guestbook_messages",
        verbose_name="转成的调解",
        null=True,
        editable=False,
    )
    issue = models.ForeignKey(
        "deliberations.Issue",
        models.SET_NULL,
        related_name="guestbook_messages",
        verbose_name="转成的议题",
        null=True,
        editable=False,
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "留言"
        verbose_name_plural = "留言簿"
        ordering = ["-written_at", "-pk"]
        indexes = [
            models.Index(fields=["community", "status", "written_at"], name="message_of_community"),
            models.Index(fields=["status", "reply_by"], name="message_to_answer"),
        ]
        constraints = [
            models.CheckConstraint(
                name="message_status_is_known",
                condition=Q(status__in=["pending", "published", "refused", "hidden", "withdrawn"]),
                violation_error_message="未知的留言状态。",
            ),
        ]

    def __str__(self):
        text = self.public_text
        return text if len(text) <= 24 else text[:23] + "…"

    @property
    def public_text(self):
        return self.shown_text or self.text

    @property
    def written_day(self):
        return timezone.localtime(self.written_at).strftime("%m月%d日")


class MessagePhoto(models.Model):
    """`hidden_areas` are boxes of the picture (x, y, width, height as shares of it) that the public sees blackened."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="photos", verbose_name="留言")
    image = models.ImageField("照片", upload_to=message_photo_path)
    hidden_areas = models.JSONField("遮盖的地方", default=list, editable=False)

    objects = OfMessageQuerySet.as_manager()

    class Meta:
        verbose_name = "留言照片"
        verbose_name_plural = "留言照片"
        ordering = ["pk"]

    def __str__(self):
        return f"{self.message} 照片"


class Reply(models.Model):
    """官方答复: a correction is another reply, below the first."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="replies", verbose_name="留言")
    text = models.TextField("答复", max_length=500)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="guestbook_replies",
        verbose_name="答复人",
        editable=False,
    )
    replied_at = models.DateTimeField("答复时间", default=timezone.now, editable=False)

    objects = OfMessageQuerySet.as_manager()

    class Meta:
        verbose_name = "答复"
        verbose_name_plural = "答复"
        ordering = ["replied_at", "pk"]

    def __str__(self):
        return self.text[:24]


class MessageSupport(models.Model):
    """附议: one phone, once."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="supports", verbose_name="留言")
    phone_index = models.CharField(max_length=64, editable=False)
    at = models.DateTimeField("时间", default=timezone.now, editable=False)

    objects = OfMessageQuerySet.as_manager()

    class Meta:
        verbose_name = "附议"
        verbose_name_plural = "附议"
        constraints = [
            models.UniqueConstraint(
                name="message_is_supported_once_by_each",
                fields=["message", "phone_index"],
                violation_error_message="这个手机号已经附议过。",
            )
        ]

    def __str__(self):
        return f"{self.message} 附议"


class Flag(models.Model):
    """举报 of a published message by a reader."""

    class Reason(models.TextChoices):
        PRIVACY = "privacy", "泄露他人信息"
        INSULT = "insult", "辱骂他人"
        FALSE = "false", "不实"
        ADVERTISING = "advertising", "广告"
        OTHER = "other", "其他"

    message = models.ForeignKey(Message, models.CASCADE, related_name="flags", verbose_name="留言")
    reason = models.CharField("原因", max_length=12, choices=Reason.choices)
    words = models.CharField("说明", max_length=100, blank=True)
    reader = models.CharField(max_length=64, editable=False)  # keyed hash of phone or address, to count each once
    at = models.DateTimeField("时间", default=timezone.now, editable=False)
    answered_at = models.DateTimeField("处理时间", null=True, editable=False)

    objects = OfMessageQuerySet.as_manager()

    class Meta:
        verbose_name = "举报"
        verbose_name_plural = "举报"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="message_is_flagged_once_by_each",
                fields=["message", "reader"],
                violation_error_message="您已举报过。",
            )
        ]

    def __str__(self):
        return f"{self.message} {self.get_reason_display()}"


class ModerationAct(models.Model):
    """审核记录: every act with its reason, appended, never edited."""

    class Act(models.TextChoices):
        PUBLISHED = "published", "公开"
        REFUSED = "refused", "不公开"
        HIDDEN = "hidden", "隐藏"
        REDACTED = "redacted", "遮盖"
        APPEALED = "appealed", "申诉"
        UPHELD = "upheld", "申诉成立"
        DISMISSED = "dismissed", "申诉不成立"
        FLAG_DISMISSED = "flag_dismissed", "举报不成立"
        WITHDRAWN = "withdrawn", "本人撤回"
        BLOCKED = "blocked", "停止留言"
        UNBLOCKED = "unblocked", "解除停止留言"

    message = models.ForeignKey(Message, models.CASCADE, related_name="moderation_acts", verbose_name="留言")
    act = models.CharField("做了什么", max_length=16, choices=Act.choices)
    reason = models.CharField("原因", max_length=200, blank=True)
    text_before = models.TextField("原来公开的文字", blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="moderation_acts",
        verbose_name="经办人",
        null=True,
    )
    at = models.DateTimeField("时间", default=timezone.now)

    objects = OfMessageQuerySet.as_manager()

    class Meta:
        verbose_name = "审核记录"
        verbose_name_plural = "审核记录"
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.message} {self.get_act_display()}"


class WatchedWord(models.Model):
    """敏感词: a message with one waits for a look, or is not taken."""

    class Effect(models.TextChoices):
        HOLD = "hold", "先审后发"
        REFUSE = "refuse", "不收"

    word = models.CharField("词", max_length=20, unique=True, error_messages={"unique": "已有这个词。"})
    effect = models.CharField("遇到时", max_length=10, choices=Effect.choices, default=Effect.HOLD)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = "敏感词"
        verbose_name_plural = "敏感词"
        ordering = ["word"]

    def __str__(self):
        return self.word


class Block(models.Model):
    """停止留言 of a phone in a community for a time."""

    community = models.ForeignKey("grids.Community", models.CASCADE, related_name="blocks", verbose_name="社区")
    # What occasioned it: on record there, and the only way to read whose phone it is.
    message = models.ForeignKey(
        Message, models.SET_NULL, related_name="blocks", verbose_name="起因", null=True, editable=False
    )
    phone_index = models.CharField(max_length=64, editable=False)
    reason = models.CharField("原因", max_length=100)
    starts_at = models.DateTimeField("开始", default=timezone.now, editable=False)
    ends_at = models.DateTimeField("到什么时候")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="blocks", verbose_name="经办人", editable=False
    )

    objects = BlockQuerySet.as_manager()

    class Meta:
        verbose_name = "停止留言"
        verbose_name_plural = "停止留言名单"
        ordering = ["-starts_at", "-pk"]
        indexes = [models.Index(fields=["phone_index", "ends_at"], name="block_of_phone")]
        constraints = [
            models.CheckConstraint(
                name="block_ends_after_its_start",
                condition=Q(ends_at__gte=F("starts_at")),
                violation_error_message="结束不能早于开始。",
            )
        ]

    def __str__(self):
        return self.reason

    @property
    def until(self):
        return timezone.localtime(self.ends_at).strftime("%m月%d日 %H:%M")


for model in (MessageTopic, Message, MessagePhoto, Reply, WatchedWord, Block):
    auditlog.register(
        model,
        **({"mask_fields": ["name", "phone"]} if model is Message else {}),
        **({"exclude_fields": ["phone_index"]} if model in (Message, Block) else {}),
    )
