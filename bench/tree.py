"""Eight threads that found, move, merge and dissolve organizations through the public services; what holds after. Then
what an insert, a move and the reading of a subtree cost, beside a recursive query on the parent key, and an import.

`python -m bench.tree --threads 8 --operations 30 --json` on the PostgreSQL of DATABASE_URL, in a database of its own,
made and dropped; on SQLite, which has one writer, without the threads. `--large` measures 100,000 nodes too.
Exit code 1 when a row of the tree is bad, a deadlock was met or an operation failed otherwise than by being refused.
"""

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from io import BytesIO
from threading import Thread

from bench.dispatch import set_up

WEIGHTS = {"found": 40, "move": 25, "merge": 15, "dissolve": 20}
SIZES = (10_000,)
LARGE = 100_000
ROUNDS = 20
BAD_ROWS = 20

BAD = {
    "duplicate tree ids": """
        SELECT count(*) FROM (SELECT tree_id FROM organizations_organization WHERE parent_id IS NULL
                              GROUP BY tree_id HAVING count(*) > 1) AS found""",
    "lft or rght reused": """
        SELECT count(*) FROM (SELECT tree_id, number FROM (
            SELECT tree_id, lft AS number FROM organizations_organization
            UNION ALL SELECT tree_id, rght FROM organizations_organization) AS numbers
            GROUP BY tree_id, number HAVING count(*) > 1) AS found""",
    "children outside parents": """
        SELECT count(*) FROM organizations_organization AS child
        JOIN organizations_organization AS parent ON parent.id = child.parent_id
        WHERE child.tree_id <> parent.tree_id OR child.lft <= parent.lft OR child.rght >= parent.rght""",
    "in a cycle": """
        WITH RECURSIVE reached AS (
            SELECT id FROM organizations_organization WHERE parent_id IS NULL
            UNION SELECT child.id FROM organizations_organization AS child JOIN reached ON child.parent_id = reached.id)
        SELECT count(*) FROM organizations_organization WHERE id NOT IN (SELECT id FROM reached)""",
    "under a dissolved parent": """
        SELECT count(*) FROM organizations_organization AS child
        JOIN organizations_organization AS parent ON parent.id = child.parent_id
        WHERE child.dissolved_on IS NULL AND parent.dissolved_on IS NOT NULL""",
    "otherwise than their open version": """
        SELECT count(*) FROM organizations_organization AS node
        LEFT JOIN organizations_organizationversion AS held
            ON held.organization_id = node.id AND held.ends_on IS NULL
        WHERE node.dissolved_on IS NULL
          AND (held.id IS NULL OR held.name <> node.name OR held.parent_id IS DISTINCT FROM node.parent_id)""",
}
BY_NUMBERS = """
    SELECT * FROM organizations_organization WHERE tree_id = %s AND lft BETWEEN %s AND %s ORDER BY lft"""
BY_PARENT = """
    WITH RECURSIVE below AS (
        SELECT * FROM organizations_organization WHERE id = %s
        UNION ALL SELECT child.* FROM organizations_organization AS child JOIN below ON child.parent_id = below.id)
    SELECT * FROM below"""


def bad_rows(connection):
    """{what must never be: how many there are}, counted anew from the rows."""
    from organizations.services import tree_faults

    found = {"faults": len(tree_faults())}
    with connection.cursor() as cursor:
        for name, query in BAD.items():
            cursor.execute(query)
            found[name] = cursor.fetchone()[0]
    return found


# --- Threads ----------------------------------------------------------------------------------------------------------
class Clerk:
    """One who changes, again and again, whatever organization the dice find, as it was a moment ago."""

    def __init__(self, actor, seed):
        self.actor, self.dice, self.told, self.seed = actor, random.Random(seed), Counter(), seed  # noqa: S311

    def any(self, **conditions):
        from organizations.models import Organization

        rows = Organization.objects.standing().filter(**conditions).order_by()
        keys = list(rows.values_list("pk", flat=True))
        return rows.filter(pk=self.dice.choice(keys)).first() if keys else None

    def act(self, verb, number):
        from organizations import services
        from organizations.models import Organization

        tier = self.dice.choice((3, 4, 5) if verb != "found" else (3, 3, 4, 4, 5))
        row, other = self.any(tier=tier), self.any(tier=tier)
        above = self.any(tier=tier - 1)
        if row is None or other is None or above is None:
            return None
        match verb:
            case "found":
                kind = next(kind for kind, at in Organization.TIER_OF_KIND.items() if at == tier)
                name = f"{kind.label}{self.seed}-{number}"
                return services.found_organization(name=name, kind=kind, parent=above, actor=self.actor)
            case "move":
                return services.move_organization(row, parent=above, actor=self.actor)
            case "merge":
                return services.merge_organizations(row, into=other, actor=self.actor, reason="测试")
            case "dissolve":
                heir = other if self.dice.random() < 0.5 else None
                return services.dissolve_organization(row, actor=self.actor, reason="测试", heir=heir)
        raise ValueError(verb)

    def run(self, operations):
        from django.core.exceptions import ValidationError
        from django.db import connection

        try:
            for number in range(operations):
                verb = self.dice.choices(list(WEIGHTS), WEIGHTS.values())[0]
                try:
                    self.told[f"{verb}: {'nothing there' if self.act(verb, number) is None else 'done'}"] += 1
                except ValidationError as error:
                    self.told[f"{verb}: refused, {getattr(error, 'code', None) or 'by a field'}"] += 1
                except Exception as error:  # a fault of ours must be seen, not be missing from the count
                    self.told[f"error: {verb} {type(error).__name__} {str(error).splitlines()[0]}"] += 1
        finally:
            connection.close()


def race(connection, actor, threads, operations):
    from bench._forest import plant

    plant(1_000, actor)
    clerks = [Clerk(actor, seed) for seed in range(threads)]
    start = time.perf_counter()
    workers = [Thread(target=clerk.run, args=[operations]) for clerk in clerks]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    seconds = time.perf_counter() - start
    told = sum((clerk.told for clerk in clerks), Counter())
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        deadlocks = cursor.fetchone()[0]
    return {
        "threads": threads,
        "operations": told.total(),
        "seconds": round(seconds, 2),
        "told": dict(sorted(told.items())),
        "errors": sum(count for what, count in told.items() if what.startswith("error")),
        "deadlocks": deadlocks,
        "bad rows": bad_rows(connection),
    }


# --- What one operation costs -----------------------------------------------------------------------------------------
def milliseconds(call, rows):
    """Median and 95th percentile of `call` of each row; what it wrote is taken back."""
    from django.db import transaction

    times = []
    for row in rows:
        with transaction.atomic():
            start = time.perf_counter()
            call(row)
            times.append((time.perf_counter() - start) * 1000)
            transaction.set_rollback(True)
    return {"median": round(statistics.median(times), 2), "p95": round(statistics.quantiles(times, n=20)[-1], 2)}


def costs(actor):
    """{operation: {way: milliseconds}} on the rows that are there."""
    from bench._forest import TREE
    from organizations import services
    from organizations.models import Organization

    dice = random.Random(7)  # noqa: S311
    rows = Organization.objects
    of_tier = {tier: list(rows.standing().filter(tier=tier).order_by("pk")[:5_000]) for tier in (1, 2, 3)}
    some = {tier: dice.choices(found, k=ROUNDS) for tier, found in of_tier.items()}
    kind = Organization.Kind.QUARTER_BRANCH

    def new(parent):
        return Organization(name="新支部", kind=kind, tier=3, parent=parent)

    def insert_key(parent):
        row = new(parent)
        row.tree_id, row.lft, row.rght, row.level = 0, 0, 0, 2
        rows.bulk_create([row])

    def moved(branch):
        return dice.choice([row for row in of_tier[2][:200] if row.pk != branch.parent_id])

    def move_numbers(branch):
        Organization.objects.get(pk=branch.pk).move_to(rows.get(pk=moved(branch).pk), "last-child")

    def found(parent):
        return services.found_organization(name="新支部", kind=kind, parent=parent, actor=actor)

    def move(branch):
        return services.move_organization(rows.get(pk=branch.pk), parent=moved(branch), actor=actor)

    def by_numbers(row):
        return list(rows.raw(BY_NUMBERS, [row.tree_id, row.lft, row.rght]))

    def by_parent(row):
        return list(rows.raw(BY_PARENT, [row.pk]))

    def move_key(branch):
        return rows.filter(pk=branch.pk).update(parent=moved(branch))

    return {
        "insert": {
            "service": milliseconds(found, some[2]),
            "numbers alone": milliseconds(lambda parent: new(rows.get(pk=parent.pk)).save(), some[2]),
            "parent key alone": milliseconds(insert_key, some[2]),
        },
        "move": {
            "service": milliseconds(move, some[3]),
            "numbers alone": milliseconds(move_numbers, some[3]),
            "parent key alone": milliseconds(move_key, some[3]),
        },
        **{
            f"subtree of {of}": {
                "numbers": milliseconds(by_numbers, some[tier]),
                "recursive query": milliseconds(by_parent, some[tier]),
            }
            for tier, of in ((1, TREE), (2, TREE // 9))
        },
    }


def measured(connection, actor, sizes):
    from bench._forest import plant
    from organizations.models import Organization

    found = {}
    for size in sizes:
        start = time.perf_counter()
        plant(size - Organization.objects.count(), actor)
        seconds = round(time.perf_counter() - start, 1)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        found[f"{Organization.objects.count()} nodes"] = {"planted in seconds": seconds, **costs(actor)}
    return found


# --- The import -------------------------------------------------------------------------------------------------------
def workbook(count, bad):
    """A sheet of `count` new organizations in trees of five hundred, children before parents, `bad` of them wrong."""
    from bench._forest import wanted_tree
    from govern.spreadsheets import write_sheet
    from organizations.models import Organization

    lines, tree = [], 0
    while len(lines) < count:
        tree += 1
        path = {}
        for each in wanted_tree(f"导入{tree}"):
            above = path.get(each.parent, "")
            path[each] = f"{above}／{each.name}" if above else each.name
            lines.append([each.name, Organization.Kind(each.kind).label, above, each.trade, "2021-07-01", "在用"])
    lines = lines[:count]
    for number in range(bad):
        column, wrong = ((2, "没有这个党委"), (4, "2099-01-01"), (1, "没有这一类"), (2, ""))[number % 4]
        lines[-1 - number * 7][column] = wrong
    stream = BytesIO()
    write_sheet(stream, "党组织", ("名称", "类型", "上级党组织", "行业", "成立日期", "状态"), reversed(lines))
    return stream.getvalue()


def imported(connection, actor, count):
    from django.db import transaction

    from govern.imports import runs
    from organizations.imports import OrganizationFilling

    def timed(call, content):
        start = time.perf_counter()
        found = call(OrganizationFilling(actor), content)
        return round(time.perf_counter() - start, 1), found

    preview, shown = timed(runs.preview, workbook(count, BAD_ROWS))
    with transaction.atomic():
        seconds, taken = timed(runs.run, workbook(count, 0))
        faults = bad_rows(connection)
        transaction.set_rollback(True)
    return {
        "rows": count,
        "preview in seconds": preview,
        "bad rows shown": len(shown.bad),
        "import in seconds": seconds,
        "founded": taken.new_count if not taken.bad else 0,
        "bad rows": faults,
    }


def measure(connection, options):
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        from tests.factories import make_superuser

        actor = make_superuser()
        answer = {"database": connection.vendor}
        if connection.vendor == "postgresql":
            answer["race"] = race(connection, actor, options.threads, options.operations)
        else:
            answer["race"] = "skipped: threads need PostgreSQL, set DATABASE_URL"
        answer["costs in milliseconds"] = measured(connection, actor, [*SIZES, LARGE] if options.large else SIZES)
        answer["import"] = imported(connection, actor, options.rows)
        return answer
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--operations", type=int, default=30)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("VAR_DIR", folder)
        answer = measure(set_up(), options)
    answer["load"] = [round(each, 1) for each in os.getloadavg()]
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=None if options.json else 1) + "\n")
    run = answer["race"] if isinstance(answer["race"], dict) else {"deadlocks": 0, "errors": 0, "bad rows": {}}
    counts = [*run["bad rows"].values(), *answer["import"]["bad rows"].values(), run["deadlocks"], run["errors"]]
    return int(any(counts))


if __name__ == "__main__":
    sys.exit(main())
