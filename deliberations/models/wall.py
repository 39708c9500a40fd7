from uuid import uuid4

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from deliberations.querysets import WishQuerySet


def wish_photo_path(wish, filename):
    return f"wishes/{uuid4().hex}.jpg"


class Wish(models.Model):
    """心愿墙 of a 微心愿: what the wall tells of a need, and nothing else of it.

    Whether it waits, was claimed, fulfilled or is done with is the need's own status; here stands only what the wall
    adds: words that name nobody, a number of its community and year, the consent (个人信息保护法 art. 25: to publish,
    apart from the consent to handle; art. 15: withdrawn as easily as given).
    """

    class Consent(models.TextChoices):
        """How the resident said yes."""

        ONLINE = "online", "本人在网上勾选"
        SIGNED = "signed", "当面签字"
        PHONE = "phone", "电话里同意"
        SPOKEN = "spoken", "当面口头同意"

    need = models.OneToOneField("checklists.Need", models.PROTECT, related_name="wish", verbose_name="需求")
    # Whose number it is: a need that moves to another community keeps the number it was hung up with.
    numbered_in = models.ForeignKey(
        "grids.Community",
        models.PROTECT,
        related_name="numbered_wishes",
        verbose_name="编号的社区",
        null=True,
        editable=False,
    )
    words = models.CharField("墙上的话", max_length=120, blank=True, help_text="不写姓名、电话和门牌。")
    year = models.PositiveSmallIntegerField("年份", null=True, editable=False)
    number = models.PositiveIntegerField("编号", null=True, editable=False)
    consent = models.CharField("怎么同意的", max_length=10, choices=Consent.choices, default=Consent.SIGNED)
    agreed_at = models.DateTimeField("同意上墙", default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField("撤回同意", null=True, editable=False)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="verified_wishes",
        verbose_name="核实人",
        null=True,
        editable=False,
    )
    verified_at = models.DateTimeField("核实时间", null=True, editable=False)
    published_at = models.DateTimeField("上墙时间", null=True, editable=False)
    taken_down_at = models.DateTimeField("撤下时间", null=True, editable=False)
    taken_down_reason = models.CharField("撤下原因", max_length=100, blank=True, editable=False)
    thanks = models.CharField("感谢的话", max_length=200, blank=True)
    photo = models.ImageField("公开的照片", upload_to=wish_photo_path, blank=True)
    has_photo_consent = models.BooleanField("同意公开照片", default=False)

    objects = WishQuerySet.as_manager()

    class Meta:
        verbose_name = "心愿"
        verbose_name_plural = "心愿墙"
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="wish_number_once_a_year",
                fields=["numbered_in", "year", "number"],
                violation_error_message="这个编号已经用过。",
            ),
            models.CheckConstraint(
                name="wish_is_verified_and_numbered_before_it_is_published",
                condition=Q(published_at=None)
                | Q(verified_at__isnull=False, numbered_in__isnull=False, year__isnull=False, number__isnull=False)
                & ~Q(words=""),
                violation_error_message="心愿要先核实、写好墙上的话，才能上墙。",
            ),
            models.CheckConstraint(
                name="wish_leaves_the_wall_with_its_consent",
                condition=Q(withdrawn_at=None) | Q(taken_down_at__isnull=False),
                violation_error_message="撤回同意的心愿要撤下。",
            ),
            models.CheckConstraint(
                name="wish_photo_is_public_by_consent",
                condition=Q(photo="") | Q(has_photo_consent=True),
                violation_error_message="居民同意公开，才能放照片。",
            ),
        ]

    def __str__(self):
        return self.words or f"{self.need}"

    @property
    def label(self):
        """2026-007, as it stands on the card; "" before the first publication."""
        return f"{self.year}-{self.number:03}" if self.number else ""

    @property
    def is_published(self):
        return self.published_at is not None and self.taken_down_at is None


auditlog.register(Wish)
