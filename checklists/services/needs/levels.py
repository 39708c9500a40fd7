"""上报: who decides when the community cannot: the street, then the district; and the way back down."""

from collections import Counter

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import notify
from checklists.models import Dispatch, Need, NeedEvent
from checklists.services.needs.door import DIRECTING, after_all, change_status, demand, lock_need, move, permit, stale
from organizations.models import Post

Status = Need.Status
Level = Need.Level


@transaction.atomic
def escalate(need, *, actor, note, at=None):
    """上报 to the street, with what was tried; whoever directs escalated needs above the community decides."""
    demand(note, "note", "请写明上报的原因和已做的工作。")
    before = need.status
    need = change_status(need, Status.ESCALATED, actor=actor, note=note, at=at)
    if before != Status.ESCALATED:
        _tell(need)
    return need


@transaction.atomic
def escalate_further(need, *, actor, note, at=None):
    """上报 from the street to the district. There already: nothing happens."""
    demand(note, "note", "请写明上报的原因和已做的工作。")
    need, dispatch = lock_need(need)
    if need.status != Status.ESCALATED:
        raise stale(need)
    if need.level == Level.DISTRICT:
        return need
    permit(need, need.status, actor, NeedEvent.Party.STAFF)
    _put(need, Level.DISTRICT, actor=actor, note=f"上报区级：{note}"[:500], at=at)
    _tell(need)
    return need


@transaction.atomic
def hand_down(need, *, actor, note, level=Level.COMMUNITY, at=None):
    """退回: the level above gives an escalated need back, with what it decided or arranged in `note`.

    To the community: accepted again. From the district to the street: it goes on waiting there.
    """
    demand(note, "note", "请写明退回的意见，社区照着办。")
    need, dispatch = lock_need(need)
    if need.status == Status.ACCEPTED and level == Level.COMMUNITY:
        return need
    if need.status != Status.ESCALATED or level >= need.level:
        raise stale(need)
    permit(need, need.status, actor, NeedEvent.Party.STAFF)
    if level == Level.COMMUNITY:
        return move(need, dispatch, Status.ACCEPTED, actor=actor, note=note, at=at)
    _put(need, level, actor=actor, note=f"交{Level(level).label}处置：{note}"[:500], at=at)
    _tell(need)
    return need


def _put(need, level, *, actor, note, at):
    """The state stays "escalated": only whose decision it waits for changes, and the event says so."""
    need.level = level
    need.save(update_fields=["level"])
    NeedEvent.objects.create(
        need=need,
        from_status=need.status,
        to_status=need.status,
        party=NeedEvent.Party.STAFF,
        actor=actor,
        note=note,
        at=after_all(need, at or timezone.now()),
    )


def _tell(need):
    notify(
        directors_of(need),
        text=f"{need.spoken_code} {need.category} 上报到{need.get_level_display()}，等待处置",
        link=f"/admin/checklists/need/{need.pk}/change/",
    )


def directors_of(need):
    """Whoever decides on the escalated `need` at its level: posts above the community with that level's right alone.

    Those of the district may decide at the street's level too; they are not told of what is not theirs yet.
    """
    posts = Post.objects.current().filter(
        organization__in=need.community.organization.get_ancestors(include_self=True),
        role__permissions__content_type__app_label="checklists",
        role__permissions__codename=DIRECTING[need.level].split(".")[1],
    )
    if need.level == Level.STREET:
        higher = DIRECTING[Level.DISTRICT].split(".")[1]
        posts = posts.exclude(role__in=posts.filter(role__permissions__codename=higher).values("role"))
    return User.objects.filter(posts__in=posts, is_active=True).distinct()


def tried(need, at=None):
    """What was tried so far, in one sentence for the note of an escalation: days, proposals, dispatches, refusals."""
    at = at or timezone.now()
    days = max((at - need.submitted_at).days, 0)
    words = [f"居民已等 {days} 天" if days else "居民今天提出"]
    rows = list(need.dispatches.select_related("resource__unit").order_by("offered_at"))
    if rows:
        why = Counter(
            row.get_reason_display() if row.status == Dispatch.Status.DECLINED else row.get_status_display()
            for row in rows
        )
        words.append(f"派过 {len(rows)} 次单（{'、'.join(f'{reason} {count} 次' for reason, count in why.items())}）")
        words.append("问过" + "、".join(dict.fromkeys(row.resource.unit.name for row in rows)))
    elif need.matched_at:
        words.append("还没有派过单")
    if need.matched_at:
        count = need.proposals.count()
        words.append(f"系统推荐过 {count} 项资源" if count else "系统没有找到合适的资源")
    return "已试过：" + "，".join(words) + "。"
