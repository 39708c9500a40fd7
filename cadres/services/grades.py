"""Appraisals, and what is put right in the ledger by a later entry."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cadres.models import Appraisal, GradeEntry, WorkerEvent
from cadres.services.workers import demand_past, enter_grade, locked, record_event


@transaction.atomic
def record_appraisal(worker, *, year, grade, note="", actor, at=None):
    """年度考核 of a calendar year, again for a correction. ValidationError beside "year" where a level rests on it."""
    at = at or timezone.now()
    row = locked(worker, actor, "cadres.add_appraisal")
    today = timezone.localdate(at)
    if not row.hired_on.year <= year <= today.year:
        words = f"年度在入职的 {row.hired_on.year} 年到 {today.year} 年之间。"
        raise ValidationError({"year": words}, code="year")
    before = next((each for each in row.appraisals.all() if each.year == year), None)
    if before and (before.grade, before.note) == (grade, note):
        return before
    used = date(year + 1, 1, 1)
    if before and row.grade_entries.filter(kind=GradeEntry.Kind.YEARLY, effective_on=used).exists():
        words = f"{year} 年度的考核已用于 {used:%Y-%m-%d} 的级别，不能再改；级别错了请记一笔更正。"
        raise ValidationError({"year": words}, code="used")
    appraisal, _ = Appraisal.objects.update_or_create(worker=row, year=year, defaults={"grade": grade, "note": note})
    words = f"{appraisal}" + (f"（原为{before.get_grade_display()}）" if before else "")
    record_event(row, WorkerEvent.Kind.APPRAISED, actor=actor, on=today, at=at, note=words)
    return appraisal


@transaction.atomic
def record_appraisals(grades, *, year, actor, at=None):
    """A year's sheet, {worker: grade}, all or none; how many changed."""
    before = dict(Appraisal.objects.filter(year=year, worker__in=grades).values_list("worker", "grade"))
    changed = {worker: grade for worker, grade in grades.items() if before.get(worker.pk) != grade}
    for worker in sorted(changed, key=lambda each: each.pk):
        try:
            record_appraisal(worker, year=year, grade=changed[worker], actor=actor, at=at)
        except ValidationError as error:
            raise ValidationError(f"{worker}：{''.join(error.messages)}", code=getattr(error, "code", None)) from error
    return len(changed)


@transaction.atomic
def correct_grade(worker, *, level, on, reason, evidence, actor, at=None):
    """更正: a further line of the ledger with the level that a paper says. The lines before it stay."""
    at = at or timezone.now()
    row = locked(worker, actor, "cadres.add_gradeentry")
    demand_past(on, "on", at)
    if on < row.hired_on:
        raise ValidationError({"on": f"不能早于入职日期（{row.hired_on:%Y-%m-%d}）。"}, code="past")
    for field, value in (("reason", reason), ("evidence", evidence)):
        if not value.strip():
            raise ValidationError({field: "更正要写明原因和依据。"}, code="required")
    held = row.entry_on(on)
    if held and held.level == level and held.effective_on == on:
        return held
    kind = GradeEntry.Kind.CORRECTED
    return enter_grade(row, kind, on=on, actor=actor, at=at, reason=reason, evidence=evidence, level=level)
