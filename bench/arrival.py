"""One new need among 20,000 resources, through HTTP and PostgreSQL: how soon its ranked proposals are there.

A clerk accepts the need with a POST (session, scope, locks, event, commit); what the worker does then in a process of
its own (rank, store ten proposals) is done here after the commit, in the same process, and measured apart and together.
The request goes through all of Django's middleware and not through a web server. A PostgreSQL of its own is started
where DATABASE_URL names none. Prints one line of JSON; times in milliseconds.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time

from bench._server import server

os.environ["DJANGO_SETTINGS_MODULE"] = "govern.settings.test"


def measure(rounds):
    from django.db import connection
    from django.test import Client
    from django.urls import reverse

    from bench._instances import SIZES, city
    from bench._planting import plant_places, plant_resources
    from checklists.models import Need, Proposal, Resource
    from checklists.services import matching, needs
    from tests import factories as make

    instance = city(SIZES["L"], 1)
    communities, kinds = plant_places(SIZES["L"])
    rows = plant_resources(instance.supply, communities, kinds)
    Resource.objects.filter(pk__in=[row.pk for row in rows[::10]]).update(price=800)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    chief, client = make.make_superuser(), Client()
    client.force_login(chief)
    waiting = []
    for at in range(rounds + 5):
        need = instance.needs.demand(at)
        new = make.new_need(
            communities[need.community],
            kinds[need.category],
            target_group=need.group,
            window=need.window,
            urgency=need.urgency,
        )
        waiting.append(needs.submit_need(new, actor="resident"))
    times = {"request": [], "matching": [], "together": []}
    for need in waiting:
        started = time.perf_counter()
        response = client.post(reverse("admin:checklists_need_step", args=[need.pk, "accept"]))
        answered = time.perf_counter()
        matching.propose(need)
        ended = time.perf_counter()
        assert response.status_code == 302, response.status_code
        for name, seconds in zip(times, (answered - started, ended - answered, ended - started), strict=True):
            times[name].append(seconds * 1000)
    ranked = Need.objects.filter(pk__in=[need.pk for need in waiting], matched_at__isnull=False)
    return {
        "database": connection.vendor,
        "resources": Resource.objects.count(),
        "needs": rounds,
        "ranked": ranked.count() - 5,
        "proposals": Proposal.objects.count(),
        **{name: spread(values[5:]) for name, values in times.items()},
    }


def spread(values):
    cuts = statistics.quantiles(values, n=100)
    return {"p50": round(cuts[49], 1), "p95": round(cuts[94], 1), "max": round(max(values), 1)}


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=200)
    rounds = arguments.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder, server():
        os.environ.setdefault("VAR_DIR", folder)
        import django

        django.setup()
        from django.db import connection

        name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            answer = measure(rounds)
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)
            connection.close()
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
