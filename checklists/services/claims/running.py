"""In somebody's hands, until it is fulfilled or comes back."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from checklists.models import Claim, Need, NeedEvent
from checklists.services.claims.appeals import record
from checklists.services.claims.door import (
    carry,
    give_back,
    lock_as_helper,
    lock_as_staff,
    lock_claim,
    settle,
    tell,
    tell_staff,
    too_late,
)
from checklists.services.needs import lock_need
from checklists.services.needs.door import demand
from checklists.services.photos import add_photos
from organizations.parameters import parameter

Party = NeedEvent.Party
Status = Claim.Status


@transaction.atomic
def start(row, *, actor, at=None):
    """开始帮办."""
    row, need = lock_as_helper(row, actor)
    if row.status != Status.APPROVED or need.status == Need.Status.SUSPENDED:  # which only the community ends
        raise too_late(row)
    carry(need, row, Need.Status.IN_SERVICE, actor=actor, note="", at=at)
    return row


@transaction.atomic
def extend(row, *, reason, actor, at=None):
    """延期 by the set days, as often as the set number, with a reason."""
    at = at or timezone.now()
    demand(reason, "reason", "请写一句为什么要延期。")
    row, need = lock_as_helper(row, actor)
    if row.status != Status.APPROVED:
        raise too_late(row)
    if row.extensions_count >= int(parameter("claim_extensions")):
        raise ValidationError("延期的次数用完了，办不了请放弃，社区会另找人。", code="extension")
    row.due_on += timedelta(days=int(parameter("claim_extension_days")))
    row.extensions_count += 1
    row.extension_reason, row.reminded_at = reason, None
    row.save(update_fields=["due_on", "extensions_count", "extension_reason", "reminded_at"])
    until = f"{row.due_on.month}月{row.due_on.day}日"
    record(need, f"延期到 {until}：{reason}", actor=actor, party=Party.VOLUNTEER, claim=row, at=at)
    return row


@transaction.atomic
def fulfil(row, *, note, photos, actor, at=None):
    """实现, with words and at least one photo, which the resident sees and rates."""
    at = at or timezone.now()
    demand(note, "note", "请写一句办理结果，居民会看到。")
    row, need = lock_as_helper(row, actor)
    if row.status == Status.FULFILLED:
        return row
    if not photos:
        raise ValidationError({"photos": "请传至少一张办好后的照片。"}, code="required")
    settle(row, Status.FULFILLED, note=note, ended_at=at)
    carry(need, row, Need.Status.DONE, actor=actor, note=note, is_note_public=True, at=at, done_at=at)
    add_photos(need, photos, stage="finished")
    return row


@transaction.atomic
def give_up(row, *, reason, actor, at=None):
    """放弃 (志愿服务条例 art. 22: told in time): the need waits for somebody else."""
    demand(reason, "reason", "请写一句办不了的原因，社区好另找人。")
    row, need = lock_as_helper(row, actor)
    if row.status == Status.OFFERED:
        raise too_late(row)
    if give_back(need, row, Status.GIVEN_UP, reason, actor=actor, at=at):
        tell_staff(row, f"{row.helper}放弃了认领，请另行安排")
    return row


@transaction.atomic
def recall(row, *, reason, actor, at=None):
    """收回 by the community, to give the need to somebody else."""
    demand(reason, "reason", "请写明收回的原因，认领的人会看到。")
    row, need = lock_as_staff(row, actor)
    if give_back(need, row, Status.RECALLED, reason, actor=actor, party=Party.STAFF, at=at):
        tell(row, f"社区收回了这件事：{reason}")
    return row


def release(need, *, at):
    """The locked `need` ends by the resident's word: whoever has claimed it has nothing left to do."""
    for row in need.claims.active().select_for_update(of=("self",), no_key=True).with_story():
        settle(row, Status.RECALLED, note="居民撤回了这件事", ended_at=at or timezone.now())
        tell(row, f"居民撤回了，不用再办：{need.category}")


# --- By itself --------------------------------------------------------------------------------------------------------
@transaction.atomic
def expire(row, *, at=None):
    """Nobody answered, the promised day went by, or nobody is there who promised: the need waits for somebody else."""
    at = at or timezone.now()
    row, need = lock_claim(row)
    if row.is_active and row.is_abandoned:
        why = "服务队已解散" if row.team_id else "认领的志愿者已注销"
        give_back(need, row, Status.RECALLED, why, actor=Party.SYSTEM, party=Party.SYSTEM, at=at)
        tell_staff(row, f"{why}，请另行安排")
        return row
    today = timezone.localdate(at)
    is_late = row.due_on < today and need.status != Need.Status.SUSPENDED
    if not (row.is_active and (is_late or (row.status == Status.OFFERED and row.reply_by < at))):
        return row
    why = "没有按时答复" if row.status == Status.OFFERED else "到期没有办好"
    give_back(need, row, Status.EXPIRED, why, actor=Party.SYSTEM, party=Party.SYSTEM, at=at)
    tell(row, f"认领到期，已交回社区：{need.category}")
    tell_staff(row, f"{row.helper}{why}，请另行安排")
    return row


@transaction.atomic
def remind(row, *, at=None):
    """Tell the helper, once for each date, that the promised day is near."""
    row, need = lock_claim(row)
    if row.status != Status.APPROVED or row.reminded_at is not None:
        return
    row.reminded_at = at or timezone.now()
    row.save(update_fields=["reminded_at"])
    tell(row, f"{row.due_on.month}月{row.due_on.day}日 前要办好：{need.category}。办不完可以延期。")


@transaction.atomic
def thank(need, words, *, at=None):
    """The resident's words to whoever fulfilled `need` last; said once. Without such a one nothing happens."""
    need, _ = lock_need(need)
    row = need.claims.thankable().with_story().first()
    if row is None or not words.strip():
        return None
    row.thanks, row.thanked_at = words.strip(), at or timezone.now()
    row.save(update_fields=["thanks", "thanked_at"])
    tell(row, f"居民谢谢您：{row.thanks[:60]}")
    return row
