"""The one door through which a case's status changes: its lock, the table, the right and the event."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from deliberations.models import Case, CaseEvent

Status = Case.Status

# What the parties bring about themselves on their phones, without a member of staff: a refusal, the last signature.
PARTIES_MAY = frozenset({Status.REFUSED, Status.AGREED})
WITHOUT_RESULT = frozenset({Status.REFUSED, Status.FAILED, Status.ENDED})
FORBIDDEN = "您没有办理这件调解的权限。"


def lock_case(case):
    """The row as it now is, locked for the rest of the transaction."""
    rows = Case.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("community").get(pk=case.pk)


def stale(case):
    """The error of somebody who acts on an old page: who did what, when."""
    event = case.events.select_related("actor").last()
    who = str(event.actor or "当事人") if event else "有人"
    when = timezone.localtime(event.at).strftime("%m月%d日 %H:%M") if event else ""
    words = f"这件调解已由{who}在{when}改为“{case.get_status_display()}”，您看到的是旧页面，请刷新后再办。"
    return ValidationError(words, code="transition")


def demand(value, field, message):
    """ValidationError beside `field` for words that are owed and missing; the words without spaces around them."""
    words = (value or "").strip()
    if not words:
        raise ValidationError({field: message}, code="required")
    return words


@transaction.atomic
def change_status(case, to, **change):
    """The one door for whoever has locked nothing yet: `change` is what `move` takes. Returns the row as it now is."""
    return move(lock_case(case), to, **change)


def move(case, to, *, actor, note="", at=None, **columns):
    """The one door, for a verb that has locked `case` by lock_case; `columns` are written with the status.

    `actor` is a User, or None for what the parties do themselves. An end without a result writes when and why.
    Already there: nothing happens. ValidationError(code="transition") when the table has no such edge; PermissionDenied
    when the actor may not work on the case. Returns `case`.
    """
    at = at or timezone.now()
    if case.status == to:
        return case
    if to not in case.next_statuses:
        raise stale(case)
    permit(case, actor, to)
    if to in WITHOUT_RESULT:
        columns = {"ended_at": at, "ending": note[:200], **columns}
    event = CaseEvent(
        case=case, from_status=case.status, to_status=to, actor=actor, note=note[:200], at=after_all(case, at)
    )
    case.status = to
    for name, value in columns.items():
        setattr(case, name, value)
    case.save(update_fields=["status", *columns])
    event.save()
    return case


def remark(case, note, *, actor, at=None):
    """An event that leaves the status of the locked `case` as it is."""
    return CaseEvent.objects.create(
        case=case,
        from_status=case.status,
        to_status=case.status,
        actor=actor,
        note=note[:200],
        at=after_all(case, at or timezone.now()),
    )


def after_all(case, at):
    """`at`, or the last event's moment where that is later: whoever waited for the lock read the clock before."""
    return max(at, case.events.aggregate(last=Max("at"))["last"] or at)


def permit(case, actor, to=None):
    """PermissionDenied unless `actor` may work on the locked `case`: by post and by name (CaseReader)."""
    allowed = to in PARTIES_MAY if actor is None else Case.objects.editable_by(actor).filter(pk=case.pk).exists()
    if not allowed:
        raise PermissionDenied(FORBIDDEN)
