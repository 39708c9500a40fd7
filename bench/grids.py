"""How long the pages of the daily work take in a city of 3,000 communities, 30,000 grids, 300,000 buildings and three
million incidents, and in a hundredth of it.

`python -m bench.grids --json` on the PostgreSQL of DATABASE_URL, or on one of its own where none is named, each time in
a database made and dropped; `--as-is` asks the one that DATABASE_URL names, filled by `seed_demo --scale city`.
Milliseconds, and of those `cpu` in Python; `growth` is the whole city's p50 over its hundredth's.
Exit code 1 when a page with a goal takes longer than it.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

from bench._pages import measure
from bench._server import server

GOAL_MS = 200
GOALS = (
    "today's list of a grid worker",
    "map of a street",
    "map of a street, shapes",
    "address search, a community's clerk",
    "address search, a street's clerk",
    "incident queue of a community",
    "incident queue of a street",
)
STREETS = 8


def fill(share):
    from auditlog.context import disable_auditlog
    from django.db import connection, transaction
    from django.utils import timezone

    from checklists.demo.district import District
    from patrols.demo.city import city_in

    start = time.perf_counter()
    with transaction.atomic(), disable_auditlog():
        now = timezone.now()
        district = District(today=timezone.localdate(now), password="", rng=random.Random(1))  # noqa: S106, S311
        city_in(district, share=share, now=now, rng=random.Random(1))  # noqa: S311
    seconds = round(time.perf_counter() - start, 1)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # autovacuum's work of the next minutes
    return seconds


def pages():
    """{page: (client, addresses in turn)}."""
    from django.test import Client
    from django.urls import reverse

    from accounts.models import User
    from grids.models import Building, Community, Grid, Street
    from patrols.models import Incident

    clients = {}
    for who, name in (
        ("worker", "wanggeda"),
        ("clerk", "shequda"),
        ("street", "jiedaoda"),
        ("everywhere", "guanli"),
        ("supervisor", "dudao"),
    ):
        clients[who] = Client()
        clients[who].force_login(User.objects.get(username=name))
    clerk = User.objects.get(username="shequda")
    community = Community.objects.visible_to(clerk).get()
    streets = list(Street.objects.filter(district=community.street.district).order_by("code")[:STREETS])
    own = Community.objects.filter(street=community.street).order_by("code")[:STREETS]
    grids = Grid.objects.filter(communities=community).order_by("code")[:STREETS]
    rows = Incident.objects.visible_to(clerk).open().order_by("pk").values_list("pk", flat=True)[:STREETS]
    desk, queue, site = "/desk/", "/admin/patrols/incident/", "/dashboards/map/"
    finding = reverse("grids:building_find")

    def asked(buildings, ending):
        return [
            f"{finding}?address={row}{ending}" for row in buildings.select_related("quarter").order_by("pk")[::37][:8]
        ]

    here = Building.objects.filter(quarter__community=community)
    nearby = Building.objects.filter(quarter__community__street=community.street)
    return {
        "today's list of a grid worker": (clients["worker"], [desk]),
        "incidents of a grid worker": (clients["worker"], [f"{desk}incidents/"]),
        "households of a grid worker": (clients["worker"], [f"{desk}households/"]),
        "map of a street": (clients["supervisor"], [f"{site}?street={row.pk}" for row in streets]),
        "map of a street, shapes": (clients["supervisor"], [f"{site}shapes/?street={row.pk}" for row in streets]),
        "map of a community": (clients["supervisor"], [f"{site}?community={row.pk}" for row in own]),
        "map of a grid": (
            clients["supervisor"],
            [f"{site}?community={community.pk}&grid={row.pk}" for row in grids],
        ),
        "map of everything": (clients["supervisor"], [site]),
        "address search, a community's clerk": (clients["clerk"], asked(here, "2单元501")),
        "address search, a street's clerk": (clients["street"], asked(nearby, "2单元501")),
        "address search, everywhere": (clients["everywhere"], asked(nearby, "2-501")),
        "incident queue of a community": (clients["clerk"], [queue]),
        "incident queue of a street": (clients["street"], [queue]),
        "incident queue of a street, overdue": (clients["street"], [f"{queue}?heap=overdue"]),
        "incident queue everywhere": (clients["everywhere"], [queue]),
        "incidents of a street, all": (clients["street"], [f"{queue}?heap=all"]),
        "incident page": (clients["clerk"], [f"{queue}{pk}/change/" for pk in rows]),
    }


def measured(options):
    from django.core.cache import cache

    found = pages()
    answer = measure(found, options.rounds, options.only)
    # What nobody has looked at since the outlines changed.
    shapes = "map of a street, shapes"
    fresh = {f"{shapes}, made anew": found[shapes]} if options.only in shapes else {}
    return answer | measure(fresh, options.rounds, before=cache.clear)


def run(share, options):
    from django.db import connection

    if options.as_is:
        return {**counted(), "pages": measured(options)}
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        seconds = fill(share)
        return {**counted(), "seconds_fill": seconds, "pages": measured(options)}
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def counted():
    from grids.models import Building, Community, Grid
    from patrols.models import Incident

    models = (Community, Grid, Building, Incident)
    return {model._meta.model_name: model.objects.count() for model in models}


def report(options):
    from django.conf import settings
    from django.db import connection

    if connection.vendor != "postgresql":
        raise SystemExit("the city needs PostgreSQL: set DATABASE_URL")
    settings.ALLOWED_HOSTS = ["*"]
    shares = [options.share] if options.as_is else [options.share / 100, options.share]
    answers = [run(share, options) for share in shares]
    first, last = answers[0]["pages"], answers[-1]["pages"]
    growth = {page: round(last[page]["p50"] / first[page]["p50"], 2) for page in last} if len(answers) > 1 else {}
    load = [round(each, 1) for each in os.getloadavg()]
    slow = [page for page in GOALS if page in last and last[page]["p95"] >= GOAL_MS]
    return {"goal_ms": GOAL_MS, "load": load, "sizes": answers, "growth": growth, "slow": slow}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=Fraction, default=Fraction(1), help="of the city: 1/10 for a quick look")
    parser.add_argument("--rounds", type=int, default=30, help="requests for each page")
    parser.add_argument("--as-is", action="store_true", help="ask the database that is there")
    parser.add_argument("--only", default="", help="pages whose name holds this")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "govern.settings.dev" if options.as_is else "govern.settings.test"
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    with tempfile.TemporaryDirectory() as folder, server():
        os.environ.setdefault("VAR_DIR", folder)
        import django

        django.setup()
        answer = report(options)
    if options.json:
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    else:
        for page, times in answer["sizes"][-1]["pages"].items():
            late = f"  over {GOAL_MS}" if page in answer["slow"] else ""
            grown = answer["growth"].get(page, "")
            sys.stdout.write(f"{page:40}{times['p50']:10.1f}{times['p95']:10.1f}{grown:>8}{late}\n")
    return int(bool(answer["slow"]))


if __name__ == "__main__":
    sys.exit(main())
