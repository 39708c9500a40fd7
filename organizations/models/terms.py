from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from organizations.models.leadership import LeadershipTerm
from organizations.models.organizations import Organization
from organizations.querysets import CandidacyQuerySet, ElectionEventQuerySet, ElectionQuerySet, TermQuerySet


class Term(models.Model):
    """届: one term of a Party body. It runs from the day it was elected to the day the next one is."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="terms", verbose_name="党组织")
    number = models.PositiveSmallIntegerField("届次")
    starts_on = models.DateField("当选日期")
    years = models.PositiveSmallIntegerField("任期（年）")
    due_on = models.DateField("任期届满", editable=False)
    extended_until = models.DateField("延期到", null=True, blank=True, editable=False)
    extension_reason = models.CharField("延期原因", max_length=200, blank=True, editable=False)
    extension_document = models.CharField("批准延期的文号", max_length=60, blank=True, editable=False)
    ended_on = models.DateField("结束日期", null=True, blank=True, editable=False)

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = "届次"
        verbose_name_plural = "届次"
        ordering = ["organization", "-number"]
        indexes = [models.Index(fields=["ended_on", "due_on"], name="term_that_is_due")]
        constraints = [
            models.UniqueConstraint(
                name="term_number_comes_once",
                fields=["organization", "number"],
                violation_error_message="这个党组织已有这一届。",
            ),
            models.UniqueConstraint(
                name="term_one_runs_at_a_time",
                fields=["organization"],
                condition=Q(ended_on=None),
                violation_error_message="这个党组织已有现任的一届。",
            ),
            models.CheckConstraint(
                name="term_is_due_after_it_starts",
                condition=Q(due_on__gt=F("starts_on")),
                violation_error_message="任期届满要晚于当选日期。",
            ),
            models.CheckConstraint(
                name="term_extension_is_later_and_approved",
                condition=Q(extended_until=None)
                | (Q(extended_until__gt=F("due_on")) & ~Q(extension_reason="") & ~Q(extension_document="")),
                violation_error_message="延期要晚于任期届满，并写明原因和批准文号。",
            ),
        ]

    def __str__(self):
        return f"{self.organization}第{self.number}届"

    @property
    def ends_due(self):
        """The day by which the next election is owed."""
        return self.extended_until or self.due_on


class Election(models.Model):
    """换届选举: prepared, held and counted, reported to the superior body, and confirmed by it."""

    class Status(models.TextChoices):
        PREPARED = "prepared", "筹备中"
        HELD = "held", "已选举"
        REPORTED = "reported", "已报批"
        CONFIRMED = "confirmed", "已批复"
        VOIDED = "voided", "未成立"

    TRANSITIONS = {
        Status.PREPARED: frozenset({Status.HELD, Status.VOIDED}),
        Status.HELD: frozenset({Status.REPORTED, Status.VOIDED}),
        Status.REPORTED: frozenset({Status.CONFIRMED, Status.VOIDED}),
        Status.CONFIRMED: frozenset(),
        Status.VOIDED: frozenset(),
    }

    class Assembly(models.TextChoices):
        MEMBERS = "members", "党员大会"
        DELEGATES = "delegates", "党员代表大会"

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="elections", verbose_name="党组织", editable=False
    )
    status = models.CharField("状态", max_length=20, choices=Status.choices, default=Status.PREPARED, editable=False)
    assembly = models.CharField("选举方式", max_length=20, choices=Assembly.choices, default=Assembly.MEMBERS)
    planned_on = models.DateField("计划选举日期")
    seats = models.PositiveSmallIntegerField("应选委员人数")
    entitled_count = models.PositiveIntegerField("应到会人数", null=True, editable=False)
    present_count = models.PositiveIntegerField("实到会人数", null=True, editable=False)
    held_on = models.DateField("选举日期", null=True, editable=False)
    document = models.CharField("批复文号", max_length=60, blank=True, editable=False)
    confirmed_on = models.DateField("批复日期", null=True, editable=False)

    objects = ElectionQuerySet.as_manager()

    class Meta:
        verbose_name = "换届选举"
        verbose_name_plural = "换届选举"
        ordering = ["-planned_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="election_one_open_per_organization",
                fields=["organization"],
                condition=Q(status__in=["prepared", "held", "reported"]),
                violation_error_message="这个党组织已有一次正在办理的换届。",
            ),
            models.CheckConstraint(
                name="election_status_is_known",
                condition=Q(status__in=["prepared", "held", "reported", "confirmed", "voided"]),
                violation_error_message="未知的换届状态。",
            ),
            models.CheckConstraint(
                name="election_has_a_seat",
                condition=Q(seats__gte=1),
                violation_error_message="应选委员至少 1 人。",
            ),
            models.CheckConstraint(
                name="election_present_are_entitled",
                condition=Q(present_count=None) | Q(present_count__lte=F("entitled_count")),
                violation_error_message="实到会人数不能多于应到会人数。",
            ),
        ]

    def __str__(self):
        return f"{self.organization} {self.planned_on:%Y-%m}换届"

    @property
    def next_statuses(self):
        return self.TRANSITIONS[self.Status(self.status)]


class Candidacy(models.Model):
    """委员候选人: and the votes that were counted. What the elected divide among themselves is `position`."""

    election = models.ForeignKey(Election, models.CASCADE, related_name="candidacies", verbose_name="换届选举")
    name = models.CharField("姓名", max_length=40)
    member = models.ForeignKey(
        "organizations.PartyMember",
        models.SET_NULL,
        related_name="candidacies",
        verbose_name="党员",
        null=True,
        blank=True,
    )
    yes_votes = models.PositiveIntegerField("赞成票", null=True, blank=True)
    position = models.CharField(
        "当选后的职务",
        max_length=20,
        choices=LeadershipTerm.Position.choices,
        blank=True,
        help_text="书记、副书记由委员会选举产生，报上级批准。",
    )

    objects = CandidacyQuerySet.as_manager()

    class Meta:
        verbose_name = "候选人"
        verbose_name_plural = "候选人"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="candidacy_once_per_name",
                fields=["election", "name"],
                violation_error_message="候选人名单里已有这个姓名。",
            ),
            models.UniqueConstraint(
                name="candidacy_one_secretary",
                fields=["election"],
                condition=Q(position="secretary"),
                violation_error_message="书记只能有一名。",
            ),
        ]

    def __str__(self):
        return self.name


class ElectionEvent(models.Model):
    """What happened to an election, appended in the transaction of the change."""

    election = models.ForeignKey(Election, models.CASCADE, related_name="events", verbose_name="换届选举")
    from_status = models.CharField("原状态", max_length=20, choices=Election.Status.choices, blank=True)
    to_status = models.CharField("新状态", max_length=20, choices=Election.Status.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="election_events", verbose_name="经办人", null=True
    )
    note = models.CharField("说明", max_length=300, blank=True)
    at = models.DateTimeField("时间")

    objects = ElectionEventQuerySet.as_manager()

    class Meta:
        verbose_name = "换届经过"
        verbose_name_plural = "换届经过"
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.get_to_status_display()} {self.at:%Y-%m-%d}"


auditlog.register(Term)
auditlog.register(Election)
auditlog.register(Candidacy)
