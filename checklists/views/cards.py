"""A dispatch as plain values for the pages of the desk: its state, its deadline, what may be done with it."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from checklists.models import Dispatch, Need, Resource
from checklists.services.feedback import takes_feedback
from organizations.services.calendars import office_calendar
from organizations.workdays import working_time_between

Status = Dispatch.Status
CONTACT = ("contact_name", "contact_phone", "on_behalf_of", "address_detail")
VERBS = ("detail", "take", "decline", "start", "finish", "book", "feedback")


class Clock:
    """Deadlines in working time, for as many rows as a page has, with one look at the calendar."""

    def __init__(self, at=None):
        self.at = at or timezone.now()
        self.schedule, self.overrides = office_calendar()

    def hours(self, start, end):
        return working_time_between(start, end, self.schedule, self.overrides) / timedelta(hours=1)

    def words(self, hours):
        day = sum((closes - opens for opens, closes in self.schedule.spans(self.at.date())), timedelta())
        days = hours / (day / timedelta(hours=1) or 8)
        if days >= 2:
            return f"{int(days)} 个工作日"
        return f"{int(hours)} 个工作小时" if hours >= 1 else f"{max(int(hours * 60), 1)} 分钟"

    def deadline(self, start, until, *, soon=4):
        """What the deadline partial takes; amber when less than `soon` working hours are left."""
        total = max(self.hours(start, until), 0.1)
        if until <= self.at:
            late = self.words(self.hours(until, self.at))
            return {"words": f"已超期 {late}", "tone": "bad", "used": 1, "total": 1, "at": until}
        left = self.hours(self.at, until)
        return {
            "words": f"还剩 {self.words(left)}",
            "tone": "warn" if left < soon else "ok",
            "used": round(min(max(total - left, 0), total), 2),
            "total": round(total, 2),
            "at": until,
        }


def badge(row):
    if row.status == Status.TAKEN:
        tone = "plain" if row.need.status == Need.Status.SUSPENDED else "info"
        return {"tone": tone, "word": row.need.get_status_display()}
    tones = {Status.OFFERED: "warn", Status.FINISHED: "ok"}
    return {"tone": tones.get(row.status, "plain"), "word": row.get_status_display()}


def open_acts(row):
    """The verbs that this dispatch offers now. A need that the community has suspended can only be given back."""
    if row.status == Status.OFFERED:
        return {"take", "decline"}
    if row.status != Status.TAKEN:
        return {"feedback"} if takes_feedback(row) else set()
    more = {Need.Status.TAKEN: {"start", "finish"}, Need.Status.IN_SERVICE: {"finish"}}
    acts = {"decline"} | more.get(row.need.status, set())
    return acts | {"book"} if row.resource.kind == Resource.Kind.VENUE else acts


def rating(row):
    """What the resident said of this unit's work; nothing when it was done again by somebody since."""
    need = row.need
    if row.status != Status.FINISHED or need.done_at != row.finished_at:
        return None
    if need.parent_id and not need.satisfaction:
        return {"tone": "plain", "word": "整件事办完，居民一起评价", "note": ""}
    tones = {"satisfied": "ok", "mostly": "info", "dissatisfied": "bad"}
    if not need.satisfaction:
        return {"tone": "plain", "word": "等居民评价", "note": ""}
    solved = "已解决" if need.is_solved else "没有解决"
    return {
        "tone": tones[need.satisfaction],
        "word": f"{need.get_satisfaction_display()}，{solved}",
        "note": need.rating_note,
    }


def card(row, clock, url):
    """A dispatch as plain values; `url(verb)` gives the addresses of its pages."""
    need = row.need
    deadline = None
    if row.status == Status.OFFERED:
        deadline = {**clock.deadline(row.offered_at, row.reply_by), "label": "答复时间"}
        if deadline["tone"] == "bad":
            deadline["words"] = "已过答复期限，随时会退回社区"
    elif row.status == Status.TAKEN and need.deadline:
        deadline = {**clock.deadline(need.submitted_at, need.deadline, soon=8), "label": "办理时间"}
    acts = open_acts(row)
    return {
        "row": row,
        "need": need,
        "place": f"{need.community} {need.building}" if need.building_id else str(need.community),
        "badge": badge(row),
        "deadline": deadline,
        "acts": acts,
        "post_url": next((url(verb) for verb in ("take", "start") if verb in acts), None),
        "rating": rating(row),
        "urls": {verb: url(verb) for verb in VERBS},
    }


def contact(need, reveal_url):
    """The resident's data as masked lines; `reveal_url(field)` is where a logged click shows the rest, or None."""
    return [
        {
            "label": need._meta.get_field(field).verbose_name,
            "masked": getattr(need, f"masked_{field}"),
            "url": reveal_url(field) if reveal_url else None,
        }
        for field in CONTACT
        if getattr(need, field)
    ]


def liaison_cards(rows, clock):
    return [card(row, clock, lambda verb, pk=row.pk: reverse(f"desk:dispatch_{verb}", args=[pk])) for row in rows]
