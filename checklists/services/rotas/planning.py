"""轮值表: planned from the agreements, shown, and then saved as it was shown."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from checklists.models import Rota, Turn, TurnSwap
from checklists.rotation import rotate
from checklists.services.rotas.telling import lock_turn, span, tell
from govern.dates import month_start
from grids.models import Community
from organizations.models import Agreement

LENGTH = {Rota.Period.MONTH: 1, Rota.Period.QUARTER: 3}  # months


@dataclass(frozen=True)
class Slot:
    """One planned turn; `agreement` is None where no unit may serve it."""

    starts_on: date
    ends_on: date
    agreement: Agreement | None

    @property
    def unit(self):
        return self.agreement and self.agreement.unit


@dataclass(frozen=True)
class Plan:
    """What make_rota would save. `shares` is [(unit, turns in this rota, turns before)], the busiest first."""

    slots: tuple
    shares: tuple

    @property
    def gaps(self):
        return [slot for slot in self.slots if slot.agreement is None]

    @property
    def fingerprint(self):
        """Tells whether what is saved is what was shown."""
        return "-".join(str(slot.agreement.pk) if slot.agreement else "" for slot in self.slots)


def slots_of(period, starts_on, count):
    """[(first day, last day)] of `count` periods. ValidationError unless `starts_on` begins one."""
    length = LENGTH[Rota.Period(period)]
    if starts_on.day != 1 or (starts_on.month - 1) % length:
        words = "按季度轮值从 1、4、7、10 月的 1 日开始。" if length == 3 else "按月轮值从 1 日开始。"
        raise ValidationError({"starts_on": words}, code="starts_on")
    starts = [month_start(starts_on, length * number) for number in range(count + 1)]
    return [(start, after - timedelta(days=1)) for start, after in zip(starts, starts[1:], strict=False)]


def _agreements(community):
    """Agreements of the community with units in use, in the order in which they were signed."""
    return Agreement.objects.filter(organization=community.organization_id, unit__is_active=True)


def agreement_for(unit, community, starts_on, ends_on):
    """The unit's own agreement with the community over all of these days, the newest of several; None without one."""
    agreements = Agreement.objects.filter(organization=community.organization_id, unit=unit)
    return agreements.covering(starts_on, ends_on).order_by("-starts_on", "-pk").first()


def plan_rota(community, *, period, starts_on, count):
    """The fair Plan of `count` turns from `starts_on` on: see checklists.rotation."""
    slots = slots_of(period, starts_on, count)
    rows = list(_agreements(community).select_related("unit").order_by("signed_on", "starts_on", "pk"))
    covering = [
        {row.unit_id: row for row in rows if row.is_covering(starts, ends)} for starts, ends in slots
    ]  # of several of one unit, the newest
    earlier = Turn.objects.filter(rota__community=community, starts_on__lt=starts_on)
    before = Counter(earlier.order_by().values_list("unit", flat=True))
    last = earlier.filter(ends_on=starts_on - timedelta(days=1)).values_list("unit", flat=True).first()
    chosen = rotate([list(each) for each in covering], before, last)
    units = {row.unit_id: row.unit for row in rows}
    turns = Counter(chosen)
    shares = sorted(
        ((units[pk], turns[pk], before[pk]) for pk in units if any(pk in each for each in covering)),
        key=lambda share: (-share[1], -share[2], share[0].name),
    )
    return Plan(
        tuple(
            Slot(starts, ends, each.get(unit))
            for (starts, ends), each, unit in zip(slots, covering, chosen, strict=True)
        ),
        tuple(shares),
    )


@transaction.atomic
def make_rota(community, *, period, starts_on, count, actor, shown=None):
    """Save the fair rota and tell the units that are on it. `shown` is the fingerprint of the plan that was looked at.

    ValidationError where no unit covers a turn (code "gap"), where another rota of the community runs on one of the
    days ("overlap"), or where the plan is no longer the one `shown` ("changed"). PermissionDenied out of reach.
    """
    if not Community.objects.allowed(actor, "checklists.add_rota").filter(pk=community.pk).exists():
        raise PermissionDenied("您没有编制这个社区轮值表的权限。")
    Community.objects.select_for_update(no_key=True).get(pk=community.pk)
    plan = plan_rota(community, period=period, starts_on=starts_on, count=count)
    if plan.gaps:
        gaps = "、".join(span(slot) for slot in plan.gaps)
        raise ValidationError(f"{gaps} 没有协议覆盖整期的单位。请先续签协议，或少排几期。", code="gap")
    ends_on = plan.slots[-1].ends_on
    other = community.rotas.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).first()
    if other is not None:
        after = other.ends_on + timedelta(days=1)
        words = f"和已有的轮值表（{span(other)}）重叠。可以从 {after.year}年{after.month}月 起排。"
        raise ValidationError({"starts_on": words}, code="overlap")
    if shown is not None and shown != plan.fingerprint:
        raise ValidationError("协议或以往的轮值刚有变化，排出的表和您看到的不同。请再看一遍，再保存。", code="changed")
    rota = Rota.objects.create(community=community, period=period, starts_on=starts_on, ends_on=ends_on, made_by=actor)
    turns = Turn.objects.bulk_create(
        Turn(rota=rota, unit=slot.unit, agreement=slot.agreement, starts_on=slot.starts_on, ends_on=slot.ends_on)
        for slot in plan.slots
    )
    text = f"{community}新排了轮值表（{span(rota)}），请看看您单位轮到哪一期"
    tell(turns, text=text, link="/desk/turns/", actor=actor)
    return rota


@transaction.atomic
def replace_unit(turn, unit, *, actor, reason, at=None):
    """Staff put `unit` in the place of the turn's unit before the turn begins; open swaps of the turn end."""
    from checklists.services.rotas.swaps import settle

    at = at or timezone.now()
    if not Turn.objects.editable_by(actor).filter(pk=turn.pk).exists():
        raise PermissionDenied("您没有调整这张轮值表的权限。")
    turn = lock_turn(turn)
    if turn.unit_id == unit.pk:
        return turn
    if not reason.strip():
        raise ValidationError({"reason": "请写明换单位的原因，两个单位都会看到。"}, code="required")
    if not turn.is_ahead(timezone.localdate(at)):
        raise ValidationError("这一期已经开始，不能再换单位。", code="past")
    agreement = agreement_for(unit, turn.rota.community, turn.starts_on, turn.ends_on)
    if agreement is None:
        raise ValidationError({"unit": f"{unit}没有覆盖 {span(turn)} 的协议。"}, code="agreement")
    for swap in TurnSwap.objects.open().touching(turn).select_for_update(no_key=True):
        settle(swap, TurnSwap.Status.WITHDRAWN, at=at, note="轮值单位已由社区调整")
    former = turn.unit
    turn.unit, turn.agreement, turn.reminded_at = unit, agreement, None
    turn.save(update_fields=["unit", "agreement", "reminded_at"])
    LogEntry.objects.log_create(
        turn, action=LogEntry.Action.UPDATE, changes={"换单位的原因": ["", reason]}, actor=actor
    )
    text = f"{turn.rota.community} {span(turn)} 的轮值单位由{former}换成{unit}：{reason}"
    tell([turn], text=text, link="/desk/turns/", actor=actor, also=[former])
    return turn
