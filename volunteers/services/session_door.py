"""The one door through which a session's status changes, with its lock, its right, and how people hear of it.

Lock order: the session, its sign-ups' volunteers by pk.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from accounts.services import notify, notify_once
from volunteers.models import Session
from volunteers.services.people import account_of

Status = Session.Status


def lock(session):
    rows = Session.objects.select_for_update(of=("self",), no_key=True).select_related("community")
    return rows.get(pk=session.pk)


def permit(session, actor):
    if not Session.objects.editable_by(actor).filter(pk=session.pk).exists():
        raise PermissionDenied("您没有办理这场活动的权限。")


def leads(session, user):
    return session.leader_id is not None and session.leader.user_id is not None and session.leader.user_id == user.pk


def may_run(session, user):
    """Whether `user` takes the roll: its leader, or staff of its community."""
    return leads(session, user) or Session.objects.editable_by(user).filter(pk=session.pk).exists()


def permit_running(session, user):
    if not may_run(session, user):
        raise PermissionDenied("只有领队和社区工作人员能登记签到。")


def stale(session):
    words = f"这场活动现在是“{session.get_status_display()}”，您看到的是旧页面，请刷新后再办。"
    return ValidationError(words, code="transition")


def move(session, to, **columns):
    """The one door, for a verb that has locked `session` and asked for the right. Already there: nothing happens.

    ValidationError(code="transition") where there is no such edge. `columns` are written with the status.
    """
    if session.status == to:
        return session
    if to not in Session.TRANSITIONS[session.status]:
        raise stale(session)
    session.status = to
    for name, value in columns.items():
        setattr(session, name, value)
    session.save(update_fields=["status", *columns])
    return session


def moment(at):
    return date_format(timezone.localtime(at), "n月j日 D H:i")


def tell_leader(session, opening="请您领队"):
    """Once in the same words: whoever leads it shows the code and keeps the list."""
    if session.leader_id is None:
        return
    words = f"{opening}：{session.title}，{moment(session.starts_at)}，{session.place}。到时出示签到码。"
    link = reverse("me:session_roll", args=[session.code])
    notify_once([account_of(session.leader)], text=words[:200], link=link)


def tell(session, signups, text):
    """One line in the inbox of everybody of `signups` who has an account, with the way to the session's page."""
    users = User.objects.filter(volunteer__signups__in=signups, is_active=True).distinct()
    return notify(users, text=text[:200], link=reverse("me:session", args=[session.code]))
