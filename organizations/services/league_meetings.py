"""大党委 meetings: told of, signed in to, minuted; and their resolutions. Lock: the league, then its meeting."""

from datetime import timedelta
from hmac import compare_digest

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from accounts.services import notify
from organizations.models import Councillor, LeagueAttendance, LeagueMeeting, Resolution
from organizations.parameters import parameters
from organizations.services.leagues import append, liaisons_of, lock, past

Status, Way = LeagueMeeting.Status, LeagueAttendance.Way
SALT = "organizations.services.league_meetings"
NO_MATCH = "没有对上。请核对姓名和手机号最后四位；还不行，请找现场的工作人员登记。"


def moment(at):
    return date_format(timezone.localtime(at), "n月j日 D H:i")


def told_of(meeting):
    """Liaisons of the league's units who are to hear of it."""
    when = moment(meeting.starts_at)
    return f"{meeting.league}{meeting.get_kind_display()}：{when}，{meeting.place}。{meeting.topic}"[:200]


@transaction.atomic
def plan_meeting(league, *, kind, topic, agenda, starts_at, place, actor, at=None):
    """通知开会: the liaisons of all units are told. One that was is written down by the same form."""
    league = lock(league, actor)
    meeting = LeagueMeeting(league=league, kind=kind, topic=topic, agenda=agenda, starts_at=starts_at, place=place)
    meeting.full_clean()
    check_time(meeting)
    meeting.save()
    append(league, "通知开会", actor=actor, note=topic, at=at, meeting=meeting, to_status=meeting.status)
    if starts_at > (at or timezone.now()):
        notify(liaisons_of(league), text=told_of(meeting))
    return meeting


def locked(meeting, actor):
    league = lock(meeting.league, actor)
    meeting = LeagueMeeting.objects.select_for_update(no_key=True, of=("self",)).get(pk=meeting.pk)
    meeting.league = league
    return meeting


def check_time(meeting):
    same = meeting.league.meetings.exclude(status=Status.CANCELLED).exclude(pk=meeting.pk)
    if same.filter(kind=meeting.kind, starts_at=meeting.starts_at).exists():
        raise ValidationError({"starts_at": "这个时间已经有一次会议。"}, code="unique")


def stale(meeting):
    words = f"这次会议{meeting.get_status_display()}，您看到的是旧页面，请刷新后再办。"
    return ValidationError(words, code="transition")


@transaction.atomic
def move_meeting(meeting, *, starts_at, place, actor, at=None):
    """改期 or 改地点 of one that is planned: the liaisons of all units are told, and who was excused stays so.

    As it stands already: nothing happens.
    """
    meeting = locked(meeting, actor)
    if meeting.status != Status.PLANNED:
        raise stale(meeting)
    before, meeting.starts_at, meeting.place = (meeting.starts_at, meeting.place), starts_at, place
    changes = []
    if before[0] != starts_at:
        changes.append(f"时间：{moment(before[0])} → {moment(starts_at)}")
    if before[1] != place:
        changes.append(f"地点：{before[1]} → {place}")
    if not changes:
        return meeting
    meeting.full_clean()
    check_time(meeting)
    meeting.save(update_fields=["starts_at", "place"])
    what = "会议改期" if before[0] != starts_at else "会议改地点"
    note = "；".join(changes)
    append(meeting.league, what, actor=actor, note=note, at=at, meeting=meeting, to_status=meeting.status)
    if max(before[0], starts_at) > (at or timezone.now()):
        notify(liaisons_of(meeting.league), text=f"{what}：{told_of(meeting)}"[:200])
    return meeting


@transaction.atomic
def change_status(meeting, to, *, actor, note="", at=None, **columns):
    """The one door. Already there: nothing happens. ValidationError(code="transition") where there is no such edge."""
    meeting = locked(meeting, actor)
    if meeting.status == to:
        return meeting
    if to not in meeting.next_statuses:
        raise stale(meeting)
    before, meeting.status = meeting.status, to
    for name, value in columns.items():
        setattr(meeting, name, value)
    meeting.full_clean()
    meeting.save(update_fields=["status", *columns])
    what = {Status.HELD: "会议召开", Status.CANCELLED: "会议取消"}[to]
    append(
        meeting.league, what, actor=actor, note=note or meeting.topic, at=at, meeting=meeting, from_status=before,
        to_status=to,
    )  # fmt: skip
    return meeting


@transaction.atomic
def record_meeting(meeting, *, minutes, actor, at=None):
    """已召开, with its minutes: after it has begun, and somebody has signed in."""
    if meeting.status == Status.HELD:
        return meeting
    if meeting.starts_at > (at or timezone.now()):
        raise ValidationError("会议还没有开始。", code="early")
    if not minutes.strip():
        raise ValidationError({"minutes": "请填写会议记录。"}, code="required")
    if not meeting.attendances.came().exists():
        raise ValidationError("还没有委员签到，请先登记到会。", code="nobody")
    return change_status(meeting, Status.HELD, actor=actor, at=at, minutes=minutes)


@transaction.atomic
def cancel_meeting(meeting, *, reason, actor, at=None):
    if not reason.strip():
        raise ValidationError({"reason": "请写明取消的原因。"}, code="required")
    was_planned = meeting.status == Status.PLANNED
    meeting = change_status(meeting, Status.CANCELLED, actor=actor, note=reason, at=at, cancel_reason=reason)
    if was_planned and meeting.starts_at > (at or timezone.now()):
        notify(liaisons_of(meeting.league), text=f"取消：{told_of(meeting)}"[:200])
    return meeting


# --- Who came ---------------------------------------------------------------------------------------------------------
def expected(meeting):
    """The councillors in office on its day."""
    day = timezone.localdate(meeting.starts_at)
    return Councillor.objects.filter(league=meeting.league_id).in_office(day).select_related("unit")


def sign(meeting, councillor, way, *, reason="", at=None):
    """One row for each councillor; whoever was excused and comes all the same has come."""
    row, _ = LeagueAttendance.objects.update_or_create(
        meeting=meeting,
        councillor=councillor,
        defaults={"way": way, "reason": reason, "signed_at": at or timezone.now()},
    )
    return row


@transaction.atomic
def register_attendance(meeting, *, councillors, actor, at=None):
    """现场登记: these `councillors` have come. Who signed in already is left as they are."""
    meeting = locked(meeting, actor)
    if meeting.status == Status.CANCELLED:
        raise ValidationError("会议已取消。", code="transition")
    here = set(meeting.attendances.came().values_list("councillor", flat=True))
    return [sign(meeting, each, Way.DOOR, at=at) for each in councillors if each.pk not in here]


@transaction.atomic
def excuse(meeting, *, councillor, reason, actor, at=None):
    """请假 of one who has not come."""
    meeting = locked(meeting, actor)
    if not reason.strip():
        raise ValidationError({"reason": "请写明请假的原因。"}, code="required")
    if meeting.attendances.came().filter(councillor=councillor).exists():
        raise ValidationError({"councillor": f"{councillor.name}已经签到。"}, code="came")
    return sign(meeting, councillor, Way.LEAVE, reason=reason, at=at)


def sign_in_token(meeting):
    return signing.Signer(salt=SALT).sign_object(meeting.pk)


def read_sign_in_token(token):
    """The meeting behind `token`; None for a token of nobody."""
    try:
        pk = signing.Signer(salt=SALT).unsign_object(token)
    except signing.BadSignature:
        return None
    return LeagueMeeting.objects.select_related("league").filter(pk=pk).first()


def window_of(meeting):
    """(from, until): when a phone may sign in."""
    values = parameters("meeting_sign_in_before_minutes", "league_sign_in_hours")
    before = timedelta(minutes=values["meeting_sign_in_before_minutes"])
    return meeting.starts_at - before, meeting.starts_at + timedelta(hours=values["league_sign_in_hours"])


def refusal_of(meeting, at=None):
    """The ValidationError that says why nobody signs in now; None while one may."""
    at, (opens_at, closes_at) = at or timezone.now(), window_of(meeting)
    if meeting.status == Status.CANCELLED:
        return ValidationError("这次会议已取消，不用签到。", code="cancelled")
    if at < opens_at:
        words = f"还没到签到时间，{date_format(timezone.localtime(opens_at), 'n月j日 H:i')} 开始签到。"
        return ValidationError(words, code="early")
    return ValidationError("签到时间已过。到了会的，请找工作人员登记。", code="late") if at > closes_at else None


@transaction.atomic
def sign_in(meeting, *, name, digits, at=None):
    """扫码签到 by the name and the last four digits of the phone, once; the attendance, new or of before.

    ValidationError: outside the window, cancelled, or code="no_match", which never tells which of the two was wrong.
    """
    meeting = LeagueMeeting.objects.select_for_update(no_key=True, of=("self",)).get(pk=meeting.pk)
    if refusal := refusal_of(meeting, at):
        raise refusal
    named = expected(meeting).filter(name=name.strip())
    found = [each for each in named if compare_digest(each.phone[-4:].encode(), digits.encode())]
    if not found:
        raise ValidationError(NO_MATCH, code="no_match")
    here = {row.councillor_id: row for row in meeting.attendances.came().filter(councillor__in=found)}
    # Of two with one name and the same digits, whoever is not here yet.
    councillor = next((each for each in found if each.pk not in here), found[0])
    return here.get(councillor.pk) or sign(meeting, councillor, Way.QR, at=at)


# --- Resolutions ------------------------------------------------------------------------------------------------------
@transaction.atomic
def pass_resolution(meeting, *, text, due_on, unit=None, actor, at=None):
    """形成决议 of a meeting that was held; the liaison of the unit that owes it is told."""
    meeting = locked(meeting, actor)
    if meeting.status != Status.HELD:
        raise ValidationError("会议召开并有记录以后再登记决议。", code="status")
    if due_on < timezone.localdate(meeting.starts_at):
        raise ValidationError({"due_on": "完成时限不能早于会议日期。"}, code="early")
    if unit is not None and not meeting.league.members.current().filter(unit=unit).exists():
        raise ValidationError({"unit": f"“{unit}”不是成员单位。"}, code="member")
    row = Resolution(league=meeting.league, meeting=meeting, text=text, unit=unit, due_on=due_on)
    row.full_clean()
    row.save()
    append(
        meeting.league, "形成决议", actor=actor, note=text, at=at, meeting=meeting, resolution=row, to_status=row.status
    )
    if unit is not None:
        owed = f"{meeting.league}决议由{unit}办理，{due_on.month}月{due_on.day}日前：{text}"
        notify(User.objects.filter(liaised_units=unit, is_active=True), text=owed[:200])
    return row


@transaction.atomic
def close_resolution(resolution, to, *, closed_on, outcome, actor, at=None):
    """办结 or 不再办理: the one door of its status. Already there: nothing happens."""
    league = lock(resolution.league, actor)
    row = Resolution.objects.select_for_update(no_key=True, of=("self",)).select_related("meeting").get(
        pk=resolution.pk
    )  # fmt: skip
    if row.status == to:
        return row
    if to not in row.next_statuses:
        words = f"这件决议{row.get_status_display()}，您看到的是旧页面，请刷新后再办。"
        raise ValidationError(words, code="transition")
    if not outcome.strip():
        raise ValidationError({"outcome": "请写明办理结果或原因。"}, code="required")
    past("closed_on", closed_on, "办结日期", since=timezone.localdate(row.meeting.starts_at), at=at)
    before, row.status = row.status, to
    row.closed_on, row.outcome = closed_on, outcome
    row.save(update_fields=["status", "closed_on", "outcome"])
    what = "决议办结" if to == Resolution.Status.DONE else "决议不再办理"
    append(
        league, what, actor=actor, note=outcome, at=at, meeting=row.meeting, resolution=row, from_status=before,
        to_status=to,
    )  # fmt: skip
    return row


def finish_resolution(resolution, *, closed_on, outcome, actor, at=None):
    return close_resolution(
        resolution, Resolution.Status.DONE, closed_on=closed_on, outcome=outcome, actor=actor, at=at
    )


def drop_resolution(resolution, *, reason, actor, at=None):
    """不再办理, with its reason."""
    if not reason.strip():
        raise ValidationError({"reason": "请写明不再办理的原因。"}, code="required")
    today = timezone.localdate(at)
    return close_resolution(resolution, Resolution.Status.DROPPED, closed_on=today, outcome=reason, actor=actor, at=at)
