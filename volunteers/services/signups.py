"""报名: a seat or a place in the line, given back with a reason; who waits moves up by itself.

Lock: the session, whose seats are counted after it; then the volunteer, who sits in one place at a time.
"""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notification
from accounts.services import notify_once
from organizations.parameters import parameter
from volunteers.models import Session, Signup, Volunteer
from volunteers.requirements import shortfalls
from volunteers.services.people import account_of, may_act_for
from volunteers.services.session_door import lock, may_run, moment, permit, tell, tell_leader

Status = Signup.Status
SITTING = (Status.SEATED, Status.ATTENDED)


def lock_volunteers(keys):
    """Always in the order of their keys: two sessions that move their lines up at once meet without a deadlock."""
    return list(Volunteer.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))


@transaction.atomic
def sign_up(session, volunteer, *, accept_overlap=False, actor, at=None):
    """Take a seat, or a place in the line when all are taken. In already: that sign-up, unchanged.

    Before it begins by oneself or for somebody in one's charge; until its end by its leader and its community's staff.

    ValidationError: "closed", "terms" (one message for each requirement missed), "overlap" (seated elsewhere at that
    time), and "near" (too little time between the two) unless `accept_overlap`.
    """
    session = lock(session)
    at = at or timezone.now()  # looked at behind the lock: who gets the seat is who came first by the clock too
    (volunteer,) = lock_volunteers([volunteer.pk])
    is_own = volunteer.user_id is not None and volunteer.user_id == actor.pk
    is_at_hand = not (is_own and at < session.starts_at) and may_run(session, actor)
    if not (is_at_hand or may_act_for(actor, volunteer)):
        raise PermissionDenied("您不能替这个人报名。")
    if known := session.signups.open().filter(volunteer=volunteer).first():
        return known
    check_open(session, at, until=session.ends_at if is_at_hand else session.starts_at)
    if volunteer.left_on is not None:
        raise ValidationError("这个志愿者已经注销。", code="left")
    if missing := shortfalls(volunteer, session, on=timezone.localdate(session.starts_at)):
        raise ValidationError([ValidationError(words, code="terms") for words in missing])
    check_elsewhere(session, volunteer, accept_overlap)
    has_seat = session.signups.taking_seats().count() < session.seats
    signup = Signup(
        session=session,
        volunteer=volunteer,
        status=Status.SEATED if has_seat else Status.WAITING,
        signed_at=at,
        seated_at=at if has_seat else None,
    )
    signup.save()
    return signup


def check_open(session, at, *, until):
    if session.status != Session.Status.OPEN:
        raise ValidationError(f"这场活动{session.get_status_display()}，现在不能报名。", code="closed")
    if at >= until:
        raise ValidationError("活动已经开始，不能再报名。到了现场请找领队登记。", code="closed")


def check_elsewhere(session, volunteer, accept_overlap):
    gap = timedelta(minutes=parameter("session_gap_minutes"))
    rows = volunteer.signups.filter(status__in=SITTING).exclude(session=session)
    for row in rows.overlapping(session.starts_at - gap, session.ends_at + gap).select_related("session"):
        other = row.session
        when = f"“{other.title}”（{moment(other.starts_at)} 至 {timezone.localtime(other.ends_at):%H:%M}）"
        if other.starts_at < session.ends_at and other.ends_at > session.starts_at:
            raise ValidationError(f"同一时间已经报了{when}，不能再报这一场。", code="overlap")
        if not accept_overlap:
            between = max(session.starts_at - other.ends_at, other.starts_at - session.ends_at)
            minutes = int(between.total_seconds() // 60)
            raise ValidationError(f"和{when}只隔 {minutes} 分钟，可能赶不及。赶得及请再点一次报名。", code="near")


@transaction.atomic
def cancel_signup(signup, *, reason, actor, at=None):
    """Give the seat back before the session begins; the first of the line takes it. Given back already: nothing.

    A seat given back within session_notice_hours is marked as short notice (志愿服务条例 art. 22).
    """
    at = at or timezone.now()
    session = lock(signup.session)
    signup = Signup.objects.select_related("volunteer").get(pk=signup.pk)
    if not (may_act_for(actor, signup.volunteer) or may_run(session, actor)):
        raise PermissionDenied("您不能取消这个报名。")
    if signup.status == Status.CANCELLED:
        return signup
    if Status.CANCELLED not in Signup.TRANSITIONS[signup.status] or session.starts_at <= at:
        raise ValidationError("活动已经开始，不能再取消报名。来不了请告诉领队。", code="late")
    if not reason.strip():
        raise ValidationError({"reason": "请写明取消的原因。"}, code="required")
    notice = timedelta(hours=parameter("session_notice_hours"))
    signup.is_short_notice = signup.status == Status.SEATED and session.starts_at - at < notice
    signup.status, signup.cancelled_at, signup.cancelled_reason = Status.CANCELLED, at, reason.strip()
    signup.save(update_fields=["status", "cancelled_at", "cancelled_reason", "is_short_notice"])
    move_up(session, at=at)
    return signup


def move_up(session, *, at):
    """候补递补: free seats of the locked `session` go to the line, first come first; who is moved up is told.

    Whoever sits elsewhere at that time by now is passed over and keeps the place in the line.
    """
    free = session.seats - session.signups.taking_seats().count()
    if session.status != Session.Status.OPEN or session.starts_at <= at or free <= 0:
        return []
    line = list(session.signups.in_line().filter(volunteer__left_on=None))
    keys = [signup.volunteer_id for signup in line]
    lock_volunteers(keys)
    sitting = Signup.objects.filter(volunteer__in=keys, status__in=SITTING)
    busy = set(sitting.overlapping(session.starts_at, session.ends_at).values_list("volunteer", flat=True))
    moved = [signup for signup in line if signup.volunteer_id not in busy][:free]
    for signup in moved:
        signup.status, signup.seated_at = Status.SEATED, at
        signup.save(update_fields=["status", "seated_at"])
    if moved:
        words = f"候补到名额了：{session.title}，{moment(session.starts_at)}，{session.place}。来不了请尽早取消。"
        tell(session, moved, words)
    return moved


@transaction.atomic
def remind_session(session, *, at=None):
    """Tell those who have a seat, once, that it is about to begin."""
    at = at or timezone.now()
    session = lock(session)
    if session.reminded_at or session.status != Session.Status.OPEN or session.starts_at <= at:
        return
    session.reminded_at = at
    session.save(update_fields=["reminded_at"])
    words = f"提醒：{session.title}，{moment(session.starts_at)}，{session.place}。来不了请尽早取消，好让候补的人补上。"
    tell(session, session.signups.filter(status=Status.SEATED), words)
    tell_leader(session, "提醒您领队")


@transaction.atomic
def invite(session, volunteer, *, actor):
    """邀请: a line in the volunteer's inbox, once; whether to come is theirs to say (志愿服务条例 art. 25)."""
    permit(session, actor)
    if session.status != Session.Status.OPEN or session.starts_at <= timezone.now():
        raise ValidationError("活动还没有发布，或已经开始，不能再邀请。", code="closed")
    if not Volunteer.objects.here().visible_to(actor).filter(pk=volunteer.pk).exists():
        raise ValidationError("这个人不在您的管辖范围内，或已经注销。", code="reach")
    text = invitation(session)
    return notify_once([account_of(volunteer)], text=text, link=reverse("me:session", args=[session.code]))


def invitation(session):
    words = f"{session.community}邀请您参加“{session.title}”，{moment(session.starts_at)}，愿意的请打开报名。"
    return words[:200]


def invited(session, volunteers):
    """The keys of those of `volunteers` who were asked already."""
    told = Notification.objects.filter(text=invitation(session), link=reverse("me:session", args=[session.code]))
    users = set(told.filter(recipient__volunteer__in=volunteers).values_list("recipient", flat=True))
    return {each.pk for each in volunteers if each.user_id in users}
