"""What reading the rows of a city and storing who serves whom costs: as Django is written first, and as we do it."""

import os
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

import numpy as np

from bench._server import server
from checklists.matching.instance import NONE

ROUNDS = 3


def seconds_of_rows(instance, size, resource):
    """{"database", "django", "ours"}: seconds, on a PostgreSQL of its own (SQLite where none is installed).

    "django": values_list of needs and resources, then Assignment.objects.bulk_create, one row for each need that has a
    `resource` (n,) position. "ours": the integers of services.instances, and services.runs.write_assignments (COPY).
    """
    os.environ["DJANGO_SETTINGS_MODULE"] = "govern.settings.test"
    with tempfile.TemporaryDirectory() as folder, server_or_file():
        os.environ.setdefault("VAR_DIR", folder)
        import django

        django.setup()
        from django.db import connection

        name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            return {"database": connection.vendor, **timed(instance, size, resource)}
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)
            connection.close()


def server_or_file():
    installed = any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return server() if installed else nullcontext()


def timed(instance, size, resource):
    from django.db import connection
    from django.utils import timezone

    from checklists.models import Assignment, Run
    from grids.models import District

    needs, resources = plant(instance, size)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # autovacuum's work of the next minute
    run = Run.objects.create(district=District.objects.first(), queued_at=timezone.now())
    served = np.flatnonzero(resource != NONE)
    rows = (needs[served], resources[resource[served]])
    scores = np.full(len(served), 5000)
    times = {"django": [], "ours": []}
    for way in (as_written_first, as_we_do) * ROUNDS:
        started = time.perf_counter()
        way(run, *rows, scores)
        times["django" if way is as_written_first else "ours"].append(time.perf_counter() - started)
        Assignment.objects.all().delete()
    return {way: round(min(seconds), 3) for way, seconds in times.items()}


def plant(instance, size):
    """Everything in `instance` as rows; returns the keys of its needs and of its resources, in their order."""
    from accounts.models import PrivacyNotice
    from bench._planting import plant_needs, plant_places, plant_resources
    from checklists.models import Need

    notice = PrivacyNotice.objects.first()
    communities, kinds = plant_places(size)
    resources = plant_resources(instance.supply, communities, kinds)

    def new_need(**fields):
        return Need(text="楼道灯坏了，晚上看不见。", contact_name="张大爷", notice=notice, **fields)

    needs = plant_needs(instance.needs, communities, kinds, new_need)
    return np.array([row.pk for row in needs]), np.array([row.pk for row in resources])


def as_written_first(run, needs, resources, scores):
    from django.db import transaction

    from checklists.models import Assignment, Need, Resource

    waiting = Need.objects.filter(status=Need.Status.ACCEPTED)
    place = ("community__street", "community__street__district")
    list(
        waiting.values_list(
            "pk", "category", "community", *place, "target_group", "window", "people_count", "urgency", "submitted_at"
        )
    )
    list(
        Resource.objects.values_list(
            "pk",
            "category",
            "unit",
            "unit__organization__community",
            *(f"unit__organization__{step}" for step in place),
            "radius",
            "target_groups",
            "availability",
            "capacity",
            "reserved",
        )
    )
    list(Resource.other_categories.through.objects.values_list("resource", "category"))
    with transaction.atomic():
        Assignment.objects.bulk_create(
            Assignment(run=run, need_id=need, resource_id=resource, score=score)
            for need, resource, score in zip(needs.tolist(), resources.tolist(), scores.tolist(), strict=True)
        )


def as_we_do(run, needs, resources, scores):
    from django.db import transaction
    from django.utils import timezone

    from checklists.services.instances import read_instance
    from checklists.services.runs.writing import write_assignments
    from grids.models import District

    for district in District.objects.all():
        read_instance(district, timezone.now())
    with transaction.atomic():
        write_assignments(run, needs, resources, scores)
