"""决议事项: who does it by when, followed step by step to its end, in public once its meeting is."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from deliberations.models import Hearing, Outcome
from deliberations.services.hearings.quorum import lock

Status = Outcome.Status
FORBIDDEN = "您没有办理这件决议事项的权限。"


@transaction.atomic
def add_outcome(hearing, *, text, owner, due_on, actor, at=None):
    """At the meeting or after it, until its result is published. The same once more is that one."""
    hearing = lock(hearing, actor, Hearing.Status.OPENED, Hearing.Status.CLOSED)
    at = at or timezone.now()
    if due_on < timezone.localdate(hearing.opened_at or hearing.starts_at):
        raise ValidationError({"due_on": "完成时限不能早于开会那天。"}, code="early")
    outcome = Outcome(hearing=hearing, text=text.strip(), owner=owner.strip(), due_on=due_on)
    outcome.full_clean(exclude=["hearing"])
    same = hearing.outcomes.filter(text=outcome.text).first()
    if same is not None:
        return same
    outcome.save()
    outcome.events.create(to_status=outcome.status, actor=actor, note=f"{outcome.owner}负责", at=at)
    return outcome


@transaction.atomic
def change_status(outcome, to, *, actor, note, at=None):
    """The one door. Already there: nothing happens. ValidationError(code="transition") where there is no such edge."""
    at = at or timezone.now()
    outcome = _lock(outcome, actor)
    if outcome.status == to:
        return outcome
    if to not in Outcome.TRANSITIONS[outcome.status]:
        words = f"这件事{outcome.get_status_display()}，您看到的是旧页面，请刷新后再办。"
        raise ValidationError(words, code="transition")
    before, outcome.status = outcome.status, to
    outcome.progress, outcome.closed_on = note, timezone.localdate(at)
    outcome.full_clean(exclude=["hearing"])
    outcome.save(update_fields=["status", "progress", "closed_on"])
    outcome.events.create(from_status=before, to_status=to, actor=actor, note=note, at=at)
    return outcome


@transaction.atomic
def progress_outcome(outcome, *, note, actor, at=None):
    """进展, one step more on the way. Twice the same words: once."""
    outcome = _lock(outcome, actor)
    if outcome.status != Status.OPEN:
        raise ValidationError(f"这件事{outcome.get_status_display()}，不再记进展。", code="status")
    words = _demand(note, "note", "请写进展。")
    if outcome.progress != words:
        outcome.progress = words
        outcome.full_clean(exclude=["hearing"])
        outcome.save(update_fields=["progress"])
        kept = {"from_status": outcome.status, "to_status": outcome.status}
        outcome.events.create(**kept, actor=actor, note=words, at=at or timezone.now())
    return outcome


def finish_outcome(outcome, *, note, actor, at=None):
    """已落实, with what was done."""
    return change_status(outcome, Status.DONE, note=_demand(note, "note", "请写落实情况。"), actor=actor, at=at)


def drop_outcome(outcome, *, reason, actor, at=None):
    """不再落实: the reason is read by all."""
    words = _demand(reason, "reason", "请写明不再落实的原因，原因会公开。")
    return change_status(outcome, Status.DROPPED, note=words, actor=actor, at=at)


def _lock(outcome, actor):
    outcome = Outcome.objects.select_for_update(of=("self",), no_key=True).select_related("hearing").get(pk=outcome.pk)
    if not Outcome.objects.editable_by(actor).filter(pk=outcome.pk).exists():
        raise PermissionDenied(FORBIDDEN)
    return outcome


def _demand(words, field, message):
    if not words.strip():
        raise ValidationError({field: message}, code="required")
    return words.strip()
