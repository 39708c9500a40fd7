"""What the tablet and the screen in the hall show of a meeting that runs, as plain values."""

import segno
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from deliberations.models import Hearing
from deliberations.services.hearings import ballots, slips
from deliberations.services.hearings.attendance import door_token
from deliberations.services.hearings.quorum import quorum_of
from organizations.parameters import parameter

Status = Hearing.Status
NEXT_SHOWN = 5
BARS = (
    ("for", "同意", "ok"),
    ("against", "反对", "bad"),
    ("abstain", "弃权", "warn"),
    ("void", "无效", ""),
    ("none", "未投", ""),
)


def timer(started_at, minutes, at):
    """How long is left of `minutes`, in whole seconds, negative once it is over; as a page begins to count down."""
    left = int(minutes * 60 - (at - started_at).total_seconds())
    return {"left": left, "words": clock(left), "is_over": left < 0}


def clock(seconds):
    """95 -> 剩 01:35, -5 -> 超 00:05"""
    return f"{'超' if seconds < 0 else '剩'} {abs(seconds) // 60:02}:{abs(seconds) % 60:02}"


def live_of(hearing, at=None):
    at = at or timezone.now()
    agenda = list(hearing.agenda.all())
    item = next((row for row in agenda if row.started_at and not row.ended_at), None)
    waiting = list(item.speeches.filter(ended_at=None).select_related("attendee")) if item else []
    speech = next((row for row in waiting if row.started_at), None)
    votes = list(hearing.votes.all())
    vote = next((row for row in votes if row.is_open), None)
    return {
        "hearing": hearing,
        "quorum": (quorum := quorum_of(hearing)),
        "quorum_tone": "ok" if quorum.is_met else "warn",
        "agenda": agenda,
        "item": item,
        "item_timer": item and timer(item.started_at, item.minutes, at),
        "speech": speech,
        "speech_timer": speech and timer(speech.started_at, parameter("speech_minutes"), at),
        "waiting": [row for row in waiting if row is not speech],
        "vote": vote,
        "turnout": ballots.turnout(vote) if vote and vote.is_secret else None,
        "counted": [(row, bars_of(row)) for row in votes if row.closed_at],
        "coming": [row for row in votes if row.opened_at is None],
        "is_calling": hearing.status == Status.ANNOUNCED,
        "is_open": hearing.status == Status.OPENED,
        "is_over": hearing.status in (Status.CLOSED, Status.PUBLISHED),
        "now": timezone.localtime(at),
    }


def board_of(hearing, at=None):
    """The same for the screen, with a code to scan: to sign in before the meeting, to vote while a ballot runs."""
    story = live_of(hearing, at)
    vote = story["vote"]
    address = ""
    if story["is_calling"]:
        address = sign_in_address(hearing)
    elif vote and vote.is_secret:
        address = slips.ballot_address(vote)
    return {
        **story,
        "waiting": story["waiting"][:NEXT_SHOWN],
        "result": story["counted"][-1] if story["counted"] else None,
        "address": address,
        "qr": address and segno.make(address, error="m").svg_data_uri(scale=8, border=2),
    }


def sign_in_address(hearing):
    return settings.PUBLIC_URL + reverse("hearings:sign_in", args=[door_token(hearing)])


def bars_of(vote):
    """[{name, label, count, tone, most}] of a counted vote; `most`, those present, is the whole of each bar."""
    counts = vote.counts
    return [
        {"name": name, "label": label, "tone": tone, "count": counts[name], "most": vote.present_count}
        for name, label, tone in BARS
        if counts[name] or name in ("for", "against", "abstain")
    ]
