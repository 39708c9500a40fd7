"""What the pages of an activity show, staff's and the unit's, as plain values for the partials."""

from itertools import groupby
from operator import attrgetter

from django.urls import reverse

from checklists.forms.activities import steps_of
from checklists.models import Activity
from checklists.services.bookings import spoken

S = Activity.Status
TONES = {S.PLANNED: "warn", S.ANNOUNCED: "info", S.HELD: "info", S.CONCLUDED: "ok", S.CANCELLED: "plain"}
DEEDS = {S.ANNOUNCED: "发布", S.HELD: "举办", S.CONCLUDED: "写了总结", S.CANCELLED: "取消"}
RATED = {"satisfied": "满意", "mostly": "基本满意", "dissatisfied": "不满意"}


def timeline(activity):
    steps = [
        {
            "at": event.at,
            "title": _deed(event),
            "note": event.note,
            "who": str(event.actor) if event.actor else "系统",
            "state": "stopped" if event.to_status == S.CANCELLED else "done",
        }
        for event in activity.events.select_related("actor")
    ]
    coming = {
        S.PLANNED: [("发布", ""), ("举办", activity.starts_at), ("写总结", "")],
        S.ANNOUNCED: [("举办", activity.starts_at), ("写总结", "")],
        S.HELD: [("写总结", "")],
    }.get(activity.status, [])
    return steps + [{"at": at, "title": title, "state": "next"} for title, at in coming]


def _deed(event):
    if event.to_status == event.from_status:
        return "更改计划"
    if event.to_status == S.PLANNED:
        return "撤下" if event.from_status else "登记"
    return DEEDS[event.to_status]


def seats_of(activity):
    """{taken, left, words, percent}: percent is what is left, None where there is no limit."""
    taken = activity.enrolments.standing().people()
    if not activity.seats:
        return {"taken": taken, "words": f"已报 {taken} 人，不限名额", "percent": None}
    left = max(activity.seats - taken, 0)
    return {
        "taken": taken,
        "left": left,
        "words": f"已报 {taken} / {activity.seats} 人",
        "percent": round(100 * left / activity.seats),
    }


def verdict_of(activity):
    """{rated, words, parts}: never a rate without its count."""
    rows = activity.enrolments.exclude(satisfaction="")
    counts = dict.fromkeys(RATED, 0)
    for key in rows.values_list("satisfaction", flat=True):
        counts[key] += 1
    rated = sum(counts.values())
    good = counts["satisfied"] + counts["mostly"]
    return {
        "rated": rated,
        "words": f"满意 {good} / 评价 {rated}" if rated else "还没有评价",
        "parts": [{"label": RATED[key], "count": count} for key, count in counts.items()],
        "notes": list(rows.exclude(rating_note="").order_by("-rated_at").values_list("rating_note", flat=True)[:20]),
    }


def venues_of(activity):
    """["社区会议室（12月1日（周二）上午）"]: what is booked for it."""
    rows = groupby(
        activity.bookings.select_related("resource").order_by("resource", "day", "half"), attrgetter("resource")
    )
    return [f"{venue}：{'、'.join(spoken(each.day, each.half) for each in held)}" for venue, held in rows]


def photos_of(activity, url_name):
    return [
        {
            "url": reverse(url_name, args=[photo.pk]),
            "alt": f"活动照片 {number}，{'已公开' if photo.is_public else '不公开'}，点开看大图",
            "is_public": photo.is_public,
        }
        for number, photo in enumerate(activity.photos.all(), start=1)
    ]


def story(activity, user, *, can_change, bound=None):
    steps = steps_of(activity, user, bound) if can_change else []
    attendance = next((step for step in steps if step.verb == "check-attendance"), None)
    steps = [step for step in steps if step is not attendance]
    return {
        "activity": activity,
        "tone": TONES[activity.status],
        "timeline": timeline(activity),
        "seats": seats_of(activity),
        "verdict": verdict_of(activity),
        "main_steps": [step for step in steps if not step.is_quiet],
        "more_steps": [step for step in steps if step.is_quiet],
        "attendance": attendance,
        "can_edit": can_change and activity.status in (S.PLANNED, S.ANNOUNCED),
        "is_held": activity.status in (S.HELD, S.CONCLUDED),
        "joint_units": activity.joint_units.all(),
        "venues": venues_of(activity),
    }
