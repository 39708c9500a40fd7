"""Those called to a meeting: invited by staff, or with an open seat of their own choice; and how they are told.

Lock: the hearing, before anybody on its list is counted.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from deliberations.models import Attendee, Hearing
from deliberations.services.hearings.door import append, lock_hearing, permit, stale
from govern.fields import blind_index
from organizations.parameters import parameter

Status = Hearing.Status
# Until the doors close on it, people may be called in and struck off.
CALLING = (Status.DRAFTED, Status.ANNOUNCED, Status.POSTPONED)
FULL = "公开席位已经报满。可以到会上旁听，或者把意见告诉社区。"
KNOWN = "这个手机号已在参会名单里，不用再报名。"


def tell(attendees, what):
    """A message to each, after the commit: `what` as deliberations.hearing_words.message_to has it."""
    from deliberations.tasks.calling import tell_called

    for attendee in attendees:
        tell_called.delay_on_commit(attendee.pk, what)


@transaction.atomic
def invite(hearing, *, rows, actor, at=None):
    """邀请 [{name, phone, role, unit, is_entitled}]; once announced, those who are new are told at once.

    Who is on the list already stays as they are. Returns the new ones. ValidationError beside `rows`.
    """
    hearing = lock_hearing(hearing)
    permit(hearing, actor)
    if hearing.status not in CALLING:
        raise stale(hearing)
    known = set(hearing.attendees.values_list("phone_index", flat=True))
    fresh = {blind_index(row["phone"]): row for row in rows}
    new = [Attendee(hearing=hearing, **row) for index, row in fresh.items() if index not in known]
    most = int(parameter("hearing_most_attendees"))
    if len(known) + len(new) > most:
        raise ValidationError({"rows": f"一次会议最多通知 {most} 人。"}, code="count")
    for attendee in new:
        attendee.full_clean(exclude=["hearing"])
        attendee.save()
    if hearing.status == Status.ANNOUNCED:
        tell(new, "invited")
    return new


@transaction.atomic
def change_attendee(attendee, *, role, is_entitled, actor):
    """Who they are and whether they vote, until the meeting begins."""
    hearing = lock_hearing(attendee.hearing)
    permit(hearing, actor)
    if hearing.status not in CALLING:
        raise stale(hearing)
    attendee = hearing.attendees.select_for_update(no_key=True).get(pk=attendee.pk)
    attendee.role, attendee.is_entitled = role, is_entitled
    attendee.save(update_fields=["role", "is_entitled"])
    return attendee


@transaction.atomic
def strike_off(attendee, *, actor):
    """划掉, until the meeting begins. Struck off already: nothing happens."""
    hearing = lock_hearing(attendee.hearing)
    permit(hearing, actor)
    if hearing.status not in CALLING:
        raise stale(hearing)
    hearing.attendees.filter(pk=attendee.pk).delete()
    return hearing


@transaction.atomic
def note_told(attendees, *, actor, at=None):
    """已当面或电话通知, of those whom no message reached. Returns how many."""
    attendees = list(attendees)
    for hearing in {each.hearing for each in attendees}:
        permit(hearing, actor)
    rows = Attendee.objects.filter(pk__in=[each.pk for each in attendees], invited_at=None)
    return rows.update(invited_at=at or timezone.now())


def seats_left(hearing):
    return max(hearing.open_seats - hearing.attendees.filter(is_open_seat=True).count(), 0)


@transaction.atomic
def take_seat(hearing, *, name, phone, at=None):
    """公开席位 for the proven `phone`, one each. The hearing's row is locked before the seats are counted.

    Who takes one may speak; whether they vote is the staff's to say before the meeting. ValidationError: closed
    ("closed"), on the list already ("known"), no seat left ("full").
    """
    at = at or timezone.now()
    hearing = lock_hearing(hearing)
    if hearing.status != Status.ANNOUNCED or hearing.starts_at <= at:
        raise ValidationError("现在不能报名，请看会议的最新安排。", code="closed")
    if hearing.attendees.filter(phone_index=blind_index(phone)).exists():
        raise ValidationError({"phone": KNOWN}, code="known")
    if seats_left(hearing) == 0:
        raise ValidationError(FULL, code="full")
    attendee = Attendee(hearing=hearing, name=name.strip(), phone=phone, is_entitled=False, is_open_seat=True)
    attendee.full_clean(exclude=["hearing"])
    attendee.save()
    tell([attendee], "seated")
    return attendee


@transaction.atomic
def give_seat_back(attendee, *, at=None):
    """Given up by whoever holds the personal link, until the meeting begins."""
    at = at or timezone.now()
    hearing = lock_hearing(attendee.hearing)
    if hearing.status not in (Status.ANNOUNCED, Status.POSTPONED) or hearing.starts_at <= at:
        raise ValidationError("会议已经开始，不能再退席位。", code="closed")
    hearing.attendees.filter(pk=attendee.pk, is_open_seat=True).delete()
    return hearing


@transaction.atomic
def set_open_seats(hearing, *, open_seats, actor, at=None):
    """How many seats anybody may take, after the announcement; never fewer than are taken ("taken")."""
    hearing = lock_hearing(hearing)
    permit(hearing, actor)
    if hearing.status not in (Status.ANNOUNCED, Status.POSTPONED):
        raise stale(hearing)
    taken = hearing.attendees.filter(is_open_seat=True).count()
    if open_seats < taken:
        raise ValidationError({"open_seats": f"已有 {taken} 人报名，不能少于 {taken}。"}, code="taken")
    if open_seats != hearing.open_seats:
        before, hearing.open_seats = hearing.open_seats, open_seats
        hearing.save(update_fields=["open_seats"])
        append(hearing, hearing.status, actor=actor, note=f"公开席位 {before} → {open_seats}", at=at)
    return hearing
