"""表决 of one question: put, opened above the quorum with its counts frozen, counted. `at` is the clock (now)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from deliberations.models import Hearing, Vote
from deliberations.quorum import passes
from deliberations.services.hearings.quorum import lock, note, pass_percent_of, quorum_of

OPENED = Hearing.Status.OPENED
CLOSED_ALREADY = "这项表决已经计完票，您看到的是旧页面，请刷新。"


@transaction.atomic
def put_vote(hearing, *, question, way, actor, at=None):
    """A question to be voted on, before or at the meeting. The same one again, not opened yet, is that one."""
    hearing = lock(hearing, actor, Hearing.Status.DRAFTED, Hearing.Status.ANNOUNCED, OPENED)
    vote = Vote(hearing=hearing, question=question.strip(), way=way)
    vote.full_clean(exclude=["hearing"])
    same = hearing.votes.filter(question=vote.question, way=way, opened_at=None).first()
    if same is None:
        vote.save()
    return same or vote


@transaction.atomic
def drop_vote(vote, *, actor):
    """A question that was put wrongly, while nobody was asked it."""
    lock(vote.hearing, actor, Hearing.Status.DRAFTED, Hearing.Status.ANNOUNCED, OPENED)
    vote = Vote.objects.select_for_update().filter(pk=vote.pk).first()
    if vote is not None and vote.opened_at:
        raise ValidationError("这项表决已经开始，不能删。", code="opened")
    if vote is not None:
        vote.delete()


@transaction.atomic
def open_vote(vote, *, actor, at=None):
    """应到 and 实到 are frozen here. ValidationError (`quorum`) below it, (`voting`) while another one is open."""
    at = at or timezone.now()
    hearing = lock(vote.hearing, actor, OPENED)
    vote = locked(vote)
    if vote.opened_at:
        return vote
    if hearing.votes.open().exists():
        raise ValidationError("另一项表决还没有结束，一次只表决一项。", code="voting")
    quorum = quorum_of(hearing)
    if not quorum.is_met:
        raise ValidationError(f"不能表决：{quorum.words}。", code="quorum")
    vote.entitled_count, vote.present_count, vote.opened_at = quorum.entitled, quorum.present, at
    vote.save(update_fields=["entitled_count", "present_count", "opened_at"])
    note(hearing, f"开始表决：{vote.question}；{quorum.words}", actor=actor, at=at)
    return vote


@transaction.atomic
def close_vote(vote, *, for_count, against_count, abstained_count, teller, actor, at=None):
    """举手表决, as the named `teller` counted it.

    ValidationError: more hands than people (`sum`), no teller, or counted already with other figures (`closed`): of two
    tellers the second one is told.
    """
    hearing = lock(vote.hearing, actor, OPENED)
    vote = locked(vote)
    counted = {"for_count": for_count, "against_count": against_count, "abstained_count": abstained_count}
    if vote.closed_at and counted == {name: getattr(vote, name) for name in counted} and not vote.is_secret:
        return vote
    if vote.is_secret:
        raise ValidationError("无记名投票由系统计票。", code="way")
    if sum(counted.values()) > (vote.present_count or 0) and vote.is_open:
        words = f"三项加起来是 {sum(counted.values())}，多于实到的 {vote.present_count} 人，请重新数一遍。"
        raise ValidationError(words, code="sum")
    return finish(hearing, vote, teller=teller, actor=actor, at=at, **counted)


def locked(vote):
    """Locks its row after its hearing's: ballots wait for it, and it for them."""
    vote = Vote.objects.select_for_update(of=("self",)).select_related("hearing").get(pk=vote.pk)
    return vote


def finish(hearing, vote, *, teller, actor, at=None, void_count=0, digest="", **counted):
    """Write the result of the locked `vote`: passed by strictly more than the set share of those present."""
    at = at or timezone.now()
    if vote.closed_at:
        raise ValidationError(CLOSED_ALREADY, code="closed")
    if vote.opened_at is None:
        raise ValidationError("这项表决还没有开始。", code="status")
    if not teller.strip():
        raise ValidationError({"teller": "请写计票人的姓名。"}, code="required")
    columns = {
        **counted,
        "void_count": void_count,
        "digest": digest,
        "teller": teller.strip(),
        "closed_at": at,
        "is_passed": passes(counted["for_count"], vote.present_count, pass_percent_of(hearing)),
    }
    for name, value in columns.items():
        setattr(vote, name, value)
    vote.full_clean(exclude=["hearing"])
    vote.save(update_fields=list(columns))
    note(hearing, f"表决{'通过' if vote.is_passed else '没有通过'}：{vote.question}", actor=actor, at=at)
    return vote
