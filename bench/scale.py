"""How long the pages take at the server when the platform is full: N needs, N/10 resources, and a hundredth of both.

`python -m bench.scale --size 1000000 --json` on the PostgreSQL of DATABASE_URL, in a database of its own, made and
dropped; `--as-is` asks the database that DATABASE_URL names, filled by `manage.py seed_demo --scale N`. Pages are
requested through the whole of Django with its middleware; milliseconds, and of those `cpu` in Python.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path

from bench._pages import measure

GOAL_MS = 200
WORDS = ("漏水", "电梯", "老人", "理发", "噪声", "楼道灯", "送餐", "轮椅")


def fill(count):
    from auditlog.context import disable_auditlog
    from django.db import connection, transaction
    from django.utils import timezone

    from checklists.demo.crowd import crowd_in
    from checklists.demo.district import District

    start = time.perf_counter()
    with transaction.atomic(), disable_auditlog():
        now = timezone.now()
        district = District(today=timezone.localdate(now), password="", rng=random.Random(1))  # noqa: S106, S311
        crowd_in(district, count=count, now=now, rng=random.Random(1))  # noqa: S311
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # autovacuum's work of the next minutes
    return round(time.perf_counter() - start, 1)


class Visitors:
    """Signed-in clients by role, and the addresses that each of them opens."""

    def __init__(self):
        from django.test import Client

        from accounts.models import User
        from checklists.models import Dispatch, Need
        from grids.models import Building

        self.clients = {}
        for who, name in (
            ("clerk", "shequda"),
            ("street", "jiedaoda"),
            ("everywhere", "guanli"),
            ("unit", "danweida"),
            ("supervisor", "dudao"),
        ):
            self.clients[who] = Client()
            self.clients[who].force_login(User.objects.get(username=name))
        clerk, street = (User.objects.get(username=name) for name in ("shequda", "jiedaoda"))
        mine = Need.objects.visible_to(clerk)
        self.needs = [*mine.open().values_list("pk", flat=True)[:8], *mine.values_list("pk", flat=True)[:4]]
        known = Need.objects.visible_to(street).only("code", "contact_phone")[:12]
        self.codes = [need.code for need in known]
        self.phones = [need.contact_phone for need in known]
        self.dispatches = list(Dispatch.objects.of_liaison(User.objects.get(username="danweida"))[:8])
        # The hundredth page, or what a smaller crowd has of pages.
        self.deep = min(100, max(Need.objects.visible_to(street).count() // 50, 1))
        self.clients["resident"] = Client()
        self.clients["resident"].get("/", {"building": Building.objects.visible_to(clerk).first().code})

    def pages(self):
        """{page: (who, addresses in turn)}; the four named first are those with a goal."""
        queue, rows, menu, api = "/admin/", "/admin/checklists/need/", "/resources/", "/api/needs/"
        search = [f"{rows}?q={word}" for word in WORDS]
        return {
            "queue of a community": ("clerk", [queue]),
            "queue of a street": ("street", [queue]),
            "search of a community, a word": ("clerk", search),
            "search of a street, a word": ("street", search),
            "search everywhere, a word": ("everywhere", search),
            "need page": ("clerk", [f"{rows}{pk}/change/" for pk in self.needs]),
            "public menu": ("resident", [menu]),
            "public menu, page 5": ("resident", [f"{menu}?page=5"]),
            "queue of a street, overdue": ("street", [f"{queue}?heap=overdue"]),
            "list of a community": ("clerk", [rows]),
            "list of a street": ("street", [rows]),
            "list everywhere": ("everywhere", [rows]),
            "list of a street, page 100": ("street", [f"{rows}?p={self.deep}"]),
            "list everywhere, page 100": ("everywhere", [f"{rows}?p={self.deep}"]),
            "search of a street, two words": ("street", [f"{rows}?q=楼道 灯", f"{rows}?q=老人 花园"]),
            "search of a street, a code": ("street", [f"{rows}?q={code}" for code in self.codes]),
            "search of a street, a phone": ("street", [f"{rows}?q={phone}" for phone in self.phones]),
            "search of a street, a quarter": ("street", [f"{rows}?q=紫荆"]),
            "search of a street, one letter": ("street", [f"{rows}?q=灯"]),
            "search everywhere, nothing found": ("everywhere", [f"{rows}?q=鲸鱼"]),
            "filter of a street, status": (
                "street",
                [f"{rows}?status__exact=accepted", f"{rows}?status__exact=closed"],
            ),
            "filter of a street, heap": ("street", [f"{rows}?heap=overdue", f"{rows}?heap=all"]),
            "filter everywhere, status": ("everywhere", [f"{rows}?status__exact=accepted"]),
            "unit desk": ("unit", ["/desk/"]),
            "API list of a street": ("street", [api]),
            "API list of a street, page 100": ("street", [f"{api}?page={self.deep}"]),
            "dashboard": ("supervisor", ["/dashboards/"]),
            "dashboard, list": ("supervisor", ["/dashboards/needs/"]),
        }


def measured(options):
    visitors = Visitors()
    pages = {page: (visitors.clients[who], addresses) for page, (who, addresses) in visitors.pages().items()}
    return measure(pages, options.rounds, options.only)


def run(size, options):
    from django.db import connection

    if options.as_is:
        return {"needs": counted(), "pages": measured(options)}
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        seconds = fill(size)
        return {"needs": counted(), "seconds_fill": seconds, "pages": measured(options)}
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def counted():
    from checklists.models import Need

    return Need.objects.count()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=10_000, help="needs")
    parser.add_argument("--rounds", type=int, default=20, help="requests for each page")
    parser.add_argument("--as-is", action="store_true", help="ask the database that is there")
    parser.add_argument("--only", default="", help="pages whose name holds this")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "govern.settings.dev" if options.as_is else "govern.settings.test"
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("VAR_DIR", folder)
        import django

        django.setup()
        from django.conf import settings
        from django.db import connection

        settings.ALLOWED_HOSTS = ["*"]
        sizes = [options.size] if options.as_is else [options.size // 10, options.size]
        answers = [run(size, options) for size in sizes]
        load = os.getloadavg()
    report = {"database": connection.vendor, "load": [round(each, 1) for each in load], "sizes": answers}
    if options.json:
        sys.stdout.write(json.dumps(report, ensure_ascii=False) + "\n")
        return
    for page in answers[-1]["pages"]:
        p95s = [answer["pages"][page]["p95"] for answer in answers]
        late = "" if p95s[-1] < GOAL_MS else f"  over {GOAL_MS}"
        sys.stdout.write(f"{page:40}" + "".join(f"{p95:10.1f}" for p95 in p95s) + late + "\n")
    sys.stdout.write(f"{report['database']}, needs {[answer['needs'] for answer in answers]}, load {report['load']}\n")


if __name__ == "__main__":
    main()
