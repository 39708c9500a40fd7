"""民主评议党员: the grade of each member, written once the meeting was held, and put right by writing it again."""

from django.core.exceptions import ValidationError
from django.db import transaction

from organizations.models import Meeting, MemberGrade
from organizations.services.meetings import lock, members_of, permit


@transaction.atomic
def grade_members(meeting, *, grades, actor):
    """`grades` is {key of the member: grade, "" for none}; returns how many are graded now.

    ValidationError for a meeting of another kind, one that was not held, or somebody who is none of its members.
    """
    meeting = lock(meeting)
    permit(meeting, actor)
    if meeting.kind != Meeting.Kind.REVIEW or meeting.status != Meeting.Status.HELD:
        raise ValidationError("民主评议党员召开以后才能登记等次。", code="kind")
    graded = set(meeting.grades.values_list("member", flat=True))
    if set(grades) - set(members_of(meeting).values_list("pk", flat=True)) - graded:
        raise ValidationError("名单里有不属于这个党组织的人，请刷新后再登记。", code="members")
    for key, grade in sorted(grades.items()):
        if grade:
            MemberGrade.objects.update_or_create(meeting=meeting, member_id=key, defaults={"grade": grade})
        else:
            meeting.grades.filter(member=key).delete()
    return meeting.grades.count()
