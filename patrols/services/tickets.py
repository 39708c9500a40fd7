"""小事办: numbers taken, called and ended at a community's walk-in desk. `at` is the clock (now).

Lock: the community, then its tickets; whoever takes or calls a number waits for the one before.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from grids.models import Community
from patrols.models import Ticket

Status = Ticket.Status


@transaction.atomic
def take_ticket(community, *, errand="", actor, at=None):
    """取号: the next number of the community's day; numbers start at 1 and leave no gap."""
    at = at or timezone.now()
    if not Community.objects.allowed(actor, "patrols.add_ticket").filter(pk=community.pk).exists():
        raise PermissionDenied("您没有在这个社区取号的权限。")
    _lock(community)
    day = timezone.localdate(at)
    last = Ticket.objects.filter(community=community, day=day).aggregate(last=Max("number"))["last"] or 0
    ticket = Ticket(community=community, day=day, number=last + 1, errand=errand, taken_at=at)
    ticket.full_clean()
    ticket.save()
    return ticket


@transaction.atomic
def call_next(community, *, seen=None, actor, at=None):
    """叫下一个: the lowest number that waits today. None when nobody does.

    `seen` is the ticket that the page offered: called by the same clerk already, it is not followed by another one.
    """
    at = at or timezone.now()
    _lock(community)
    day = timezone.localdate(at)
    rows = Ticket.objects.filter(community=community, day=day)
    if seen is not None and (known := rows.filter(pk=seen.pk, status=Status.CALLED, clerk=actor).first()):
        return known
    ticket = rows.filter(status=Status.WAITING).order_by("number").first()
    return ticket and change_status(ticket, Status.CALLED, actor=actor, called_at=at, clerk=actor)


def serve(ticket, *, actor, at=None):
    """办结."""
    return change_status(ticket, Status.SERVED, actor=actor, ended_at=at or timezone.now(), clerk=actor)


def leave(ticket, *, actor, at=None):
    """过号: called, and nobody came; or gone before."""
    return change_status(ticket, Status.LEFT, actor=actor, ended_at=at or timezone.now())


@transaction.atomic
def recall(ticket, *, actor, at=None):
    """叫回 of somebody who missed the call. How long they waited is measured to the first call."""
    ticket = _locked(ticket)
    first = ticket.called_at or at or timezone.now()
    return change_status(ticket, Status.CALLED, actor=actor, called_at=first, ended_at=None, clerk=actor)


def put_back(ticket, *, actor):
    """退回等候: called by mistake."""
    return change_status(ticket, Status.WAITING, actor=actor, called_at=None, clerk=None)


@transaction.atomic
def link_need(ticket, need, *, actor, at=None):
    """The need that was filed for whoever holds `ticket`; a ticket that was called is served by it."""
    ticket = _locked(ticket)
    _permit(ticket, actor)
    if ticket.need_id not in (None, need.pk):
        raise ValidationError(f"{ticket}已经登记过一件需求，请看那一件。", code="need")
    if need.community_id != ticket.community_id:
        raise ValidationError(f"{ticket}是{ticket.community}的号，需求也要登记在{ticket.community}。", code="community")
    ticket.need = need
    ticket.save(update_fields=["need"])
    return serve(ticket, actor=actor, at=at) if ticket.status == Status.CALLED else ticket


@transaction.atomic
def change_status(ticket, to, *, actor, **columns):
    """The one door. Already there: nothing happens; ValidationError(code="transition") where no way leads."""
    ticket = _locked(ticket)
    _permit(ticket, actor)
    if ticket.status == to:
        return ticket
    if to not in ticket.next_statuses:
        raise ValidationError(
            f"{ticket}现在是“{ticket.get_status_display()}”，您看到的是旧页面，请看刷新后的列表。", code="transition"
        )
    ticket.status = to
    for name, value in columns.items():
        setattr(ticket, name, value)
    ticket.save(update_fields=["status", *columns])
    return ticket


def _lock(community):
    Community.objects.select_for_update(no_key=True).get(pk=community.pk)


def _locked(ticket):
    return Ticket.objects.select_for_update(of=("self",), no_key=True).select_related("community").get(pk=ticket.pk)


def _permit(ticket, actor):
    if not Ticket.objects.editable_by(actor).filter(pk=ticket.pk).exists():
        raise PermissionDenied("您没有办理这个号的权限。")
