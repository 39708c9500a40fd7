"""补录: somebody who was there and not checked in is entered afterwards, with the reason, and another person agrees.

It fills no seat: what it says is past. Lock: the session, then the sign-up.
"""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.services import notify
from organizations.parameters import parameters
from volunteers.models import Session, Signup
from volunteers.services import hours
from volunteers.services.session_door import leads, lock

Status, Way = Signup.Status, Signup.Way
CLOSED = (Session.Status.HELD, Session.Status.SETTLED)


def may_make_up(actor, session):
    """The session's leader, or staff of its community."""
    if leads(session, actor):
        return True
    return Session.objects.allowed(actor, "volunteers.add_signup").filter(pk=session.pk).exists()


@transaction.atomic
def make_up(session, volunteer, *, arrived_at, left_at, reason, actor, at=None):
    """Enter that `volunteer` served from `arrived_at` to `left_at`. The same again: nothing happens.

    ValidationError beside the field: not over yet, checked in already, times outside the session's own.
    """
    if not may_make_up(actor, session):
        raise PermissionDenied("只有领队和社区工作人员可以补录。")
    session = _locked(session)
    _check_times(session, arrived_at, left_at)
    if not reason.strip():
        raise ValidationError({"reason": "请写明为什么当时没有签到。"}, code="required")
    signup = session.signups.open().select_for_update().filter(volunteer=volunteer).first()
    if signup is None:
        signup = Signup(session=session, volunteer=volunteer, status=Status.SEATED, signed_at=at or timezone.now())
    elif signup.arrived_at and not (signup.is_made_up and signup.approved_by_id is None):
        raise ValidationError({"volunteer": "这位志愿者已经有签到记录，不用补录。"}, code="known")
    elif signup.status == Status.WAITING:
        signup.status = Status.SEATED
    signup.arrived_at, signup.left_at = arrived_at, left_at
    signup.arrived_by = signup.left_by = Way.MAKE_UP
    signup.is_made_up, signup.made_up_reason, signup.made_up_by = True, reason.strip()[:100], actor
    signup.save()
    return signup


@transaction.atomic
def approve_make_up(signup, *, actor, at=None):
    """审核通过 by another than who entered it and whom it is about: came. In a settled session it is credited at once.

    Approved already: nothing happens.
    """
    signup, session = _locked_signup(signup, actor)
    if signup.approved_by_id:
        return signup
    _check_waiting(signup, actor)
    signup.status, signup.approved_by = Status.ATTENDED, actor
    signup.save(update_fields=["status", "approved_by"])
    if session.status == Session.Status.SETTLED:
        hours.credit(signup, actor=actor, at=at)
    signup.refresh_from_db()
    return signup


@transaction.atomic
def refuse_make_up(signup, *, reason, actor, at=None):
    """不予补录 with its reason: as it stood before; whoever had not signed up is off the list."""
    signup, session = _locked_signup(signup, actor)
    if not signup.is_made_up:
        return signup
    _check_waiting(signup, actor)
    if not reason.strip():
        raise ValidationError({"reason": "请写明不通过的原因。"}, code="required")
    entered_by = signup.made_up_by
    if signup.status == Status.SEATED:
        signup.status, signup.cancelled_at = Status.CANCELLED, at or timezone.now()
        signup.cancelled_reason = f"补录未通过：{reason.strip()}"[:100]
    signup.arrived_at = signup.left_at = signup.made_up_by = None
    signup.arrived_by = signup.left_by = signup.made_up_reason = ""
    signup.is_made_up = False
    signup.save()
    notify([entered_by], text=f"“{session.title}”给 {signup.volunteer} 的补录没有通过：{reason.strip()}"[:200])
    return signup


def _locked(session):
    session = lock(session)
    if session.status not in CLOSED:
        words = f"这场活动{session.get_status_display()}，结束以后才能补录。"
        raise ValidationError(words, code="transition")
    return session


def _locked_signup(signup, actor):
    if not Session.objects.allowed(actor, hours.RIGHT).filter(pk=signup.session_id).exists():
        raise PermissionDenied("您没有审核补录的权限。")
    session = _locked(signup.session)
    row = Signup.objects.select_for_update(of=("self",)).select_related("volunteer", "made_up_by").get(pk=signup.pk)
    return row, session


def _check_waiting(signup, actor):
    if not signup.is_made_up or signup.approved_by_id:
        raise ValidationError("这条补录已经办过了，您看到的是旧页面。", code="transition")
    if actor.pk in (signup.made_up_by_id, signup.volunteer.user_id):
        raise ValidationError("补录要由另一个人审核。", code="own")


def _check_times(session, arrived_at, left_at):
    values = parameters("session_arrival_before_minutes", "session_departure_after_minutes")
    opens_at = session.starts_at - timedelta(minutes=values["session_arrival_before_minutes"])
    closes_at = session.ends_at + timedelta(minutes=values["session_departure_after_minutes"])
    if left_at <= arrived_at:
        raise ValidationError({"left_at": "结束要晚于开始。"}, code="order")
    if arrived_at < opens_at:
        raise ValidationError({"arrived_at": f"最早从 {timezone.localtime(opens_at):%H:%M} 算起。"}, code="early")
    if left_at > closes_at:
        raise ValidationError({"left_at": f"最晚算到 {timezone.localtime(closes_at):%H:%M}。"}, code="late")
