"""What is known of a person beside the posts: titles, and service that was broken."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cadres.models import Interruption, Qualification, WorkerEvent
from cadres.services.workers import demand_past, locked, record_event


@transaction.atomic
def record_qualification(worker, *, title, obtained_on, certificate="", actor, at=None):
    """学历或资格, again for a correction. It counts for the level from the next 1 January on."""
    at = at or timezone.now()
    row = locked(worker, actor, "cadres.add_qualification")
    demand_past(obtained_on, "obtained_on", at)
    held = next((each for each in row.qualifications.all() if each.title == title), None)
    if held and (held.obtained_on, held.certificate) == (obtained_on, certificate):
        return held
    qualification = held or Qualification(worker=row, title=title)
    qualification.obtained_on, qualification.certificate = obtained_on, certificate
    qualification.full_clean(exclude=["worker"])
    qualification.save()
    words = f"{qualification}，{obtained_on:%Y-%m-%d} 取得" + (f"（原为 {held.obtained_on:%Y-%m-%d}）" if held else "")
    kind = WorkerEvent.Kind.QUALIFIED
    record_event(row, kind, actor=actor, on=timezone.localdate(at), at=at, note=words)
    return qualification


@transaction.atomic
def record_interruption(worker, *, starts_on, ends_on=None, reason, actor, at=None):
    """工龄中断, again with the same first day to put its end right. ValidationError where it lies across another."""
    at = at or timezone.now()
    row = locked(worker, actor, "cadres.add_interruption")
    if starts_on < row.hired_on:
        words = f"不能早于入职日期（{row.hired_on:%Y-%m-%d}）。"
        raise ValidationError({"starts_on": words}, code="past")
    others = [each for each in row.interruptions.all() if each.starts_on != starts_on]
    if any(_meet(each, starts_on, ends_on) for each in others):
        raise ValidationError({"starts_on": "与另一段中断重叠，请核对日期。"}, code="overlap")
    held = next((each for each in row.interruptions.all() if each.starts_on == starts_on), None)
    if held and (held.ends_on, held.reason) == (ends_on, reason):
        return held
    interruption = held or Interruption(worker=row, starts_on=starts_on)
    interruption.ends_on, interruption.reason = ends_on, reason
    interruption.full_clean(exclude=["worker"])
    interruption.save()
    until = f"{ends_on:%Y-%m-%d}" if ends_on else "今"
    words = f"{starts_on:%Y-%m-%d} 至 {until}：{reason}"
    kind = WorkerEvent.Kind.INTERRUPTED
    record_event(row, kind, actor=actor, on=timezone.localdate(at), at=at, note=words)
    return interruption


def _meet(other, starts_on, ends_on):
    begins_before_end = ends_on is None or other.starts_on <= ends_on
    return begins_before_end and (other.ends_on is None or starts_on <= other.ends_on)
