"""What a run leaves behind, many rows at once: COPY and one UPDATE on PostgreSQL, bulk operations elsewhere."""

import io
import json

import numpy as np
from django.db import connection, transaction

from checklists.models import Assignment, Need, Proposal, Resource
from checklists.services.instances import stamps_of
from checklists.services.runs.door import hold

BATCH = 2000


def write_rows(model, columns, rows):
    """Insert `rows`, tuples of the attributes `columns`: whole numbers, and dictionaries of numbers for JSON."""
    (copy_rows if connection.vendor == "postgresql" else create_rows)(model, columns, rows)


def create_rows(model, columns, rows):
    model.objects.bulk_create([model(**dict(zip(columns, row, strict=True))) for row in rows], BATCH)


def copy_rows(model, columns, rows):
    names = ", ".join(model._meta.get_field(column).column for column in columns)
    lines = io.StringIO()
    for row in rows:
        lines.write("\t".join([json.dumps(cell) if isinstance(cell, dict) else str(cell) for cell in row]) + "\n")
    lines.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {model._meta.db_table} ({names}) FROM STDIN", lines)


def write_assignments(run, needs, resources, scores):
    """`needs`, `resources` (keys) and `scores` (k,); those of an earlier attempt go."""
    run.assignments.all().delete()
    rows = zip(needs.tolist(), resources.tolist(), scores.tolist(), strict=True)
    write_rows(Assignment, ("run_id", "need_id", "resource_id", "score"), ((run.pk, *row) for row in rows))


@transaction.atomic
def write_proposals(run, ids, stamps, ranks, *, at):
    """Replace the proposals of the needs `ids` (k,) of a district by `ranks`, {need: [(resource, rank, score, parts)]}.

    A need that went on, was asked to be ranked anew or was ranked since it was read keeps what it has.
    """
    hold(run)
    waiting = Need.objects.with_status(Need.Status.ACCEPTED).filter(pk__in=ids.tolist())
    now = stamps_of(waiting.select_for_update(of=("self",), no_key=True))
    kept = [pk for pk, *stamp in np.column_stack([ids, stamps]).tolist() if now.get(pk) == tuple(stamp)]
    Proposal.objects.filter(need__in=kept).delete()
    columns = ("need_id", "resource_id", "rank", "score", "parts")
    write_rows(Proposal, columns, ((pk, *row) for pk in kept for row in ranks[pk]))
    Need.objects.filter(pk__in=kept).update(funnel={}, matched_at=at, match_due_at=None)
    return len(kept)


def write_prices(district, ids, prices):
    """What a place of each resource of the `district` is worth; 0 for those that took no part."""
    known = dict(zip(ids.tolist(), np.minimum(prices, 32767).tolist(), strict=True))
    rows = Resource.objects.in_district(district).order_by("pk").values_list("pk", "price")
    changed = [(pk, known.get(pk, 0)) for pk, price in rows if known.get(pk, 0) != price]
    for begin in range(0, len(changed), BATCH):
        set_prices(dict(changed[begin : begin + BATCH]))


@transaction.atomic
def set_prices(prices):
    locked = Resource.objects.filter(pk__in=prices).order_by("pk").select_for_update(of=("self",), no_key=True)
    if connection.vendor == "postgresql":
        list(locked.values_list("pk"))
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE checklists_resource AS resource SET price = new.price"
                " FROM unnest(%s::bigint[], %s::int[]) AS new (id, price) WHERE resource.id = new.id",
                [list(prices), list(prices.values())],
            )
        return
    rows = list(locked.only("price"))
    for row in rows:
        row.price = prices[row.pk]
    Resource.objects.bulk_update(rows, ["price"], batch_size=500)
