"""Makers of posts and who is in them."""

from organizations.models import Organization
from tests.factories import (
    SEQUENCE,
    make_branch,
    make_building,
    make_community,
    make_grid,
    make_organization,
    make_post,
    make_quarter,
)
from tests.volunteers.people import make_volunteer
from volunteers.models import Position, PositionClass
from volunteers.services import holdings

Kind, Status = Position.Kind, Position.Status


def make_position(community=None, *, kind=Kind.GENERAL, status=Status.OPEN, skills=(), **fields):
    community = community or make_community()
    position = Position.objects.create(
        **{
            "community": community,
            "kind": kind,
            "position_class": PositionClass.objects.first(),
            "title": f"岗位{next(SEQUENCE)}",
            "text": "每周巡一次楼道",
            "status": status,
            **_ground(community, kind, fields),
            **fields,
        }
    )
    position.skills.set(skills)
    return position


def _ground(community, kind, fields):
    if kind == Kind.BUILDING_HEAD and "building" not in fields:
        return {"building": make_building(make_quarter(community))}
    if kind == Kind.GRID_WORKER and "grid" not in fields:
        return {"grid": make_grid(community)}
    if kind == Kind.HOUSEHOLD and "branch" not in fields:
        return {"branch": make_group(community)}
    return {}


def make_group(community):
    return make_organization(Organization.Kind.BUILDING_GROUP, make_branch(community.organization))


def make_clerk(community, role="community_staff"):
    return make_post(role=role, organization=community.organization)


def make_claim(position, volunteer=None, **fields):
    """Claimed by the person."""
    volunteer = volunteer or make_volunteer(position.community, has_account=True)
    return holdings.claim(position, volunteer, actor=volunteer.user, **fields)


def make_holding(position, volunteer=None, *, actor=None, starts_on=None, **fields):
    """In post."""
    claimed = make_claim(position, volunteer, **fields)
    return holdings.confirm(claimed, actor=actor or make_clerk(position.community), starts_on=starts_on)
