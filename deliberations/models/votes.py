from uuid import uuid4

from auditlog.registry import auditlog
from django.db import models
from django.db.models import F, Q

from deliberations.querysets import OfVoteQuerySet, VoteQuerySet
from govern.fields import EncryptedTextField


class Vote(models.Model):
    """表决 of one question: hands that a teller counts, or ballots with one-time codes, which are secret."""

    class Way(models.TextChoices):
        HANDS = "hands", "举手表决"
        BALLOT = "ballot", "无记名投票"

    hearing = models.ForeignKey("deliberations.Hearing", models.CASCADE, related_name="votes", verbose_name="会议")
    question = models.CharField("表决事项", max_length=200)
    way = models.CharField("方式", max_length=10, choices=Way.choices)
    entitled_count = models.PositiveSmallIntegerField("应到", null=True, editable=False)
    present_count = models.PositiveSmallIntegerField("实到", null=True, editable=False)
    opened_at = models.DateTimeField("开始", null=True, editable=False)
    closed_at = models.DateTimeField("结束", null=True, editable=False)
    # What the teller counted; of ballots what the ballots say when it is closed.
    for_count = models.PositiveSmallIntegerField("同意", null=True, editable=False)
    against_count = models.PositiveSmallIntegerField("反对", null=True, editable=False)
    abstained_count = models.PositiveSmallIntegerField("弃权", null=True, editable=False)
    void_count = models.PositiveSmallIntegerField("无效", null=True, editable=False)
    teller = models.CharField("计票人", max_length=40, blank=True)
    # Of all ballots with their receipts, sorted, as they stood when it was closed: a recount shows whether one changed.
    digest = models.CharField(max_length=64, blank=True, editable=False)
    is_passed = models.BooleanField("通过", null=True, editable=False)

    objects = VoteQuerySet.as_manager()

    class Meta:
        verbose_name = "表决"
        verbose_name_plural = "表决"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="vote_counts_no_more_than_present",
                condition=Q(closed_at=None)
                | Q(
                    present_count__gte=F("for_count") + F("against_count") + F("abstained_count") + F("void_count"),
                ),
                violation_error_message="票数不能多于实到人数。",
            )
        ]

    def __str__(self):
        return self.question

    @property
    def is_open(self):
        return self.opened_at is not None and self.closed_at is None

    @property
    def is_secret(self):
        return self.way == self.Way.BALLOT

    @property
    def counts(self):
        """{choice: how many} once it is closed, "none" for those present who did not vote; {} before."""
        if self.closed_at is None:
            return {}
        found = {
            "for": self.for_count,
            "against": self.against_count,
            "abstain": self.abstained_count,
            "void": self.void_count,
        }
        return {**found, "none": self.present_count - sum(found.values())}


class BallotCode(models.Model):
    """A one-time code given to one entitled person who is present. That it was used is known; for what is not.

    Codes and ballots share no key, no time and no order: a ballot's key is random and neither row says when.
    """

    vote = models.ForeignKey(Vote, models.CASCADE, related_name="codes", verbose_name="表决")
    attendee = models.ForeignKey(
        "deliberations.Attendee", models.CASCADE, related_name="ballot_codes", verbose_name="给了谁"
    )
    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    is_used = models.BooleanField("已用", default=False, editable=False)

    objects = OfVoteQuerySet.as_manager()

    class Meta:
        verbose_name = "选票码"
        verbose_name_plural = "选票码"
        constraints = [
            models.UniqueConstraint(
                name="ballot_code_once_per_person",
                fields=["vote", "attendee"],
                violation_error_message="这个人已经领过选票。",
            )
        ]

    def __str__(self):
        return f"{self.vote} 选票码"


class Ballot(models.Model):
    """A vote cast. `receipt_hash` lets the voter, and nobody else, see that it was counted.

    The choice stands sealed: neither a copy of the database nor its log of changes shows the state of a vote that runs.
    Which receipt stands beside which choice means nothing: they are dealt anew with every ballot
    (services.hearings.ballots).
    """

    class Choice(models.TextChoices):
        FOR = "for", "同意"
        AGAINST = "against", "反对"
        ABSTAIN = "abstain", "弃权"
        VOID = "void", "无效"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    vote = models.ForeignKey(Vote, models.CASCADE, related_name="ballots", verbose_name="表决")
    choice = EncryptedTextField("选择", max_length=10, choices=Choice.choices)
    receipt_hash = models.CharField(max_length=64, unique=True, editable=False)

    objects = OfVoteQuerySet.as_manager()

    class Meta:
        verbose_name = "选票"
        verbose_name_plural = "选票"
        ordering = ["pk"]  # random

    def __str__(self):
        return self.get_choice_display()


auditlog.register(Vote)
