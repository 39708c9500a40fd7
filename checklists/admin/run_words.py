"""What the pages of a run say, as plain values for the partials."""

from math import floor

from checklists.admin.presenting import PARTS
from checklists.models import Run, Urgency
from checklists.services import runs

TONES = {
    Run.Status.QUEUED: "info",
    Run.Status.RUNNING: "info",
    Run.Status.FINISHED: "ok",
    Run.Status.FAILED: "bad",
}
STEPS = {"read": "读取需求和资源", "candidates": "找出能配对的", "solve": "统筹求解", "write": "写入结果"}
KINDS = {
    "changed": "换了资源",
    "gained": "新配上",
    "lost": "不再配上",
    "arrived": "新来的需求",
    "left": "已派出或离开待派",
}
REASONS = {
    "closed": "原来的资源已停止",
    "category": "原来的资源不再服务这类需求",
    "area": "原来的资源不在服务范围",
    "group": "原来的资源不对这类居民开放",
    "window": "时间合不上了",
    "capacity": "原来的资源名额不够了",
    "refused": "原单位谢绝了这件事",
    "gone": "原来的资源已不在清单里",
    "price": "原来的资源紧缺，让给了更需要的事",
    "place": "现在有名额了",
    "same": "没有变化",
}
BETTER = {
    "urgency": "按新的权重更合适",
    "waiting": "按新的权重更合适",
    "proximity": "新的单位更近",
    "category": "新的单位更对口",
    "load": "新的单位手头更空",
}
GROUPINGS = {"category": "按大类", "community": "按社区", "urgency": "按紧急程度", "waiting": "按等待时间"}
WAITS = {0: "不到 7 天", 7: "7 到 30 天", 30: "30 到 60 天", 60: "60 到 90 天", 90: "90 天以上"}
PLAIN = {
    "certificate": "没有哪种安排的总分能超过“上界”。总分除以上界，就是至少达到理论最优的百分之几，真实的差距只会更小。",
    "score": "每件配上的需求，匹配度乘以服务人数，加在一起。",
}


def percent(ratio):
    """0.99846 → "99.84%": never said to be more than it is. Empty where there is nothing to measure."""
    if ratio == 1:
        return "100%"
    return "" if ratio is None else f"{floor(ratio * 10_000) / 100:.2f}%"


def certificate(run):
    """{words, room, score, bound}: how near the best possible, and how much any other plan could gain at most."""
    if run.ratio is None:
        return {"words": "没有要统筹的需求，或没有能配的资源", "room": ""}
    room = run.upper_bound - run.score
    return {
        "score": f"{run.score:,}",
        "bound": f"{run.upper_bound:,}",
        "words": f"至少达到理论最优的 {percent(run.ratio)}",
        "room": f"不管怎么重新安排，总分最多再多 {room:,} 分。" if room else "再怎么安排也不会更好。",
    }


def total_seconds(run):
    return round(sum(run.seconds.values()), 1)


def steps(run):
    """The seconds of each step, and its share of all in 0..100."""
    total = sum(run.seconds.values()) or 1
    return [
        {"label": label, "seconds": f"{run.seconds[name]:.2f}", "share": round(100 * run.seconds[name] / total)}
        for name, label in STEPS.items()
        if name in run.seconds
    ]


def who(run):
    return str(run.started_by) if run.started_by else "系统（定时）"


def weight_rows(run, former=None):
    """[{label, points, before}] of the five weights, as the office writes them."""
    before = former.settings.get("weights", {}) if former else {}
    return [
        {"label": label, "points": int(run.settings["weights"][name]), "before": int(before[name]) if before else None}
        for name, label in PARTS.items()
        if name in run.settings.get("weights", {})
    ]


def reason(exchange, kind):
    """Why a need has what it now has, in words."""
    if kind in ("arrived", "left"):
        return KINDS[kind]
    return {**REASONS, **BETTER}[exchange.change.reason]


def exchange_lines(exchanges, kind):
    return [
        {"need": each.need, "old": each.old, "new": each.new, "why": reason(each, kind), "scores": scores(each.change)}
        for each in exchanges
    ]


def scores(change):
    """ "6200 → 7100" where both can be compared."""
    if change.old is None or change.new is None or change.reason == "same":
        return ""
    return f"{change.old.score} → {change.new.score}"


def side_by_side(run, former):
    """[{label, now, before, definition}]: the two runs in figures."""
    at = run.started_at
    rows = [
        ("参加的需求", f"{run.need_count:,}", f"{former.need_count:,}"),
        ("配上的需求", f"{run.served_count:,}", f"{former.served_count:,}"),
        ("服务人数", f"{runs.people_served(run):,}", f"{runs.people_served(former):,}"),
        ("总分（都按现行权重）", f"{runs.worth(run, at):,}", f"{runs.worth(former, at):,}"),
        ("总分（按各自权重）", f"{run.score:,}", f"{former.score:,}"),
        ("至少达到理论最优的", percent(run.ratio) or "—", percent(former.ratio) or "—"),
        ("用时（秒）", total_seconds(run), total_seconds(former)),
    ]
    return [{"label": label, "now": now, "before": before} for label, now, before in rows]


def groupings(run, former):
    """[{title, rows: [{label, now, before, more}]}]: whom either run served."""
    now, before = runs.served_by(run), runs.served_by(former)
    names = {"urgency": dict(Urgency.choices), "waiting": WAITS}
    found = []
    for key, title in GROUPINGS.items():
        classes = {**before[key], **now[key]}
        order = sorted(classes) if key in names else sorted(classes, key=lambda each: (-classes[each], str(each)))
        rows = [
            {
                "label": names.get(key, {}).get(each, each),
                "now": now[key].get(each, 0),
                "before": before[key].get(each, 0),
                "more": more(now[key].get(each, 0) - before[key].get(each, 0)),
            }
            for each in order
        ]
        found.append({"title": title, "rows": rows})
    return found


def more(difference):
    return f"{difference:+d}" if difference else "相同"
