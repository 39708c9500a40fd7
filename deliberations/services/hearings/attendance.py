"""签到 at the door: by the code on the wall and a name with four digits, or by a member of staff on the list."""

from datetime import timedelta
from hmac import compare_digest

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from deliberations.models import Attendee, Hearing
from deliberations.services.hearings.door import lock_hearing, moment, permit
from govern.fields import blind_index
from organizations.parameters import parameter

Status, Way = Hearing.Status, Attendee.Way
DOOR, PERSON = "deliberations.hearings.door", "deliberations.hearings.person"
NO_MATCH = "没有对上。请核对姓名和手机号最后四位；还不行，请找门口的工作人员登记。"


# --- Addresses that are keys ------------------------------------------------------------------------------------------
def door_token(hearing):
    """For the code on the wall: it changes with the day, so that one of a meeting that was moved opens nothing."""
    day = timezone.localdate(hearing.starts_at)
    return signing.Signer(salt=DOOR).sign_object([hearing.pk, day.isoformat()])


def hearing_behind(token):
    """The hearing whose door `token` is; None for nobody's, or that of another day."""
    try:
        pk, day = signing.Signer(salt=DOOR).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    hearing = Hearing.objects.public().select_related("community").filter(pk=pk).first()
    if hearing is None or timezone.localdate(hearing.starts_at).isoformat() != day:
        return None
    return hearing


def person_token(attendee):
    """For the personal link of an invitation."""
    return signing.Signer(salt=PERSON).sign_object(attendee.pk)


def attendee_behind(token):
    try:
        pk = signing.Signer(salt=PERSON).unsign_object(token)
    except (signing.BadSignature, ValueError):
        return None
    return Attendee.objects.select_related("hearing__community").filter(pk=pk).first()


# --- The door ---------------------------------------------------------------------------------------------------------
def opens_at(hearing):
    return hearing.starts_at - timedelta(minutes=parameter("hearing_sign_in_minutes"))


def refusal_of(hearing, at=None):
    """The ValidationError that says why nobody signs in now; None while one may: from the set minutes before until the
    meeting is closed.
    """
    at = at or timezone.now()
    if hearing.status not in (Status.ANNOUNCED, Status.OPENED):
        words = {
            Status.CANCELLED: "这次会议已取消，不用签到。",
            Status.POSTPONED: "上次人数不够，会议延期，新的时间会另行通知。",
            Status.DRAFTED: "会议还没有公告。",
        }
        return ValidationError(words.get(hearing.status, "会议已经结束，签到停止。"), code="late")
    if at < (first := opens_at(hearing)):
        return ValidationError(f"还没到签到时间，{moment(first)} 开始签到。", code="early")
    return None


def find_attendee(hearing, *, name, digits):
    """Who of the list has this name and these last four digits; of two, whoever is not here yet. None for nobody."""
    rows = hearing.attendees.order_by("pk")
    found = [
        row for row in rows if row.name == name.strip() and compare_digest(row.phone[-4:].encode(), digits.encode())
    ]
    return next((row for row in found if row.signed_in_at is None), found[0] if found else None)


@transaction.atomic
def sign_in(hearing, *, way, attendee=None, phone="", name="", digits="", actor=None, at=None):
    """签到, by the row, the whole phone, or a name with the last four digits; signed in already it stays as it was.

    `actor`: the member of staff at the door (Way.DOOR), None for a phone (Way.QR). ValidationError: outside the window
    ("early", "late"), or "no_match", which never tells which of the two was wrong. PermissionDenied.
    """
    at = at or timezone.now()
    hearing = lock_hearing(hearing)
    if way == Way.DOOR:
        permit(hearing, actor)
    if refusal := refusal_of(hearing, at):
        raise refusal
    if attendee is not None:
        found = hearing.attendees.filter(pk=attendee.pk).first()
    elif phone:
        found = hearing.attendees.filter(phone_index=blind_index(phone)).first()
    else:
        found = find_attendee(hearing, name=name, digits=digits)
    if found is None:
        raise ValidationError(NO_MATCH, code="no_match")
    if found.signed_in_at is None:
        found.signed_in_at, found.signed_in_by = at, way
        found.save(update_fields=["signed_in_at", "signed_in_by"])
    return found


@transaction.atomic
def undo_sign_in(attendee, *, actor, at=None):
    """A name that was tapped wrongly at the door, until the meeting opens."""
    hearing = lock_hearing(attendee.hearing)
    permit(hearing, actor)
    if hearing.status != Status.ANNOUNCED:
        raise ValidationError("会议已经开始，签到不能再撤。", code="transition")
    attendee = hearing.attendees.get(pk=attendee.pk)
    attendee.signed_in_at, attendee.signed_in_by = None, ""
    attendee.save(update_fields=["signed_in_at", "signed_in_by"])
    return attendee
