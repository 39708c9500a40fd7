"""无记名投票. Who voted is known, for a person votes once; for what is known to nobody.

What keeps it so: one transaction marks the code, touches all codes and writes all ballots of the vote anew, in shuffled
order and under fresh keys, with choices and receipts dealt apart; choices lie encrypted; nothing else is written on
that request. So no key, order, time or transaction number of a row leads from a code or a receipt to a choice. What no
software takes away: of a unanimous vote everybody's choice is known.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass
from random import SystemRandom

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone

from deliberations import ballot_codes
from deliberations.models import Ballot, BallotCode, Hearing, Vote
from deliberations.services.hearings.quorum import lock, note
from deliberations.services.hearings.votes import finish, locked
from govern.codes import new_code
from govern.fields import blind_index

OPENED = Hearing.Status.OPENED
Choice = Ballot.Choice
USED = "这个选票码已经投过票了，一个码只能投一次。不是您投的，请马上告诉工作人员。"
UNKNOWN = "没有这个选票码，请对着纸条再看一遍。"
OTHER = "这个选票码不是这项表决的，请用这次发给您的。"


def code_hash(code):
    return blind_index(f"ballot code {code}")


def receipt_hash(receipt):
    return blind_index(f"ballot receipt {receipt}")


# --- Codes ------------------------------------------------------------------------------------------------------------
def without_code(vote):
    """The entitled who were there when the vote was opened and have no code yet. Latecomers were not counted."""
    there = vote.hearing.attendees.filter(is_entitled=True, signed_in_at__lte=vote.opened_at)
    return there.exclude(ballot_codes__vote=vote)


@transaction.atomic
def issue_codes(vote, *, actor, at=None):
    """[(attendee, code)] for each who has none yet. The codes are in the answer and nowhere else."""
    vote = _open_ballot(vote, actor)
    drawn = [(attendee, ballot_codes.draw()) for attendee in without_code(vote).order_by("pk")]
    BallotCode.objects.bulk_create(
        BallotCode(vote=vote, attendee=attendee, code_hash=code_hash(code)) for attendee, code in drawn
    )
    if drawn:
        note(vote.hearing, f"发放选票码 {len(drawn)} 张", actor=actor, at=at or timezone.now())
    return drawn


@transaction.atomic
def issue_code(vote, attendee, *, actor=None, at=None):
    """A new code for one person, who has none or has not used it: the one before is void from now on.

    ValidationError (`used`) for whoever has voted. With `actor` None by the task that sends it to their phone.
    """
    vote = _open_ballot(vote, actor)
    there = vote.hearing.attendees.filter(is_entitled=True, signed_in_at__lte=vote.opened_at)
    if not there.filter(pk=attendee.pk).exists():
        raise _beside("attendee", "absent", "表决开始时这个人没有签到，或没有表决权。")
    code = ballot_codes.draw()
    row, is_new = BallotCode.objects.get_or_create(
        vote=vote, attendee=attendee, defaults={"code_hash": code_hash(code)}
    )
    if row.is_used:
        raise _beside("attendee", "used", "这个人已经投过票，不能再发选票码。")
    if not is_new:
        row.code_hash = code_hash(code)
        row.save(update_fields=["code_hash"])
        if actor:
            note(vote.hearing, "换发选票码 1 张", actor=actor, at=at or timezone.now())
    return code


def _open_ballot(vote, actor):
    if actor is not None:
        lock(vote.hearing, actor, OPENED)
    vote = locked(vote)
    if not (vote.is_secret and vote.is_open):
        raise ValidationError("这项表决没有在投票，不能发选票码。", code="status")
    return vote


# --- A ballot ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def cast_ballot(code, choice, *, vote=None, at=None):
    """Cast it; the receipt, which says that it was counted and never what.

    ValidationError beside `code`: unknown, `used`, or of another vote than the one on the page; `closed`.
    """
    if choice not in Choice.values:
        raise _beside("choice", "invalid", "请选一项。")
    known = BallotCode.objects.filter(code_hash=code_hash(code)).first()
    if known is None:
        raise _beside("code", "unknown", UNKNOWN)
    row = Vote.objects.select_for_update().get(pk=known.vote_id)
    known.refresh_from_db()
    if vote is not None and vote.pk != row.pk:
        raise _beside("code", "other", OTHER)
    if known.is_used:
        raise _beside("code", "used", USED)
    if not row.is_open:
        raise ValidationError("这项表决已经结束，不能再投。", code="closed")
    receipt = new_code()
    # One statement for all codes of the vote: each gets the same transaction number, and they keep their order.
    row.codes.update(is_used=Case(When(pk=known.pk, then=Value(True)), default=F("is_used")))
    _deal_anew(row, choice, receipt_hash(receipt))
    return receipt


def _beside(field, code, words):
    return ValidationError({field: ValidationError(words, code=code)})


def _deal_anew(vote, choice, receipt):
    """All ballots of the vote written again with the new one among them; no receipt stays beside its choice."""
    cast = list(vote.ballots.values_list("choice", "receipt_hash"))
    choices, receipts = [choice, *(each for each, _ in cast)], [receipt, *(each for _, each in cast)]
    SystemRandom().shuffle(choices)
    SystemRandom().shuffle(receipts)
    vote.ballots.all().delete()
    Ballot.objects.bulk_create(
        Ballot(vote=vote, choice=each, receipt_hash=receipt) for each, receipt in zip(choices, receipts, strict=True)
    )


# --- Counting ---------------------------------------------------------------------------------------------------------
def turnout(vote):
    """(codes given out, ballots cast): all that is told while the vote runs."""
    return vote.codes.count(), vote.codes.filter(is_used=True).count()


@transaction.atomic
def close_ballot(vote, *, teller, actor, at=None):
    """计票: the ballots are opened and counted, under the eyes of the named `teller`. Closed already: as it stands."""
    hearing = lock(vote.hearing, actor, OPENED)
    vote = locked(vote)
    if not vote.is_secret:
        raise ValidationError("举手表决由计票人填写票数。", code="way")
    if vote.closed_at:
        return vote
    counts, digest = tally(vote)
    return finish(
        hearing,
        vote,
        teller=teller,
        actor=actor,
        at=at,
        digest=digest,
        for_count=counts[Choice.FOR],
        against_count=counts[Choice.AGAINST],
        abstained_count=counts[Choice.ABSTAIN],
        void_count=counts[Choice.VOID],
    )


def tally(vote):
    """(Counter of choices, digest of all ballots as they lie there)."""
    cast = sorted(vote.ballots.values_list("choice", "receipt_hash"))
    lines = "\n".join(f"{choice} {receipt}" for choice, receipt in cast)
    keyed = blind_index(f"ballots {vote.pk} {hashlib.sha256(lines.encode()).hexdigest()}")
    return Counter(choice for choice, _ in cast), keyed


@dataclass(frozen=True)
class Recount:
    counts: dict
    codes_used: int
    is_same: bool  # the same figures, the same ballots, as many as codes were used


def recount(vote):
    """复核 of a closed one: whether a ballot was added, taken away or changed since."""
    counts, digest = tally(vote)
    found = {choice.value: counts[choice] for choice in Choice}
    told = {name: count for name, count in vote.counts.items() if name in found}
    used = turnout(vote)[1]
    return Recount(found, used, is_same=found == told and digest == vote.digest and sum(found.values()) == used)


def check_receipt(vote, receipt):
    """Whether a ballot with this receipt is among those of the vote; never which."""
    return vote.ballots.filter(receipt_hash=receipt_hash(receipt)).exists()
