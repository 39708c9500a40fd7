"""The rows as arrays for the matching engine: integers only, by key, in a fixed number of queries."""

from contextlib import contextmanager

import numpy as np
from django.db import connection, transaction
from django.db.models import BigIntegerField, F, Func, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from checklists.matching.instance import NONE, Instance, Needs, Supply
from checklists.models import Dispatch, Need, Resource

DAY = 86_400_000
CATEGORIES = 3


class Milliseconds(Func):
    """A moment as whole milliseconds since 1970: the database counts them sooner than Python makes a datetime."""

    output_field = BigIntegerField()
    template = "(EXTRACT(EPOCH FROM %(expressions)s) * 1000)::bigint"

    def as_sqlite(self, compiler, connection, **context):
        template = "CAST(ROUND((julianday(%(expressions)s) - 2440587.5) * 86400000.0) AS INTEGER)"
        return self.as_sql(compiler, connection, template=template, **context)


# What tells whether a need was ranked, or asked to be, since it was read.
STAMP = (Coalesce(Milliseconds("matched_at"), NONE), Coalesce(Milliseconds("match_due_at"), NONE))


def stamps_of(needs):
    """{need: its stamp} as it now is."""
    return {pk: tuple(stamp) for pk, *stamp in needs.order_by("pk").values_list("pk", *STAMP)}


@contextmanager
def snapshot():
    """All reads inside see one moment, which no writer has to wait for.

    Inside somebody else's transaction it is that one which says what is seen.
    """
    is_inner = connection.in_atomic_block
    with transaction.atomic():
        if connection.vendor == "postgresql" and not is_inner:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def read_instance(district, at):
    """(Instance, stamps (n, 2) of its needs): who waits in `district` at `at` and what is open, in one snapshot."""
    with snapshot():
        needs = Need.objects.with_status(Need.Status.ACCEPTED).filter(community__street__district=district)
        resources = Resource.objects.open(timezone.localdate(at)).in_district(district)
        refused = Dispatch.objects.refusing().filter(need__in=needs.values("pk"))
        table, stamps = read_needs(needs, at)
        supply, _ = read_supply(resources, at)
        pairs = integers(refused.order_by("pk").values_list("need", "resource__unit"), 2)
        return Instance(table, supply, pairs), stamps


def read_needs(needs, at):
    """(Needs, stamps) of the queryset `needs`; they have waited until `at`."""
    now = round(at.timestamp() * 1000)
    rows = integers(
        needs.order_by("pk").values_list(
            "pk",
            "category",
            "community",
            "community__street",
            "community__street__district",
            "target_group",
            "window",
            "people_count",
            "urgency",
            Coalesce("wanted_resource", NONE),
            now - Milliseconds("submitted_at"),
            *STAMP,
        ),
        13,
    )
    table = Needs(
        ids=rows[:, 0],
        category=rows[:, 1],
        community=rows[:, 2],
        street=rows[:, 3],
        district=rows[:, 4],
        group=rows[:, 5],
        window=rows[:, 6],
        people=rows[:, 7],
        urgency=rows[:, 8],
        wanted=rows[:, 9],
        waiting_days=np.maximum(rows[:, 10], 0) / DAY,
    )
    return table, rows[:, 11:]


def read_supply(resources, at, kind=None):
    """(Supply, prices (m,)) of `resources`, as if nobody had refused yet. A unit of no community serves nobody.

    With the category `kind`, which they all serve, what else they serve is left out.
    """
    today = timezone.localdate(at)
    rows = integers(
        resources.with_places_left(today)
        .order_by("pk")
        .values_list(
            "pk",
            "unit",
            "category",
            Coalesce("unit__organization__community", NONE),
            Coalesce("unit__organization__community__street", NONE),
            Coalesce("unit__organization__community__street__district", NONE),
            "radius",
            "target_groups",
            "availability",
            "places_left",
            "price",
        ),
        11,
    )
    supply = Supply(
        ids=rows[:, 0],
        unit=rows[:, 1],
        categories=categories(rows[:, 0], rows[:, 2], resources) if kind is None else beside(rows[:, 2], kind),
        community=rows[:, 3],
        street=rows[:, 4],
        district=rows[:, 5],
        radius=rows[:, 6],
        groups=rows[:, 7],
        window=rows[:, 8],
        left=rows[:, 9],
        load=loads(rows[:, 1], today),
        is_open=np.ones(len(rows), dtype=bool),
        has_refused=np.zeros(len(rows), dtype=bool),
    )
    return supply, rows[:, 10]


def categories(ids, main, resources):
    """(m, 3): the main category of each resource with one of these `ids`, then its others, NONE where there is none."""
    through = Resource.other_categories.through.objects
    pairs = integers(
        through.filter(resource__in=resources.order_by().values("pk"))
        .order_by("resource", "category")
        .values_list("resource", "category"),
        2,
    )
    at = np.searchsorted(ids, pairs[:, 0])
    slot = 1 + np.arange(len(pairs)) - np.searchsorted(pairs[:, 0], pairs[:, 0])
    table = np.full((len(ids), max(CATEGORIES, slot.max(initial=0) + 1)), NONE, dtype=np.int64)
    table[:, 0] = main
    table[at, slot] = pairs[:, 1]
    return table


def beside(main, kind):
    """(m, 3): the main category of each resource, and `kind` where that is another."""
    return np.stack([main, np.where(main == kind, NONE, kind), np.full(len(main), NONE)], axis=1)


def loads(units, today):
    """The share of all places of each of the `units` (m,) that is taken, 0..1."""
    sums = integers(
        Resource.objects.filter(unit__in=np.unique(units).tolist())
        .with_places_left(today)
        .order_by()
        .values("unit")
        .annotate(places=Sum("capacity"), left=Sum("places_left"))
        .order_by("unit")
        .values_list("unit", "places", F("places") - F("left")),
        3,
    )
    at = np.searchsorted(sums[:, 0], units)
    return sums[at, 2] / np.maximum(sums[at, 1], 1)


def integers(rows, width):
    """The query's rows, all of whole numbers, as (n, width) int64."""
    return np.array(list(rows), dtype=np.int64).reshape(-1, width)
