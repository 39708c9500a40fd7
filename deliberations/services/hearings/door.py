"""The one door through which a hearing's status changes: its lock, the table, the right and the event."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from deliberations.models import Hearing, HearingEvent
from organizations.models import Post

Status = Hearing.Status


def lock_hearing(hearing):
    """The row as it now is, locked for the rest of the transaction: seats, signatures and votes are counted after."""
    rows = Hearing.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("community").get(pk=hearing.pk)


def permit(hearing, actor):
    if not Hearing.objects.editable_by(actor).filter(pk=hearing.pk).exists():
        raise PermissionDenied("您没有办理这次会议的权限。")


def stale(hearing):
    """The error of somebody who acts on an old page: who did what, when."""
    event = hearing.events.select_related("actor").last()
    who = str(event.actor or "有人") if event else "有人"
    when = timezone.localtime(event.at).strftime("%m月%d日 %H:%M") if event else ""
    words = f"这次会议已由{who}在{when}改为“{hearing.get_status_display()}”，您看到的是旧页面，请刷新后再办。"
    return ValidationError(words, code="transition")


@transaction.atomic
def change_status(hearing, to, **change):
    """The one door for whoever has locked nothing yet: `change` is what `move` takes. Returns the row as it now is."""
    return move(lock_hearing(hearing), to, **change)


def move(hearing, to, *, actor, note="", at=None, **columns):
    """The one door, for a verb that has locked `hearing`; `columns` are written with the status. Already there: nothing
    happens.

    ValidationError(code="transition") when the table has no such edge; PermissionDenied without the right on the row.
    """
    permit(hearing, actor)
    if hearing.status == to:
        return hearing
    if to not in Hearing.TRANSITIONS[hearing.status]:
        raise stale(hearing)
    before, hearing.status = hearing.status, to
    for name, value in columns.items():
        setattr(hearing, name, value)
    hearing.save(update_fields=["status", *columns])
    append(hearing, before, actor=actor, note=note, at=at)
    return hearing


def append(hearing, before, *, actor, note="", at=None):
    return HearingEvent.objects.create(
        hearing=hearing,
        from_status=before,
        to_status=hearing.status,
        actor=actor,
        note=note[:200],
        at=at or timezone.now(),
    )


def moment(at):
    return date_format(timezone.localtime(at), "n月j日 D H:i")


def staff_of(hearing):
    """Whoever handles the meetings of this very community, not above it."""
    posts = Post.objects.current().filter(
        organization=hearing.community.organization_id,
        role__permissions__content_type__app_label="deliberations",
        role__permissions__codename="change_hearing",
    )
    return User.objects.filter(posts__in=posts, is_active=True).distinct()
