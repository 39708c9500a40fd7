"""The doors of a team: who leads it, its row locked, and the one place where a membership changes its status."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.services import notify
from volunteers.models import Membership, Team, Volunteer
from volunteers.services.people import account_of

Status = Membership.Status
ENDED = {
    Status.DECLINED: "这份申请或邀请已经处理过，您看到的是旧页面。",
    Status.LEFT: "已经不在队里，您看到的是旧页面。",
}


def may_lead(actor, team):
    """Whether `actor` is the team's leader, or staff who may change it."""
    leader = team.leader
    if leader is not None and leader.is_here and leader.user_id is not None and leader.user_id == actor.pk:
        return True
    return Team.objects.editable_by(actor).filter(pk=team.pk).exists()


def led(team, actor):
    """The standing team, locked. PermissionDenied for whoever does not lead it."""
    if not may_lead(actor, team):
        raise PermissionDenied("您不是这支队的队长。")
    return standing(team)


def standing(team):
    team = locked(team)
    if team.dissolved_on is not None:
        raise ValidationError(f"“{team}”已解散。", code="dissolved")
    return team


def locked(team):
    return Team.objects.select_for_update(no_key=True, of=("self",)).select_related("leader").get(pk=team.pk)


def change_membership(row, to, *, of=None, at=None):
    """The one door of `status`. ValidationError (`transition`) for what the table does not allow. Already there: as is.

    `of`: the status that the caller answers; another one means a stale page.
    """
    row = Membership.objects.select_for_update(of=("self",)).select_related("team", "volunteer").get(pk=row.pk)
    if row.status == to:
        return row
    if to not in Membership.TRANSITIONS[row.status] or (of is not None and row.status != of):
        raise ValidationError(ENDED.get(row.status, "这一步现在做不了，请刷新页面。"), code="transition")
    row.status, at = to, at or timezone.now()
    if to == Status.JOINED:
        row.joined_at = at
    else:
        row.ended_at = at
    row.save(update_fields=["status", "joined_at", "ended_at"])
    return row


def end_membership(row, at):
    return change_membership(row, Status.LEFT if row.status == Status.JOINED else Status.DECLINED, at=at)


def admit(team, volunteer, field, status, at, words=""):
    """A new row; `field`: beside which an error stands."""
    refusal = None
    if not volunteer.is_here:
        refusal = ValidationError("这名志愿者已经注销。", code="left")
    elif team.is_for_members and volunteer.kind != Volunteer.Kind.MEMBER:
        refusal = ValidationError(f"{team.get_kind_display()}只收党员，可以看看志愿者服务队。", code="members")
    if refusal:
        raise ValidationError({field: refusal}) if field else refusal
    joined_at = at if status == Status.JOINED else None
    return team.memberships.create(volunteer=volunteer, status=status, words=words, asked_at=at, joined_at=joined_at)


def tell(volunteers, text, team):
    link = reverse("me:team", args=[team.pk]) if team else reverse("me:teams")
    accounts = [each.user or account_of(each) for each in volunteers if each.is_here]
    notify(accounts, text=text, link=link)
