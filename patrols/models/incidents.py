from math import ceil
from uuid import uuid4

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from checklists.models.needs import new_code
from patrols.querysets import (
    ArrivalQuerySet,
    IncidentEventQuerySet,
    IncidentPhotoQuerySet,
    IncidentQuerySet,
    WhistleQuerySet,
)


def incident_photo_path(photo, filename):
    return f"incidents/{uuid4().hex}.jpg"


class Incident(models.Model):
    """巡查事件, from 上报 to 结案 (the workflow of CJJ/T 106). Its status is written by services.incidents alone."""

    class Status(models.TextChoices):
        REPORTED = "reported", "待受理"
        ACCEPTED = "accepted", "待派遣"
        RETURNED = "returned", "不予受理"
        ASSIGNED = "assigned", "处置中"
        HANDLED = "handled", "待核查"
        CLOSED = "closed", "已结案"
        SUSPENDED = "suspended", "已挂起"
        ESCALATED = "escalated", "已上报"
        MERGED = "merged", "已合并"

    TRANSITIONS = {
        Status.REPORTED: frozenset({Status.ACCEPTED, Status.RETURNED, Status.MERGED}),
        Status.ACCEPTED: frozenset(
            {Status.ASSIGNED, Status.ESCALATED, Status.SUSPENDED, Status.MERGED, Status.RETURNED}
        ),
        Status.RETURNED: frozenset(),
        # Handed back by whoever was to handle it, it waits for somebody else.
        Status.ASSIGNED: frozenset({Status.HANDLED, Status.ACCEPTED, Status.SUSPENDED, Status.ESCALATED}),
        # Checked: passed, or to be done again.
        Status.HANDLED: frozenset({Status.CLOSED, Status.ASSIGNED}),
        Status.CLOSED: frozenset(),
        Status.SUSPENDED: frozenset({Status.ACCEPTED, Status.ASSIGNED}),
        Status.ESCALATED: frozenset({Status.ACCEPTED, Status.ASSIGNED}),
        Status.MERGED: frozenset(),
    }

    class Source(models.TextChoices):
        PATROL = "patrol", "网格巡查"
        VISIT = "visit", "入户走访"
        RED_VEST = "red_vest", "周二红马甲"
        RESIDENT = "resident", "居民反映"
        HOTLINE = "hotline", "12345转办"
        SUPERIOR = "superior", "上级交办"

    class Level(models.IntegerChoices):
        """Whose decision it waits for."""

        COMMUNITY = 1, "社区"
        STREET = 2, "街道"
        DISTRICT = 3, "区级"

    code = models.CharField("事件编号", max_length=8, unique=True, default=new_code, editable=False)
    status = models.CharField("状态", max_length=20, choices=Status.choices, default=Status.REPORTED, editable=False)
    matter = models.ForeignKey(
        "patrols.Matter",
        models.PROTECT,
        related_name="incidents",
        verbose_name="事项类别",
        limit_choices_to={"parent__isnull": False},
    )
    text = models.TextField("情况", max_length=1000)
    community = models.ForeignKey("grids.Community", models.PROTECT, related_name="incidents", verbose_name="社区")
    grid = models.ForeignKey(
        "grids.Grid", models.PROTECT, related_name="incidents", verbose_name="网格", null=True, blank=True
    )
    building = models.ForeignKey(
        "grids.Building", models.PROTECT, related_name="incidents", verbose_name="楼栋", null=True, blank=True
    )
    place = models.CharField("位置说明", max_length=120, blank=True, help_text="如：3栋2单元门口。")
    longitude = models.FloatField("经度", null=True, blank=True)
    latitude = models.FloatField("纬度", null=True, blank=True)
    source = models.CharField("来源", max_length=20, choices=Source.choices, default=Source.PATROL)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="incidents", verbose_name="上报人", editable=False
    )
    client_key = models.UUIDField(
        "手机上的编号", default=uuid4, unique=True, editable=False
    )  # the same report sent twice, when the signal came back, is one row
    noticed_at = models.DateTimeField("发现时间")
    reported_at = models.DateTimeField("上报时间", editable=False)
    is_solved_on_spot = models.BooleanField("当场解决", default=False, editable=False)
    level = models.PositiveSmallIntegerField("处置层级", choices=Level.choices, default=Level.COMMUNITY, editable=False)

    receiver = models.ForeignKey(
        "grids.Duty",
        models.SET_NULL,
        related_name="received_incidents",
        verbose_name="首接人",
        null=True,
        editable=False,
    )
    handler = models.ForeignKey(
        "grids.Duty",
        models.SET_NULL,
        related_name="handled_incidents",
        verbose_name="处置人",
        null=True,
        editable=False,
    )
    department = models.CharField("处置部门", max_length=60, blank=True, editable=False)
    accept_by = models.DateTimeField("受理期限", editable=False)
    handle_by = models.DateTimeField("处置期限", null=True, editable=False)
    check_by = models.DateTimeField("核查期限", null=True, editable=False)
    accepted_at = models.DateTimeField("受理时间", null=True, editable=False)
    assigned_at = models.DateTimeField("派遣时间", null=True, editable=False)
    handled_at = models.DateTimeField("处置完成时间", null=True, editable=False)
    closed_at = models.DateTimeField("结案时间", null=True, editable=False)
    suspended_at = models.DateTimeField("挂起时间", null=True, editable=False)
    suspended_until = models.DateField("挂起至", null=True, editable=False)
    reminded_at = models.DateTimeField("提醒时间", null=True, editable=False)
    rework_count = models.PositiveSmallIntegerField("返工次数", default=0, editable=False)
    result = models.TextField("处置结果", max_length=1000, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="merged_incidents",
        verbose_name="并入",
        null=True,
        editable=False,
    )

    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = "巡查事件"
        verbose_name_plural = "巡查事件"
        ordering = ["-reported_at", "-pk"]
        permissions = [
            ("dispatch_incident", "受理、派遣和核查事件"),
            ("direct_incident", "处置上报到街道的事件"),
            ("direct_district_incident", "处置上报到区的事件"),
        ]
        indexes = [
            models.Index("community", F("reported_at").desc(), F("id").desc(), name="incident_of_community_by_day"),
            models.Index(fields=["community", "status", "handle_by"], name="incident_queue_of_community"),
            models.Index(fields=["grid", "status", "handle_by"], name="incident_queue_of_grid"),
            models.Index(fields=["status", "handle_by"], name="incident_queue"),
            models.Index(fields=["reporter", "reported_at"], name="incident_of_reporter"),
            models.Index(fields=["reported_at"], name="incident_by_day"),
        ]
        constraints = [
            models.CheckConstraint(
                name="incident_status_is_known",
                condition=Q(
                    status__in=[
                        "reported",
                        "accepted",
                        "returned",
                        "assigned",
                        "handled",
                        "closed",
                        "suspended",
                        "escalated",
                        "merged",
                    ]
                ),
                violation_error_message="未知的事件状态。",
            ),
            models.CheckConstraint(
                name="incident_is_merged_into_another",
                condition=Q(status="merged", merged_into__isnull=False) | ~Q(status="merged"),
                violation_error_message="合并的事件要有并入的对象。",
            ),
            models.CheckConstraint(
                name="incident_assigned_has_a_deadline",
                condition=~Q(status="assigned") | Q(handle_by__isnull=False),
                violation_error_message="派遣时要有处置期限。",
            ),
            models.CheckConstraint(
                name="incident_closed_says_when",
                condition=~Q(status="closed") | Q(closed_at__isnull=False),
                violation_error_message="结案要有时间。",
            ),
        ]

    def __str__(self):
        return f"{self.spoken_code} {self.matter}"

    @property
    def spoken_code(self):
        return f"{self.code[:4]}-{self.code[4:]}"

    @property
    def summary(self):
        return self.text if len(self.text) <= 24 else self.text[:23] + "…"

    @property
    def spot(self):
        """Where it is, in words."""
        return " ".join(str(part) for part in (self.building or self.community, self.place) if part)

    @property
    def next_statuses(self):
        return self.TRANSITIONS[self.Status(self.status)]

    @property
    def is_open(self):
        return self.status in OPEN_STATUSES

    @property
    def deadline(self):
        """What runs out next; nothing once closed or suspended."""
        match self.status:
            case self.Status.REPORTED:
                return self.accept_by
            case self.Status.HANDLED:
                return self.check_by
            case self.Status.ACCEPTED | self.Status.ASSIGNED | self.Status.ESCALATED:
                return self.handle_by or self.accept_by
        return None


RUNNING_STATUSES = frozenset(
    {
        Incident.Status.REPORTED,
        Incident.Status.ACCEPTED,
        Incident.Status.ASSIGNED,
        Incident.Status.HANDLED,
        Incident.Status.ESCALATED,
    }
)
OPEN_STATUSES = RUNNING_STATUSES | {Incident.Status.SUSPENDED}


class IncidentEvent(models.Model):
    """What happened to an incident: appended in the transaction of the change, never edited."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="events", verbose_name="事件")
    from_status = models.CharField("原状态", max_length=20, choices=Incident.Status.choices, blank=True)
    to_status = models.CharField("新状态", max_length=20, choices=Incident.Status.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="incident_events",
        verbose_name="经办人",
        null=True,
        blank=True,
    )
    note = models.CharField("说明", max_length=500, blank=True)
    at = models.DateTimeField("时间")

    objects = IncidentEventQuerySet.as_manager()

    class Meta:
        verbose_name = "处置记录"
        verbose_name_plural = "处置记录"
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.get_to_status_display()} {self.actor or '系统'}"


class IncidentPhoto(models.Model):
    """A picture without its EXIF data, re-encoded; handed out only by views that ask who wants it."""

    class Stage(models.TextChoices):
        REPORTED = "reported", "上报"
        HANDLED = "handled", "处置后"

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="photos", verbose_name="事件")
    stage = models.CharField("阶段", max_length=20, choices=Stage.choices, default=Stage.REPORTED)
    image = models.ImageField("照片", upload_to=incident_photo_path)

    objects = IncidentPhotoQuerySet.as_manager()

    class Meta:
        verbose_name = "事件照片"
        verbose_name_plural = "事件照片"
        ordering = ["pk"]

    def __str__(self):
        return f"{self.incident.spoken_code} {self.get_stage_display()}"


class Whistle(models.Model):
    """吹哨: a street or a community calls departments to the place, which must 报到 in time (街乡吹哨、部门报到)."""

    class Reason(models.TextChoices):
        SALIENT = "salient", "本级解决不了的难题"
        ENFORCEMENT = "enforcement", "综合执法"
        EMERGENCY = "emergency", "应急处置"

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="whistles", verbose_name="事件")
    level = models.PositiveSmallIntegerField("吹哨到", choices=Incident.Level.choices)
    reason = models.CharField("类型", max_length=20, choices=Reason.choices)
    note = models.CharField("要部门做什么", max_length=300)
    called_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="whistles", verbose_name="吹哨人"
    )
    called_at = models.DateTimeField("吹哨时间")
    report_by = models.DateTimeField("报到期限")
    ended_at = models.DateTimeField("解除时间", null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="ended_whistles", verbose_name="解除人", null=True
    )
    outcome = models.CharField("处置情况", max_length=300, blank=True)

    objects = WhistleQuerySet.as_manager()

    class Meta:
        verbose_name = "吹哨"
        verbose_name_plural = "吹哨报到"
        ordering = ["-called_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="whistle_one_open_per_incident",
                fields=["incident"],
                condition=Q(ended_at=None),
                violation_error_message="这件事正在吹哨，请先解除。",
            )
        ]

    def __str__(self):
        return f"{self.get_reason_display()} {timezone.localtime(self.called_at):%Y-%m-%d %H:%M}"

    @property
    def is_open(self):
        return self.ended_at is None

    @property
    def allowed_minutes(self):
        return minutes_between(self.called_at, self.report_by)


class Arrival(models.Model):
    """报到 of one department that a whistle called."""

    whistle = models.ForeignKey(Whistle, models.CASCADE, related_name="arrivals", verbose_name="吹哨")
    department = models.CharField("部门", max_length=60)
    arrived_at = models.DateTimeField("报到时间", null=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="entered_arrivals", verbose_name="登记人", null=True
    )
    note = models.CharField("说明", max_length=200, blank=True)

    objects = ArrivalQuerySet.as_manager()

    class Meta:
        verbose_name = "部门报到"
        verbose_name_plural = "部门报到"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="arrival_department_is_called_once",
                fields=["whistle", "department"],
                violation_error_message="这个部门已在名单里。",
            )
        ]

    def __str__(self):
        return self.department

    @property
    def minutes(self):
        """From the whistle to the arrival; None while nobody has come."""
        return None if self.arrived_at is None else minutes_between(self.whistle.called_at, self.arrived_at)

    @property
    def is_late(self):
        """Came after the limit, or has not come though it is past (until the whistle ended, where it did)."""
        return (self.arrived_at or self.whistle.ended_at or timezone.now()) > self.whistle.report_by


def minutes_between(start, end):
    """Whole minutes, as begun: 30 minutes and a second are 31, since the limit is over."""
    return ceil((end - start).total_seconds() / 60)


for model in (Incident, Whistle, Arrival):
    auditlog.register(model)
