"""岗位: set up, published, closed, copied; how many places are left; who moves up when one falls free.

Lock: the volunteer, the ground or tree that a duty or household stands on, the position, its holdings, the report.
"""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.services import notify, notify_once
from grids.models import Community, Duty
from grids.services.duties import renew_duty
from organizations.models import Organization
from organizations.parameters import parameter
from volunteers.models import Holding, Position, Report
from volunteers.services import grounds
from volunteers.services.reports import clerks_of, mark_unposted

Kind, Status, Held = Position.Kind, Position.Status, Holding.Status
GROUND = ("community_id", "kind", "building_id", "grid_id", "branch_id")
FORBIDDEN = "您没有办理这个岗位的权限。"
LEFT_ELSEWHERE = "在网格值守或党组织里已结束"
TERM_OVER = "岗位任期届满"


def lock_position(position):
    rows = Position.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("community", "building__quarter", "grid", "branch").get(pk=position.pk)


def permit(position, actor):
    if not Position.objects.editable_by(actor).filter(pk=position.pk).exists():
        raise PermissionDenied(FORBIDDEN)


def tell(volunteer, text, link):
    """A line to the person, where there is an account to read it."""
    if volunteer.user_id:
        notify([volunteer.user], text=text[:200], link=link)


def own_link(position):
    return f"/me/positions/{position.pk}/"


def staff_link(position):
    return f"/admin/volunteers/position/{position.pk}/change/"


# --- Places -----------------------------------------------------------------------------------------------------------
def uncounted_head(position, on=None):
    """The 楼栋长 who is in no post here, or None: entered in the grids, the place is theirs all the same. Whoever is on
    duty for the last day leaves it free.
    """
    if position.kind != Kind.BUILDING_HEAD:
        return None
    on = on or timezone.localdate()
    heads = Duty.objects.current(on).exclude(ends_on=on).exclude(holding__status=Held.HELD)
    return heads.filter(kind=Duty.Kind.BUILDING_HEAD, building=position.building_id).first()


def free_places(position, on=None, *, without_claims=False):
    """How many places nobody has, nor (unless `without_claims`) has claimed."""
    taken = position.holdings.standing(on).count() + (uncounted_head(position, on) is not None)
    if not without_claims:
        taken += position.holdings.filter(status=Held.CLAIMED).count()
    return position.headcount - taken


def settle_line(position, *, at=None):
    """Under the lock of `position`: who left elsewhere is written down, and the line moves up to the places there are,
    or back from those that are gone.
    """
    today = timezone.localdate(at)
    for holding in position.holdings.lapsed(today).select_related("duty", "household", "volunteer__user"):
        _write_down_end(holding, at)
    free = free_places(position, today)
    if free > 0 and position.status == Status.OPEN:
        rows = position.holdings.in_line().select_related("volunteer__user")[:free]
        _shift(rows, Held.CLAIMED, f"“{position.called}”空出名额，您已由候补转为待确认。")
    elif free < 0:
        claimed = position.holdings.filter(status=Held.CLAIMED).select_related("volunteer__user")
        rows = claimed.order_by("-claimed_at", "-pk")[:-free]
        _shift(rows, Held.WAITING, f"“{position.called}”名额已满，您转为候补，有空出来的会告诉您。")


def _write_down_end(holding, at):
    position, is_elsewhere = holding.position, holding.duty_id or holding.household_id
    holding.ended_on, holding.note = holding.until, LEFT_ELSEWHERE if is_elsewhere else TERM_OVER
    holding.status = Held.ENDED
    holding.save(update_fields=["status", "ended_on", "note"])
    unpost(holding, actor=None, at=at)
    tell(
        holding.volunteer,
        f"您在“{position.called}”的任岗已到 {holding.ended_on:%Y年%m月%d日} 结束。",
        own_link(position),
    )


def unpost(holding, *, actor, at=None):
    """离岗 reaches the person's 报到: without another post one waits for one again."""
    if report := holding.volunteer.reports.filter(status=Report.Status.POSTED).first():
        mark_unposted(report, actor=actor, at=at, note=f"离开岗位“{holding.position.called}”"[:200])


def _shift(rows, status, words):
    for holding in rows:
        holding.status = status
        holding.save(update_fields=["status"])
        tell(holding.volunteer, words, own_link(holding.position))


@transaction.atomic
def settle(position, *, at=None):
    """The sweep's: what holds already is written down."""
    settle_line(lock_position(position), at=at)


# --- Written and changed ----------------------------------------------------------------------------------------------
def check_stands(position):
    """ValidationError where what is written cannot be: a place of another community, fewer places than people."""
    ground = {
        "building": position.building and position.building.quarter.community_id == position.community_id,
        "grid": position.grid and position.grid.communities.filter(pk=position.community_id).exists(),
        "branch": position.branch and _is_group_of(position.branch, position.community),
    }
    words = {"building": "楼栋", "grid": "网格", "branch": "党小组"}
    foreign = [name for name, is_here in ground.items() if is_here is False]
    errors = {name: f"这个{words[name]}不在{position.community}。" for name in foreign}
    if position.pk and (held := position.holdings.standing().count()) > position.headcount:
        errors["headcount"] = f"已有 {held} 人在岗，名额不能少于在岗人数。"
    if errors:
        raise ValidationError(errors)


def _is_group_of(organization, community):
    is_group = organization.tier == Organization.Tier.BUILDING
    return is_group and organization.parent.parent_id == community.organization_id


@transaction.atomic
def save_position(position, *, skills, actor, at=None):
    """Write the new or changed `position`. Who is in post as a duty has its term from now on.

    ValidationError beside the field; PermissionDenied out of the actor's reach.
    """
    right = "volunteers.change_position" if position.pk else "volunteers.add_position"
    if position.pk:
        grounds.lock_before(Position.objects.get(pk=position.pk))
        before = lock_position(position)
        permit(before, actor)
        position.status = before.status
        is_elsewhere = any(getattr(before, name) != getattr(position, name) for name in GROUND)
        if is_elsewhere and position.holdings.exists():
            raise ValidationError("已有人认领过，性质和地点不能再改；请停招这个岗位，另设一个。", code="ground")
    if (
        not actor.is_superuser
        and not Community.objects.under_posts(actor, right).filter(pk=position.community_id).exists()
    ):
        raise PermissionDenied(FORBIDDEN)
    position.full_clean()
    check_stands(position)
    is_other_term = position.pk is not None and before.ends_on != position.ends_on
    position.save()
    position.skills.set(skills)
    if is_other_term:
        _hand_on_term(position, actor)
    settle_line(position, at=at)
    return position


def _hand_on_term(position, actor):
    for holding in position.holdings.standing().filter(duty__isnull=False).select_related("duty"):
        renew_duty(holding.duty, until=position.ends_on, actor=actor)
    position.holdings.standing().update(reminded_at=None)


@transaction.atomic
def _change(position, to, *, actor, at=None):
    position = lock_position(position)
    permit(position, actor)
    if position.status == to:
        return position
    if to not in position.next_statuses:
        raise ValidationError(f"岗位现在是“{position.get_status_display()}”，请刷新再看。", code="transition")
    if to == Status.OPEN and position.ends_on and position.ends_on < timezone.localdate(at):
        raise ValidationError("任期已经届满，请先改任期再发布。", code="term")
    position.status = to
    position.save(update_fields=["status"])
    settle_line(position, at=at)
    return position


def publish(position, *, actor, at=None):
    """发布, or open again: people of the community see it and claim it; who waits moves up."""
    return _change(position, Status.OPEN, actor=actor, at=at)


def close(position, *, actor, at=None):
    """停招: nobody new claims it; who is in post stays, who waits keeps the place in the line."""
    return _change(position, Status.CLOSED, actor=actor, at=at)


@transaction.atomic
def copy_position(position, *, actor):
    """A new, unpublished one with the same terms, from today on."""
    permit(position, actor)
    skills = list(position.skills.all())
    copied = Position.objects.get(pk=position.pk)
    copied.pk, copied._state.adding = None, True
    copied.status, copied.starts_on = Status.DRAFTED, timezone.localdate()
    if copied.ends_on and copied.ends_on < copied.starts_on:
        copied.ends_on = None
    return save_position(copied, skills=skills, actor=actor)


# --- Term -------------------------------------------------------------------------------------------------------------
def terms_ending(on=None):
    """Positions whose people have not been told that the term ends within `position_remind_days`."""
    on = on or timezone.localdate()
    last = on + timedelta(days=int(parameter("position_remind_days", on)))
    due = Holding.objects.standing(on).filter(reminded_at=None, position__ends_on__lte=last)
    return Position.objects.filter(pk__in=due.order_by().values("position"))


@transaction.atomic
def remind_term(position, *, at=None):
    """Told once of a term: who is in post, and the community, which renews it, hands over, or lets it end.

    A 党员中心户 does not end by the calendar: the Party body above dissolves it.
    """
    at, position = at or timezone.now(), lock_position(position)
    due = position.holdings.standing(timezone.localdate(at)).filter(reminded_at=None)
    people = list(due.select_related("volunteer__user"))
    if not people or position.ends_on is None:
        return 0
    Holding.objects.filter(pk__in=[row.pk for row in people]).update(reminded_at=at)
    day = f"{position.ends_on:%Y年%m月%d日}"
    for holding in people:
        tell(holding.volunteer, f"您的岗位“{position.called}”任期到 {day} 为止。", own_link(position))
    words = "到期请办理撤销或续期" if position.kind == Kind.HOUSEHOLD else "需要续任的请改任期，到期自动离岗"
    text = f"岗位“{position.called}”任期到 {day} 为止，在岗 {len(people)} 人，{words}。"
    notify_once(clerks_of(position.community), text=text[:200], link=staff_link(position))
    return len(people)
