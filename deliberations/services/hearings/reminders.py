"""Who is reminded of a meeting and of what came of it. What was told already stands in the rows. `at` is the clock."""

from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import channels
from accounts.services import notify_once
from deliberations.hearing_words import address_for
from deliberations.models import Hearing, Outcome
from deliberations.services.hearings.door import append, moment, staff_of
from organizations.parameters import parameter
from volunteers.services.hours import publicity_end

REMINDED = "会前短信提醒"


# --- Before it --------------------------------------------------------------------------------------------------------
def to_remind(at=None):
    """Announced meetings that begin within the set hours."""
    at = at or timezone.now()
    until = at + timedelta(hours=parameter("hearing_remind_hours"))
    return Hearing.objects.filter(status=Hearing.Status.ANNOUNCED, starts_at__gt=at, starts_at__lte=until)


@transaction.atomic
def claim_reminder(hearing, *, at=None):
    """Keys of the attendees to be told, once for each announcement; [] where another worker was faster."""
    at = at or timezone.now()
    hearing = to_remind(at).select_for_update(of=("self",), no_key=True).filter(pk=hearing.pk).first()
    if hearing is None or not channels.is_open():
        return []
    if hearing.events.filter(note__startswith=REMINDED, at__gte=hearing.announced_at or at).exists():
        return []
    keys = list(hearing.attendees.filter(signed_in_at=None).order_by("pk").values_list("pk", flat=True))
    append(hearing, hearing.status, actor=None, note=f"{REMINDED} {len(keys)} 人", at=at)
    return keys


def reminder_to(attendee):
    hearing = attendee.hearing
    what = f"{hearing.get_kind_display()}“{hearing.title}”"
    return f"提醒：{moment(hearing.starts_at)}，{hearing.place}，{what}，请准时参加。{address_for(attendee)}"


# --- After it ---------------------------------------------------------------------------------------------------------
def answers_due_on(hearing):
    """The day by which its opinions are owed an answer: `opinion_answer_days` working days after it closed."""
    return publicity_end(timezone.localdate(hearing.closed_at), parameter("opinion_answer_days"))


def with_unanswered():
    return Hearing.objects.filter(status=Hearing.Status.CLOSED, opinions__answer="").distinct()


def remind_answers(hearing, *, at=None):
    """The staff, once, when the day has passed. How many were told."""
    if timezone.localdate(at) <= answers_due_on(hearing):
        return 0
    count = hearing.opinions.filter(answer="").count()
    text = f"“{hearing}”的意见过了 {answers_due_on(hearing):%m月%d日} 还没有答复完，请逐条答复后公开结果。"
    return len(notify_once(staff_of(hearing), text=text[:200], link=after_page(hearing))) if count else 0


def due_outcomes(on=None):
    """Open ones that are due within `outcome_remind_days`, or were due in the last month."""
    on = on or timezone.localdate()
    until = on + timedelta(days=int(parameter("outcome_remind_days")))
    return Outcome.objects.open().filter(due_on__range=(on - timedelta(days=30), until))


def remind_outcome(outcome, *, at=None):
    """The staff, once before it is due and once after. How many were told."""
    if outcome.status != Outcome.Status.OPEN:
        return 0
    is_late = outcome.due_on < timezone.localdate(at)
    words = "已过完成时限" if is_late else "快到完成时限"
    text = f"决议事项{words}（{outcome.due_on:%m月%d日}，{outcome.owner}）：{outcome.text}"
    link = reverse("admin:deliberations_outcome_change", args=[outcome.pk])
    return len(notify_once(staff_of(outcome.hearing), text=text[:200], link=link))


def after_page(hearing):
    return reverse("admin:deliberations_hearing_after", args=[hearing.pk])
