"""服务队: founded, put right, led and dissolved; what it did. The team's row is locked first, then its memberships."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from volunteers.models import Membership, Signup, Team, Volunteer
from volunteers.services.team_door import admit, end_membership, led, tell


@transaction.atomic
def found_team(*, community, name, kind, actor, leader=None, at=None, **described):
    """A team, whose `leader` becomes its first member. `described`: speciality, about, joining, founded_on."""
    team = Team(community=community, name=name, kind=kind, **described)
    team.full_clean()
    team.save()
    if not Team.objects.allowed(actor, "volunteers.add_team").filter(pk=team.pk).exists():
        raise PermissionDenied("您不管这个社区。")
    if leader is not None:
        admit(team, leader, None, Membership.Status.JOINED, at or timezone.now())
        team.leader = leader
        team.save(update_fields=["leader"])
        tell([leader], f"您是“{team}”的队长，可以邀请队员、发起集结。", team)
    return team


@transaction.atomic
def edit_team(team, *, actor, **described):
    """What is said of the team. ValidationError where a Party team would be left with others in it."""
    team = led(team, actor)
    for name, value in described.items():
        setattr(team, name, value)
    team.full_clean()
    others = team.memberships.open().exclude(volunteer__kind=Volunteer.Kind.MEMBER)
    if team.is_for_members and others.exists():
        raise ValidationError({"kind": f"队里有 {others.count()} 名群众，不能改成{team.get_kind_display()}。"})
    team.save(update_fields=list(described))
    return team


@transaction.atomic
def name_leader(team, volunteer, *, actor):
    """ValidationError (beside `leader`) where `volunteer` is not in the team."""
    team = led(team, actor)
    if not team.memberships.joined().filter(volunteer=volunteer, volunteer__left_on=None).exists():
        raise ValidationError({"leader": ValidationError("队长要是这支队的队员。", code="stranger")})
    if team.leader_id == volunteer.pk:
        return team
    team.leader = volunteer
    team.save(update_fields=["leader"])
    tell([volunteer], f"您现在是“{team}”的队长，可以邀请队员、审核申请、发起集结。", team)
    return team


@transaction.atomic
def dissolve_team(team, *, actor, on=None, at=None):
    """Everybody is let go; sessions that are still to come have to be cancelled or handed to another team first."""
    team = led(team, actor)
    coming = team.sessions.filter(status__in=["drafted", "open"]).count()
    running = team.series.running().count()
    if coming or running:
        what = "、".join(
            filter(None, [f"{coming} 场活动" if coming else "", f"{running} 个系列活动" if running else ""])
        )
        raise ValidationError(f"这支队还有{what}没有办完，先取消或改到别的队。", code="sessions")
    at = at or timezone.now()
    people = [row.volunteer for row in team.memberships.joined().select_related("volunteer")]
    for row in team.memberships.open():
        end_membership(row, at)
    team.musters.filter(ended_at=None).update(ended_at=at)
    team.dissolved_on, team.leader = on or timezone.localdate(at), None
    team.save(update_fields=["dissolved_on", "leader"])
    tell(people, f"“{team}”已解散，您的服务记录都保留。", None)
    return team


# --- Read -------------------------------------------------------------------------------------------------------------
def record_of(team):
    """What the team did: sessions held, times somebody served in them, and the last five."""
    held = team.sessions.filter(status__in=["held", "settled"])
    served = Signup.objects.filter(session__in=held, status=Signup.Status.ATTENDED)
    return {"held_count": held.count(), "served_count": served.count(), "last": held.order_by("-starts_at")[:5]}


def coming_of(team):
    """The next sessions that may be signed up for."""
    return team.sessions.upcoming().with_seats().order_by("starts_at")[:5]
