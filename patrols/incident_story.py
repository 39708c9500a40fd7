"""All that the staff's page of one incident shows, as plain values for the partials."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from checklists.admin.presenting import spoken
from checklists.changes import changes_of
from patrols.forms.incidents import steps_of
from patrols.models import Incident, IncidentPhoto
from patrols.services import incidents

S, Stage = Incident.Status, IncidentPhoto.Stage
TONES = {
    S.REPORTED: "info",
    S.ACCEPTED: "warn",
    S.ASSIGNED: "info",
    S.HANDLED: "warn",
    S.CLOSED: "ok",
    S.ESCALATED: "warn",
}
DEEDS = {
    S.REPORTED: "上报",
    S.ACCEPTED: "受理",
    S.RETURNED: "不予受理",
    S.ASSIGNED: "派遣",
    S.HANDLED: "处置完成",
    S.CLOSED: "核查通过，结案",
    S.SUSPENDED: "挂起",
    S.ESCALATED: "上报上级",
    S.MERGED: "并入另一件",
}
# (from, to): what the same status is called when it is come to from there
TURNS = {
    ("", S.CLOSED): "当场解决",
    (S.HANDLED, S.ASSIGNED): "返工",
    (S.ASSIGNED, S.ACCEPTED): "退回派遣",
    (S.ESCALATED, S.ACCEPTED): "上级答复",
    (S.SUSPENDED, S.ACCEPTED): "恢复办理",
    (S.SUSPENDED, S.ASSIGNED): "恢复办理",
}
ENDED = {S.RETURNED, S.MERGED}
WHAT_RUNS = {S.REPORTED: "受理", S.ACCEPTED: "派遣", S.ASSIGNED: "处置", S.HANDLED: "核查", S.ESCALATED: "接办"}


def tone(incident):
    return TONES.get(incident.status, "plain")


def deadline_parts(incident, at=None):
    """{used, total, words, tone, at, label} for the deadline bar, in hours; None when no clock runs."""
    if incident.deadline is None:
        return None
    at = at or timezone.now()
    start, hour = _started(incident), timedelta(hours=1)
    total = max((incident.deadline - start) / hour, 0.1)
    left, what = incident.deadline - at, WHAT_RUNS[S(incident.status)]
    over = left <= timedelta()
    words = f"{what}超期 {spoken(-left)}" if over else f"{what}还剩 {spoken(left)}"
    near = "warn" if left < timedelta(hours=4) else "ok"
    used = min(max((at - start) / hour, 0), total)
    return {
        "used": round(used, 1),
        "total": round(total, 1),
        "words": words,
        "tone": "bad" if over else near,
        "at": incident.deadline,
    }


def _started(incident):
    starts = {S.ASSIGNED: incident.assigned_at, S.HANDLED: incident.handled_at, S.ACCEPTED: incident.accepted_at}
    return starts.get(incident.status) or incident.reported_at


def timeline(incident):
    events = list(incident.events.select_related("actor"))
    return [
        {
            "at": event.at,
            "title": _title(event),
            "note": event.note,
            "who": str(event.actor) if event.actor else "系统",
            "state": "stopped"
            if event.to_status in ENDED
            else "now"
            if event is events[-1] and incident.is_open
            else "done",
        }
        for event in events
    ]


def _title(event):
    if event.from_status == event.to_status:
        words = ("吹哨", "解除吹哨", "改派", "上报")
        return next(
            (word for word in words if event.note.startswith(word)), "部门报到" if "报到，" in event.note else "登记"
        )
    return TURNS.get((event.from_status, event.to_status), DEEDS[event.to_status])


def photos_of(incident, url_name):
    """{"before": [...], "after": [...]} for the partial of photos."""
    found = {Stage.REPORTED: [], Stage.HANDLED: []}
    for photo in incident.photos.all():
        rows = found[photo.stage]
        alt = f"{photo.get_stage_display()}的照片 {len(rows) + 1}，点开看大图"
        rows.append({"url": reverse(url_name, args=[photo.pk]), "alt": alt})
    return {"before": found[Stage.REPORTED], "after": found[Stage.HANDLED]}


def whistles_of(incident):
    """[{whistle, lines}]: each department with its time, newest whistle first."""
    rows = incident.whistles.select_related("called_by", "ended_by").prefetch_related("arrivals")
    return [{"whistle": row, "lines": [arrival_line(each, row) for each in row.arrivals.all()]} for row in rows]


def arrival_line(arrival, whistle):
    arrival.whistle = whistle
    if arrival.minutes is not None:
        words, tone = (f"{arrival.minutes} 分钟，迟到", "bad") if arrival.is_late else (f"{arrival.minutes} 分钟", "ok")
    elif whistle.ended_at:
        words, tone = "没有报到", "bad"
    else:
        words, tone = ("超时未报到", "bad") if arrival.is_late else ("等待报到", "info")
    return {"arrival": arrival, "words": words, "tone": tone, "is_absent": arrival.arrived_at is None}


def holder(incident):
    """In whose hands it is, by name: for staff."""
    duty = incident.receiver if incident.status == S.REPORTED else incident.handler
    if not incident.is_open and duty is None:
        return incident.department
    if duty is not None:
        return duty.name
    above = incident.level > Incident.Level.COMMUNITY
    return incident.department or (incident.get_level_display() if above else incident.community.name)


def arrivals_summed_up(whistle):
    """(tone, words): how many have come, and how long the slowest took."""
    lines = [arrival_line(each, whistle) for each in whistle.arrivals.all()]
    took = [line["arrival"].minutes for line in lines if not line["is_absent"]]
    words = f"{len(took)} / {len(lines)} 到" + (f"，最久 {max(took)} 分钟" if took else "")
    is_bad = any(line["tone"] == "bad" for line in lines)
    return ("bad" if is_bad else "ok" if len(took) == len(lines) else "info"), words


def story(incident, user, bound=None):
    steps = steps_of(incident, user, bound)
    named = {step.verb: step for step in steps}
    calls = whistles_of(incident)
    # They stand beside the whistle that is open.
    own_place = {"arrive", "end-whistle"} if any(call["whistle"].is_open for call in calls) else ()
    return {
        "incident": incident,
        "tone": tone(incident),
        "deadline": deadline_parts(incident),
        "timeline": timeline(incident),
        "photos": photos_of(incident, "admin:patrols_incident_photo"),
        "whistles": calls,
        "main_steps": [step for step in steps if not step.is_quiet],
        "more_steps": [step for step in steps if step.is_quiet and step.verb not in own_place],
        "arrive_step": named.get("arrive"),
        "end_step": named.get("end-whistle"),
        "merge_step": named.get("merge"),
        "repeats": _repeats(incident, user),
        "merged": incident.merged_incidents.select_related("reporter"),
        "changes": changes_of(incident, user),
    }


def _repeats(incident, user):
    if S.MERGED not in incident.next_statuses:
        return []
    rows = Incident.objects.visible_to(user).select_related("matter", "building__quarter", "community")
    return incidents.likely_repeats(incident, rows)
