"""吹哨报到: departments are called to the place and must come in time (街乡吹哨、部门报到; 平谷: within 30 minutes)."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from organizations.parameters import parameter
from patrols.models import Arrival, Incident, Whistle
from patrols.services.incidents.door import FORBIDDEN, demand, lock_incident, may_whistle, remark, stale
from patrols.services.incidents.telling import directors_of, spoken, tell

Level = Incident.Level


@transaction.atomic
def whistle(incident, *, reason, departments, note, level=Level.STREET, report_by=None, actor, at=None):
    """吹哨: call the `departments` (their names) of `level` to the place, by `report_by`; returns the Whistle.

    Its status stays as it is. The same call while the first is open returns that one; ValidationError for another
    call meanwhile, for no department, or for a `report_by` that has passed.
    """
    at = at or timezone.now()
    note = demand(note, "note", "请写明要部门到场做什么。")
    names = list(dict.fromkeys(name.strip() for name in departments if name.strip()))
    if not names:
        raise ValidationError({"departments": "请写明叫哪些部门到场。"}, code="required")
    report_by = report_by or at + timedelta(minutes=parameter("whistle_report_minutes"))
    if report_by <= at:
        raise ValidationError({"report_by": "报到期限要晚于现在。"}, code="report_by")
    incident = lock_incident(incident)
    if not incident.is_open:
        raise stale(incident)
    if not may_whistle(incident, actor):
        raise PermissionDenied(FORBIDDEN)
    standing = incident.whistles.filter(ended_at=None).first()
    if standing is not None:
        return _the_same(standing, reason, note, names)
    row = Whistle(
        incident=incident,
        level=level,
        reason=reason,
        note=note,
        called_by=actor,
        called_at=at,
        report_by=report_by,
    )
    row.full_clean(exclude=["ended_at", "ended_by"])
    row.save()
    Arrival.objects.bulk_create(Arrival(whistle=row, department=name) for name in names)
    called = f"吹哨（{row.get_reason_display()}）：{'、'.join(names)}，{spoken(report_by)} 前报到。{note}"
    remark(incident, called, actor=actor, at=at)
    at_level = Incident(pk=incident.pk, level=level, community=incident.community, status=incident.status)
    people = [user for user in directors_of(at_level) if user != actor]
    tell(incident, people, f"吹哨：{'、'.join(names)} {spoken(report_by)} 前报到")
    return row


def _the_same(standing, reason, note, names):
    called = set(standing.arrivals.values_list("department", flat=True))
    if (standing.reason, standing.note) == (reason, note) and set(names) <= called:
        return standing
    raise ValidationError("这件事正在吹哨，请先解除。", code="open")


@transaction.atomic
def arrive(whistle, *, department, arrived_at=None, note="", actor, at=None):
    """报到 of one department, called or come by itself; returns the Arrival. A second time changes nothing."""
    at = at or timezone.now()
    arrived_at = arrived_at or at
    department = demand(department, "department", "请写明哪个部门。")
    incident, whistle = _lock(whistle, actor)
    if not whistle.called_at <= arrived_at <= at + timedelta(minutes=1):
        raise ValidationError({"arrived_at": "报到时间要在吹哨之后、现在之前。"}, code="arrived_at")
    row = whistle.arrivals.filter(department=department).first()
    if row is not None and row.arrived_at is not None:
        return row
    if whistle.ended_at is not None:
        raise ValidationError("这次吹哨已经解除，不能再登记报到。", code="ended")
    row = row or Arrival(whistle=whistle, department=department)
    row.arrived_at, row.entered_by, row.note = arrived_at, actor, note.strip()
    row.full_clean(validate_unique=False)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise ValidationError({"department": "这个部门已在名单里。"}, code="unique") from error
    late = "，迟到" if row.is_late else ""
    remark(incident, f"{department}报到，用时 {row.minutes} 分钟{late}。{row.note}".strip(), actor=actor, at=at)
    return row


@transaction.atomic
def end_whistle(whistle, *, outcome, actor, at=None):
    """解除吹哨, with what was done on the spot; who never came stays without a time (事不完，人不撤)."""
    at = at or timezone.now()
    outcome = demand(outcome, "outcome", "请写明现场处置情况。")
    incident, whistle = _lock(whistle, actor)
    if whistle.ended_at is not None:
        return whistle
    whistle.ended_at, whistle.ended_by, whistle.outcome = max(at, whistle.called_at), actor, outcome
    whistle.clean_fields()
    whistle.save(update_fields=["ended_at", "ended_by", "outcome"])
    absent = whistle.arrivals.filter(arrived_at=None).values_list("department", flat=True)
    missing = f"未报到：{'、'.join(absent)}。" if absent else ""
    remark(incident, f"解除吹哨。{missing}{outcome}", actor=actor, at=at)
    return whistle


def _lock(whistle, actor):
    """(incident, whistle), locked parent first; PermissionDenied for whoever enters no arrivals there."""
    incident = lock_incident(Incident(pk=whistle.incident_id))
    whistle = Whistle.objects.select_for_update(no_key=True).get(pk=whistle.pk)
    if not may_whistle(incident, actor):
        raise PermissionDenied(FORBIDDEN)
    return incident, whistle
