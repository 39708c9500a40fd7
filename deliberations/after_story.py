"""这件事后来怎么样了: what staff finish after a meeting, and what all may read of it, without residents' names."""

from django.utils import timezone

from deliberations.live_story import bars_of
from deliberations.models import Hearing, Opinion, Outcome
from deliberations.services.hearings.publishing import missing_for_publishing
from deliberations.services.hearings.quorum import quorum_of
from deliberations.services.hearings.reminders import answers_due_on

ANSWER_TONES = {Opinion.Answer.ADOPTED: "ok", Opinion.Answer.PARTLY: "info", Opinion.Answer.REFUSED: "plain"}
ISSUE_TONES = {"settled": "ok", "unsettled": "warn"}
OUTCOME_TONES = {Outcome.Status.OPEN: "info", Outcome.Status.DONE: "ok", Outcome.Status.DROPPED: "plain"}


def due_words(outcome, on=None):
    """(tone, words) of its date."""
    if outcome.status != Outcome.Status.OPEN:
        return OUTCOME_TONES[outcome.status], outcome.get_status_display()
    left = (outcome.due_on - (on or timezone.localdate())).days
    if left < 0:
        return "bad", f"已超期 {-left} 天"
    return ("warn", "今天到期") if left == 0 else ("info", f"还剩 {left} 天")


def steps_of(outcome, with_actor=False):
    """Its way so far, and what is still to come."""
    steps = [
        {
            "at": event.at,
            "title": title_of(event),
            "note": event.note,
            "state": "stopped" if event.to_status == Outcome.Status.DROPPED else "done",
            **({"who": str(event.actor or "系统")} if with_actor else {}),
        }
        for event in outcome.events.all()
    ]
    if outcome.status == Outcome.Status.OPEN:
        steps.append({"at": f"{outcome.due_on:%Y年%m月%d日}前", "title": "落实", "note": "", "state": "next"})
    return steps


def title_of(event):
    if not event.from_status:
        return "形成决议"
    return "进展" if event.from_status == event.to_status else event.get_to_status_display()


def outcomes_of(hearing, with_actor=False):
    rows = hearing.outcomes.prefetch_related("events__actor" if with_actor else "events")
    return [(row, *due_words(row), steps_of(row, with_actor)) for row in rows]


def votes_of(hearing):
    return [(row, bars_of(row)) for row in hearing.votes.counted()]


def opinion_counts(opinions):
    """[(how many, answer)] of those answered, for one line."""
    answers = [row.answer for row in opinions]
    return [(answers.count(answer), answer.label) for answer in Opinion.Answer if answers.count(answer)]


def result_of(hearing):
    """The public page of a published meeting."""
    opinions = list(hearing.opinions.all())
    outcomes = outcomes_of(hearing)
    return {
        "hearing": hearing,
        "quorum": quorum_of(hearing),
        "others_count": hearing.attendees.filter(is_entitled=False, signed_in_at__isnull=False).count(),
        "issues": [(row, ISSUE_TONES.get(row.status, "plain")) for row in hearing.issues.all()],
        "votes": votes_of(hearing),
        "opinions": [(row, ANSWER_TONES[row.answer]) for row in opinions],
        "opinion_counts": opinion_counts(opinions),
        "outcomes": outcomes,
        "done_count": sum(1 for row, *_ in outcomes if row.status == Outcome.Status.DONE),
    }


def after_of(hearing):
    """The staff's page of the same, with what is still owed before it may be published."""
    is_closed = hearing.status == Hearing.Status.CLOSED
    return {
        "hearing": hearing,
        "quorum": quorum_of(hearing),
        "votes": votes_of(hearing),
        "opinions": [
            (row, ANSWER_TONES.get(row.answer, "warn")) for row in hearing.opinions.select_related("attendee")
        ],
        "outcomes": outcomes_of(hearing, with_actor=True),
        "issues": [(row, ISSUE_TONES.get(row.status, "warn")) for row in hearing.issues.all()],
        "owed": missing_for_publishing(hearing) if is_closed else [],
        "answers_due_on": answers_due_on(hearing) if is_closed else None,
        "is_closed": is_closed,
        "is_published": hearing.status == Hearing.Status.PUBLISHED,
    }
