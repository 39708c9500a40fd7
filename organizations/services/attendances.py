"""Who came to a meeting: signed in by phone within its window, or written down by staff. Lock: the meeting."""

from datetime import timedelta
from hmac import compare_digest

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from organizations.models import Attendance, Meeting
from organizations.parameters import parameters
from organizations.services.meetings import lock, members_of, open_meeting

Way = Attendance.Way
SALT = "organizations.services.attendances"
NO_MATCH = "没有对上。请核对姓名和手机号最后四位；还不行，请找现场的工作人员登记。"


def sign_in_token(meeting):
    return signing.Signer(salt=SALT).sign_object(meeting.pk)


def read_sign_in_token(token):
    """The meeting behind `token`; None for a token of nobody."""
    try:
        pk = signing.Signer(salt=SALT).unsign_object(token)
    except signing.BadSignature:
        return None
    return Meeting.objects.select_related("organization__parent").filter(pk=pk).first()


def window_of(meeting):
    """(from, until): when a phone may sign in."""
    values = parameters("meeting_sign_in_before_minutes", "meeting_sign_in_after_minutes")
    before, after = (timedelta(minutes=values[f"meeting_sign_in_{side}_minutes"]) for side in ("before", "after"))
    return meeting.starts_at - before, meeting.ends_at + after


def refusal_of(meeting, at=None):
    """The ValidationError that says why nobody signs in now; None while one may."""
    at, (opens_at, closes_at) = at or timezone.now(), window_of(meeting)
    if meeting.status == Meeting.Status.CANCELLED:
        return ValidationError("这次组织生活已取消，不用签到。", code="cancelled")
    if at < opens_at:
        opens_at = timezone.localtime(opens_at)
        words = f"还没到签到时间，{opens_at.month}月{opens_at.day}日 {opens_at:%H:%M} 开始签到。"
        return ValidationError(words, code="early")
    return ValidationError("签到时间已过。到了会的，请找工作人员登记。", code="late") if at > closes_at else None


@transaction.atomic
def sign_in(meeting, *, name, digits, at=None):
    """扫码签到 by the name and the last four digits of the phone, once; returns the Attendance, new or of before.

    ValidationError: outside the window, cancelled, or code="no_match", which never tells what of the two was wrong nor
    whether there is such a member. Who was on leave and came after all, came.
    """
    at = at or timezone.now()
    meeting = lock(meeting)
    if refusal := refusal_of(meeting, at):
        raise refusal
    named = members_of(meeting).filter(name=name.strip()).order_by("pk")
    fitting = [row for row in named if row.phone and compare_digest(row.phone[-4:].encode(), digits.encode())]
    if not fitting:
        raise ValidationError(NO_MATCH, code="no_match")
    known = {row.member_id: row for row in meeting.attendances.filter(member__in=fitting)}
    # Of two with one name and the same digits, whoever is not here yet.
    member = next((row for row in fitting if row.pk not in known), fitting[0])
    row = known.get(member.pk) or Attendance(meeting=meeting, member=member)
    if row.pk is None or row.way == Way.LEAVE:
        row.way, row.reason, row.signed_at = Way.QR, "", at
        row.save()
    return row


@transaction.atomic
def mark_attendance(meeting, *, members, way, actor, reason="", at=None):
    """到会 (`way` "door") or 请假 ("leave", with a reason) by staff, of several members; returns how many are new.

    Who signed in stays so; who was on leave may be marked as here, and the other way round.
    """
    at = at or timezone.now()
    if way == Way.LEAVE and not reason.strip():
        raise ValidationError({"reason": "请写请假的原因。"}, code="required")
    meeting = open_meeting(meeting, actor)
    keys = {member.pk for member in members}
    if set(members_of(meeting).filter(pk__in=keys).values_list("pk", flat=True)) != keys:
        raise ValidationError({"members": "名单里有不该到会的人，请刷新后再登记。"}, code="members")
    known = {row.member_id: row for row in meeting.attendances.filter(member__in=keys)}
    count = 0
    for key in sorted(keys):
        row = known.get(key) or Attendance(meeting=meeting, member_id=key)
        if row.pk and (row.way == way or {row.way, way} <= {Way.QR, Way.DOOR}):
            continue
        row.way, row.reason, row.signed_at = way, reason if way == Way.LEAVE else "", at
        row.save()
        count += 1
    return count


@transaction.atomic
def strike_attendance(meeting, *, attendance, actor):
    """撤销登记 of what was marked by mistake; struck already: nothing happens."""
    meeting = open_meeting(meeting, actor)
    for row in meeting.attendances.filter(pk=attendance.pk):
        row.delete()
