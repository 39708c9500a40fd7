"""Fifty clients who dispatch, take, decline, recall, withdraw and finish the same few needs at once; what holds after.

`python -m bench.dispatch --seconds 60 --json` on the PostgreSQL of DATABASE_URL, in a database of its own, made and
dropped. Clients are threads with a connection each, in a few processes, and call the services that pages and API call.
Exit code 1 when a resource holds more than it has, a need is with two units, an event is missing or a deadlock was met.
"""

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from multiprocessing import get_context
from pathlib import Path
from threading import Thread

RESOURCES, UNITS, NEEDS = 12, 6, 60
WEIGHTS = {
    "dispatch": 30,
    "take": 18,
    "decline": 10,
    "recall": 10,
    "withdraw": 4,
    "start": 6,
    "finish": 8,
    "match": 4,
    "file": 10,
}


def set_up(name=""):
    """Django on the settings of the tests, and `name` as the database where there is one already."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    os.environ["DJANGO_SETTINGS_MODULE"] = "govern.settings.test"
    import django

    django.setup()
    from django.db import connection

    from govern.celery import app

    if not os.environ.get("REDIS_URL"):
        app.conf.update(broker_url="memory://localhost/", broker_transport=None)
    if name:
        connection.settings_dict["NAME"] = name
    return connection


def build():
    """A community whose six units share twelve scarce resources; returns what the clients need to know."""
    from tests import factories as make

    community = make.make_community()
    category = make.make_category(auto_accept=True)
    units = [make.make_unit(community.organization) for _ in range(UNITS)]
    liaisons = {unit.pk: make.make_liaison(unit).pk for unit in units}
    for number in range(RESOURCES):
        make.make_resource(units[number % UNITS], category, capacity=3 + number % 4)
    clerk = make.make_post(organization=community.organization)
    return {"community": community.pk, "category": category.pk, "clerk": clerk.pk, "liaisons": liaisons}


class Client:
    """One who acts, again and again, on whatever row the dice find, as it was a moment ago."""

    def __init__(self, world, seed):
        from accounts.models import User
        from checklists.models import Category, Need, NeedEvent, Resource
        from grids.models import Community

        self.dice = random.Random(seed)  # noqa: S311
        self.clerk = User.objects.get(pk=world["clerk"])
        self.liaisons = {unit: User.objects.get(pk=pk) for unit, pk in world["liaisons"].items()}
        self.community = Community.objects.get(pk=world["community"])
        self.category = Category.objects.get(pk=world["category"])
        self.resources = list(Resource.objects.select_related("unit"))
        self.resident = NeedEvent.Party.RESIDENT
        self.needs = Need.objects

    def any_need(self, *statuses):
        return self._any(self.needs.with_status(*statuses))

    def any_dispatch(self, *statuses):
        from checklists.models import Dispatch

        return self._any(Dispatch.objects.filter(status__in=statuses).select_related("resource__unit", "need"))

    def _any(self, rows):
        keys = list(rows.order_by().values_list("pk", flat=True))
        return rows.filter(pk=self.dice.choice(keys)).first() if keys else None

    def act(self, verb):
        """Do it; None where there was nothing to do it to."""
        from checklists.services import dispatches, matching, needs
        from tests import factories as make

        if verb == "file":
            if self.needs.with_status("accepted").count() >= NEEDS:
                return None
            new = make.new_need(self.community, self.category, people_count=self.dice.choice((1, 1, 2)))
            return needs.submit_need(new, actor=self.resident)
        if verb in ("dispatch", "match"):
            need = self.any_need("accepted")
            if need is None:
                return None
            if verb == "match":
                return matching.propose(need) or need
            return dispatches.dispatch(need, self.dice.choice(self.resources), actor=self.clerk)
        if verb == "withdraw":
            need = self.any_need("accepted", "dispatched", "taken", "in_service")
            return need and needs.withdraw(need, actor=self.resident)
        row = self.any_dispatch(
            *(("offered",) if verb == "take" else ("taken",) if verb in ("start", "finish") else ("offered", "taken"))
        )
        if row is None:
            return None
        liaison = self.liaisons[row.resource.unit_id]
        match verb:
            case "take":
                return dispatches.take(row, actor=liaison)
            case "decline":
                return dispatches.decline(row, actor=liaison, reason="no_time")
            case "recall":
                return dispatches.recall(row, actor=self.clerk)
            case "start":
                return dispatches.start_service(row, actor=liaison)
            case "finish":
                return dispatches.finish_dispatch(row, actor=liaison, note="办好了。")
        raise ValueError(verb)

    def run(self, until, told):
        """Append (verb, outcome, milliseconds) to `told` until the moment `until` of the monotonic clock."""
        from django.core.exceptions import PermissionDenied, ValidationError
        from django.db import DatabaseError

        while time.monotonic() < until:
            verb = self.dice.choices(list(WEIGHTS), WEIGHTS.values())[0]
            start = time.perf_counter()
            try:
                outcome = "done" if self.act(verb) is not None else None
            except ValidationError as error:
                outcome = f"refused: {getattr(error, 'code', None) or 'fields'}"
            except PermissionDenied:
                outcome = "refused: permission"
            except DatabaseError as error:
                outcome = f"error: {type(error).__name__} {str(error).splitlines()[0]}"
            if outcome:
                told.append((verb, outcome, (time.perf_counter() - start) * 1000))


def work(name, world, seeds, seconds, queue):
    """A process with a client per seed; puts the list of what they did."""
    connection = set_up(name)
    told = []
    clients = [Client(world, seed) for seed in seeds]
    until = time.monotonic() + seconds

    def go(client):
        try:
            client.run(until, told)
        except Exception as error:  # a fault of ours must be seen, not be missing from the count
            told.append(("client", f"error: {type(error).__name__} {error}", 0))
        finally:
            connection.close()

    threads = [Thread(target=go, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    queue.put(told)


def violations():
    """{what must never be: how many there are}, counted anew from the rows."""
    from django.db.models import Count, Q, Sum

    from checklists.models import Dispatch, Need, NeedEvent, Resource

    found = Counter()
    for resource in Resource.objects.all():
        held = Dispatch.objects.held().filter(resource=resource).aggregate(total=Sum("people_count"))["total"] or 0
        found["resources above their capacity"] += held > resource.capacity
        found["resources that count wrongly"] += held != resource.reserved
    open_dispatches = Count("dispatches", filter=Q(dispatches__status__in=["offered", "taken"]))
    held_statuses = ("dispatched", "taken", "in_service")
    for need in Need.objects.annotate(open_count=open_dispatches):
        found["needs with two open dispatches"] += need.open_count > 1
        found["needs that stand otherwise than their dispatch"] += need.open_count != (need.status in held_statuses)
    status = {}
    for event in NeedEvent.objects.order_by("need", "at", "pk"):
        before = status.get(event.need_id, "")
        follows = event.from_status == before and (not before or event.to_status in Need.TRANSITIONS[before])
        found["events that do not follow from the last"] += not follows
        status[event.need_id] = event.to_status
    found["needs whose events lead elsewhere"] += sum(
        status.get(pk) != now for pk, now in Need.objects.values_list("pk", "status")
    )
    for row in Dispatch.objects.all():
        told = Counter(row.events.values_list("to_status", flat=True))
        was_answered = row.answered_at is not None
        found["dispatches without their events"] += told["dispatched"] != 1 or (
            was_answered and not told["taken"] + told["accepted"]
        )
    return dict(found)


def summary(told, seconds):
    verbs = defaultdict(lambda: {"done": 0, "refused": Counter(), "errors": Counter(), "ms": []})
    for verb, outcome, milliseconds in told:
        kind, _, why = outcome.partition(": ")
        line = verbs[verb]
        line["ms"].append(milliseconds)
        if kind == "done":
            line["done"] += 1
        else:
            line["refused" if kind == "refused" else "errors"][why] += 1
    for line in verbs.values():
        times = line.pop("ms")
        line["p50"] = round(statistics.median(times), 1)
        line["p95"] = round(statistics.quantiles(times, n=20)[-1], 1) if len(times) > 1 else line["p50"]
    return {
        "operations": len(told),
        "per_second": round(len(told) / seconds, 1),
        "changes": sum(line["done"] for line in verbs.values()),
        "errors": sum(sum(line["errors"].values()) for line in verbs.values()),
        "verbs": dict(sorted(verbs.items())),
    }


def measure(connection, clients, processes, seconds):
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        world = build()
        context = get_context("spawn")
        queue = context.Queue()
        seeds = [list(range(number, clients, processes)) for number in range(processes)]
        workers = [context.Process(target=work, args=(name, world, each, seconds, queue)) for each in seeds]
        for worker in workers:
            worker.start()
        told = [line for _ in workers for line in queue.get(timeout=seconds + 120)]
        for worker in workers:
            worker.join()
        with connection.cursor() as cursor:
            cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = %s", [name])
            deadlocks = cursor.fetchone()[0]
        return {
            "clients": clients,
            "seconds": seconds,
            **summary(told, seconds),
            "deadlocks": deadlocks,
            "violations": violations(),
        }
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("VAR_DIR", folder)
        connection = set_up()
        if connection.vendor != "postgresql":
            sys.stdout.write('{"skipped": "row locks need PostgreSQL: set DATABASE_URL"}\n')
            return 0
        answer = measure(connection, options.clients, options.processes, options.seconds)
    answer["load"] = [round(each, 1) for each in os.getloadavg()]
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=None if options.json else 1) + "\n")
    return int(bool(answer["deadlocks"] or answer["errors"] or any(answer["violations"].values())))


if __name__ == "__main__":
    sys.exit(main())
