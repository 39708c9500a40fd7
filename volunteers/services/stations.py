"""志愿服务站: its opening hours, its people and its stock, each changed under the lock of the row it hangs on."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from govern.codes import new_code
from organizations.services.calendars import named_days
from volunteers.models import Good, OpeningHour, Station, StockMove, Volunteer
from volunteers.opening import day_of, state_at


@transaction.atomic
def found_station(*, community, name, place, phone="", about="", actor):
    """A station with the code of its public page. PermissionDenied in a foreign community."""
    station = Station(community=community, name=name, place=place, phone=phone, about=about, code=new_code())
    station.full_clean()
    station.save()
    if not Station.objects.allowed(actor, "volunteers.add_station").filter(pk=station.pk).exists():
        raise PermissionDenied("您不管这个社区。")
    return station


@transaction.atomic
def edit_station(station, *, actor, **described):
    """What is said of the station. PermissionDenied where it would leave the actor's reach."""
    station = _locked(station, actor)
    for name, value in described.items():
        setattr(station, name, value)
    station.full_clean()
    station.save(update_fields=list(described))
    if not Station.objects.editable_by(actor).filter(pk=station.pk).exists():
        raise PermissionDenied("您不管这个社区。")
    return station


@transaction.atomic
def set_opening_hours(station, spans, *, actor):
    """The week's hours as a whole: `spans` is {weekday (Monday 0): [(opens, closes)]}, a day not named is closed.

    ValidationError under `day_<weekday>` for spans of one day that overlap or end before they start.
    """
    station = _locked(station, actor)
    wanted = {(day, *span) for day, day_spans in spans.items() for span in day_spans}
    _check_spans(spans)
    kept = set()
    for row in station.opening_hours.all():
        key = (row.weekday, row.starts_at, row.ends_at)
        kept.add(key) if key in wanted else row.delete()
    for day, opens, closes in sorted(wanted - kept):
        OpeningHour.objects.create(station=station, weekday=day, starts_at=opens, ends_at=closes)


def _check_spans(spans):
    errors = {}
    for day, day_spans in spans.items():
        last = None
        for opens, closes in sorted(day_spans):
            if closes <= opens:
                errors[f"day_{day}"] = f"{opens:%H:%M}—{closes:%H:%M}：结束时间要晚于开始时间。"
            elif last is not None and opens < last:
                errors[f"day_{day}"] = f"{opens:%H:%M} 开始时上一段还没结束（{last:%H:%M} 结束）。"
            last = closes
    if errors:
        raise ValidationError(errors)


@transaction.atomic
def add_keeper(station, *, code, actor):
    """Somebody of the volunteers looks after the station; the same again changes nothing."""
    station = _locked(station, actor)
    volunteer = Volunteer.objects.visible_to(actor).here().filter(code=code).first()
    if volunteer is None:
        raise ValidationError({"code": ValidationError("您管辖的社区里没有这个编号的志愿者。", code="unknown")})
    station.keepers.add(volunteer)
    return volunteer


@transaction.atomic
def remove_keeper(station, volunteer, *, actor):
    _locked(station, actor).keepers.remove(volunteer)


@transaction.atomic
def add_good(station, *, name, unit_word="个", points=0, actor):
    """A kind of good, of which nothing is there yet."""
    good = Good(station=_locked(station, actor), name=name, unit_word=unit_word, points=points)
    good.full_clean()
    good.save()
    return good


@transaction.atomic
def move_stock(good, change, *, reason, actor, at=None):
    """Put `change` pieces in (or, negative, take them out), with the line that says why and who.

    Locks the good. ValidationError (beside `change`) for nothing, and for more than is there. Who may is the caller's
    question: staff by `take_stock`, whoever hands out an exchange by its own rule.
    """
    good = Good.objects.select_for_update(no_key=True).get(pk=good.pk)
    if change == 0:
        raise ValidationError({"change": ValidationError("数量不能是 0。", code="nothing")})
    if good.count + change < 0:
        left = f"“{good}”只有 {good.count} {good.unit_word}，不够出 {-change} {good.unit_word}。"
        raise ValidationError({"change": ValidationError(left, code="short")})
    good.count += change
    good.save(update_fields=["count"])
    return StockMove.objects.create(good=good, change=change, reason=reason, actor=actor, at=at or timezone.now())


@transaction.atomic
def take_stock(good, change, *, reason, actor, at=None):
    """The same by the station's staff. PermissionDenied out of reach."""
    if not Good.objects.editable_by(actor).filter(pk=good.pk).exists():
        raise PermissionDenied("您不管这个服务站。")
    return move_stock(good, change, reason=reason, actor=actor, at=at)


def _locked(station, actor):
    """The station as it is now, locked. PermissionDenied out of the actor's reach."""
    if not Station.objects.editable_by(actor).filter(pk=station.pk).exists():
        raise PermissionDenied("您不管这个服务站。")
    return Station.objects.select_for_update(no_key=True).get(pk=station.pk)


# --- Read -------------------------------------------------------------------------------------------------------------
def notice_of(station, now):
    """What the public page and the poster say of it at the local time `now`."""
    week, overrides = station.week, named_days()
    return {
        "station": station,
        "state": state_at(now, week, overrides),
        "days": [day_of(now.date() + timedelta(days=ahead), week, overrides) for ahead in range(7)],
        "coming": station.community.sessions.upcoming().with_seats().order_by("starts_at")[:5],
        "goods": station.goods.filter(is_active=True, points__gt=0).order_by("points", "name"),
    }
