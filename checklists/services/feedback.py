"""双向评价: what the unit says of the other side once its part is over. Staff read it, residents do not."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from checklists.models import Dispatch


def takes_feedback(row):
    """Finished, or given back because nobody was there; said once."""
    is_over = row.status == Dispatch.Status.FINISHED or row.is_no_show
    return is_over and not row.feedback


@transaction.atomic
def give_feedback(row, *, actor, feedback, note="", is_no_show=False, at=None):
    """Note how it went (smooth, fair, hard) and whether the resident was away at the agreed time.

    A no-show that was given as the reason stays one. Once: the same words again change nothing, others are refused.
    `actor` is a User, or Party.UNIT by the dispatch's signed link.
    """
    at = at or timezone.now()
    if feedback not in Dispatch.Feedback.values:
        raise ValidationError({"feedback": "请选择配合得怎么样。"}, code="required")
    if isinstance(actor, User) and not Dispatch.objects.of_liaison(actor, "checklists.change_dispatch").filter(
        pk=row.pk
    ):
        raise PermissionDenied("这张派单不属于您的单位。")
    row = Dispatch.objects.select_for_update(of=("self",), no_key=True).with_story().get(pk=row.pk)
    if row.feedback:
        if (row.feedback, row.feedback_note) == (feedback, note):
            return row
        raise ValidationError("这张派单已经评价过。", code="transition")
    if not takes_feedback(row):
        raise ValidationError("办好以后才能评价。", code="transition")
    row.feedback, row.feedback_note, row.feedback_at = feedback, note, at
    row.is_no_show = row.is_no_show or is_no_show
    row.save(update_fields=["feedback", "feedback_note", "feedback_at", "is_no_show"])
    return row
