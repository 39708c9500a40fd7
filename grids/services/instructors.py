"""党建指导员: assessed once a year, and withdrawn with a reason. Lock: the instructor's row."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from grids.models import Instructor, InstructorReview


def _lock(instructor, actor):
    if not Instructor.objects.editable_by(actor).filter(pk=instructor.pk).exists():
        raise PermissionDenied("您没有办理这名指导员的权限。")
    return Instructor.objects.select_for_update(no_key=True, of=("self",)).get(pk=instructor.pk)


@transaction.atomic
def review_instructor(instructor, *, year, grade, note="", actor, at=None):
    """年度考核: the grade of one `year`; said again it is corrected. ValidationError beside the field."""
    at = at or timezone.now()
    instructor = _lock(instructor, actor)
    last = instructor.ends_on or timezone.localdate(at)
    if not instructor.starts_on.year <= year <= last.year:
        words = f"这名指导员的选派时间是 {instructor.starts_on.year} 到 {last.year} 年。"
        raise ValidationError({"year": words}, code="year")
    if grade == InstructorReview.Grade.INCOMPETENT and not note.strip():
        raise ValidationError({"note": "不称职的请写明情况。"}, code="required")
    review, _ = InstructorReview.objects.update_or_create(
        instructor=instructor,
        year=year,
        defaults={"grade": grade, "note": note, "reviewed_by": actor, "reviewed_at": at},
    )
    return review


@transaction.atomic
def end_instructor(instructor, *, ending, on=None, note="", actor):
    """结束选派: the quarter is without an instructor after the day `on` (today). Ended already: nothing happens."""
    instructor = _lock(instructor, actor)
    if instructor.ending:
        return instructor
    today = timezone.localdate()
    on = on or today
    if not instructor.starts_on <= on <= today:
        raise ValidationError({"on": f"结束日期在选派日期 {instructor.starts_on:%Y-%m-%d} 和今天之间。"}, code="date")
    if ending == Instructor.Ending.UNFIT and not note.strip():
        raise ValidationError({"note": "撤回的请写明情况。"}, code="required")
    if ending == Instructor.Ending.BRANCH and instructor.quarter.branch_id is None:
        raise ValidationError({"ending": f"{instructor.quarter}还没有登记党支部。"}, code="branch")
    instructor.ends_on, instructor.ending, instructor.ending_note = on, ending, note
    instructor.save(update_fields=["ends_on", "ending", "ending_note"])
    return instructor
