"""兑换: points for a small good at a station, on the open days. Hours stay as they are.

Lock: the volunteer, whose points they are, then the good.
"""

from datetime import date, timedelta
from typing import NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from accounts.services import notify
from govern.dates import month_start
from organizations.parameters import parameters
from volunteers.models import Exchange, Good, PointEntry, Station, Volunteer
from volunteers.services.points import balance_of
from volunteers.services.stations import move_stock

RIGHT = "volunteers.add_exchange"


class Window(NamedTuple):
    """The open days that run on a day, or the next ones."""

    opens_on: date
    closes_on: date
    is_open: bool

    @property
    def words(self):
        return f"{date_format(self.opens_on, 'Y年n月j日')}—{date_format(self.closes_on, 'n月j日')}"

    @property
    def next_words(self):
        return f"下一次兑换：{self.words}。"


def window_on(day):
    """Every so many months, counted from January, from the 1st on for some days."""
    values = parameters("exchange_every_months", "exchange_open_days", on=day)
    every, days = int(values["exchange_every_months"]), int(values["exchange_open_days"])
    opens_on = month_start(day)
    while (opens_on.month - 1) % every or _last(opens_on, days) < day:
        opens_on = month_start(opens_on, 1)
    return Window(opens_on, _last(opens_on, days), opens_on <= day)


def _last(opens_on, days):
    return min(opens_on + timedelta(days=days), month_start(opens_on, 1)) - timedelta(days=1)


def may_hand_out(actor, station):
    """Who looks after the station, and the staff of its community."""
    if station.keepers.filter(user=actor, left_on=None).exists():
        return True
    return Station.objects.allowed(actor, RIGHT).filter(pk=station.pk).exists()


@transaction.atomic
def exchange(volunteer, *, good, count=1, actor, key=None, at=None):
    """Hand out `count` pieces for points. `key` is the form's: the same form sent twice hands out once.

    ValidationError: outside the open days, too few points, too little stock, the own points. PermissionDenied for
    whoever keeps no station there.
    """
    at = at or timezone.now()
    if not may_hand_out(actor, good.station):
        raise PermissionDenied("只有驻站人员和社区工作人员可以发放兑换物资。")
    if volunteer.user_id == actor.pk:
        raise ValidationError("您自己的兑换要由另一位驻站人员办理。", code="own")
    volunteer = Volunteer.objects.select_for_update(of=("self",), no_key=True).get(pk=volunteer.pk)
    if key and (known := Exchange.objects.filter(key=key).first()):
        return known
    good = Good.objects.select_for_update(of=("self",), no_key=True).select_related("station").get(pk=good.pk)
    cost = _check(volunteer, good, count, timezone.localdate(at))
    row = Exchange(volunteer=volunteer, good=good, count=count, points=cost, handed_by=actor, at=at, key=key)
    row.full_clean()
    row.save()
    move_stock(good, -count, reason=f"积分兑换 {volunteer.code}", actor=actor, at=at)
    PointEntry.objects.create(
        volunteer=volunteer, points=-cost, exchange=row, words=f"兑换 {good.name} × {count}", entered_at=at
    )
    return row


def _check(volunteer, good, count, day):
    """What it costs."""
    if not volunteer.is_here:
        raise ValidationError("这位志愿者已经注销。", code="left")
    if not good.is_active or not good.station.is_active or not good.points:
        raise ValidationError({"good": ValidationError("这种物资现在不兑换。", code="good")})
    window = window_on(day)
    if not window.is_open:
        raise ValidationError(f"现在不是兑换时间，下一次是 {window.words}。", code="closed")
    if count < 1:
        raise ValidationError({"count": ValidationError("至少兑换 1 件。", code="count")})
    if count > good.count:
        raise ValidationError({"count": ValidationError(f"“{good}”只剩 {good.count} {good.unit_word}。", code="short")})
    cost, left = good.points * count, balance_of(volunteer, day)
    if cost > left:
        raise ValidationError({"count": ValidationError(f"要 {cost} 分，现有 {left} 分，积分不够。", code="points")})
    return cost


@transaction.atomic
def reverse_exchange(row, *, reason, actor, at=None):
    """退回: the points come back, and so does the good. Returned already: nothing happens."""
    at = at or timezone.now()
    if not Station.objects.allowed(actor, "volunteers.change_exchange").filter(pk=row.good.station_id).exists():
        raise PermissionDenied("您没有退回这次兑换的权限。")
    if not reason.strip():
        raise ValidationError({"reason": "请写明退回的原因。"}, code="required")
    volunteer = Volunteer.objects.select_for_update(of=("self",), no_key=True).get(pk=row.volunteer_id)
    if volunteer.user_id == actor.pk:
        raise ValidationError("您自己的兑换要由另一位工作人员办理。", code="own")
    spent = PointEntry.objects.get(exchange=row)
    if known := PointEntry.objects.filter(reverses=spent).first():
        return known
    move_stock(row.good, row.count, reason=f"兑换退回：{reason.strip()}"[:60], actor=actor, at=at)
    back = PointEntry.objects.create(
        volunteer=volunteer,
        points=row.points,
        reverses=spent,
        words=f"兑换退回：{reason.strip()}"[:100],
        entered_at=at,
    )
    if volunteer.user_id:
        notify([volunteer.user], text=f"兑换“{row.good} × {row.count}”已退回，{row.points} 分回到您的账上。"[:200])
    return back
