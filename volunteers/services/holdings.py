"""任岗: claimed, confirmed, declined, withdrawn, ended, handed over. Lock: as in services.positions."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.services import notify
from volunteers.models import Holding, Position, Report
from volunteers.requirements import shortfalls
from volunteers.services import grounds
from volunteers.services.people import account_of, check_acting, may_act_for
from volunteers.services.positions import (
    FORBIDDEN,
    free_places,
    lock_position,
    own_link,
    settle_line,
    staff_link,
    tell,
    uncounted_head,
    unpost,
)
from volunteers.services.reports import clerks_of, is_clerk, mark_posted

Status = Holding.Status
WAITS = (Status.CLAIMED, Status.WAITING)


def lacking(volunteer, position, *, on=None, adult_age=None):
    """What `volunteer` lacks for `position`, in words; empty where it may be claimed."""
    words = shortfalls(volunteer, position, on=on or timezone.localdate(), adult_age=adult_age)
    is_stranger = position.is_members_only and volunteer.kind != volunteer.Kind.MEMBER
    return list(dict.fromkeys([*(["只限党员"] if is_stranger else []), *words]))


def _locked(holding):
    """`holding` as it is now, with its position locked before it."""
    position = lock_position(holding.position)
    rows = Holding.objects.select_for_update(no_key=True, of=("self",))
    row = rows.select_related("volunteer__user", "duty__grid", "duty__building", "household").get(pk=holding.pk)
    row.position = position
    return row


def _permit(holding, actor):
    if not Holding.objects.editable_by(actor).filter(pk=holding.pk).exists():
        raise PermissionDenied(FORBIDDEN)


def _demand(words, field="reason", message="请写明原因，本人会看到。"):
    if not (words or "").strip():
        raise ValidationError({field: message}, code="required")
    return words.strip()[:200]


def _move(holding, to, **columns):
    if to not in holding.next_statuses:
        words = f"这条任岗现在是“{holding.get_status_display()}”，您看到的是旧页面，请刷新后再办。"
        raise ValidationError(words, code="transition")
    holding.status = to
    for name, value in columns.items():
        setattr(holding, name, value)
    holding.save(update_fields=["status", *columns])
    return holding


# --- The person's own -------------------------------------------------------------------------------------------------
@transaction.atomic
def claim(position, volunteer, *, words="", is_public=False, actor, at=None):
    """认领: a place where there is one, else in the line. Claimed already: that holding.

    `actor` is the person, or staff who write down what the person said. ValidationError with what is lacking.
    """
    at = at or timezone.now()
    if not (may_act_for(actor, volunteer) or (_is_staff_of(position, actor) and volunteer.is_here)):
        raise PermissionDenied(FORBIDDEN)
    position = lock_position(position)
    settle_line(position, at=at)
    if known := position.holdings.open().filter(volunteer=volunteer).first():
        return known
    if not Position.objects.open(timezone.localdate(at)).filter(pk=position.pk).exists():
        raise ValidationError("这个岗位现在不招人了。", code="closed")
    if missing := lacking(volunteer, position, on=timezone.localdate(at)):
        raise ValidationError([f"还不能认领：{each}。" for each in missing], code="shortfall")
    head = uncounted_head(position)
    is_head = head is not None and head.phone_index == volunteer.phone_index
    status = Status.CLAIMED if is_head or free_places(position) > 0 else Status.WAITING
    holding = Holding(
        position=position, volunteer=volunteer, status=status, words=words.strip(), is_public=is_public, claimed_at=at
    )
    holding.full_clean()
    holding.save()
    text = f"{volunteer.masked_name}认领了岗位“{position.called}”，请确认。"
    if status == Status.CLAIMED and actor.pk == volunteer.user_id:
        notify(clerks_of(position.community), text=text[:200], link=staff_link(position))
    return holding


def _is_staff_of(position, actor):
    return Position.objects.editable_by(actor).filter(pk=position.pk).exists()


@transaction.atomic
def withdraw(holding, *, actor, at=None):
    """本人撤回, before it is confirmed; the line moves up. Withdrawn already: nothing happens."""
    check_acting(actor, holding.volunteer)
    holding = _locked(holding)
    if holding.status == Status.WITHDRAWN:
        return holding
    if holding.status == Status.HELD:
        raise ValidationError("您已在岗，请用“我想离岗或交接”告诉社区。", code="held")
    _move(holding, Status.WITHDRAWN)
    settle_line(holding.position, at=at)
    return holding


@transaction.atomic
def wish_to_leave(holding, *, words, actor, at=None):
    """离岗或交接的意愿 of somebody in post, free to go (志愿服务条例 art. 25): the community is told and acts."""
    check_acting(actor, holding.volunteer)
    words = _demand(words, "words", "请写一写从哪天起、为什么，想交给谁也可以写。")
    holding = _locked(holding)
    if holding.status != Status.HELD or holding.is_over(timezone.localdate(at)):
        raise ValidationError("您已不在这个岗位上。", code="transition")
    if holding.wish == words:
        return holding
    holding.wish, holding.wished_at = words, at or timezone.now()
    holding.save(update_fields=["wish", "wished_at"])
    text = f"{holding.volunteer.masked_name}想离开岗位“{holding.position.called}”：{words}"
    notify(clerks_of(holding.position.community), text=text[:200], link=staff_link(holding.position))
    return holding


# --- The community's --------------------------------------------------------------------------------------------------
@transaction.atomic
def confirm(holding, *, actor, starts_on=None, household=None, area="", at=None):
    """安排上岗 from the date `starts_on` (today, or the first day the post is free). Never more than there are places.

    A 楼栋长 or 兼职网格员 is appointed to the duty, a 党员中心户 is founded, or is the `household` that stands already.
    Whoever was claimed later waits again where a waiting one is taken first. In post already: nothing happens.
    """
    at = at or timezone.now()
    _permit(holding, actor)
    account_of(holding.volunteer)  # whoever is on duty is told of things; locked first, as by whoever leaves
    grounds.lock_before(holding.position)
    holding = _locked(holding)
    position, today = holding.position, timezone.localdate(at)
    settle_line(position, at=at)
    holding.refresh_from_db(fields=["status"])
    if holding.status == Status.HELD:
        return holding
    if holding.status not in WAITS:
        _move(holding, Status.HELD)
    starts_on = starts_on or grounds.first_free_day(position, max(today, position.starts_on))
    _check_start(holding, starts_on)
    _put_in_post(holding, starts_on, actor, at, household=household, area=area)
    settle_line(position, at=at)
    return holding


def _check_start(holding, starts_on):
    position, volunteer = holding.position, holding.volunteer
    head = uncounted_head(position)
    is_own = head is not None and head.phone_index == volunteer.phone_index
    if free_places(position, without_claims=True) + is_own <= 0:
        words = f"{position.building}已有楼栋长{head.name}（{head.span}）。" if head else "名额已满。"
        raise ValidationError(f"{words}先办离岗或交接，再安排别人。", code="full")
    if starts_on < position.starts_on or (position.ends_on and starts_on > position.ends_on):
        end = f" 至 {position.ends_on:%Y-%m-%d}" if position.ends_on else " 起"
        raise ValidationError({"starts_on": f"要在岗位任期（{position.starts_on:%Y-%m-%d}{end}）里面。"}, code="date")
    if not volunteer.is_here:
        raise ValidationError("这个人已经注销志愿者。", code="left")
    if missing := lacking(volunteer, position, on=starts_on):
        raise ValidationError([f"还不能上岗：{each}。" for each in missing], code="shortfall")


def _put_in_post(holding, starts_on, actor, at, **ground):
    position, volunteer = holding.position, holding.volunteer
    grounds.take_ground(holding, starts_on=starts_on, actor=actor, **ground)
    _move(
        holding,
        Status.HELD,
        confirmed_at=at,
        confirmed_by=actor,
        starts_on=holding.duty.starts_on if holding.duty else starts_on,
        duty=holding.duty,
        household=holding.household,
    )
    _mark_posted(holding, actor, at)
    tell(volunteer, f"社区已确认您担任“{position.called}”，{starts_on:%Y年%m月%d日}上岗。", own_link(position))


def _mark_posted(holding, actor, at):
    """The person's 报到 has its post. A report to another community is that community's to move: it is told."""
    report = holding.volunteer.reports.open().select_related("community").first()
    if report is None or report.status not in (Report.Status.REGISTERED, Report.Status.CONTACTED):
        return
    note = f"担任“{holding.position.called}”"
    if is_clerk(actor, report.community):
        mark_posted(report, actor=actor, at=at, note=note)
    else:
        text = f"{holding.volunteer.masked_name}已在{holding.position.community}{note}，请在报到里安排岗位。"
        notify(clerks_of(report.community), text=text[:200], link=f"/admin/volunteers/report/{report.pk}/change/")


@transaction.atomic
def decline(holding, *, reason, actor, at=None):
    """不安排, with a reason that the person reads; the line moves up."""
    _permit(holding, actor)
    reason = _demand(reason)
    holding = _locked(holding)
    if holding.status == Status.DECLINED:
        return holding
    _move(holding, Status.DECLINED, note=reason)
    tell(holding.volunteer, f"“{holding.position.called}”没有安排：{reason}", own_link(holding.position))
    settle_line(holding.position, at=at)
    return holding


@transaction.atomic
def end_holding(holding, *, reason, actor, on=None, at=None):
    """离岗: the date `on` (today) is the last day; the duty or the household ends with it. Ended: nothing happens."""
    at = at or timezone.now()
    _permit(holding, actor)
    reason = _demand(reason)
    grounds.lock_before(holding.position)
    holding = _locked(holding)
    if holding.status == Status.ENDED:
        return holding
    on = _last_day(holding, on, timezone.localdate(at))
    grounds.leave_ground(holding, on=on, reason=reason, actor=actor)
    _end(holding, on, reason, actor, at)
    settle_line(holding.position, at=at)
    return holding


def _last_day(holding, on, today):
    """`on` (today) as a last day; of what has ended elsewhere, the day it did."""
    if holding.status == Status.HELD and holding.is_over(today):
        return holding.until
    on = on or today
    if on > today:
        raise ValidationError({"on": "离岗日期不能晚于今天，到了那天再办。"}, code="future")
    if holding.since and on < holding.since:
        raise ValidationError({"on": f"离岗日期不能早于上岗日期 {holding.since:%Y-%m-%d}。"}, code="date")
    return on


def _end(holding, on, reason, actor, at):
    _move(holding, Status.ENDED, ended_on=on, note=reason)
    unpost(holding, actor=actor if _is_clerk_of_report(holding, actor) else None, at=at)
    tell(holding.volunteer, f"您已离开岗位“{holding.position.called}”：{reason}", own_link(holding.position))


def _is_clerk_of_report(holding, actor):
    report = holding.volunteer.reports.open().select_related("community").first()
    return report is not None and is_clerk(actor, report.community)


@transaction.atomic
def hand_over(holding, *, to, actor, on=None, at=None):
    """交接 on the date `on` (today): `holding` ends and `to`, a claim of the same post, begins, both or neither.

    Of a duty, and of a building's only head, the last day is the one before. Handed over already: nothing happens.
    """
    at = at or timezone.now()
    for each in (holding, to):
        _permit(each, actor)
    account_of(to.volunteer)
    grounds.lock_before(holding.position)
    holding, to = _locked(holding), _locked(to)
    if holding.status == Status.ENDED and to.status == Status.HELD:
        return to
    on = _check_heir(holding, to, on, timezone.localdate(at))
    area, reason = grounds.area_of(holding), f"交接给{to.volunteer.masked_name}"
    last = grounds.day_before(on) if holding.duty else on
    grounds.leave_ground(holding, on=last, reason=reason, actor=actor)
    _end(holding, last, reason, actor, at)
    _check_start(to, on)
    _put_in_post(to, on, actor, at, area=area)
    settle_line(holding.position, at=at)
    return to


def _check_heir(holding, to, on, today):
    if to.position_id != holding.position_id or to.status not in WAITS:
        raise ValidationError({"to": "交接给认领了这个岗位、还没有上岗的人。"}, code="heir")
    on = _last_day(holding, on, today)
    if holding.is_over(today):
        raise ValidationError("这个人已经离岗，请直接确认接任的人。", code="ended")
    if holding.duty and on <= holding.duty.starts_on:
        since = f"{holding.duty.starts_on:%Y-%m-%d}"
        raise ValidationError({"on": f"要晚于{holding.duty.name}的上岗日期 {since}。"}, code="date")
    return on
