"""请假代班: who is away, and who acts meanwhile. Over when the day has passed: rows end by date.

Lock: all duties of the people concerned, by key, then the leave's row.
"""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.services import notify
from grids.models import Duty, Leave


@transaction.atomic
def grant_leave(duty, *, stand_in, starts_on, ends_on, reason="", actor):
    """请假: from `starts_on` to `ends_on`, both days included, `stand_in` (a Duty) acts for `duty` and is told so.

    Nobody away stands in, and nobody who stands in goes away before another does: so no chain closes to a ring.
    ValidationError beside the field. The same leave said again is the one that stands. Lock: all duties of both people.
    """
    if not Duty.objects.allowed(actor, "grids.add_leave").filter(pk=duty.pk).exists():
        raise PermissionDenied("您没有给这名值守人员登记请假的权限。")
    duty, stand_in = _lock_people(duty, stand_in)
    leave = Leave(duty=duty, stand_in=stand_in, starts_on=starts_on, ends_on=ends_on, reason=reason, entered_by=actor)
    if same := Leave.objects.filter(duty=duty, stand_in=stand_in, starts_on=starts_on, ends_on=ends_on).first():
        return same
    _check_days(leave)
    _check_stand_in(leave, actor)
    leave.full_clean()
    leave.save()
    tell(leave)
    return leave


def _lock_people(*duties):
    people = [duty.phone_index for duty in duties]
    rows = Duty.objects.filter(phone_index__in=people).order_by("pk").select_for_update(no_key=True, of=("self",))
    locked = {row.pk: row for row in rows.select_related("grid", "building__quarter", "user")}
    return [locked[duty.pk] for duty in duties]


def _check_days(leave):
    duty = leave.duty
    if leave.ends_on < leave.starts_on:
        raise ValidationError({"ends_on": "结束日期不能早于开始日期。"}, code="date")
    if not (duty.is_on(leave.starts_on) and duty.is_on(leave.ends_on)):
        raise ValidationError({"starts_on": f"{duty.name}这几天不都在任（{duty.span}）。"}, code="date")
    if other := overlapping(leave).filter(duty=duty).first():
        words = f"{duty.name} {other.span} 已登记请假，由{other.stand_in.name}代班。"
        raise ValidationError({"starts_on": words}, code="overlap")
    if other := overlapping(leave).filter(stand_in__phone_index=duty.phone_index).first():
        words = f"{duty.name} {other.span} 正替{other.duty.name}代班，请先给{other.duty.name}换代班人。"
        raise ValidationError({"starts_on": words}, code="standing_in")


def _check_stand_in(leave, actor):
    duty, stand_in = leave.duty, leave.stand_in
    reason = ""
    if stand_in.phone_index == duty.phone_index:
        reason = "代班人不能是请假人自己。"
    elif (
        not Duty.objects.visible_to(actor).filter(pk=stand_in.pk).exists()
        or not duty.community_keys() & stand_in.community_keys()
    ):
        reason = "代班人要是同一社区的值守人员。"
    elif not (stand_in.is_on(leave.starts_on) and stand_in.is_on(leave.ends_on)):
        reason = f"{stand_in.name}这几天不都在任（{stand_in.span}）。"
    elif other := overlapping(leave).filter(duty__phone_index=stand_in.phone_index).first():
        reason = f"{stand_in.name} {other.span} 自己也请假，请换一个代班人。"
    if reason:
        raise ValidationError({"stand_in": reason}, code="stand_in")


def overlapping(leave):
    return (
        Leave.objects.overlapping(leave.starts_on, leave.ends_on)
        .exclude(pk=leave.pk)
        .select_related("duty", "stand_in")
    )


def tell(leave):
    """Who is to stand in reads for whom, where and when; whoever has no account is told by the one who entered it."""
    duty = leave.duty
    if leave.stand_in.user is not None:
        words = (
            f"请您代班：{duty.ground} {duty.get_kind_display()}{duty.name}，{leave.span}。这几天的事项会先到您这里。"
        )
        notify([leave.stand_in.user], text=words, link="/desk/")


def _lock_leave(leave, actor):
    if not Leave.objects.editable_by(actor).filter(pk=leave.pk).exists():
        raise PermissionDenied("您没有调整这次请假的权限。")
    return Leave.objects.select_for_update(no_key=True, of=("self",)).filter(pk=leave.pk).first()


@transaction.atomic
def end_leave(leave, *, returns_on=None, actor):
    """销假: back on the day `returns_on` (today). A leave that had not begun is taken off; over already: nothing."""
    returns_on = returns_on or timezone.localdate()
    if not Leave.objects.filter(pk=leave.pk).exists() or (row := _lock_leave(leave, actor)) is None:
        return None
    if row.ends_on < returns_on:
        return row
    if row.stand_in.user is not None:
        words = f"{row.duty.name} {returns_on:%-m月%-d日} 返岗，您的代班到此为止。"
        notify([row.stand_in.user], text=words, link="/desk/")
    if returns_on <= row.starts_on:
        row.delete()
        return None
    row.ends_on = returns_on - timedelta(days=1)
    row.save(update_fields=["ends_on"])
    return row


@transaction.atomic
def replace_stand_in(leave, *, stand_in, on=None, actor):
    """换代班人 from the day `on` (today) to the end of the leave. ValidationError beside the field."""
    if not Leave.objects.editable_by(actor).filter(pk=leave.pk).exists():
        raise PermissionDenied("您没有调整这次请假的权限。")
    duty, stand_in, _ = _lock_people(leave.duty, stand_in, leave.stand_in)
    leave = Leave.objects.select_for_update(no_key=True, of=("self",)).get(pk=leave.pk)
    on = max(on or timezone.localdate(), leave.starts_on)
    if leave.stand_in_id == stand_in.pk:
        return leave
    if on > leave.ends_on:
        raise ValidationError({"stand_in": "这次请假已经结束。"}, code="ended")
    rest = Leave(
        pk=leave.pk if on == leave.starts_on else None,
        duty=duty,
        stand_in=stand_in,
        starts_on=on,
        ends_on=leave.ends_on,
        reason=leave.reason,
        entered_by=actor,
    )
    _check_stand_in(rest, actor)
    if rest.pk is None:
        leave.ends_on = on - timedelta(days=1)
        leave.save(update_fields=["ends_on"])
    rest.save()
    tell(rest)
    return rest
