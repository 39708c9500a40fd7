"""What the staff's pages show of a need, as plain values for the partials."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from checklists.models import Need, NeedEvent
from checklists.services.claims.appeals import CLOSED_WORDS as APPEAL_ENDED_WORDS
from checklists.services.claims.appeals import OPENED_WORDS as APPEAL_WORDS
from checklists.services.grabs import CLOSED_WORDS, OPENED_WORDS
from checklists.services.matching import ranked
from grids.services.duties import stand_ins
from organizations.parameters import parameter

TONES = {
    Need.Status.SUBMITTED: "info",
    Need.Status.ACCEPTED: "warn",
    Need.Status.DISPATCHED: "info",
    Need.Status.TAKEN: "info",
    Need.Status.IN_SERVICE: "info",
    Need.Status.DONE: "ok",
    Need.Status.RATED: "ok",
    Need.Status.CLOSED: "ok",
    Need.Status.ESCALATED: "warn",
    Need.Status.REOPENED: "warn",
    Need.Status.SUSPENDED: "plain",
    Need.Status.SPLIT: "info",
    Need.Status.HANDED_OFF: "plain",
}
DEEDS = {
    Need.Status.SUBMITTED: "提交",
    Need.Status.ACCEPTED: "受理",
    Need.Status.REJECTED: "不予受理",
    Need.Status.MERGED: "并入另一件",
    Need.Status.DISPATCHED: "派单",
    Need.Status.TAKEN: "接单",
    Need.Status.IN_SERVICE: "开始服务",
    Need.Status.DONE: "办好",
    Need.Status.RATED: "评价",
    Need.Status.CLOSED: "办结",
    Need.Status.WITHDRAWN: "撤回",
    Need.Status.SUSPENDED: "挂起",
    Need.Status.ESCALATED: "上报",
    Need.Status.REOPENED: "再次反映",
    Need.Status.SPLIT: "拆分",
    Need.Status.HANDED_OFF: "转外部",
}
PARTS = {"urgency": "紧急", "waiting": "等待", "proximity": "距离", "category": "类别", "load": "负荷"}
FELL = {
    "closed": "已停止",
    "category": "类别不符",
    "area": "不在服务范围",
    "group": "对象不符",
    "window": "时间不合",
    "capacity": "名额不够",
    "refused": "已谢绝过",
}


def tone(need):
    return TONES.get(need.status, "plain")


def deadline_parts(need, at=None):
    """{used, total, words, tone, at} for the deadline bar, in hours; None when no clock runs."""
    if need.deadline is None:
        return None
    at = at or timezone.now()
    total = max((need.deadline - need.submitted_at) / timedelta(hours=1), 0.1)
    left = need.deadline - at
    if left <= timedelta():
        words, tone = f"已超期 {spoken(-left)}", "bad"
    else:
        words, tone = f"还剩 {spoken(left)}", "warn" if left < timedelta(hours=24) else "ok"
    used = min(max((at - need.submitted_at) / timedelta(hours=1), 0), total)
    return {"used": round(used, 1), "total": round(total, 1), "words": words, "tone": tone, "at": need.deadline}


def spoken(duration):
    minutes = int(duration.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} 分钟"
    if minutes < 48 * 60:
        return f"{minutes // 60} 小时"
    return f"{minutes // 1440} 天"


def timeline(need):
    """The events, newest last, with who did it: for staff, so internal notes are shown."""
    events = list(need.events.select_related("actor", "dispatch__resource__unit", "claim__team", "claim__volunteer"))
    steps = []
    for event in events:
        unit = event.dispatch.resource.unit.name if event.dispatch else str(event.claim.helper) if event.claim else ""
        title = DEEDS[event.to_status]
        if event.from_status == event.to_status:
            title = remark(event)
        elif event.from_status == Need.Status.HANDED_OFF and event.to_status == Need.Status.ACCEPTED:
            title = "从外部收回"
        elif event.from_status == Need.Status.ESCALATED and event.to_status == Need.Status.ACCEPTED:
            title = "退回社区办理"
        elif event.from_status == Need.Status.SPLIT and event.to_status == Need.Status.ACCEPTED:
            title = "拆分没有办成"
        elif not event.from_status and event.to_status == Need.Status.ACCEPTED:
            title = "拆分而来"
        elif event.from_status == Need.Status.SUSPENDED:
            title = "恢复办理"
        elif unit and event.to_status == Need.Status.ACCEPTED:
            title = f"{unit}退回"
        elif event.claim and event.to_status == Need.Status.TAKEN:
            title = f"{unit}认领"
        if unit and event.to_status == Need.Status.DISPATCHED:
            title = f"派给 {unit}"
        steps.append(
            {
                "at": event.at,
                "title": title,
                "note": event.note,
                "who": str(event.actor) if event.actor else event.get_party_display(),
                "state": "now" if event is events[-1] and need.is_open else "done",
            }
        )
    return steps


def remark(event):
    """What an event that left the state as it was is called."""
    if event.claim_id:
        return "认领"
    if event.party == NeedEvent.Party.RESIDENT:
        return "居民补充"
    if event.party == NeedEvent.Party.SYSTEM:
        return "系统提醒"
    if event.is_note_public:
        return "给居民留言"
    if event.note.startswith((OPENED_WORDS, CLOSED_WORDS)):
        return "抢单"
    if event.note.startswith((APPEAL_WORDS, APPEAL_ENDED_WORDS)):
        return "认领"
    return "更正" if event.note.startswith("更正信息") else "换层级处置"


def proposal_cards(need):
    """The proposals as the score partial wants them: each part's share of the bar in 0..100."""
    cards, scarce = [], parameter("match_scarce_price")
    for proposal in need.proposals.select_related("resource__unit", "resource__category").order_by("rank"):
        x, parts = 0, []
        for key, label in PARTS.items():
            width = proposal.parts.get(key, 0) / 100
            parts.append({"label": label, "value": proposal.parts.get(key, 0), "x": x, "width": width})
            x += width
        resource = proposal.resource
        left = resource.left()
        cards.append(
            {
                "proposal": proposal,
                "resource": resource,
                "score": proposal.score,
                "parts": parts,
                "left": left,
                "percent": round(100 * left / resource.capacity),
                "ring": f"剩 {left} / {resource.capacity}",
                "is_wanted": resource.pk == need.wanted_resource_id,
                "has_room": left >= need.people_count,
                "is_scarce": proposal.parts.get("price", 0) >= scarce,
            }
        )
    return cards


def fallen(need):
    """["8 类别不符", ...]: why the others are not among the proposals; counted now for whom a run has ranked."""
    funnel = need.funnel
    if not funnel and need.matched_at and need.status == Need.Status.ACCEPTED:
        funnel = ranked(need, timezone.now()).funnel
    return [f"{count} {FELL[step]}" for step, count in funnel.items() if count and step in FELL]


def photo_links(need, url_name):
    return [
        {
            "url": reverse(url_name, args=[photo.pk]),
            "thumb": reverse(url_name, args=[photo.pk]),
            "alt": f"{photo.get_stage_display()}的照片 {number}",
        }
        for number, photo in enumerate(need.photos.all(), start=1)
    ]


def receivers(needs):
    """{pk of a need: who gets it first, and who stands in today}, for `needs` loaded with their receiver."""
    duties = [need.receiver for need in needs if need.receiver_id]
    acting = stand_ins(duties) if duties else {}
    return {need.pk: _received(need.receiver, acting.get(need.receiver_id)) for need in needs if need.receiver_id}


def _received(duty, stand_in):
    words = f"{duty.get_kind_display()} {duty.name}"
    return f"{words}（{stand_in.name} 代班）" if stand_in else words
