"""交接: what one unit leaves to the next, drafted from what is on record; and the reminder before a turn begins."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from checklists.models import Activity, Dispatch, Enrolment, NeedEvent, Project, Turn
from checklists.services.rotas.telling import lock_turn, span, tell, tell_staff
from organizations.models import Unit
from organizations.parameters import parameter

SYSTEM = NeedEvent.Party.SYSTEM
HELD = (Activity.Status.HELD, Activity.Status.CONCLUDED)
COMING = (Activity.Status.PLANNED, Activity.Status.ANNOUNCED)


def next_turn(turn):
    """The community's turn that follows, in this rota or the one after it; None at the end."""
    return (
        Turn.objects.of_community(turn.rota.community_id)
        .filter(starts_on__gt=turn.ends_on)
        .select_related("unit__liaison", "rota__community")
        .order_by("starts_on", "pk")
        .first()
    )


def can_hand_over(turn, on=None):
    """From the set number of days before the turn's last one, until it is handed over."""
    on = on or timezone.localdate()
    early = timedelta(days=parameter("turn_reminder_days"))
    return turn.handed_over_at is None and turn.starts_on <= on and turn.ends_on - early <= on


def draft_handover(turn):
    """What the record says of the turn, in lines that the unit may edit."""
    lines = [f"{turn.unit} {span(turn)} 轮值交接", *_activity_lines(turn), *_open_lines(turn)]
    follower = next_turn(turn)
    lines.append(f"下一期：{span(follower)}，{follower.unit}。" if follower else "下一期：还没有排。")
    return "\n".join(lines)


def _activity_lines(turn):
    rows = list(turn.activities.order_by("starts_at", "pk"))
    held = [row for row in rows if row.status in HELD]
    coming = [row for row in rows if row.status in COMING]
    verdicts = Enrolment.objects.filter(activity__in=held).verdicts()
    reached = sum(row.reached_count for row in held)
    lines = [f"一、办了 {len(held)} 场活动，参加 {reached} 人次。"]
    lines += [f"　{_day(row.starts_at)} {row.name}，{row.reached_count} 人。" for row in held]
    if verdicts["rated"]:
        lines.append(f"二、居民评价 {verdicts['rated']} 份，其中满意和基本满意 {verdicts['satisfied']} 份。")
    else:
        lines.append("二、还没有居民评价。")
    lines += [f"　还要办：{_day(row.starts_at)} {row.name}（{row.get_status_display()}）。" for row in coming]
    return lines


def _open_lines(turn):
    projects = Project.objects.filter(unit=turn.unit_id, community=turn.rota.community_id).exclude(
        status__in=[Project.Status.CLOSED, Project.Status.STOPPED]
    )
    lines = [f"　项目“{row.name}”，{row.get_status_display()}。" for row in projects.order_by("pk")[:10]]
    taken = Dispatch.objects.filter(
        status=Dispatch.Status.TAKEN, resource__unit=turn.unit_id, need__community=turn.rota.community_id
    ).count()
    head = (
        f"三、手上没办完的：需求 {taken} 件，项目 {len(lines)} 个。" if taken or lines else "三、手上没有没办完的事。"
    )
    return [head, *lines]


def _day(at):
    at = timezone.localtime(at)
    return f"{at.month}月{at.day}日"


@transaction.atomic
def hand_over(turn, *, actor, note="", at=None):
    """交接: keep the note (drafted where it is empty) and give it to the next unit. Handed over already: nothing.

    `actor` is the liaison of the turn's unit, its community's staff, or SYSTEM after the turn's end. ValidationError
    before the turn's last days; PermissionDenied to anybody else.
    """
    at = at or timezone.now()
    turn = lock_turn(turn)
    if actor != SYSTEM and not _may_hand_over(actor, turn):
        raise PermissionDenied("这一期轮值不由您交接。")
    if turn.handed_over_at is not None:
        return turn
    if not can_hand_over(turn, timezone.localdate(at)):
        days = parameter("turn_reminder_days")
        raise ValidationError(f"轮值期结束前 {days:.0f} 天起可以交接。", code="early")
    note = note.strip() or draft_handover(turn)
    turn.handover_note, turn.handed_over_at = note[:2000], at
    turn.save(update_fields=["handover_note", "handed_over_at"])
    person = None if actor == SYSTEM else actor
    if follower := next_turn(turn):
        text = f"{turn.unit}把 {span(turn)} 的轮值交接给您单位，请看交接说明"
        tell([follower], text=text, link=f"/desk/turns/{turn.pk}/", actor=person)
    by = "，由系统按记录自动交接" if actor == SYSTEM else ""
    tell_staff(turn.rota, text=f"{turn.unit} {span(turn)} 的轮值已交接{by}", actor=person)
    return turn


def _may_hand_over(actor, turn):
    is_own = Unit.objects.of_liaison(actor, "checklists.change_turn").filter(pk=turn.unit_id).exists()
    return is_own or Turn.objects.editable_by(actor).filter(pk=turn.pk).exists()


@transaction.atomic
def remind_turn(turn, *, at=None):
    """Tell the unit, once, that its turn is about to begin."""
    at = at or timezone.now()
    turn = lock_turn(turn)
    if turn.reminded_at is not None or not turn.is_ahead(timezone.localdate(at)):
        return
    turn.reminded_at = at
    turn.save(update_fields=["reminded_at"])
    begins = f"{turn.starts_on.month}月{turn.starts_on.day}日"
    tell([turn], text=f"{turn.rota.community}的轮值 {begins} 起由您单位负责，请准备活动计划", link="/desk/turns/")
    if turn.unit.liaison is None:
        tell_staff(turn.rota, text=f"{turn.unit} {begins} 起轮值，但没有联络员账号，请电话通知")
