"""活动系列: its sessions are made week by week, but for holidays; exceptions say what is different on one day.

Lock: the series, then its sessions by pk. `at` is the clock (now).
"""

from datetime import datetime, time, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from govern.choices import Weekday
from govern.codes import new_code
from grids.models import Community
from organizations.parameters import parameter
from organizations.services.calendars import named_days
from organizations.workdays import holiday_on
from volunteers.models import Series, SeriesException, Session, Signup
from volunteers.models.sessions import Terms
from volunteers.services.session_door import Status
from volunteers.services.session_door import lock as lock_session
from volunteers.services.sessions import call_off, change_session, check, check_people, check_risks, rewrite

TERMS = [field.name for field in Terms._meta.get_fields()]
TIMES = ("weekday", "starts_at", "ends_at")


def lock(series):
    return Series.objects.select_for_update(of=("self",), no_key=True).select_related("community").get(pk=series.pk)


def permit(series, actor):
    if not Series.objects.editable_by(actor).filter(pk=series.pk).exists():
        raise PermissionDenied("您没有办理这个活动系列的权限。")


def check_series(series):
    check(series)
    check_risks(series)
    check_people(series)
    if series.ends_on and series.ends_on < series.starts_on:
        raise ValidationError({"ends_on": "停办日期不能早于开始日期。"}, code="ends")


# --- Its days ---------------------------------------------------------------------------------------------------------
def days_of(series, first, last, moved):
    """The days from `first` to `last` on which it is held; `moved` is {day: new day, None where it is called off}."""
    calendar = named_days()
    day, found = first + timedelta(days=(series.weekday - first.weekday()) % 7), []
    while day <= last:
        if day in moved:
            found.append(moved[day])
        elif not (series.skips_holidays and holiday_on(day, calendar)):
            found.append(day)
        day += timedelta(weeks=1)
    return [day for day in found if day is not None and day >= first]


def span(day, starts_at, ends_at):
    return tuple(timezone.make_aware(datetime.combine(day, clock)) for clock in (starts_at, ends_at))


@transaction.atomic
def fill_series(series, *, on=None):
    """Make the sessions that are missing from the day `on` (today) for session_weeks_ahead weeks, open for sign-up.

    A day that has a session of the series already, cancelled ones too, is left alone: run again, nothing happens.
    """
    series, on, now = lock(series), on or timezone.localdate(), timezone.now()
    if not series.is_active:
        return []
    first = max(on, series.starts_on)
    last = on + timedelta(weeks=parameter("session_weeks_ahead"))
    last = min(last, series.ends_on) if series.ends_on else last
    moved = dict(series.exceptions.values_list("day", "moved_to"))
    since = timezone.make_aware(datetime.combine(first, time()))
    starts = series.sessions.filter(starts_at__gte=since).values_list("starts_at", flat=True)
    made = {timezone.localdate(at) for at in starts}
    missing = [day for day in days_of(series, first, last, moved) if day not in made]
    spans = [span(day, series.starts_at, series.ends_at) for day in missing]
    return [new_session(series, *times) for times in spans if times[0] > now]


def new_session(series, starts_at, ends_at):
    session = Session(
        series=series,
        community=series.community,
        team=series.team,
        leader=series.team.leader if series.team_id else None,
        code=new_code(),
        status=Status.OPEN,
        starts_at=starts_at,
        ends_at=ends_at,
        **{name: getattr(series, name) for name in TERMS},
    )
    session.save()
    session.skills.set(series.skills.all())
    return session


# --- Begun, changed, ended --------------------------------------------------------------------------------------------
@transaction.atomic
def start_series(series, *, skills=(), actor, at=None):
    """Save an unsaved `series` and make its first sessions."""
    allowed = Community.objects.allowed(actor, "volunteers.add_series")
    community = allowed.select_for_update(no_key=True, of=("self",)).filter(pk=series.community_id).first()
    if community is None:
        raise PermissionDenied("您没有在这个社区安排系列活动的权限。")
    check_series(series)
    same = community.series.running().filter(title=series.title, weekday=series.weekday, starts_at=series.starts_at)
    if same.exists():
        raise ValidationError({"title": "这个社区同一时间已有同名的系列活动。"}, code="unique")
    series.full_clean()
    series.save()
    series.skills.set(skills)
    fill_series(series, on=timezone.localdate(at))
    return series


def red_vest_of(community):
    """周二“红马甲”在行动 as it is begun in `community`, unsaved: Tuesdays from nine to eleven."""
    return Series(
        community=community,
        is_red_vest=True,
        title="周二“红马甲”在行动",
        text="走访楼栋、收集需求、清洁家园、帮扶老人，由社区当天分组。",
        place=(community.address or f"{community}党群服务中心")[:80],
        seats=20,
        weekday=Weekday.TUESDAY,
        starts_at=time(9),
        ends_at=time(11),
    )


@transaction.atomic
def start_red_vest(community, *, actor, at=None):
    """One click. The one that runs already is given back unchanged."""
    Community.objects.select_for_update(no_key=True, of=("self",)).get(pk=community.pk)
    running = community.series.running(timezone.localdate(at)).filter(is_red_vest=True).first()
    return running or start_series(red_vest_of(community), actor=actor, at=at)


def coming(series, at):
    """(free, taken): the sessions still to be held, without and with people who signed up."""
    taken = Exists(Signup.objects.open().filter(session=OuterRef("pk")))
    rows = series.sessions.filter(status__in=[Status.DRAFTED, Status.OPEN], starts_at__gt=at).order_by("pk")
    return rows.filter(~taken), rows.filter(taken)


@transaction.atomic
def change_series(series, *, skills=None, includes_taken=False, actor, at=None, **fields):
    """Change the series, and what is still to be held: sessions without sign-ups, the others if `includes_taken`.

    Whoever signed up is told. A new weekday moves each session within its week. Sessions beyond a new `ends_on` are
    called off.
    """
    at = at or timezone.now()
    series = lock(series)
    permit(series, actor)
    before = series.weekday
    for name, value in fields.items():
        setattr(series, name, value)
    check_series(series)
    series.full_clean()
    series.save()
    if skills is not None:
        series.skills.set(skills)
    free, taken = [list(rows) for rows in coming(series, at)]
    followers, kept = (free + taken, []) if includes_taken else (free, taken)
    for session in sorted(followers, key=lambda row: row.pk):
        follow(session, series, before, fields, skills, at)
    if series.weekday != before:
        for session in kept:
            keep_day(session, series)
    fill_series(series, on=timezone.localdate(at))
    return series


def keep_day(session, series):
    """People have signed up for that day: it stands in the place of the new weekday of its week."""
    day = timezone.localdate(session.starts_at)
    new_day = day + timedelta(days=series.weekday - day.weekday())
    series.exceptions.get_or_create(day=new_day, defaults={"moved_to": day, "reason": "已有人报名，仍在原来的日子办"})


def follow(session, series, weekday_before, fields, skills, at):
    session = lock_session(session)
    day = timezone.localdate(session.starts_at)
    if series.ends_on and day > series.ends_on:
        call_off(session, "系列活动停办", at)
        return
    changed = {name: value for name, value in fields.items() if name in (*TERMS, "team")}
    if set(fields) & set(TIMES):
        moved = day.weekday() != weekday_before  # by an exception: it stays on its own day
        new_day = day if moved else day + timedelta(days=series.weekday - weekday_before)
        changed["starts_at"], changed["ends_at"] = span(new_day, series.starts_at, series.ends_at)
        if changed["starts_at"] <= at:
            return
    if "team" in fields:
        changed["leader"] = series.team.leader if series.team_id else None
    if changed or skills is not None:
        rewrite(session, changed, skills=skills, reason="", at=at)


@transaction.atomic
def end_series(series, *, reason, actor, at=None):
    """停办: nothing more is made, and what is still to be held is called off with the reason told."""
    at = at or timezone.now()
    series = lock(series)
    permit(series, actor)
    if not series.is_active:
        return series
    if not reason.strip():
        raise ValidationError({"reason": "请写明停办的原因，报了名的人会看到。"}, code="required")
    series.is_active, series.ends_on = False, max(timezone.localdate(at), series.starts_on)
    series.save(update_fields=["is_active", "ends_on"])
    open_ones = Q(status__in=[Status.DRAFTED, Status.OPEN], starts_at__gt=at)
    rows = series.sessions.select_for_update(of=("self",), no_key=True).filter(open_ones).order_by("pk")
    for session in rows:
        call_off(session, reason.strip(), at)
    return series


@transaction.atomic
def except_day(series, *, day, moved_to=None, reason, actor, at=None):
    """停办或改期 of one day; whoever signed up for it is told. ValidationError for a day that is not the series'."""
    at = at or timezone.now()
    series = lock(series)
    permit(series, actor)
    row = SeriesException(series=series, day=day, moved_to=moved_to, reason=reason.strip())
    row.full_clean()
    check_exception(series, row, timezone.localdate(at))
    row.save()
    begins = timezone.make_aware(datetime.combine(day, time()))
    session = series.sessions.filter(
        starts_at__gte=begins,
        starts_at__lt=begins + timedelta(days=1),
        status__in=[Status.DRAFTED, Status.OPEN],
    ).first()
    if session is None:
        fill_series(series, on=timezone.localdate(at))
    elif moved_to is None:
        call_off(lock_session(session), row.reason, at)
    else:
        clocks = [timezone.localtime(each).time() for each in (session.starts_at, session.ends_at)]
        starts_at, ends_at = span(moved_to, *clocks)
        change_session(session, starts_at=starts_at, ends_at=ends_at, reason=row.reason, actor=actor, at=at)
    return row


def check_exception(series, row, today):
    if row.day < today:
        raise ValidationError({"day": "这一天已经过去。"}, code="past")
    if row.day.weekday() != series.weekday:
        raise ValidationError({"day": f"这个系列在{series.get_weekday_display()}办，这一天不是。"}, code="weekday")
    if row.moved_to is None:
        return
    if row.moved_to < today:
        raise ValidationError({"moved_to": "不能改到过去的日子。"}, code="past")
    if row.moved_to == row.day:
        raise ValidationError({"moved_to": "和原来是同一天。"}, code="same")
    begins = timezone.make_aware(datetime.combine(row.moved_to, time()))
    if series.sessions.filter(starts_at__gte=begins, starts_at__lt=begins + timedelta(days=1)).exists():
        raise ValidationError({"moved_to": "这一天已经有这个系列的活动。"}, code="taken")
