"""Two runs of a district side by side: who got another resource and why, and what each is worth by today's weights."""

from dataclasses import dataclass, replace

import numpy as np
from django.db.models import Count, Sum
from django.utils import timezone

from checklists.matching.explain import change, parts_of
from checklists.matching.instance import NONE
from checklists.models import Assignment, Dispatch, Need, Resource
from checklists.services.instances import read_needs, read_supply
from checklists.services.matching import scaled, weights


def changes(run, former):
    """{kind: queryset of the assignments} in which `run` differs from the earlier run `former` of its district.

    "changed": another resource. "gained": now served, and waited then too; "arrived": came only since. "lost": waited
    at both and is no longer served; "left": has gone on since. The last two are assignments of `former`.
    """
    gained, missing = run.assignments.gained_since(former), former.assignments.missing_in(run)
    waited = gained.waiting_at(former.started_at)
    waits = missing.waiting_at(run.started_at)
    return {
        "changed": run.assignments.changed_since(former),
        "gained": waited,
        "lost": waits,
        "arrived": gained.exclude(pk__in=waited.values("pk")),
        "left": missing.exclude(pk__in=waits.values("pk")),
    }


@dataclass(frozen=True)
class Exchange:
    """A need, the resource it had and the one it has (None for none), and why: a Change of the engine's."""

    need: Need
    old: Resource | None
    new: Resource | None
    change: object


def explained(run, former, rows):
    """The assignments `rows` of one kind of `changes`, a page of them, as Exchanges.

    Why is judged by the rows as they now are, with the weights of `run`.
    """
    before = dict(former.assignments.filter(need__in=[row.need_id for row in rows]).values_list("need", "resource"))
    after = dict(run.assignments.filter(need__in=[row.need_id for row in rows]).values_list("need", "resource"))
    keys = {*before.values(), *after.values()}
    resources = Resource.objects.select_related("unit").in_bulk(keys)
    supply, prices = read_supply(Resource.objects.filter(pk__in=keys), run.started_at)
    opened = Resource.objects.filter(pk__in=keys).open(timezone.localdate(run.started_at))
    supply = replace(supply, is_open=np.isin(supply.ids, list(opened.values_list("pk", flat=True))))
    table, _ = read_needs(Need.objects.filter(pk__in=[row.need_id for row in rows]), run.started_at)
    place = {pk: at for at, pk in enumerate(table.ids.tolist())}
    refused = set(Dispatch.objects.refusing().filter(need__in=place).values_list("need", "resource__unit"))
    found = []
    for row in rows:
        old, new = resources.get(before.get(row.need_id)), resources.get(after.get(row.need_id))
        found.append(
            Exchange(
                row.need,
                old,
                new,
                change(
                    table.demand(place[row.need_id]),
                    supply,
                    scaled(run.settings),
                    old.pk if old else NONE,
                    new.pk if new else NONE,
                    prices,
                    has_refused=old is not None and (row.need_id, old.unit_id) in refused,
                ),
            )
        )
    return found


def worth(run, at, on=None):
    """What the assignments of `run` are worth, points times people, by the weights in force on the date `on` (today)
    and the rows as they now are, with waits until the moment `at`.
    """
    pairs = np.array(list(run.assignments.order_by("need").values_list("need", "resource")), dtype=np.int64)
    if not len(pairs):
        return 0
    table, _ = read_needs(Need.objects.filter(assignments__run=run), at)
    supply, _ = read_supply(Resource.objects.filter(pk__in=run.assignments.values("resource")), at)
    at_resource = np.searchsorted(supply.ids, pairs[:, 1])
    scores = parts_of(table, supply, weights(on), at_resource).sum(axis=1)
    return int((scores * table.people).sum())


GROUPINGS = {
    "category": "need__category__parent__name",
    "community": "need__community__name",
    "urgency": "need__urgency",
}
WAITS = (0, 7, 30, 60, 90)  # days at which a class of waiting begins


def served_by(run):
    """{grouping: {class: how many needs}} of GROUPINGS, and "waiting" by the days of WAITS."""
    found = {
        name: dict(run.assignments.order_by(path).values_list(path).annotate(count=Count("pk")))
        for name, path in GROUPINGS.items()
    }
    table, _ = read_needs(Need.objects.filter(assignments__run=run), run.started_at)
    classes, counts = np.unique(np.searchsorted(WAITS, table.waiting_days, side="right") - 1, return_counts=True)
    found["waiting"] = {WAITS[at]: count for at, count in zip(classes.tolist(), counts.tolist(), strict=True)}
    return found


def people_served(run):
    return Assignment.objects.filter(run=run).aggregate(total=Sum("need__people_count"))["total"] or 0
