"""A case in the words of its page, of the list and of the parties: tones, clocks, what comes next."""

from django.utils import timezone

from deliberations.models import Case

Status = Case.Status
TONES = {
    Status.APPLIED: "info",
    Status.ACCEPTED: "warn",
    Status.MEDIATING: "warn",
    Status.AGREED: "ok",
    Status.REFUSED: "plain",
    Status.FAILED: "plain",
    Status.ENDED: "plain",
    Status.PERFORMED: "ok",
    Status.BREACHED: "bad",
    Status.ARCHIVED: "plain",
}
WARN_DAYS = 3

# What a party reads: (where it stands, what comes next). {day} is the day of the clock.
TOLD = {
    Status.APPLIED: ("已收到申请", "调解委员会将在 {day} 前答复是否受理，并联系对方。"),
    Status.ACCEPTED: ("已受理", "调解员会和双方约时间。调解期限到 {day}。"),
    Status.MEDIATING: ("正在调解", "请按约好的时间参加调解。调解期限到 {day}。"),
    Status.AGREED: ("达成协议", "请在 {day} 前按协议履行。"),
    Status.REFUSED: ("调解已结束", "有一方不同意调解。您可以向人民法院起诉，或者走仲裁、行政途径。"),
    Status.FAILED: ("调解已结束", "没有达成协议。您可以向人民法院起诉，或者走仲裁、行政途径。"),
    Status.ENDED: ("调解已结束", "有疑问请联系社区调解委员会。"),
    Status.PERFORMED: ("协议已履行", "这件事已经办完。"),
    Status.BREACHED: ("协议没有履行", "您可以请调解委员会督促，也可以就协议向人民法院起诉。"),
    Status.ARCHIVED: ("已归档", "这件事已经办完，材料由调解委员会封存保管。"),
}


def tone(case):
    return TONES[case.status]


def clock_day(case):
    """(label, the day it runs out) of what is owed next; None where nothing runs."""
    accord = getattr(case, "accord", None)
    match case.status:
        case Status.APPLIED if case.accept_by:
            return "答复是否受理", case.accept_by
        case Status.ACCEPTED | Status.MEDIATING if case.due_on:
            return "调解期限", case.due_on
        case Status.AGREED | Status.BREACHED if accord is not None:
            return "履行期限", accord.perform_by
    return None


def clock_parts(case, on=None):
    """{label, day, words, tone} of the clock; None where nothing runs."""
    found = clock_day(case)
    if found is None:
        return None
    label, day = found
    left = (day - (on or timezone.localdate())).days
    words = f"还剩 {left} 天" if left > 0 else "今天到期" if left == 0 else f"已过 {-left} 天"
    tone = "bad" if left < 0 else "warn" if left <= WARN_DAYS else "ok"
    return {"label": label, "day": day, "words": words, "tone": tone}


def sides(case):
    """{"applicant": [...], "respondent": [...]} masked, of the parties as they were loaded."""
    found = {"applicant": [], "respondent": []}
    for party in case.parties.all():
        found[party.side].append(party.masked_name)
    return found


def versus(case):
    """周* 与 吴*"""
    return " 与 ".join("、".join(names) or "（未写明）" for names in sides(case).values())


def told(case):
    """{title, lead} for a party."""
    title, lead = TOLD[case.status]
    day = clock_day(case)
    return {"title": title, "lead": lead.format(day=f"{day[1]:%Y年%m月%d日}" if day else "约定日期")}


def timeline(case):
    """What happened, for whoever may open the case."""
    rows = []
    for event in case.events.select_related("actor"):
        has_moved, who = event.from_status != event.to_status, str(event.actor or "当事人")
        title, note = (event.get_to_status_display(), event.note) if has_moved else (event.note, "")
        rows.append({"at": event.at, "title": title, "note": note, "who": who, "state": "done"})
    if rows:
        rows[-1]["state"] = "now" if case.is_running else "done"
    return rows


def party_steps(case):
    """What happened as a party reads it: the steps alone, without the notes and who wrote them."""
    moved = [event for event in case.events.all() if event.from_status != event.to_status]
    rows = [{"at": event.at, "title": TOLD[event.to_status][0], "note": "", "state": "done"} for event in moved]
    if rows:
        rows[-1]["state"] = "now" if case.is_running or case.status == Status.AGREED else "done"
    return rows
