"""The meeting runs: opened above the quorum, postponed below it, item by item, closed. `at` is the clock (now)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from deliberations.models import AgendaItem, Hearing, Speech
from deliberations.services.hearings import door, minutes
from deliberations.services.hearings.quorum import lock, note, quorum_of

Status = Hearing.Status


@transaction.atomic
def open_hearing(hearing, *, actor, at=None):
    """开会. ValidationError (`quorum`) while too few have signed in, with how many are missing."""
    at = at or timezone.now()
    hearing = lock(hearing, actor, Status.ANNOUNCED, Status.OPENED)
    if hearing.status == Status.OPENED:
        return hearing
    quorum = quorum_of(hearing)
    if not quorum.is_met:
        raise ValidationError(f"不能开会：{quorum.words}。人到了请先签到；到不齐就延期。", code="quorum")
    return door.move(hearing, Status.OPENED, actor=actor, note=quorum.words, at=at, opened_at=at)


@transaction.atomic
def postpone_hearing(hearing, *, actor, at=None):
    """人数不够，延期: once it is time. The count stays in the event; the next try is announced anew."""
    at = at or timezone.now()
    hearing = lock(hearing, actor, Status.ANNOUNCED, Status.POSTPONED)
    if hearing.status == Status.POSTPONED:
        return hearing
    if at < hearing.starts_at:
        raise ValidationError("还没到开会时间，到时间人还不够再延期。", code="early")
    quorum = quorum_of(hearing)
    if quorum.is_met:
        raise ValidationError(f"{quorum.words}，可以开会，不用延期。", code="quorum")
    return door.move(hearing, Status.POSTPONED, actor=actor, note=quorum.words, at=at)


@transaction.atomic
def close_hearing(hearing, *, actor, at=None):
    """散会: what still runs ends, and the minutes are drafted for the recorder to edit.

    ValidationError (`voting`) while a vote is open.
    """
    at = at or timezone.now()
    hearing = lock(hearing, actor, Status.OPENED, Status.CLOSED)
    if hearing.status == Status.CLOSED:
        return hearing
    if hearing.votes.open().exists():
        raise ValidationError("还有一项表决没有结束，先结束表决再散会。", code="voting")
    _end_running(hearing, at)
    columns = {"closed_at": at, "minutes": hearing.minutes or minutes.draft(hearing)}
    return door.move(hearing, Status.CLOSED, actor=actor, note=quorum_of(hearing).words, at=at, **columns)


def _end_running(hearing, at):
    Speech.objects.filter(item__hearing=hearing, ended_at=None).update(ended_at=at)
    hearing.agenda.running().update(ended_at=at)


@transaction.atomic
def start_item(item, *, actor, at=None):
    """The next one on the agenda: what ran before it ends, speakers and all. One that was ended goes on."""
    at = at or timezone.now()
    hearing = lock(item.hearing, actor, Status.OPENED)
    item = AgendaItem.objects.get(pk=item.pk, hearing=hearing)
    if item.started_at and not item.ended_at:
        return item
    _end_running(hearing, at)
    item.started_at, item.ended_at = item.started_at or at, None
    item.save(update_fields=["started_at", "ended_at"])
    return item


@transaction.atomic
def end_item(item, *, actor, at=None):
    at = at or timezone.now()
    hearing = lock(item.hearing, actor, Status.OPENED)
    item = AgendaItem.objects.get(pk=item.pk, hearing=hearing)
    if item.started_at is None:
        raise ValidationError("这项议程还没有开始。", code="status")
    if item.ended_at is None:
        _end_running(hearing, at)
        item.ended_at = at
    return item


@transaction.atomic
def write_minutes(hearing, *, text, actor, at=None):
    """会议纪要, edited until the result is published."""
    hearing = lock(hearing, actor, Status.OPENED, Status.CLOSED)
    if not text.strip():
        raise ValidationError({"text": "请写会议纪要。"}, code="required")
    hearing.minutes = text.strip()
    hearing.full_clean(exclude=["issues"])
    hearing.save(update_fields=["minutes"])
    note(hearing, "修改会议纪要", actor=actor, at=at or timezone.now())
    return hearing
