"""转外部: what a body outside the platform has to do, and the way back from it."""

from django.db import transaction
from django.utils import timezone

from checklists.models import Need
from checklists.services.needs.door import change_status, demand, lock_need, move, stale

Status = Need.Status


def hand_off(need, *, actor, to, note, at=None):
    """Hand `need` to the body named `to`; the resident reads to whom and `note`. The handling clock stops meanwhile."""
    at = at or timezone.now()
    demand(to, "to", "请写明转往哪个单位。")
    demand(note, "note", "请写明转办的原因和怎么联系，居民会看到。")
    return change_status(
        need,
        Status.HANDED_OFF,
        actor=actor,
        note=note,
        is_note_public=True,
        at=at,
        handed_to=to.strip(),
        suspended_at=at,
    )


@transaction.atomic
def take_back(need, *, actor, note, at=None):
    """The body outside does not do it: the community goes on, and the clock with it."""
    demand(note, "note", "请写明收回的原因。")
    need, dispatch = lock_need(need)
    if need.status == Status.ACCEPTED:
        return need
    if need.status != Status.HANDED_OFF:
        raise stale(need)
    return move(need, dispatch, Status.ACCEPTED, actor=actor, note=note, at=at, handed_to="")
