"""开放认领: staff put a waiting need before the volunteers of its community, in words that name nobody."""

from django.db import transaction
from django.utils import timezone

from checklists.models import Appeal, Need, NeedEvent
from checklists.services.needs import lock_need, stale
from checklists.services.needs.door import after_all, demand, permit

Party = NeedEvent.Party
Status = Need.Status
OPENED_WORDS, CLOSED_WORDS = "开放认领", "停止认领"


@transaction.atomic
def open_to_claim(need, *, actor, words, at=None):
    """Let teams and volunteers claim `need`; opened already, nothing happens. It no longer dispatches itself."""
    at = at or timezone.now()
    demand(words, "words", "请写一句给志愿者看的说明。")
    need, _ = lock_need(need)
    if need.status != Status.ACCEPTED:
        raise stale(need)
    permit(need, need.status, actor, Party.STAFF)
    if Appeal.objects.standing().filter(need=need).exists():
        return need
    opened = {"words": words, "opened_by": actor, "opened_at": at, "closed_at": None}
    Appeal.objects.update_or_create(need=need, defaults=opened)
    record(need, f"{OPENED_WORDS}：{words}", actor=actor, at=at)
    return need


@transaction.atomic
def close_to_claim(need, *, actor, at=None):
    """停止认领: whoever has claimed it keeps it."""
    at = at or timezone.now()
    need, _ = lock_need(need)
    permit(need, need.status, actor, Party.STAFF)
    if Appeal.objects.standing().filter(need=need).update(closed_at=at):
        record(need, CLOSED_WORDS, actor=actor, at=at)
    return need


def record(need, note, *, at, actor=None, party=Party.STAFF, claim=None, is_note_public=False):
    """An event of the locked `need` that leaves its status as it is."""
    NeedEvent.objects.create(
        need=need,
        from_status=need.status,
        to_status=need.status,
        party=party,
        actor=actor,
        note=note[:500],
        is_note_public=is_note_public,
        claim=claim,
        at=after_all(need, at),
    )
