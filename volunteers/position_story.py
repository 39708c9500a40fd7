"""What the pages say of a post and of who is in it: words, tones and bars, the same for staff and for volunteers."""

from dataclasses import dataclass, field

from django.utils import timezone

from grids.services.duties import stand_ins
from volunteers.models import Holding, Position, Skill
from volunteers.requirements import shortfalls

Status = Holding.Status
TONES = {
    Status.CLAIMED: "warn",
    Status.WAITING: "info",
    Status.HELD: "ok",
    Status.DECLINED: "plain",
    Status.WITHDRAWN: "plain",
    Status.ENDED: "plain",
}
POSITION_TONES = {Position.Status.DRAFTED: "warn", Position.Status.OPEN: "ok", Position.Status.CLOSED: "plain"}


def places(position):
    """Of a row with_counts(): {used, total, left, tone, words}."""
    used = min(position.held_count + position.is_covered, position.headcount)
    claimed = min(position.claimed_count, position.headcount - used)
    left = position.headcount - used - claimed
    if used == position.headcount:
        words, tone = "人已满", "plain"
    elif left:
        words, tone = f"还缺 {left} 人", "ok"
    else:
        words, tone = f"有 {claimed} 人在等确认", "warn"
    if position.waiting_count:
        words += f"，候补 {position.waiting_count} 人"
    return {"used": used, "total": position.headcount, "left": left, "tone": tone, "words": words}


def state(holding, on=None):
    """(tone, words) on the date `on` (today), by the row that is the truth of it."""
    on = on or timezone.localdate()
    if holding.is_over(on):
        return TONES[Status.ENDED], Status.ENDED.label
    if holding.status == Status.HELD and holding.since > on:
        return "info", f"{holding.since:%m月%d日}上岗"
    return TONES[holding.status], holding.get_status_display()


def span(holding):
    """2026-01-01 起, or the two days."""
    if holding.since is None:
        return ""
    return f"{holding.since:%Y-%m-%d} 至 {holding.until:%Y-%m-%d}" if holding.until else f"{holding.since:%Y-%m-%d} 起"


def place_in_line(holding):
    """候补第几位."""
    before = holding.position.holdings.in_line().filter(claimed_at__lt=holding.claimed_at)
    same = holding.position.holdings.in_line().filter(claimed_at=holding.claimed_at, pk__lt=holding.pk)
    return before.count() + same.count() + 1


def acting(holdings):
    """{key of the holding: who stands in today}, in as many queries for one as for a hundred."""
    rows = [row for row in holdings if row.duty_id]
    found = stand_ins([row.duty for row in rows]) if rows else {}
    return {row.pk: found[row.duty_id] for row in rows if row.duty_id in found}


def terms(position):
    """(label, words) of what it asks for; empty for a post that is for everybody."""
    ages = [f"满 {position.least_age} 周岁"] if position.least_age else []
    ages += [f"不超过 {position.most_age} 周岁"] if position.most_age else []
    skills = [skill.name for skill in position.skills.all()]
    found = [
        ("身份", "党员" if position.is_members_only else ""),
        ("年龄", "，".join(ages)),
        ("技能", "或".join(skills)),
        ("培训", "参加过对应技能的培训" if position.needs_training else ""),
        ("保险", "有志愿服务保险" if position.needs_insurance else ""),
    ]
    return [(label, words) for label, words in found if words]


@dataclass
class Only:
    """The terms of a post with one of them left, so that each can be ticked by itself."""

    is_for_members: bool = False
    least_age: int | None = None
    most_age: int | None = None
    needs_training: bool = False
    needs_insurance: bool = False
    skills: object = field(default_factory=Skill.objects.none)


def asked(volunteer, position, on=None):
    """[{label, words, missing}] for `volunteer`: what is asked for, and what of it is missing, in words."""
    on = on or timezone.localdate()
    skills = Only(skills=position.skills)
    parts = {
        "身份": Only(is_for_members=position.is_members_only),
        "年龄": Only(least_age=position.least_age, most_age=position.most_age),
        "技能": skills,
        "培训": Only(skills=position.skills, needs_training=position.needs_training),
        "保险": Only(needs_insurance=position.needs_insurance),
    }
    has_no_skill = shortfalls(volunteer, skills, on=on)
    rows = []
    for label, words in terms(position):
        missing = shortfalls(volunteer, parts[label], on=on)
        if label == "培训":
            missing = [each for each in missing if each not in has_no_skill]
        rows.append({"label": label, "words": words, "missing": "；".join(missing)})
    return rows


def timeline(holding):
    """For _partials/_timeline.html."""
    steps = [{"at": holding.claimed_at, "title": "认领", "note": holding.words, "state": "done"}]
    if holding.wished_at:
        steps.append({"at": holding.wished_at, "title": "想离岗或交接", "note": holding.wish, "state": "done"})
    if holding.confirmed_at:
        who = f"{holding.confirmed_by}" if holding.confirmed_by else ""
        note = f"{holding.since:%Y年%m月%d日} 上岗"
        steps.append({"at": holding.confirmed_at, "title": "确认上岗", "note": note, "who": who, "state": "done"})
    tone, words = state(holding)
    last = {"at": "", "title": words, "note": holding.note, "state": "stopped" if tone == "plain" else "now"}
    if holding.is_over(timezone.localdate()):
        last["at"] = f"{holding.until:%Y年%m月%d日}"
    return [*sorted(steps, key=lambda step: step["at"]), last]
