"""How many people at once can sign up, and how long the volunteers' pages take among 500,000 of them and five million
sign-ups.

`python -m bench.volunteers --json` on the PostgreSQL of DATABASE_URL, or on one of its own where none is named, in a
database made and dropped; `--as-is` asks the one that DATABASE_URL names, filled by `seed_demo --scale city`.
`sign_up`: fifty threads, each on a connection of its own, each for one person after the other, all for the same session
(`hot`) and for those of many communities (`spread`). Milliseconds; `cpu` is spent in Python.
Exit code 1 when a session holds more people than it has seats, or a page with a goal takes longer than it.
"""

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from fractions import Fraction
from itertools import count, islice
from pathlib import Path
from threading import Barrier, Thread

from bench._pages import measure
from bench._server import server

GOAL_MS = 200
GOALS = ("me page", "sessions of my community", "funnel of a community", "reviews of a community")
THREADS, EACH = 50, 8


def fill(share):
    from auditlog.context import disable_auditlog
    from django.db import connection, transaction
    from django.utils import timezone

    from checklists.demo.district import District
    from patrols.demo.city import City, city_in
    from volunteers.demo.city import volunteers_in

    start = time.perf_counter()
    with transaction.atomic(), disable_auditlog():
        now = timezone.now()
        district = District(today=timezone.localdate(now), password="", rng=random.Random(1))  # noqa: S106, S311
        city: City = city_in(district, share=share, now=now, rng=random.Random(1))  # noqa: S311
        began = time.perf_counter()
        volunteers_in(district, city.communities, share=share, now=now, rng=random.Random(1))  # noqa: S311
    seconds = {"all": round(time.perf_counter() - start, 1), "volunteers": round(time.perf_counter() - began, 1)}
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # autovacuum's work of the next minutes
    return seconds


# --- Signing up -------------------------------------------------------------------------------------------------------
def fresh_session(community, seats, day):
    from datetime import timedelta

    from django.utils import timezone

    from govern.codes import new_code
    from volunteers.models import Session

    begins = timezone.now() + timedelta(days=40 + day)
    return Session.objects.create(
        code=new_code(), community=community, title="压测", place="广场", seats=seats, status="open",
        starts_at=begins, ends_at=begins + timedelta(hours=2),
    )  # fmt: skip


def rush(pairs, actor):
    """[(session, volunteer)] shared out among the threads; seconds in all, and of each call."""
    from django.db import connection

    from volunteers.services.signups import sign_up

    barrier, times, errors = Barrier(THREADS + 1), [], []

    def work(mine):
        connection.ensure_connection()
        barrier.wait(30)
        try:
            for session, volunteer in mine:
                start = time.perf_counter()
                sign_up(session, volunteer, actor=actor)
                times.append((time.perf_counter() - start) * 1000)
        except Exception as error:  # noqa: BLE001 # told at the end
            errors.append(repr(error))
        finally:
            connection.close()

    threads = [Thread(target=work, args=(pairs[number::THREADS],)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    barrier.wait(30)
    start = time.perf_counter()
    for thread in threads:
        thread.join()
    if errors:
        raise SystemExit(f"signing up failed: {errors[0]}")
    return time.perf_counter() - start, times


def signing_up(rounds):
    """{"hot", "spread"}: throughput, p50, p95 and how many seats were given away twice."""
    from accounts.models import User
    from grids.models import Community
    from volunteers.models import Session, Volunteer

    actor = User.objects.get(username="guanli")
    User.objects.filter(pk=actor.pk).update(is_superuser=True)  # whoever runs a session may sign others up
    actor = User.objects.get(pk=actor.pk)
    communities = list(Community.objects.filter(volunteers__isnull=False).distinct().order_by("-pk")[:THREADS])
    people = list(Volunteer.objects.order_by("-pk")[: THREADS * EACH])
    answer = {}
    days = count()  # nobody is asked for two at once
    for name, places, seats in (("hot", communities[:1], 10), ("spread", communities, 4)):
        sessions = [fresh_session(each, seats, day) for day in islice(days, rounds) for each in places]
        spent, times = 0, []
        for first in range(0, len(sessions), len(places)):
            here = sessions[first : first + len(places)]
            seconds, found = rush([(here[n % len(here)], person) for n, person in enumerate(people)], actor)
            spent, times = spent + seconds, times + found
        keys = [session.pk for session in sessions]
        rows = Session.objects.filter(pk__in=keys).with_seats()
        answer[name] = {
            "people": len(times),
            "per_second": round(len(times) / spent, 1),
            "p50": round(statistics.median(times), 1),
            "p95": round(statistics.quantiles(times, n=20)[-1], 1),
            "overbooked": sum(max(row.seated_count - row.seats, 0) for row in rows),
            "left_empty": sum(max(row.seats - row.seated_count, 0) for row in rows if row.waiting_count),
        }
        sys.stderr.write(f"sign-up, {name}: {answer[name]}\n")
    User.objects.filter(pk=actor.pk).update(is_superuser=False)
    return answer


# --- Pages ------------------------------------------------------------------------------------------------------------
def pages():
    """{page: (client, addresses in turn)}."""
    from django.test import Client
    from django.urls import reverse

    from accounts.models import User
    from volunteers.models import Volunteer
    from volunteers.services.people import account_of

    clerk, everywhere = Client(), Client()
    clerk.force_login(User.objects.get(username="shequda"))
    everywhere.force_login(User.objects.get(username="guanli"))
    me = Client()
    person = Volunteer.objects.filter(signups__isnull=False).order_by("-pk").first()
    me.force_login(account_of(person), backend="volunteers.backends.PhoneCodeBackend")
    return {
        "me page": (me, [reverse("me:home")]),
        "sessions of my community": (me, [reverse("me:sessions")]),
        "my record": (me, [reverse("me:record")]),
        "wishes to claim": (me, [reverse("claims:list")]),
        "funnel of a community": (clerk, [reverse("admin:volunteers_report_funnel")]),
        "funnel of everything": (everywhere, [reverse("admin:volunteers_report_funnel")]),
        "reports of a community": (clerk, [reverse("admin:volunteers_report_changelist")]),
        "reports of everything": (everywhere, [reverse("admin:volunteers_report_changelist")]),
        "reviews of a community": (clerk, [reverse("admin:volunteers_yearreview_changelist")]),
        "volunteers of everything": (everywhere, [reverse("admin:volunteers_volunteer_changelist")]),
    }


def review():
    """Seconds to draft last year's 鉴定 of one community, and how many there are."""
    from django.utils import timezone

    from accounts.models import User
    from grids.models import Community
    from volunteers.services.year_reviews import draft_reviews

    clerk = User.objects.get(username="shequda")
    community = Community.objects.visible_to(clerk).get()
    start = time.perf_counter()
    drafts = draft_reviews(community, timezone.localdate().year - 1, actor=clerk)
    count = drafts if isinstance(drafts, int) else len(drafts)
    return {"seconds": round(time.perf_counter() - start, 2), "drafts": count}


# --- All of it --------------------------------------------------------------------------------------------------------
def run(options):
    from django.db import connection

    if options.as_is:
        return measured(options)
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        return {"seconds_fill": fill(options.share), **measured(options)}
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def measured(options):
    from volunteers.models import HourEntry, Report, Session, Signup, Volunteer

    models = (Volunteer, Report, Session, Signup, HourEntry)
    counts = {model._meta.model_name: model.objects.count() for model in models}
    answer = {**counts, "sign_up": signing_up(options.turns), "review": review()}
    return answer | {"pages": measure(pages(), options.rounds, options.only)}


def report(options):
    from django.conf import settings
    from django.db import connection

    if connection.vendor != "postgresql":
        raise SystemExit("the city needs PostgreSQL: set DATABASE_URL")
    settings.ALLOWED_HOSTS = ["*"]
    answer = run(options)
    slow = [page for page in GOALS if page in answer["pages"] and answer["pages"][page]["p95"] >= GOAL_MS]
    overbooked = sum(each["overbooked"] for each in answer["sign_up"].values())
    load = [round(each, 1) for each in os.getloadavg()]
    return {"goal_ms": GOAL_MS, "load": load, **answer, "slow": slow, "overbooked": overbooked}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=Fraction, default=Fraction(1), help="of the city: 1/10 for a quick look")
    parser.add_argument("--rounds", type=int, default=30, help="requests for each page")
    parser.add_argument("--turns", type=int, default=3, help="rushes of each kind")
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
        for name, found in answer["sign_up"].items():
            sys.stdout.write(f"sign-up, {name:31}{found['per_second']:10.1f}/s{found['p95']:10.1f}\n")
        for page, times in answer["pages"].items():
            late = f"  over {GOAL_MS}" if page in answer["slow"] else ""
            sys.stdout.write(f"{page:40}{times['p50']:10.1f}{times['p95']:10.1f}{late}\n")
    return int(bool(answer["slow"] or answer["overbooked"]))


if __name__ == "__main__":
    sys.exit(main())
