"""签到 and 签退: by the code on the leader's phone, at the shared tablet, or by the leader; and how a session ends.

Lock: the session. `way` is a Signup.Way; `at` is the clock (now). Twice is as once.
"""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from organizations.parameters import parameters
from volunteers.models import Session, Signup
from volunteers.services.people import may_act_for
from volunteers.services.session_door import lock, moment, move, permit_running, stale
from volunteers.suggesting import metres

Status, Way = Signup.Status, Signup.Way


def window_of(session):
    """(from, until): when one may check in or out. In until the end, out until some time after it."""
    values = parameters("session_arrival_before_minutes", "session_departure_after_minutes")
    before = timedelta(minutes=values["session_arrival_before_minutes"])
    after = timedelta(minutes=values["session_departure_after_minutes"])
    return session.starts_at - before, session.ends_at + after


def check_window(session, at, *, is_leaving=False):
    opens_at, closes_at = window_of(session)
    if session.status != Session.Status.OPEN:
        raise ValidationError(f"这场活动{session.get_status_display()}，不能再签到签退。", code="closed")
    if at < opens_at:
        raise ValidationError(f"还没到签到时间，{moment(opens_at)} 开始签到。", code="early")
    if not is_leaving and at > session.ends_at:
        raise ValidationError("活动已经结束，不能再签到。到了场的请找社区补录。", code="late")
    if at > closes_at:
        raise ValidationError("签退时间已过，按预定的结束时间记。记得不对请找社区。", code="late")


def check_place(session, position):
    """`position` is (longitude, latitude), or None where the phone gave none."""
    if not session.radius_m:
        return
    if position is None:
        words = "没有拿到您的位置。请允许定位后再点，或者请领队在名单上为您签到。"
        raise ValidationError(words, code="position")
    away = round(metres(position, (session.longitude, session.latitude)))
    if away > session.radius_m:
        words = f"您离活动地点约 {away} 米，超过 {session.radius_m} 米，不能签到。到了现场再点，或者请领队为您签到。"
        raise ValidationError(words, code="outside")


def standing(signup):
    """(session, signup) as they are now, the session locked."""
    session = lock(signup.session)
    signup = Signup.objects.select_related("volunteer").get(pk=signup.pk)
    signup.session = session
    return session, signup


def permit_way(session, signup, way, actor):
    """Oneself by the code; anybody in one's charge at the tablet that one unlocked, and on the list."""
    if way == Way.QR:
        if not may_act_for(actor, signup.volunteer):
            raise PermissionDenied("您不能替这个人签到。")
    else:
        permit_running(session, actor)


@transaction.atomic
def arrive(signup, *, way, actor, at=None, position=None):
    """签到. ValidationError: "early", "late", "closed", "waiting", "position" (none was given), "outside"."""
    at = at or timezone.now()
    session, signup = standing(signup)
    permit_way(session, signup, way, actor)
    if signup.arrived_at is not None:
        return signup
    check_window(session, at)
    if signup.status == Status.WAITING:
        raise ValidationError("还在候补，没有占到名额，请找领队。", code="waiting")
    if signup.status == Status.CANCELLED:
        raise ValidationError("报名已经取消，请找领队重新登记。", code="cancelled")
    if way == Way.QR:
        check_place(session, position)
    signup.status, signup.arrived_at, signup.arrived_by = Status.ATTENDED, at, way
    signup.save(update_fields=["status", "arrived_at", "arrived_by"])
    return signup


@transaction.atomic
def depart(signup, *, way, actor, at=None):
    """签退, after 签到."""
    at = at or timezone.now()
    session, signup = standing(signup)
    permit_way(session, signup, way, actor)
    if signup.left_at is not None:
        return signup
    if signup.arrived_at is None:
        raise ValidationError("还没有签到，不能签退。", code="not_here")
    check_window(session, at, is_leaving=True)
    signup.left_at, signup.left_by = max(at, signup.arrived_at), way
    signup.save(update_fields=["left_at", "left_by"])
    return signup


@transaction.atomic
def mark_absent(signup, *, actor, at=None):
    """未到, by the leader or staff once it has begun; a check-in that was a mistake goes with it."""
    session, signup = standing(signup)
    permit_running(session, actor)
    if signup.status == Status.ABSENT:
        return signup
    if session.status not in (Session.Status.OPEN, Session.Status.HELD):
        raise stale(session)
    if session.starts_at > (at or timezone.now()):
        raise ValidationError("活动还没有开始。", code="early")
    if signup.credited_minutes is not None:
        raise ValidationError("时长已经确认，记错了请社区冲销。", code="credited")
    if Status.ABSENT not in Signup.TRANSITIONS[signup.status]:
        raise ValidationError("没有占到名额的人不用登记未到。", code="transition")
    signup.status, signup.arrived_at, signup.arrived_by = Status.ABSENT, None, ""
    signup.left_at, signup.left_by = None, ""
    signup.save(update_fields=["status", "arrived_at", "arrived_by", "left_at", "left_by"])
    return signup


@transaction.atomic
def hold_session(session, *, actor, at=None):
    """结束签到, by the leader or staff, once it is over; the sweep does the same when the window closes."""
    session = lock(session)
    permit_running(session, actor)
    if session.status == Session.Status.OPEN and session.ends_at > (at or timezone.now()):
        raise ValidationError("活动还没有结束。", code="early")
    return wind_up(session, at or timezone.now())


@transaction.atomic
def close_session(session, *, at=None):
    """The sweep's part: nothing while people may still check out."""
    at = at or timezone.now()
    session = lock(session)
    if session.status != Session.Status.OPEN or at <= window_of(session)[1]:
        return session
    return wind_up(session, at)


def wind_up(session, at):
    """Who did not check out left at the scheduled end, who never came was absent, and the line is over."""
    if session.status == Session.Status.HELD:
        return session
    session = move(session, Session.Status.HELD)
    rows = session.signups.all()
    rows.filter(status=Status.ATTENDED, left_at=None).update(
        left_at=Greatest(F("arrived_at"), session.ends_at), left_by=Way.RULE
    )
    rows.filter(status=Status.SEATED).update(status=Status.ABSENT)
    rows.filter(status=Status.WAITING).update(status=Status.CANCELLED, cancelled_at=at, cancelled_reason="没有空出名额")
    return session
