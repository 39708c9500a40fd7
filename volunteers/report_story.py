"""How far a report is: in the words that the person reads, and in those of the staff's page."""

from datetime import timedelta

from django.utils import timezone

from volunteers.models import Report

S = Report.Status
HOUR = timedelta(hours=1)
TONES = {S.SUBMITTED: "info", S.RETURNED: "warn", S.REGISTERED: "warn", S.CONTACTED: "info", S.POSTED: "ok"}
TITLES = {
    S.SUBMITTED: "已收到您的报到",
    S.RETURNED: "请补正后再发一次",
    S.REGISTERED: "社区已接收您的报到",
    S.CONTACTED: "社区已和您对接",
    S.POSTED: "已安排岗位",
    S.MOVED: "已转到另一个社区",
    S.ENDED: "报到已注销",
}
DEEDS = {
    S.SUBMITTED: "报到",
    S.RETURNED: "退回补正",
    S.REGISTERED: "接收，已注册",
    S.CONTACTED: "对接",
    S.POSTED: "安排岗位",
    S.MOVED: "转出",
    S.ENDED: "注销",
}
TURNS = {(S.RETURNED, S.SUBMITTED): "补正后再报", (S.POSTED, S.CONTACTED): "离岗，待安排"}
STEPS = (S.SUBMITTED, S.REGISTERED, S.CONTACTED, S.POSTED)
AHEAD = {S.REGISTERED: "社区接收", S.CONTACTED: "社区联系您，商量做什么", S.POSTED: "安排岗位"}


def tone(report):
    return TONES.get(report.status, "plain")


def spoken_code(report):
    """In two parts, as it is read aloud."""
    return f"{report.code[:4]}-{report.code[4:]}"


def day_of(at):
    at = timezone.localtime(at)
    return f"{at.month}月{at.day}日"


def lead(report, reason=""):
    """What happens next, and when."""
    community, phone = report.community, report.community.hotline
    call = f"有事请打社区电话 {phone}。" if phone else ""
    match report.status:
        case S.SUBMITTED:
            return f"{community}看过以后接收，再与您联系。不用再填一次。"
        case S.RETURNED:
            return f"社区说：{reason}"
        case S.REGISTERED:
            return f"{community}会在 {day_of(report.contact_by)} 前打电话给您，商量做什么、什么时候做。"
        case S.CONTACTED:
            return "接下来安排岗位。您也可以登录“我的志愿服务”，自己认领岗位、报名活动。"
        case S.POSTED:
            return "岗位和活动在“我的志愿服务”里看，服务时长由社区确认后记入。"
        case S.MOVED:
            return "新的社区会另外与您联系。"
    return f"您不再在{community}报到。{call}"


def progress(report):
    """{title, lead, tone, steps}: no names of staff, no internal notes but the reason of a return."""
    events = list(report.events.all())
    returned = [event.note for event in events if event.to_status == S.RETURNED]
    steps = [
        {"at": event.at, "title": _spoken(event), "note": _public_note(event), "state": "done"}
        for event in events
        if event.from_status != event.to_status
    ]
    if steps:
        steps[-1]["state"] = "now" if report.is_open else "stopped"
    if report.is_open and report.status in STEPS:
        steps += [{"title": AHEAD[each], "state": "next"} for each in STEPS[STEPS.index(report.status) + 1 :]]
    return {
        "title": TITLES[report.status],
        "lead": lead(report, returned[-1] if returned else ""),
        "tone": tone(report),
        "code": spoken_code(report),
        "steps": steps,
    }


def _spoken(event):
    return TURNS.get((event.from_status, event.to_status), DEEDS[event.to_status])


def _public_note(event):
    return event.note if event.to_status == S.RETURNED else ""


def timeline(report):
    """The events with who did what and the words left: for staff."""
    events = list(report.events.select_related("actor"))
    return [
        {
            "at": event.at,
            "title": "再次联系" if event.from_status == event.to_status else _spoken(event),
            "note": event.note,
            "who": str(event.actor) if event.actor else "本人",
            "state": "stopped"
            if event.to_status in (S.MOVED, S.ENDED)
            else "now"
            if event is events[-1] and report.is_open
            else "done",
        }
        for event in events
    ]


def deadline_parts(report, at=None):
    """{used, total, words, tone, at} until the first contact, in hours; None where none is owed."""
    if report.status != S.REGISTERED:
        return None
    at = at or timezone.now()
    left = report.contact_by - at
    total = max((report.contact_by - report.registered_at) / HOUR, 0.1)
    used = min(max((at - report.registered_at) / HOUR, 0), total)
    words, colour = (f"对接超期 {_days(-left)}", "bad") if left <= timedelta() else (f"对接还剩 {_days(left)}", "ok")
    if colour == "ok" and left < 48 * HOUR:
        colour = "warn"
    return {"used": round(used, 1), "total": round(total, 1), "words": words, "tone": colour, "at": report.contact_by}


def _days(duration):
    hours = int(duration / HOUR)
    return f"{hours // 24} 天" if hours >= 48 else f"{hours} 小时"
