from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Q

from deliberations.models.attendees import Attendee
from deliberations.models.hearings import Hearing
from deliberations.querysets import OfHearingQuerySet, OutcomeQuerySet


class Opinion(models.Model):
    """意见: each is answered with 采纳 or 未采纳 and why; a hearing is not published before."""

    class Answer(models.TextChoices):
        ADOPTED = "adopted", "采纳"
        PARTLY = "partly", "部分采纳"
        REFUSED = "refused", "未采纳"

    hearing = models.ForeignKey(Hearing, models.CASCADE, related_name="opinions", verbose_name="会议")
    attendee = models.ForeignKey(
        Attendee, models.SET_NULL, related_name="opinions", verbose_name="谁提的", null=True, blank=True
    )
    text = models.CharField("意见", max_length=300)
    answer = models.CharField("答复", max_length=10, choices=Answer.choices, blank=True)
    reason = models.CharField("理由", max_length=300, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, editable=False)

    objects = OfHearingQuerySet.as_manager()

    class Meta:
        verbose_name = "意见"
        verbose_name_plural = "意见"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="opinion_answered_says_why",
                condition=Q(answer="") | ~Q(reason=""),
                violation_error_message="请写明采纳或不采纳的理由。",
            )
        ]

    def __str__(self):
        return self.text[:24]


class Outcome(models.Model):
    """决议事项 with who does it by when, followed to its end in public."""

    class Status(models.TextChoices):
        OPEN = "open", "落实中"
        DONE = "done", "已落实"
        DROPPED = "dropped", "不再落实"

    TRANSITIONS = {
        Status.OPEN: frozenset({Status.DONE, Status.DROPPED}),
        Status.DONE: frozenset(),
        Status.DROPPED: frozenset(),
    }

    hearing = models.ForeignKey(Hearing, models.CASCADE, related_name="outcomes", verbose_name="会议")
    text = models.CharField("决议事项", max_length=300)
    owner = models.CharField("谁来落实", max_length=60)
    due_on = models.DateField("完成时限")
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.OPEN, editable=False)
    progress = models.CharField("进展", max_length=300, blank=True)
    closed_on = models.DateField("办结日期", null=True, editable=False)

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        verbose_name = "决议事项"
        verbose_name_plural = "决议事项"
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="outcome_status_is_known",
                condition=Q(status__in=["open", "done", "dropped"]),
                violation_error_message="未知的落实状态。",
            )
        ]

    def __str__(self):
        return self.text[:24]


class OutcomeEvent(models.Model):
    outcome = models.ForeignKey(Outcome, models.CASCADE, related_name="events", verbose_name="决议事项")
    from_status = models.CharField("原状态", max_length=10, choices=Outcome.Status.choices, blank=True)
    to_status = models.CharField("新状态", max_length=10, choices=Outcome.Status.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="outcome_events", verbose_name="经办人", null=True
    )
    note = models.CharField("说明", max_length=300, blank=True)
    at = models.DateTimeField("时间")

    objects = OfHearingQuerySet.as_manager()

    class Meta:
        verbose_name = "落实经过"
        verbose_name_plural = "落实经过"
        ordering = ["at", "pk"]

    def __str__(self):
        return self.get_to_status_display()


for model in (Opinion, Outcome):
    auditlog.register(model)
