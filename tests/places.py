"""One community with everything that others hang rows on, for the scope matrix."""

from dataclasses import dataclass

from accounts.models import Notification, SavedFilter, User
from checklists.models import Category, Need, Resource
from grids.models import Building, Community, Grid, Quarter
from organizations.models import Organization, Unit
from tests import factories


@dataclass(frozen=True)
class Place:
    number: int  # tells the phones of one community from another's
    body: Organization
    community: Community
    branch: Organization
    quarter: Quarter
    grid: Grid
    building: Building
    unit: Unit
    liaison: User
    clerk: User
    worker: User
    chief: User
    category: Category
    resource: Resource
    need: Need


def make_place(number, category):
    body = factories.make_organization(Organization.Kind.COMMITTEE)
    community = factories.make_community(body, factories.make_street(district=factories.make_district()))
    branch = factories.make_organization(Organization.Kind.QUARTER_BRANCH, parent=body)
    quarter = factories.make_quarter(community, branch=branch)
    grid = factories.make_grid(community)
    building = factories.make_building(quarter, grid=grid)
    unit = factories.make_unit(body)
    return Place(
        number=number,
        body=body,
        community=community,
        branch=branch,
        quarter=quarter,
        grid=grid,
        building=building,
        unit=unit,
        liaison=factories.make_liaison(unit),
        clerk=factories.make_post(role="community_staff", organization=body),
        worker=factories.make_post(role="grid_worker", organization=body),
        chief=factories.make_superuser(),
        category=category,
        resource=factories.make_resource(unit, category),
        need=factories.make_need("accepted", community=community, building=building, category=category),
    )


def account_rows(place):
    return [
        place.clerk.posts.get(),
        Notification.objects.create(recipient=place.clerk, text="到期"),
        SavedFilter.objects.create(
            user=place.clerk, path="/admin/checklists/need/", name="我的", query="status=accepted"
        ),
    ]
