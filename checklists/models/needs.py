from uuid import uuid4

from auditlog.registry import auditlog
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from accounts.models import PhoneValidator
from checklists.models.terms import Urgency
from checklists.querysets import NeedEventQuerySet, NeedPhotoQuerySet, NeedQuerySet
from govern.choices import HALF_DAYS, TargetGroup
from govern.codes import new_code
from govern.fields import BlindIndexField, EncryptedTextField, FlagsField, GramsField, mask_name, mask_phone


def photo_path(photo, filename):
    return f"needs/{uuid4().hex}.jpg"


class Need(models.Model):
    """A resident's need, from the order (点单) to the rating (评单). Its status is written by services.needs alone."""

    class Status(models.TextChoices):
        SUBMITTED = "submitted", "待受理"
        ACCEPTED = "accepted", "待派单"
        REJECTED = "rejected", "不予受理"
        MERGED = "merged", "已合并"
        DISPATCHED = "dispatched", "待接单"
        TAKEN = "taken", "已接单"
        IN_SERVICE = "in_service", "服务中"
        DONE = "done", "已办好"
        RATED = "rated", "已评价"
        CLOSED = "closed", "已办结"
        WITHDRAWN = "withdrawn", "已撤回"
        SUSPENDED = "suspended", "已挂起"
        ESCALATED = "escalated", "已上报"
        REOPENED = "reopened", "再次反映"
        SPLIT = "split", "已拆分"
        HANDED_OFF = "handed_off", "已转外部"

    TRANSITIONS = {
        Status.SUBMITTED: frozenset(
            {
                Status.ACCEPTED,
                Status.REJECTED,
                Status.MERGED,
                Status.WITHDRAWN,
                Status.ESCALATED,
                Status.HANDED_OFF,
            }
        ),
        Status.ACCEPTED: frozenset(
            {
                Status.DISPATCHED,
                Status.IN_SERVICE,
                Status.MERGED,
                Status.WITHDRAWN,
                Status.SUSPENDED,
                Status.ESCALATED,
                Status.REJECTED,
                Status.TAKEN,
                Status.SPLIT,
                Status.HANDED_OFF,
            }
        ),
        Status.REJECTED: frozenset(),
        Status.MERGED: frozenset(),
        Status.DISPATCHED: frozenset({Status.TAKEN, Status.ACCEPTED, Status.WITHDRAWN}),
        Status.TAKEN: frozenset({Status.IN_SERVICE, Status.DONE, Status.ACCEPTED, Status.SUSPENDED, Status.WITHDRAWN}),
        Status.IN_SERVICE: frozenset({Status.DONE, Status.ACCEPTED, Status.SUSPENDED, Status.WITHDRAWN}),
        Status.DONE: frozenset({Status.RATED, Status.REOPENED, Status.CLOSED}),
        Status.RATED: frozenset({Status.CLOSED, Status.REOPENED}),
        Status.CLOSED: frozenset({Status.REOPENED}),
        Status.WITHDRAWN: frozenset(),
        Status.SUSPENDED: frozenset({Status.ACCEPTED, Status.TAKEN, Status.IN_SERVICE, Status.WITHDRAWN}),
        Status.ESCALATED: frozenset(
            {Status.ACCEPTED, Status.REJECTED, Status.DONE, Status.WITHDRAWN, Status.HANDED_OFF}
        ),
        Status.REOPENED: frozenset({Status.ACCEPTED, Status.CLOSED}),
        # Its parts are handled; the last one to end brings it on, or back where none was done.
        Status.SPLIT: frozenset({Status.DONE, Status.ACCEPTED, Status.WITHDRAWN}),
        # In the hands of a body outside the platform, which answers on paper.
        Status.HANDED_OFF: frozenset({Status.DONE, Status.ACCEPTED, Status.WITHDRAWN}),
    }

    class Channel(models.TextChoices):
        WEB = "web", "网页"
        SCAN = "scan", "扫码"
        MATTERS_DESK = "matters_desk", "小事办"
        MOBILE_DESK = "mobile_desk", "移动办公桌"
        RED_VEST = "red_vest", "周二红马甲"
        PHONE = "phone", "电话代办"
        VISIT = "visit", "走访"
        HOTLINE = "hotline", "12345转办"
        WISH_WALL = "wish_wall", "心愿墙"
        GRID = "grid", "网格上报"

    class RaisedBy(models.TextChoices):
        """提出主体: who wants it, however many it serves."""

        RESIDENT = "resident", "居民"
        QUARTER = "quarter", "小区"
        COMMUNITY = "community", "社区"

    class Level(models.IntegerChoices):
        """Whose decision an escalated need waits for."""

        COMMUNITY = 1, "社区"
        STREET = 2, "街道"
        DISTRICT = 3, "区级"

    class Satisfaction(models.TextChoices):
        SATISFIED = "satisfied", "满意"
        MOSTLY = "mostly", "基本满意"
        DISSATISFIED = "dissatisfied", "不满意"

    code = models.CharField("受理编号", max_length=8, unique=True, default=new_code, editable=False)
    status = models.CharField("状态", max_length=20, choices=Status.choices, default=Status.SUBMITTED, editable=False)
    category = models.ForeignKey(
        "checklists.Category",
        models.PROTECT,
        related_name="needs",
        verbose_name="类别",
        limit_choices_to={"parent__isnull": False},
    )
    text = models.TextField("情况说明", max_length=1000)
    answers = models.JSONField("附加问题的回答", default=list, blank=True, editable=False)

    community = models.ForeignKey("grids.Community", models.PROTECT, related_name="needs", verbose_name="社区")
    building = models.ForeignKey(
        "grids.Building", models.PROTECT, related_name="needs", verbose_name="楼栋", null=True, blank=True
    )
    address_detail = EncryptedTextField("详细地址", max_length=120, blank=True, help_text="如：2单元501")

    target_group = models.PositiveSmallIntegerField(
        "服务对象", choices=TargetGroup.choices, default=TargetGroup.RESIDENT
    )
    people_count = models.PositiveSmallIntegerField(
        "服务人数", default=1, validators=[MinValueValidator(1), MaxValueValidator(500)]
    )
    urgency = models.PositiveSmallIntegerField("紧急程度", choices=Urgency.choices, default=Urgency.NORMAL)
    window = FlagsField("方便的时间", flags=HALF_DAYS, default=0, blank=True, help_text="不选表示任何时间。")

    channel = models.CharField("来源渠道", max_length=20, choices=Channel.choices, default=Channel.WEB)
    external_code = models.CharField("转办单号", max_length=40, blank=True, help_text="12345 等平台的工单编号。")
    raised_by = models.CharField("提出主体", max_length=20, choices=RaisedBy.choices, default=RaisedBy.RESIDENT)
    expected_on = models.DateField("期望完成", null=True, blank=True)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="filed_needs",
        verbose_name="代办人",
        null=True,
        blank=True,
        editable=False,
    )
    on_behalf_of = EncryptedTextField("替谁反映", mask=mask_name, max_length=40, blank=True)
    contact_name = EncryptedTextField("联系人", mask=mask_name, max_length=40)
    contact_phone = EncryptedTextField("手机号", mask=mask_phone, max_length=11, validators=[PhoneValidator()])
    contact_phone_index = BlindIndexField(source="contact_phone", db_index=True)
    notice = models.ForeignKey(
        "accounts.PrivacyNotice", models.PROTECT, related_name="needs", verbose_name="同意的隐私告知书", editable=False
    )
    wanted_resource = models.ForeignKey(
        "checklists.Resource",
        models.SET_NULL,
        related_name="orders",
        verbose_name="点单的资源",
        null=True,
        blank=True,
        editable=False,
    )

    submitted_at = models.DateTimeField("提交时间", editable=False)
    respond_by = models.DateTimeField("响应期限", editable=False)
    handle_by = models.DateTimeField("办理期限", editable=False)
    responded_at = models.DateTimeField("响应时间", null=True, editable=False)
    done_at = models.DateTimeField("办好时间", null=True, editable=False)
    closed_at = models.DateTimeField("办结时间", null=True, editable=False)
    suspended_at = models.DateTimeField("挂起时间", null=True, editable=False)
    suspended_until = models.DateField("挂起至", null=True, editable=False)
    reminded_at = models.DateTimeField("提醒时间", null=True, editable=False)

    satisfaction = models.CharField("满意度", max_length=20, choices=Satisfaction.choices, blank=True, editable=False)
    is_solved = models.BooleanField("问题已解决", null=True, editable=False)
    rating_note = models.TextField("评价", max_length=500, blank=True, editable=False)
    rated_at = models.DateTimeField("评价时间", null=True, editable=False)
    reopen_count = models.PositiveSmallIntegerField("再次反映次数", default=0, editable=False)

    level = models.PositiveSmallIntegerField("处置层级", choices=Level.choices, default=Level.COMMUNITY, editable=False)
    is_grabbable = models.BooleanField("开放抢单", default=False, editable=False)
    grab_opened_at = models.DateTimeField("上次开放抢单", null=True, editable=False)
    grab_note = models.CharField("给抢单单位的说明", max_length=200, blank=True, editable=False)
    handed_to = models.CharField("转往单位", max_length=80, blank=True, editable=False)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="sub_needs",
        verbose_name="拆分自",
        null=True,
        blank=True,
        editable=False,
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="merged_needs",
        verbose_name="并入",
        null=True,
        blank=True,
        editable=False,
    )

    receiver = models.ForeignKey(
        "grids.Duty",
        models.SET_NULL,
        related_name="received_needs",
        verbose_name="首接人",
        null=True,
        editable=False,
    )

    # The queue of the matcher: set means somebody has to look; the task only comes sooner than the sweep.
    match_due_at = models.DateTimeField("待匹配", null=True, editable=False)
    matched_at = models.DateTimeField("匹配时间", null=True, editable=False)
    funnel = models.JSONField("未入选原因", default=dict, editable=False)
    grams = GramsField(source="text", verbose_name="检索词")

    objects = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = "需求"
        verbose_name_plural = "需求清单"
        ordering = ["-submitted_at", "-pk"]
        permissions = [
            ("file_need", "代居民登记"),
            ("direct_escalated_need", "处置上报的需求"),
            ("supervise_need", "查看督导看板"),
            ("direct_district_need", "处置上报到区的需求"),
        ]
        indexes = [
            # The heaps of the staff's queue, each a status or a few of one's own communities, by what runs out first.
            models.Index(fields=["community", "status", "handle_by"], name="need_queue_of_community"),
            # The sweeps, which look for statuses and deadlines in all communities.
            models.Index(fields=["status", "handle_by"], name="need_queue"),
            # The list of one community as it is ordered, and its count without the rows. By the day alone a small
            # community among a million needs would be looked for through all of them (1.3 s; with this 0.1 ms).
            models.Index("community", F("submitted_at").desc(), F("id").desc(), name="need_of_community_by_day"),
            # The list of many communities, newest first: of a large share of all needs a page is soon full.
            models.Index(fields=["submitted_at"], name="need_by_day"),
            # What waits for the matcher: few rows, so that the sweep of every minute reads no others.
            models.Index(fields=["match_due_at"], name="need_match_queue", condition=Q(match_due_at__isnull=False)),
            # The same told before: in this building, of this category, lately.
            models.Index(fields=["building", "category", "submitted_at"], name="need_duplicates"),
            # PostgreSQL has one more, need_by_grams, over the two-character pieces of the text: see migration 0008.
            # How rare each community and piece is it learns more exactly than by default: see migration 0013.
        ]
        constraints = [
            models.CheckConstraint(
                name="need_status_is_known",
                condition=Q(
                    status__in=[
                        "submitted",
                        "accepted",
                        "rejected",
                        "merged",
                        "dispatched",
                        "taken",
                        "in_service",
                        "done",
                        "rated",
                        "closed",
                        "withdrawn",
                        "suspended",
                        "escalated",
                        "reopened",
                        "split",
                        "handed_off",
                    ]
                ),
                violation_error_message="未知的需求状态。",
            ),
            models.CheckConstraint(
                name="need_is_merged_into_another",
                condition=Q(status="merged", merged_into__isnull=False) | ~Q(status="merged"),
                violation_error_message="合并的需求要有并入的对象。",
            ),
            models.CheckConstraint(
                name="need_is_reopened_once",
                condition=Q(reopen_count__lte=1),
                violation_error_message="再次反映只能一次。",
            ),
            models.CheckConstraint(
                name="need_handed_off_says_to_whom",
                condition=~Q(status="handed_off") | ~Q(handed_to=""),
                violation_error_message="请写明转往哪个单位。",
            ),
            models.UniqueConstraint(
                name="need_transfer_comes_once",
                fields=["external_code"],
                condition=~Q(external_code=""),
                violation_error_message="这张转办单已经登记过。",
            ),
            models.CheckConstraint(
                name="need_serves_somebody",
                condition=Q(people_count__gte=1),
                violation_error_message="服务人数至少为 1。",
            ),
        ]

    def __str__(self):
        return f"{self.spoken_code} {self.category}"

    @property
    def spoken_code(self):
        """K7M2-9QXD: in two groups, as it is read aloud."""
        return f"{self.code[:4]}-{self.code[4:]}"

    @property
    def summary(self):
        return self.text if len(self.text) <= 24 else self.text[:23] + "…"

    @property
    def place(self):
        return str(self.building) if self.building_id else str(self.community)

    @property
    def next_statuses(self):
        return self.TRANSITIONS[self.Status(self.status)]

    @property
    def is_open(self):
        return self.status in OPEN_STATUSES

    @property
    def deadline(self):
        """What runs out next: the first answer, then the handling; nothing once done, ended or suspended."""
        if self.status == self.Status.SUBMITTED:
            return self.respond_by
        return self.handle_by if self.status in RUNNING_STATUSES else None


# The clock of the handling deadline runs in these.
RUNNING_STATUSES = frozenset(
    {
        Need.Status.SUBMITTED,
        Need.Status.ACCEPTED,
        Need.Status.DISPATCHED,
        Need.Status.TAKEN,
        Need.Status.IN_SERVICE,
        Need.Status.ESCALATED,
        Need.Status.REOPENED,
        Need.Status.SPLIT,
    }
)
OPEN_STATUSES = RUNNING_STATUSES | {Need.Status.SUSPENDED, Need.Status.HANDED_OFF}


class NeedEvent(models.Model):
    """What happened to a need: appended in the transaction of the change, never edited."""

    class Party(models.TextChoices):
        """Who acts without an account."""

        STAFF = "staff", "工作人员"
        RESIDENT = "resident", "居民"
        UNIT = "unit", "单位"
        VOLUNTEER = "volunteer", "志愿者"
        SYSTEM = "system", "系统"

    need = models.ForeignKey(Need, models.CASCADE, related_name="events", verbose_name="需求")
    from_status = models.CharField("原状态", max_length=20, choices=Need.Status.choices, blank=True)
    to_status = models.CharField("新状态", max_length=20, choices=Need.Status.choices)
    party = models.CharField("经办方", max_length=20, choices=Party.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="need_events",
        verbose_name="经办人",
        null=True,
        blank=True,
    )
    note = models.CharField("说明", max_length=500, blank=True)
    is_note_public = models.BooleanField("说明对居民可见", default=False)
    dispatch = models.ForeignKey(
        "checklists.Dispatch", models.PROTECT, related_name="events", verbose_name="派单", null=True, blank=True
    )
    claim = models.ForeignKey(
        "checklists.Claim", models.PROTECT, related_name="events", verbose_name="认领", null=True, blank=True
    )
    at = models.DateTimeField("时间")

    objects = NeedEventQuerySet.as_manager()

    class Meta:
        verbose_name = "办理记录"
        verbose_name_plural = "办理记录"
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.get_to_status_display()} {self.actor or self.get_party_display()}"


class NeedPhoto(models.Model):
    """A picture without its EXIF data, re-encoded; handed out only by views that ask who wants it."""

    class Stage(models.TextChoices):
        REPORTED = "reported", "反映时"
        FINISHED = "finished", "办好后"

    need = models.ForeignKey(Need, models.CASCADE, related_name="photos", verbose_name="需求")
    stage = models.CharField("阶段", max_length=10, choices=Stage.choices, default=Stage.REPORTED)
    image = models.ImageField("照片", upload_to=photo_path)
    added_at = models.DateTimeField("上传时间", auto_now_add=True)

    objects = NeedPhotoQuerySet.as_manager()

    class Meta:
        verbose_name = "照片"
        verbose_name_plural = "照片"
        ordering = ["stage", "pk"]

    def __str__(self):
        return f"{self.get_stage_display()} {self.pk}"


auditlog.register(
    Need,
    mask_fields=["address_detail", "on_behalf_of", "contact_name", "contact_phone"],
    exclude_fields=["contact_phone_index", "grams", "funnel", "match_due_at", "matched_at", "reminded_at"],
)
