"""What the page of a 大党委 shows, as plain values."""

from django.utils import timezone

from organizations.models import Agreement, Councillor, League, LeagueMeeting, LeaguePlanItem
from organizations.parameters import parameters
from organizations.querysets.leagues import quarter_of

TONES = {
    "recommended": "warn",
    "deliberated": "warn",
    "approved": "info",
    "appointed": "ok",
    "declined": "plain",
    "left": "plain",
    "planned": "info",
    "held": "ok",
    "cancelled": "plain",
    "open": "info",
    "done": "ok",
    "dropped": "plain",
}
STEPS = ("recommended", "deliberated", "approved", "appointed")
SHOWN_MEETINGS, SHOWN_EVENTS = 6, 20


def page_of_league(league, user):
    today = timezone.localdate()
    units = units_of(league, user, today)
    councillors = list(league.councillors.standing().select_related("unit"))
    plan = plan_of(league, today)
    meetings = league.meetings.with_attendance().order_by("-starts_at", "-pk")[:SHOWN_MEETINGS]
    resolutions = [
        (row, *row.due(today)) for row in league.resolutions.open().select_related("unit").order_by("due_on")
    ]
    late_count = sum(1 for _, tone, _ in resolutions if tone == "bad")
    return {
        "league": league,
        "units": units,
        "tile_words": {
            "units": f"{sum(1 for _, agreement in units if agreement)} 家有生效的协议",
            "plan": f"共 {sum(each['total'] for each in plan)} 项",
            "resolutions": f"{late_count} 件超期" if late_count else "没有超期的",
            "appraisals": f"{today.year} 年已评",
        },
        "steps": steps_of(councillors),
        "size_words": size_words(councillors),
        "plan": plan,
        "year": today.year,
        "done_count": sum(each["done"] for each in plan),
        "meetings": [(each, TONES[each.status]) for each in meetings],
        "quarter": quarter_words(league, today),
        "resolutions": resolutions,
        "appraisal_count": league.appraisals.filter(year=today.year).count(),
        "appraisal_query": f"?league__id__exact={league.pk}",
        "chair_left": chair_words(league, today),
        "communities": communities_of(league, user),
        "events": league.events.select_related("actor").order_by("-at", "-pk")[:SHOWN_EVENTS],
    }


def units_of(league, user, today):
    """[(member, its agreement in force or None)]; of several the one that runs longest."""
    members = list(league.members.current().select_related("unit__liaison"))
    agreements = Agreement.objects.visible_to(user).in_force(today).filter(unit__in=[row.unit_id for row in members])
    if league.kind == League.Kind.COMMUNITY:
        agreements = agreements.filter(organization=league.organization_id)
    found = {row.unit_id: row for row in agreements.order_by("ends_on")}
    return [(member, found.get(member.unit_id)) for member in members]


def steps_of(councillors):
    """[{label, tone, rows}] of the four steps of an appointment, the last one first: those in office."""
    labels = dict(Councillor.Status.choices)
    return [
        {"label": labels[status], "tone": TONES[status], "rows": [row for row in councillors if row.status == status]}
        for status in reversed(STEPS)
    ]


def size_words(councillors):
    """(tone, words): how many are in office, beside how many there usually are."""
    here = [row for row in councillors if row.status == "appointed"]
    full = sum(1 for row in here if row.kind == Councillor.Kind.FULL_TIME)
    keys = ("league_councillors_min", "league_councillors_max")
    values = parameters(*keys)
    least, most = (int(values[key]) for key in keys)
    usual = f"一般 {least} 至 {most} 名"
    tone = "ok" if least <= len(here) <= most else "warn"
    return tone, f"在任 {len(here)} 名：专职 {full}、兼职 {len(here) - full}。{usual}"


def plan_of(league, today):
    """[{label, total, done, percent, rows}] of this year's plan, under the five headings."""
    items = list(league.items.of_year(today.year).prefetch_related("units"))
    found = []
    for heading, label in LeaguePlanItem.Heading.choices:
        rows = [item for item in items if item.heading == heading]
        done = sum(1 for item in rows if item.done_on)
        percent = round(100 * done / len(rows)) if rows else 0
        late = any(item.state(today)[0] == "bad" for item in rows)
        found.append(
            {
                "key": heading,
                "label": label,
                "total": len(rows),
                "done": done,
                "percent": percent,
                "tone": "warn" if late else "ok" if rows and done == len(rows) else "",
                "rows": [(item, *item.state(today)) for item in rows],
            }
        )
    return found


def quarter_words(league, today):
    """(tone, words) about the 联席会议 of this quarter."""
    first, _ = quarter_of(today)
    name = f"第{'一二三四'[first.month // 3]}季度"
    joint = league.meetings.joint().in_quarter(today)
    if joint.held().exists():
        return "ok", f"{name}已开联席会议"
    ahead = joint.planned().order_by("starts_at").first()
    if ahead is not None:
        day = timezone.localdate(ahead.starts_at)
        return "info", f"{name}联席会议定在 {day.month}月{day.day}日"
    return "warn", f"{name}还没开联席会议"


def chair_words(league, today):
    """(tone, words) of how long the chair has left; None without a chair."""
    if league.chair_until is None:
        return None
    left = (league.chair_until - today).days
    if left < 0:
        return "bad", f"已到期 {-left} 天，请交接"
    return ("warn" if left <= 7 else "ok"), f"还有 {left} 天"


def communities_of(league, user):
    """The 大党委 below a 联合会, as far as `user` sees them."""
    if league.kind != League.Kind.DISTRICT:
        return []
    rows = League.objects.visible_to(user).standing().filter(federation=league)
    return rows.with_counts().with_meeting().order_by("name")


# --- A meeting --------------------------------------------------------------------------------------------------------
def roll_of(meeting, councillors):
    """[{councillor, tone, words, at}] of all who were expected, those who came first."""
    noted = {row.councillor_id: row for row in meeting.attendances.all()}
    lines = []
    for each in councillors:
        row = noted.get(each.pk)
        if row is None:
            over = meeting.status == LeagueMeeting.Status.HELD
            tone, words = ("bad", "无故缺席") if over else ("plain", "未到")
        elif row.way == "leave":
            tone, words = "warn", f"请假：{row.reason}"
        else:
            tone, words = "ok", row.get_way_display()
        lines.append({"councillor": each, "tone": tone, "words": words, "at": row.signed_at if row else None})
    return sorted(lines, key=lambda line: ("ok", "warn", "plain", "bad").index(line["tone"]))


def meeting_timeline(meeting):
    return [
        {
            "at": event.at,
            "title": event.what,
            "note": "" if event.note == meeting.topic else event.note,
            "who": str(event.actor or "系统"),
            "state": "stopped" if event.to_status == "cancelled" else "done",
        }
        for event in meeting.events.select_related("actor")
    ]
