"""What the page of a community worker tells, in the words and figures that its template prints."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format

from cadres import ladder
from cadres.forms.acts import ACTS
from cadres.models import WorkerEvent
from cadres.picture import picture_of
from cadres.services import Book

TONES = {"active": "ok", "left": "plain"}
GRADE_TONES = {ladder.EXCELLENT: "gold", ladder.COMPETENT: "ok", ladder.BASIC: "warn", ladder.INCOMPETENT: "bad"}
ICONS = {
    WorkerEvent.Kind.LEFT: "logout",
    WorkerEvent.Kind.MOVED: "arrow-up",
    WorkerEvent.Kind.APPRAISED: "clipboard-check",
}


def story(worker, user, *, can_change, bound=None):
    """The context of the page, of a worker from `with_record()`."""
    today = timezone.localdate()
    held = worker.entry_on(today)
    entries = sorted(worker.grade_entries.all(), key=lambda row: (row.effective_on, row.pk), reverse=True)
    return {
        "worker": worker,
        "tone": TONES[worker.status],
        "entry": held,
        "coming": next((row for row in reversed(entries) if row.effective_on > today), None),
        "placements": list(worker.placements.all())[::-1],
        "titles": list(worker.qualifications.all()),
        "breaks": list(worker.interruptions.all()),
        "appraisals": [
            {"row": row, "tone": GRADE_TONES[row.grade], "word": row.get_grade_display()}
            for row in sorted(worker.appraisals.all(), key=lambda row: -row.year)
        ],
        "entries": [{"row": row, "is_now": row == held, "is_coming": row.effective_on > today} for row in entries],
        "timeline": timeline_of(worker),
        "acts": acts_of(worker, user, bound) if can_change else [],
        **standing(worker, held, today),
    }


def standing(worker, held, today):
    """By the rules of today: the picture, the sum, the pay, and what is missing."""
    if worker.placement is None:
        return {"trouble": "还没有登记岗位。"}
    scheme = worker.placement.track.scheme
    try:
        book = Book(scheme, today)
        placing = book.place(worker)
        level = held.level if held else placing.level
        pay = book.pay(worker, placing, level)
        ways = book.ways_up(worker, max(today, worker.placement.effective_on))
    except ValidationError as error:
        return {"trouble": "；".join(error.messages)}
    posts = sorted(book.rules.posts.values(), key=lambda post: -post.highest)
    is_here = worker.status == "active"
    return {
        "placing": placing,
        "left_out": placing.left_out,
        "is_behind": is_here and held is not None and placing.level != held.level,
        "pay": pay if is_here else None,
        "ways": ways if is_here else [],
        "rulebook": book.rulebook,
        "picture": picture_of(
            posts,
            scheme.top_level,
            own=placing.post.key,
            level=held.level if held else None,
            reached=reached(worker, today),
        ),
    }


def reached(worker, today):
    """{level: the year in which it was first stood on}."""
    years = {}
    for row in sorted(worker.grade_entries.all(), key=lambda row: (row.effective_on, row.pk)):
        if row.effective_on <= today:
            years.setdefault(row.level, row.effective_on.year)
    return years


def timeline_of(worker):
    events = worker.events.select_related("actor").order_by("-effective_on", "-pk")
    return [
        {
            "at": date_format(event.effective_on, "Y年n月j日"),
            "title": event.get_kind_display(),
            "note": event.note,
            "who": f"{event.actor}登记" if event.actor else "",
            "state": "done",
            "icon": ICONS.get(event.kind, "check"),
        }
        for event in events
    ]


def acts_of(worker, user, bound):
    return [
        bound if isinstance(bound, act) else act(subject=worker, user=user)
        for act in ACTS
        if act.is_offered(worker) and user.has_perm(act.permission)
    ]
