"""A synthetic city as rows of the database, in bulk: what the engine is measured on, measured through the services."""

from datetime import timedelta

from django.utils import timezone

from checklists.matching.instance import NONE
from checklists.models import Category, Need, Resource
from grids.models import Community, District, Street
from organizations.models import Organization, Unit

BATCH = 2000


def plant_places(size):
    """(communities by their number in the instance, kinds of category by theirs)."""
    districts = District.objects.bulk_create(
        District(name=f"区县{n}", code=f"{n + 1:06}") for n in range(size.districts)
    )
    streets = Street.objects.bulk_create(
        Street(name=f"街道{n}", code=f"{n:09}", district=districts[n // size.streets])
        for n in range(size.districts * size.streets)
    )
    count = len(streets) * size.communities
    with Organization.objects.disable_mptt_updates():
        top = Organization.objects.create(
            name="测速", kind="industry_committee", tier=1, tree_id=1000, lft=1, rght=2 * count + 2, level=0
        )
        bodies = Organization.objects.bulk_create(
            Organization(
                name=f"社区党委{n}",
                kind="committee",
                tier=2,
                parent=top,
                tree_id=1000,
                lft=2 * n + 2,
                rght=2 * n + 3,
                level=1,
            )
            for n in range(count)
        )
    communities = Community.objects.bulk_create(
        Community(name=f"社区{n}", code=f"{n:012}", street=streets[n // size.communities], organization=body)
        for n, body in enumerate(bodies)
    )
    parent = Category.objects.create(name="测速", icon="home")
    kinds = Category.objects.bulk_create(
        Category(name=f"测速{n}", parent=parent, icon="wrench", response_hours=8, handling_hours=40)
        for n in range(size.categories + 1)
    )
    return communities, kinds


def plant_resources(supply, communities, kinds):
    numbers, first = {}, {}
    for unit, community in zip(supply.unit.tolist(), supply.community.tolist(), strict=True):
        first.setdefault(unit, community)
    for unit, row in zip(
        first,
        Unit.objects.bulk_create(
            (
                Unit(name=f"单位{unit}", kind="school", organization_id=communities[community].organization_id)
                for unit, community in first.items()
            ),
            BATCH,
        ),
        strict=True,
    ):
        numbers[unit] = row.pk
    columns = (supply.unit, supply.categories[:, 0], supply.left, supply.radius, supply.groups, supply.window)
    rows = Resource.objects.bulk_create(
        (
            Resource(
                name=f"资源{n}",
                unit_id=numbers[unit],
                category=kinds[kind],
                capacity=left,
                radius=radius,
                target_groups=groups,
                availability=window,
            )
            for n, (unit, kind, left, radius, groups, window) in enumerate(
                zip(*(column.tolist() for column in columns), strict=True)
            )
        ),
        BATCH,
    )
    through = Resource.other_categories.through
    through.objects.bulk_create(
        (
            through(resource_id=row.pk, category=kinds[kind])
            for row, others in zip(rows, supply.categories[:, 1:].tolist(), strict=True)
            for kind in others
            if kind != NONE
        ),
        BATCH,
    )
    return rows


def plant_needs(needs, communities, kinds, new_need):
    """All accepted, and waiting for as long as the instance says; `new_need` makes one row of them."""
    now = timezone.now()
    columns = (needs.community, needs.category, needs.group, needs.window, needs.people, needs.urgency)
    rows = zip(*(column.tolist() for column in columns), needs.waiting_days.tolist(), strict=True)
    return Need.objects.bulk_create(
        (
            new_need(
                community=communities[community],
                category=kinds[kind],
                target_group=group,
                window=window,
                people_count=people,
                urgency=urgency,
                status=Need.Status.ACCEPTED,
                submitted_at=now - timedelta(days=days),
                respond_by=now,
                handle_by=now,
                match_due_at=now,
            )
            for community, kind, group, window, people, urgency, days in rows
        ),
        BATCH,
    )
