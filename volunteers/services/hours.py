"""服务时长: confirmed by the organizer before they count, in one of two ledgers that are never added up.

Lock: the session (or the holding), then its sign-ups by key. An entry is never rewritten: a mistake is reversed.
"""

from calendar import monthrange
from datetime import timedelta
from typing import NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.services import notify
from organizations.parameters import parameter
from organizations.services.calendars import office_calendar
from organizations.workdays import is_working_day
from volunteers.models import Holding, HourEntry, Ledger, Session, Signup, Volunteer
from volunteers.services import points
from volunteers.services.session_door import lock, move

Status = Session.Status
RIGHT = "volunteers.add_hourentry"
OWN = "您自己的时长要由另一位工作人员确认。"


class Totals(NamedTuple):
    duty_minutes: int
    voluntary_minutes: int
    points: int


class YearHours(NamedTuple):
    duty_minutes: int
    voluntary_minutes: int
    duty_count: int
    voluntary_count: int


# --- What stands ------------------------------------------------------------------------------------------------------
def totals_of(volunteer, on=None):
    """What counts on the day `on` (today)."""
    sums = _by_ledger(HourEntry.objects.filter(volunteer=volunteer).counting(on))
    return Totals(sums[Ledger.DUTY][0], sums[Ledger.VOLUNTARY][0], points.balance_of(volunteer, on))


def hours_of(volunteer, year, on=None):
    """The calendar `year` as it counts on the day `on` (today): minutes and services of each ledger."""
    sums = _by_ledger(HourEntry.objects.filter(volunteer=volunteer, served_on__year=year).counting(on))
    duty, voluntary = sums[Ledger.DUTY], sums[Ledger.VOLUNTARY]
    return YearHours(duty[0], voluntary[0], duty[1], voluntary[1])


def _by_ledger(entries):
    rows = entries.order_by().values_list("ledger")
    services = Count("pk", filter=Q(reverses=None)) - Count("pk", filter=Q(reverses__isnull=False))
    sums = rows.annotate(minutes_sum=Sum("minutes"), services_count=services)
    return dict.fromkeys(Ledger, (0, 0)) | {ledger: (minutes, count) for ledger, minutes, count in sums}


def publicity_end(day, days):
    """The last day of a publicity of `days` working days that begins on the date `day`; that day itself for none."""
    overrides = office_calendar()[1] if days else {}
    left, end = int(days), day
    while left:
        end += timedelta(days=1)
        left -= is_working_day(end, overrides)
    return end


# --- A session --------------------------------------------------------------------------------------------------------
def proposed_minutes(signup, most):
    """What was served, `most` minutes at most; 0 for whoever has no check-out."""
    return min(signup.actual_minutes or 0, most)


def most_minutes():
    return int(parameter("session_most_minutes"))


@transaction.atomic
def settle_session(session, *, actor, minutes=None, reasons=None, at=None):
    """确认时长 of whoever came: the proposal, or `minutes` {key of the sign-up: minutes} with `reasons` {key: why}
    where they differ. With `minutes`, only whom it names is credited: nobody is confirmed who was not on the page.

    The actor's own row waits for somebody else; the session is settled once no row waits. Again: nothing happens.
    ValidationError beside `minutes_<key>` or `reason_<key>`; code="own" where only the actor's own row is left.
    """
    session = _locked_session(session, actor)
    most = most_minutes()
    waiting = list(_to_credit(session))
    wanted = [row for row in waiting if minutes is None or row.pk in minutes]
    others = [row for row in wanted if row.volunteer.user_id != actor.pk]
    if wanted and not others:
        raise ValidationError(OWN, code="own")
    told, notes = {}, reasons or {}
    for row in others:
        told[row.pk] = proposed_minutes(row, most) if minutes is None else minutes[row.pk]
        _check(row, told[row.pk], notes.get(row.pk, ""), most)
    _write(session, others, told, notes, actor, at or timezone.now())
    return move(session, Status.SETTLED) if len(others) == len(waiting) else session


@transaction.atomic
def credit(signup, *, actor, minutes=None, reason="", at=None):
    """The same for one sign-up, e.g. a make-up entry that is approved after its session was settled."""
    minutes = proposed_minutes(signup, most_minutes()) if minutes is None else minutes
    settle_session(signup.session, actor=actor, minutes={signup.pk: minutes}, reasons={signup.pk: reason}, at=at)
    signup.refresh_from_db()
    return signup


def _locked_session(session, actor):
    if not Session.objects.allowed(actor, RIGHT).filter(pk=session.pk).exists():
        raise PermissionDenied("您没有确认这场活动时长的权限。")
    session = lock(session)
    if session.status not in (Status.HELD, Status.SETTLED):
        words = f"这场活动{session.get_status_display()}，结束以后才能确认时长。"
        raise ValidationError(words, code="transition")
    return session


def _to_credit(session):
    rows = session.signups.to_credit().select_for_update(of=("self",), no_key=True).order_by("pk")
    return rows.select_related("volunteer")


def _check(signup, minutes, reason, most):
    if not 0 <= minutes <= most:
        raise ValidationError({f"minutes_{signup.pk}": f"一次服务认定 0 到 {most} 分钟。"})
    if minutes != proposed_minutes(signup, most) and not reason.strip():
        raise ValidationError({f"reason_{signup.pk}": "和实际时长不一样，请写明原因。"})


def _write(session, signups, minutes, reasons, actor, at):
    served_on = timezone.localdate(session.starts_at)
    counts_on = _counts_on(served_on, at)
    for row in signups:
        row.credited_minutes, row.credited_note = minutes[row.pk], reasons.get(row.pk, "").strip()[:100]
    Signup.objects.bulk_update(signups, ["credited_minutes", "credited_note"])
    _enter(
        [
            HourEntry(
                volunteer=row.volunteer,
                ledger=ledger_for(row.volunteer, session.ledger),
                minutes=row.credited_minutes,
                served_on=served_on,
                counts_on=counts_on,
                signup=row,
                community=session.community,
                words=session.title,
                entered_by=actor,
                entered_at=at,
            )
            for row in signups
            if row.credited_minutes
        ],
        at,
    )


def ledger_for(volunteer, ledger):
    """Only Party members owe Party duty: what anybody else does beside them is done freely."""
    return ledger if volunteer.kind == Volunteer.Kind.MEMBER else Ledger.VOLUNTARY


def _counts_on(served_on, at):
    days = parameter("hours_publicity_days")
    return publicity_end(timezone.localdate(at), days) + timedelta(days=1) if days else served_on


def _enter(entries, at):
    entries = HourEntry.objects.bulk_create(entries)
    points.earn(entries, at)
    users = User.objects.filter(volunteer__in=[entry.volunteer_id for entry in entries], is_active=True)
    if entries:
        text = f"“{entries[0].words}”的服务时长已确认，请在“服务记录”里核对。"
        notify(users, text=text[:200], link=reverse("me:record"))
    return entries


# --- A post -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def credit_holding(holding, month, *, actor, minutes=None, at=None):
    """每月认定 of a post that was held in the month of the date `month`, once, as of the month's last day.

    `minutes`: instead of what the post says. Credited already: that entry. ValidationError: not over, not held then,
    or a post that is credited by its sessions alone.
    """
    at = at or timezone.now()
    rows = Holding.objects.select_for_update(of=("self",), no_key=True)
    holding = rows.select_related("position__community", "volunteer").get(pk=holding.pk)
    position, volunteer = holding.position, holding.volunteer
    if not type(position).objects.allowed(actor, RIGHT).filter(pk=position.pk).exists():
        raise PermissionDenied("您没有确认这个岗位时长的权限。")
    if volunteer.user_id == actor.pk:
        raise ValidationError(OWN, code="own")
    first, last = month.replace(day=1), month.replace(day=monthrange(month.year, month.month)[1])
    if known := holding.hour_entries.filter(served_on=last, reverses=None).order_by("-pk").first():
        return known
    minutes = position.monthly_minutes if minutes is None else minutes
    _check_month(holding, minutes, first, last, at)
    entry = HourEntry(
        volunteer=volunteer,
        ledger=_ledger_of_post(volunteer),
        minutes=minutes,
        served_on=last,
        counts_on=_counts_on(last, at),
        holding=holding,
        community=position.community,
        words=f"{position.title} {first:%Y年%m月}",
        entered_by=actor,
        entered_at=at,
    )
    return _enter([entry], at)[0]


def _check_month(holding, minutes, first, last, at):
    if last > timezone.localdate(at):
        raise ValidationError("这个月还没有过完，月底以后再确认。", code="early")
    if not Holding.objects.held_between(first, last).filter(pk=holding.pk).exists():
        raise ValidationError("这个月不在岗，不能确认时长。", code="not_held")
    if not 0 < minutes <= 60 * 24 * 31:
        raise ValidationError("这个岗位没有设每月认定时长，只按活动记。", code="nothing")


def _ledger_of_post(volunteer):
    """A Party member who reported in serves in the post as Party duty; anybody else freely."""
    return ledger_for(volunteer, Ledger.DUTY if volunteer.reports.open().exists() else Ledger.VOLUNTARY)


# --- Mended -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def reverse_hours(entry, *, reason, actor, at=None):
    """冲销 with its reason: the negative entry, of the same days; its points go with it. Reversed already: that one."""
    at = at or timezone.now()
    entry = _locked_entry(entry, actor)
    if not reason.strip():
        raise ValidationError({"reason": "请写明冲销的原因。"}, code="required")
    if known := HourEntry.objects.filter(reverses=entry).first():
        return known
    if entry.reverses_id:
        raise ValidationError("这一条本身就是冲销，不能再冲销。", code="reversal")
    reversal = _copy(entry, minutes=-entry.minutes, words=f"冲销：{reason.strip()}"[:100], actor=actor, at=at)
    reversal.reverses = entry
    reversal.save()
    points.take_back(entry, reversal, at)
    _show_on_signup(entry, 0, reason)
    _tell(entry, f"“{entry.words}”的时长已冲销：{reason.strip()}")
    return reversal


@transaction.atomic
def correct_hours(entry, *, minutes, reason, actor, at=None):
    """更正: reversed, and entered anew with the right `minutes`."""
    at, most = at or timezone.now(), 60 * 24 * 31 if entry.holding_id else most_minutes()
    if not 0 < minutes <= most:
        raise ValidationError({"minutes": f"请填 1 到 {most} 分钟；不该记的请冲销。"}, code="range")
    reverse_hours(entry, reason=reason, actor=actor, at=at)
    if known := HourEntry.objects.filter(replaces=entry).first():
        return known
    right = _copy(entry, minutes=minutes, words=entry.words, actor=actor, at=at)
    right.replaces = entry
    right.save()
    points.earn([right], at)
    _show_on_signup(entry, minutes, reason)
    return right


def _locked_entry(entry, actor):
    rows = HourEntry.objects.allowed(actor, RIGHT).select_for_update(of=("self",), no_key=True)
    entry = rows.select_related("volunteer", "signup").filter(pk=entry.pk).first()
    if entry is None:
        raise PermissionDenied("您没有更正这条时长的权限。")
    if entry.volunteer.user_id == actor.pk:
        raise ValidationError(OWN, code="own")
    return entry


def _copy(entry, *, minutes, words, actor, at):
    same = ("volunteer", "ledger", "served_on", "counts_on", "signup", "holding", "community")
    kept = {name: getattr(entry, name) for name in same}
    return HourEntry(minutes=minutes, words=words, entered_by=actor, entered_at=at, **kept)


def _show_on_signup(entry, minutes, reason):
    if entry.signup:
        entry.signup.credited_minutes, entry.signup.credited_note = minutes, reason.strip()[:100]
        entry.signup.save(update_fields=["credited_minutes", "credited_note"])


def _tell(entry, text):
    if entry.volunteer.user_id:
        notify([entry.volunteer.user], text=text[:200], link=reverse("me:record"))
