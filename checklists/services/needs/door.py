"""The one door through which a need's status changes: its locks, the table, the right, the clocks and the event."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from accounts.models import User
from checklists.models import Dispatch, Need, NeedEvent, Resource
from organizations.models import Post
from organizations.services.calendars import deadline, working_time

Party = NeedEvent.Party
Status = Need.Status

# Where a need may be while a unit holds a dispatch of it, or somebody a claim. To leave them, that is settled first.
HELD_STATUSES = frozenset({Status.DISPATCHED, Status.TAKEN, Status.IN_SERVICE, Status.SUSPENDED})

# Who may bring a need where, besides staff with the right on it. Whoever calls a verb as RESIDENT, UNIT or VOLUNTEER
# has first made sure that it is this need's resident (code and phone), this dispatch's unit (liaison or signed link)
# or whoever speaks for this claim.
PARTY_MAY = {
    Party.RESIDENT: frozenset({Status.SUBMITTED, Status.WITHDRAWN, Status.RATED, Status.REOPENED}),
    Party.UNIT: frozenset({Status.TAKEN, Status.ACCEPTED, Status.IN_SERVICE, Status.DONE}),
    Party.VOLUNTEER: frozenset({Status.TAKEN, Status.ACCEPTED, Status.IN_SERVICE, Status.DONE}),
    Party.SYSTEM: frozenset(
        {Status.ACCEPTED, Status.DISPATCHED, Status.TAKEN, Status.IN_SERVICE, Status.CLOSED, Status.DONE}
    ),
}

# Whose right it takes to decide on what was escalated, by its level.
DIRECTING = {
    Need.Level.COMMUNITY: "checklists.direct_escalated_need",  # rows from before there were levels
    Need.Level.STREET: "checklists.direct_escalated_need",
    Need.Level.DISTRICT: "checklists.direct_district_need",
}


def lock_need(need, *resources):
    """(need, its open dispatch or None), locked: first the dispatch's resource and `resources`, then the need, then it.

    Never a key lock: a row that merely points here (a proposal, an event) would wait for it, and its writer may hold
    what this transaction wants next.
    """
    held = Dispatch.objects.open().filter(need=need.pk).values_list("resource", flat=True).first()
    wanted = {resource.pk for resource in resources} | ({held} if held else set())
    for pk in sorted(wanted):
        Resource.objects.select_for_update(no_key=True).values_list("pk").get(pk=pk)
    # Not joined to its category: where that was corrected while this waited, PostgreSQL finds the joined row no more.
    need = Need.objects.select_for_update(of=("self",), no_key=True).select_related("community").get(pk=need.pk)
    dispatch = (
        Dispatch.objects.select_for_update(of=("self",), no_key=True)
        .select_related("resource__unit")
        .open()
        .filter(need=need)
        .first()
    )
    if dispatch is not None and dispatch.resource_id != held:
        raise stale(need)  # dispatched while this transaction waited: its resource is not locked, and the page is old
    return need, dispatch


def stale(need):
    """The error of somebody who acts on an old page: who did what, when."""
    event = need.events.exclude(from_status=F("to_status")).select_related("actor", "dispatch__resource__unit").last()
    who = str(event.actor or event.get_party_display()) if event else "有人"
    when = timezone.localtime(event.at).strftime("%m月%d日 %H:%M") if event else ""
    to = f"改为“{need.get_status_display()}”"
    if event and event.dispatch_id and need.status == Status.DISPATCHED:
        to = f"派给{event.dispatch.resource.unit}"
    return ValidationError(f"这件事已由{who}在{when}{to}，您看到的是旧页面，请刷新后再办。", code="transition")


@transaction.atomic
def change_status(need, to, **change):
    """The one door for whoever has locked nothing yet: `change` is what `move` takes. Returns the need as it now is."""
    need, open_dispatch = lock_need(need)
    return move(need, open_dispatch, to, **change)


def move(
    need,
    open_dispatch,
    to,
    *,
    actor,
    party=None,
    note="",
    is_note_public=False,
    dispatch=None,
    claim=None,
    at=None,
    **columns,
):
    """The one door, for a verb that has locked `need` and `open_dispatch` (None where no unit holds it) by lock_need.

    `actor` is a User or a NeedEvent.Party; `columns` are written with the status. `party` says in whose name a User
    acts who is not the need's staff: a liaison acts as UNIT. What follows from the edge alone is written here too: see
    _clocks. `dispatch` or `claim` is the one that the event tells of.

    Already there: nothing happens. ValidationError(code="transition") when the table has no such edge, with who moved
    the need and when; PermissionDenied when the actor has no right on it. Returns `need`.
    """
    at = at or timezone.now()
    if need.status == to:
        return need
    is_held = open_dispatch.is_open if open_dispatch else _is_claimed(need)  # settled by the verb, it lets the need go
    if to not in need.next_statuses or (is_held and to not in HELD_STATUSES):
        raise stale(need)
    party = party or (Party.STAFF if isinstance(actor, User) else actor)
    permit(need, to, actor, party)
    event = NeedEvent(
        need=need,
        from_status=need.status,
        to_status=to,
        party=party,
        actor=actor if isinstance(actor, User) else None,
        note=note,
        is_note_public=is_note_public,
        dispatch=dispatch,
        claim=claim,
        at=after_all(need, at),
    )
    columns = {**_clocks(need, to, party, at), **columns}
    need.status = to
    for name, value in columns.items():
        setattr(need, name, value)
    need.save(update_fields=["status", *columns])
    event.save()
    if to == Status.ACCEPTED:
        queue_match(need)
    if need.parent_id and not need.is_open:
        queue_settlement(need)
    return need


def _is_claimed(need):
    return need.status in HELD_STATUSES and need.claims.active().exists()


def after_all(need, at):
    """`at`, or the moment of the last event of the locked `need` where that is later.

    Whoever waited for the lock looked at the clock before; the story is told in the order in which it happened.
    """
    return max(at, need.events.aggregate(last=Max("at"))["last"] or at)


def _clocks(need, to, party, at):
    """The columns that every change to `to` writes: the matcher's queue, the first answer, the end of a suspension.

    What units could grab, they no longer can.

    The handling deadline moves by the office time that passed while the need was suspended or outside. An escalated
    need waits for the street first; whoever decides on it, it is the community's again.
    """
    columns = {"match_due_at": at if to == Status.ACCEPTED else None}
    if need.is_grabbable:
        columns["is_grabbable"] = False
    if need.status == Status.SUBMITTED and to != Status.WITHDRAWN:
        columns["responded_at"] = at
    if to == Status.ESCALATED:
        columns["level"] = Need.Level.STREET
    elif need.status == Status.ESCALATED:
        columns["level"] = Need.Level.COMMUNITY
    if need.status in (Status.SUSPENDED, Status.HANDED_OFF):
        paused = working_time(need.suspended_at, at) if need.suspended_at else timedelta()
        columns.update(
            handle_by=deadline(need.handle_by, paused / timedelta(hours=1)),
            suspended_at=None,
            suspended_until=None,
            reminded_at=None,
        )
    return columns


def permit(need, to, actor, party):
    """PermissionDenied unless `actor` may bring the locked `need` to `to` in the name of `party`."""
    if party != Party.STAFF:
        allowed = to in PARTY_MAY[party]
    else:
        allowed = Need.objects.allowed(actor, deciding_right(need)).filter(pk=need.pk).exists()
    if not allowed:
        raise PermissionDenied("您没有办理这件事的权限。")


def deciding_right(need):
    """The permission on `need` that its next step takes: of what was escalated, that of the level it waits for."""
    return DIRECTING[need.level] if need.status == Status.ESCALATED else "checklists.change_need"


def queue_settlement(part):
    from checklists.tasks import settle_split

    settle_split.delay_on_commit(part.parent_id)


def queue_match(need):
    from checklists.tasks import match_need

    match_need.delay_on_commit(need.pk)


def demand(value, field, message):
    """ValidationError beside `field` for words that are owed and missing."""
    if not (value or "").strip():
        raise ValidationError({field: message}, code="required")


def staff_of(community):
    """Whoever holds a post that handles needs at this community itself (not above it)."""
    posts = Post.objects.current().filter(
        organization=community.organization_id,
        role__permissions__content_type__app_label="checklists",
        role__permissions__codename="change_need",
    )
    return User.objects.filter(posts__in=posts, is_active=True).distinct()
