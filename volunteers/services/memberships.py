"""队员: who joins, is invited, answers and leaves. Joining and leaving are the volunteer's own acts, for nobody serves
by order (志愿服务条例 art. 25); whoever leads the team invites and answers.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.services import reveal_in_hand
from volunteers.models import Membership, Team, Volunteer
from volunteers.services.people import check_acting, may_act_for
from volunteers.services.team_door import (
    admit,
    change_membership,
    end_membership,
    led,
    locked,
    may_lead,
    standing,
    tell,
)

Status = Membership.Status


@transaction.atomic
def join_team(team, volunteer, *, actor, words="", at=None):
    """Join an open team at once, ask a team that answers, accept where invited. Said twice it is one row.

    ValidationError where the team only invites (`invitation`), is for Party members (`members`), or is dissolved.
    """
    check_acting(actor, volunteer)
    team, at = standing(team), at or timezone.now()
    row = team.memberships.open().filter(volunteer=volunteer).first()
    if row is not None:
        return change_membership(row, Status.JOINED, at=at) if row.status == Status.INVITED else row
    if team.joining == Team.Joining.INVITATION:
        raise ValidationError("这支队由队长邀请加入。请把您的志愿者编号告诉队长。", code="invitation")
    status = Status.JOINED if team.joining == Team.Joining.OPEN else Status.APPLIED
    row = admit(team, volunteer, None, status, at, words)
    if team.leader:
        verb = "加入了" if status == Status.JOINED else "申请加入"
        tell([team.leader], f"{volunteer.masked_name}{verb}“{team}”。", team)
    return row


@transaction.atomic
def invite_volunteer(team, *, code, actor, at=None):
    """By the 14-digit number, which its owner gives away; who it is stays masked until the invitation is accepted."""
    team, at = led(team, actor), at or timezone.now()
    volunteer = Volunteer.objects.here().filter(code=code).first()
    if volunteer is None:
        raise ValidationError({"code": ValidationError("没有这个编号的志愿者，请核对 14 位编号。", code="unknown")})
    row = team.memberships.open().filter(volunteer=volunteer).first()
    if row is None:
        row = admit(team, volunteer, "code", Status.INVITED, at)
        tell([volunteer], f"“{team}”邀请您加入，请答复。", team)
    elif row.status == Status.JOINED:
        raise ValidationError({"code": ValidationError("这名志愿者已经在队里。", code="joined")})
    elif row.status == Status.APPLIED:
        row = answer_application(row, is_accepted=True, actor=actor, at=at)
    return row


@transaction.atomic
def answer_application(row, *, is_accepted, actor, at=None):
    led(row.team, actor)
    row = change_membership(row, Status.JOINED if is_accepted else Status.DECLINED, of=Status.APPLIED, at=at)
    words = f"“{row.team}”同意您加入了。" if is_accepted else f"“{row.team}”这次没有同意您的申请，可以看看别的服务队。"
    tell([row.volunteer], words, row.team if is_accepted else None)
    return row


@transaction.atomic
def answer_invitation(row, *, is_accepted, actor, at=None):
    check_acting(actor, row.volunteer)
    team = standing(row.team)
    row = change_membership(row, Status.JOINED if is_accepted else Status.DECLINED, of=Status.INVITED, at=at)
    if team.leader:
        tell(
            [team.leader],
            f"{row.volunteer.masked_name}{'加入了' if is_accepted else '没有接受邀请加入'}“{team}”。",
            team,
        )
    return row


@transaction.atomic
def leave_team(row, *, actor, at=None):
    """By the member, by the leader or by staff; an application is taken back in the same way. A team whose leader
    leaves has none until staff name one.
    """
    team = locked(row.team)
    is_own = may_act_for(actor, row.volunteer)
    if not is_own and not may_lead(actor, team):
        raise PermissionDenied("您不是这支队的队长。")
    row = end_membership(row, at or timezone.now())
    if team.leader_id == row.volunteer_id:
        team.leader = None
        team.save(update_fields=["leader"])
    if is_own and team.leader and row.status == Status.LEFT:
        tell([team.leader], f"{row.volunteer.masked_name}退出了“{team}”。", team)
    elif not is_own and row.status == Status.LEFT:
        tell([row.volunteer], f"您已不在“{team}”，服务记录都保留。", None)
    return row


@transaction.atomic
def leave_teams(volunteer, *, at=None):
    """Whoever leaves the platform leaves every team."""
    for team in Team.objects.filter(memberships__in=volunteer.memberships.open()).order_by("pk"):
        team = locked(team)
        for row in team.memberships.open().filter(volunteer=volunteer):
            end_membership(row, at or timezone.now())
        if team.leader_id == volunteer.pk:
            team.leader = None
            team.save(update_fields=["leader"])


# --- Read -------------------------------------------------------------------------------------------------------------
def membership_of(team, volunteer):
    """The open row of `volunteer` in `team`; None for a stranger."""
    return team.memberships.open().filter(volunteer=volunteer).first() if volunteer else None


def door_of(team, volunteer):
    """How a stranger gets in: `sign_in` first, `members` who is shut out, else the team's own way of joining."""
    if team.joining == Team.Joining.INVITATION:
        return team.joining
    if volunteer is None:
        return "sign_in"
    return "members" if team.is_for_members and volunteer.kind != Volunteer.Kind.MEMBER else team.joining


def reveal_phone(row, *, actor, remote_addr):
    """The phone of a member, for the leader or staff who may change the team, after it is written down who asked."""
    if not may_lead(actor, row.team) or row.status != Status.JOINED:
        raise PermissionDenied("只有队长能看队员的电话。")
    return reveal_in_hand(row.volunteer, "phone", actor=actor, remote_addr=remote_addr, team=row.team_id)
