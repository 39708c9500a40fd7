"""Calling a meeting: drafted from issues, announced in time, moved, withdrawn or cancelled, and everybody told.

Lock order: the hearing, then its issues by pk.
"""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from deliberations.models import AgendaItem, Hearing, Issue
from deliberations.services import issues
from deliberations.services.hearings.door import append, lock_hearing, moment, move, permit, stale
from deliberations.services.hearings.people import tell
from grids.models import Community
from organizations.parameters import parameter, parameters

Status, Kind = Hearing.Status, Hearing.Kind
ADD = "deliberations.add_hearing"
NOTICE_KEYS = {
    Kind.HEARING: "hearing_notice_days",
    Kind.COORDINATION: "coordination_notice_days",
    Kind.REVIEW: "review_notice_days",
}


# --- The draft --------------------------------------------------------------------------------------------------------
@transaction.atomic
def draft_hearing(*, community, actor, issues=(), agenda=(), at=None, **facts):
    """起草. `facts` are columns: kind, title, background, starts_at, place, host, recorder, open_seats; `agenda` is
    [(title, minutes)].

    ValidationError beside its field; PermissionDenied outside one's reach.
    """
    if not Community.objects.under_posts(actor, ADD).filter(pk=community.pk).exists():
        raise PermissionDenied("您不能在这个社区召集会议。")
    hearing = Hearing(community=community, **facts)
    hearing.full_clean()
    hearing.save()
    append(hearing, "", actor=actor, at=at)
    set_issues(hearing, issues, actor=actor, at=at)
    set_agenda(hearing, agenda)
    return hearing


@transaction.atomic
def change_draft(hearing, *, actor, issues=None, agenda=None, at=None, **facts):
    """What was written down, until it is announced. ValidationError(code="transition") later."""
    hearing = lock_hearing(hearing)
    permit(hearing, actor)
    if hearing.status != Status.DRAFTED:
        raise stale(hearing)
    for name, value in facts.items():
        setattr(hearing, name, value)
    hearing.full_clean()
    hearing.save()
    if issues is not None:
        set_issues(hearing, issues, actor=actor, at=at)
    if agenda is not None:
        set_agenda(hearing, agenda)
    return hearing


def set_issues(hearing, wanted, *, actor, at=None):
    """Those put on are scheduled, those taken off go back to the catalogue; in the order of their keys."""
    now = {issue.pk: issue for issue in hearing.issues.all()}
    new = {issue.pk: issue for issue in wanted}
    for pk in sorted(now.keys() ^ new.keys()):
        if pk in new:
            issues.schedule_issue(new[pk], hearing=hearing, actor=actor, at=at)
        else:
            give_back(now[pk], hearing, actor=actor, note=f"没有排进“{hearing.title}”", at=at)
    hearing.issues.set(new)


def give_back(issue, hearing, *, actor, note, at=None):
    """Back to the catalogue, unless another meeting that is still to come has it."""
    rows = issue.hearings.exclude(pk=hearing.pk).exclude(status__in=[Status.CANCELLED, Status.PUBLISHED])
    if issue.status == Issue.Status.SCHEDULED and not rows.exists():
        issues.unschedule_issue(issue, actor=actor, note=note, at=at)


def set_agenda(hearing, rows):
    """The agenda anew: [(title, minutes)], in this order."""
    hearing.agenda.all().delete()
    AgendaItem.objects.bulk_create(
        AgendaItem(hearing=hearing, order=order, title=title, minutes=minutes)
        for order, (title, minutes) in enumerate(rows, 1)
    )


# --- The announcement -------------------------------------------------------------------------------------------------
def notice_days(kind):
    return int(parameter(NOTICE_KEYS[kind]))


def check_notice(hearing, at):
    """ValidationError(code="notice") beside `starts_at` for a day that comes sooner than the kind's notice allows."""
    days = notice_days(hearing.kind)
    first = timezone.localdate(at) + timedelta(days=days)
    if hearing.starts_at <= at or timezone.localdate(hearing.starts_at) < first:
        words = f"{hearing.get_kind_display()}要提前 {days} 天公告，最早 {first.month}月{first.day}日开会。"
        raise ValidationError({"starts_at": words}, code="notice")


@transaction.atomic
def announce_hearing(hearing, *, actor, at=None):
    """公告: the shares that make a quorum and that pass stay as they are now set; everybody invited is told.

    ValidationError: too short a notice ("notice", beside starts_at), no agenda ("agenda"), nobody entitled ("people").
    Announced already: nothing happens.
    """
    at = at or timezone.now()
    hearing = lock_hearing(hearing)
    permit(hearing, actor)
    if hearing.status == Status.ANNOUNCED:
        return hearing
    if hearing.status != Status.DRAFTED:
        raise stale(hearing)
    check_notice(hearing, at)
    if not hearing.agenda.exists():
        raise ValidationError("请先排好议程再公告。", code="agenda")
    if not hearing.attendees.filter(is_entitled=True).exists():
        raise ValidationError("请先确定有表决权的参会人再公告，法定人数按他们算。", code="people")
    shares = parameters("hearing_quorum_percent", "hearing_pass_percent", on=timezone.localdate(at))
    hearing = move(
        hearing,
        Status.ANNOUNCED,
        actor=actor,
        note=f"{moment(hearing.starts_at)}，{hearing.place}",
        at=at,
        announced_at=at,
        quorum_percent=int(shares["hearing_quorum_percent"]),
        pass_percent=int(shares["hearing_pass_percent"]),
    )
    tell(hearing.attendees.order_by("pk"), "invited")
    return hearing


@transaction.atomic
def announce_again(hearing, *, starts_at, place, reason="", actor, at=None):
    """改期 of one that is announced, or the next try after too few came: told anew to everybody.

    Who signed in for the try before is nobody's signature any more; how many they were stays in the events.
    ValidationError beside starts_at ("notice") for a new time that is too near. As it stands already: nothing happens.
    """
    at = at or timezone.now()
    hearing = lock_hearing(hearing)
    permit(hearing, actor)
    if hearing.status not in (Status.ANNOUNCED, Status.POSTPONED):
        raise stale(hearing)
    was = (hearing.starts_at, hearing.place)
    is_moved = was[0] != starts_at
    if hearing.status == Status.ANNOUNCED and was == (starts_at, place):
        return hearing
    hearing.starts_at, hearing.place = starts_at, place.strip()
    if is_moved or hearing.status == Status.POSTPONED:
        check_notice(hearing, at)
    hearing.full_clean()
    came = hearing.attendees.exclude(signed_in_at=None).count()
    entitled = hearing.attendees.filter(is_entitled=True).count()
    note = f"{moment(was[0])} {was[1]} → {moment(starts_at)} {hearing.place}。{reason.strip()}"
    if came:
        note += f" 上一次到会 {came} 人（应到 {entitled} 人），签到重新开始。"
    hearing.attendees.update(signed_in_at=None, signed_in_by="", invited_at=None)
    columns = {"starts_at": starts_at, "place": hearing.place, "announced_at": at}
    if hearing.status == Status.POSTPONED:
        hearing = move(hearing, Status.ANNOUNCED, actor=actor, note=note, at=at, **columns)
    else:
        hearing.announced_at = at
        hearing.save(update_fields=list(columns))
        append(hearing, hearing.status, actor=actor, note=note, at=at)
    tell(hearing.attendees.order_by("pk"), "moved")
    return hearing


@transaction.atomic
def withdraw_announcement(hearing, *, reason, actor, at=None):
    """收回公告 to be written anew: everybody is told that it does not take place as announced."""
    reason = issues.demand(reason, "reason", "请写明收回的原因，参会人会看到。")
    hearing = lock_hearing(hearing)
    if hearing.status == Status.POSTPONED:
        raise stale(hearing)
    was_announced = hearing.status == Status.ANNOUNCED
    hearing = move(hearing, Status.DRAFTED, actor=actor, note=reason, at=at, quorum_percent=None, pass_percent=None)
    if was_announced:
        hearing.attendees.update(signed_in_at=None, signed_in_by="", invited_at=None)
        tell(hearing.attendees.order_by("pk"), "withdrawn")
    return hearing


@transaction.atomic
def cancel_hearing(hearing, *, reason, actor, at=None):
    """取消: its issues go back to the catalogue, everybody who was told of it hears why."""
    reason = issues.demand(reason, "reason", "请写明取消的原因，参会人会看到。")
    hearing = lock_hearing(hearing)
    permit(hearing, actor)
    if hearing.status == Status.CANCELLED:
        return hearing
    was_public = hearing.status != Status.DRAFTED
    hearing = move(hearing, Status.CANCELLED, actor=actor, note=reason, at=at, cancelled_reason=reason[:100])
    for issue in hearing.issues.order_by("pk"):
        give_back(issue, hearing, actor=actor, note=f"“{hearing.title}”取消了", at=at)
    if was_public:
        tell(hearing.attendees.order_by("pk"), "cancelled")
    return hearing
