from auditlog.registry import auditlog
from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from organizations.querysets import PostQuerySet, ReferenceQuerySet


class Role(models.Model):
    """What somebody is here, and how far that reaches. Shipped by migrations; the safety officer edits them."""

    class Reach(models.TextChoices):
        INSTALLATION = "installation", "整个平台"
        SUBTREE = "subtree", "本组织及下级"
        GRID = "grid", "所在网格"
        UNIT = "unit", "所联络的单位"
        OWN = "own", "本人"

    code = models.SlugField("代码", max_length=30, unique=True)
    name = models.CharField("名称", max_length=30, unique=True)
    reach = models.CharField("管辖范围", max_length=20, choices=Reach.choices)
    is_auditing = models.BooleanField("审计类", default=False, help_text="审计员不得兼任其他角色。")
    permissions = models.ManyToManyField(Permission, related_name="roles", verbose_name="权限", blank=True)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = "角色"
        verbose_name_plural = "角色"
        ordering = ["pk"]

    def __str__(self):
        return self.name


class Post(models.Model):
    """Who works where, as what, from when to when."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="posts", verbose_name="用户")
    role = models.ForeignKey(Role, models.PROTECT, related_name="posts", verbose_name="角色")
    organization = models.ForeignKey(
        "organizations.Organization",
        models.PROTECT,
        related_name="posts",
        verbose_name="党组织",
        null=True,
        blank=True,
        help_text="不选表示整个平台。",
    )
    starts_on = models.DateField("开始日期", default=timezone.localdate)
    ends_on = models.DateField("结束日期", null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = "任职"
        verbose_name_plural = "任职"
        ordering = ["user", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="post_is_held_once_at_a_time",
                fields=["user", "role", "organization"],
                condition=Q(ends_on=None),
                violation_error_message="该用户已在此任同一角色。",
            ),
            models.UniqueConstraint(
                name="post_for_everywhere_is_held_once_at_a_time",
                fields=["user", "role"],
                condition=Q(ends_on=None, organization=None),
                violation_error_message="该用户已任同一角色。",
            ),
            models.CheckConstraint(
                name="post_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message="结束日期不能早于开始日期。",
            ),
        ]

    def __str__(self):
        return f"{self.user} {self.organization or '全平台'} {self.role}"

    def clean(self):
        """No one both administers and audits (GB/T 22239-2019, 8.1.4.2), and a platform role is not a local one."""
        if self.role_id is None or self.user_id is None:
            return
        if self.role.reach == Role.Reach.INSTALLATION and self.organization_id:
            raise ValidationError({"organization": f"{self.role}管理整个平台，这里请留空。"})
        if (
            self.role.reach != Role.Reach.INSTALLATION
            and not self.organization_id
            and self.role.reach != Role.Reach.SUBTREE
        ):
            raise ValidationError({"organization": f"请选择{self.role}所在的党组织。"})
        others = Post.objects.overlapping(self.starts_on, self.ends_on).filter(user=self.user_id).exclude(pk=self.pk)
        if others.exclude(role__is_auditing=self.role.is_auditing).exists():
            raise ValidationError({"role": "审计员不得兼任其他角色。"})


auditlog.register(Role, m2m_fields={"permissions"})
auditlog.register(Post)
