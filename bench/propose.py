"""One new need ranked among 20,000 resources: the engine alone over all of them, and a whole proposal with its rows.

Run by `make bench` on a database of its own, in memory unless DATABASE_URL names a server; prints one line of JSON.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "govern.settings.test"

import django
import numpy as np

RESOURCES = 20_000
COMMUNITIES, STREETS, UNITS = 400, 40, 4_000
ROUNDS = 200


def milliseconds(call, rounds):
    call()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1000)
    return {"median": round(statistics.median(times), 2), "p95": round(statistics.quantiles(times, n=20)[-1], 2)}


def in_memory():
    from checklists.matching.explain import rank
    from checklists.matching.instance import Demand, Supply, Weights

    dice = np.random.default_rng(7)
    community = dice.integers(0, COMMUNITIES, RESOURCES)
    supply = Supply(
        ids=np.arange(1, RESOURCES + 1),
        categories=np.stack([dice.integers(0, 40, RESOURCES), *dice.integers(-20, 40, (2, RESOURCES))], axis=1),
        community=community,
        street=community // (COMMUNITIES // STREETS),
        radius=dice.choice([1, 2, 3], RESOURCES, p=[0.6, 0.3, 0.1]),
        groups=dice.choice([0, 1, 4, 36], RESOURCES),
        window=dice.integers(0, 1 << 14, RESOURCES),
        left=dice.integers(0, 20, RESOURCES),
        load=dice.random(RESOURCES),
        is_open=dice.random(RESOURCES) > 0.1,
        has_refused=np.zeros(RESOURCES, dtype=bool),
    )
    demand = Demand(category=3, community=9, street=0, group=4, window=0b1100, people=2, urgency=3, waiting_days=1.5)
    return milliseconds(lambda: rank(demand, supply, Weights(), 10), ROUNDS)


def through_the_database():
    from django.db import transaction
    from django.utils import timezone

    from checklists.models import Category, Need, NeedEvent, Resource
    from checklists.services import matching, needs
    from grids.models import Community, District, Street
    from organizations.models import Organization, Unit
    from tests import factories as make

    dice = np.random.default_rng(7)
    top = make.make_organization(Organization.Kind.INDUSTRY_COMMITTEE)
    with Organization.objects.disable_mptt_updates():
        Organization.objects.bulk_create(
            Organization(
                name=f"社区党委{n}",
                kind="committee",
                tier=2,
                parent=top,
                tree_id=99,
                lft=2 * n,
                rght=2 * n + 1,
                level=1,
            )
            for n in range(COMMUNITIES)
        )
    organizations = list(Organization.objects.filter(tier=2))
    district = District.objects.create(name="区县", code="000001")
    streets = Street.objects.bulk_create(
        Street(name=f"街道{n}", code=f"{n:09}", district=district) for n in range(STREETS)
    )
    Community.objects.bulk_create(
        Community(
            name=f"社区{n}", code=f"{n:012}", street=streets[n * STREETS // COMMUNITIES], organization=organization
        )
        for n, organization in enumerate(organizations)
    )
    units = Unit.objects.bulk_create(
        Unit(name=f"单位{n}", kind="school", organization=organizations[n % COMMUNITIES]) for n in range(UNITS)
    )
    kinds = list(Category.objects.kinds().filter(emergency_notice="")[:40])
    Resource.objects.bulk_create(
        Resource(
            name=f"资源{n}",
            unit=units[n % UNITS],
            category=kinds[dice.integers(len(kinds))],
            capacity=20,
            radius=int(dice.choice([1, 2, 3], p=[0.6, 0.3, 0.1])),
            target_groups=int(dice.choice([0, 1, 4, 36])),
            availability=int(dice.integers(1 << 14)),
            is_paused=bool(dice.random() < 0.1),
        )
        for n in range(RESOURCES)
    )
    secondary = Resource.other_categories.through
    secondary.objects.bulk_create(
        secondary(resource_id=pk, category=kinds[dice.integers(len(kinds))])
        for pk in Resource.objects.filter(pk__in=range(RESOURCES + 1)).values_list("pk", flat=True)[::2]
    )
    new = make.new_need(Community.objects.first(), kinds[0])
    need = needs.submit_need(new, actor=NeedEvent.Party.RESIDENT)
    if need.status != Need.Status.ACCEPTED:
        needs.accept(need, actor=make.make_superuser())

    def propose():
        with transaction.atomic():
            Need.objects.filter(pk=need.pk).update(match_due_at=timezone.now())
            matching.propose(need)

    times = milliseconds(propose, ROUNDS)
    need.refresh_from_db()
    return {**times, "funnel": need.funnel, "proposals": need.proposals.count()}


def main():
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("VAR_DIR", folder)
        django.setup()
        from django.db import connection

        name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            answer = {
                "resources": RESOURCES,
                "database": connection.vendor,
                "in_memory_ms": in_memory(),
                "with_rows_ms": through_the_database(),
            }
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
