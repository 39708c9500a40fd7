"""居民要过没找到: where needs of a kind wait because nobody shares what they ask for, and whom one could ask."""

from collections import defaultdict

from django.db.models import Count, Min, Q
from django.utils import timezone

from checklists.models import Resource
from organizations.models import Unit

NAMED = 3


def shortages(needs, at):
    """The queryset `needs` (unmet ones) counted by community and category, the most first.

    Dicts of community, category (keys and names), street, parent, `count`, `ordered_count` (of these, ordered from a
    resource that has run out) and `oldest_at`.
    """
    has_run_out = Q(wanted_resource__valid_until__lt=timezone.localdate(at))
    rows = (
        needs.order_by()
        .values(
            "community",
            "community__name",
            "community__street",
            "category",
            "category__name",
            "category__parent",
            "category__parent__name",
        )
        .annotate(count=Count("pk"), ordered_count=Count("pk", filter=has_run_out), oldest_at=Min("submitted_at"))
    )
    return sorted(rows, key=lambda row: (-row["count"], row["oldest_at"]))


def with_advice(rows, on):
    """The `rows` of a page of shortages, each with `advice`: which units of its street one could ask. Two queries.

    First those that share something else of the same class, then those that share nothing yet.
    """
    streets = {row["community__street"] for row in rows}
    near = "unit__organization__community__street"
    shared = Resource.objects.open(on).filter(**{f"{near}__in": streets}).values_list(
        near, "category__parent", "unit__name"
    )  # fmt: skip
    kindred = defaultdict(set)
    for street, parent, name in shared:
        kindred[street, parent].add(name)
    idle = defaultdict(list)
    units = Unit.objects.active().filter(organization__community__street__in=streets, resources=None).order_by("name")
    for street, name in units.values_list("organization__community__street", "name"):
        idle[street].append(name)
    for row in rows:
        street = row["community__street"]
        row["advice"] = advice(
            row["category__parent__name"], sorted(kindred[street, row["category__parent"]]), idle[street]
        )
    return rows


def advice(class_name, kindred, idle):
    if kindred:
        return f"可以问问同街道的{listed(kindred)}：已共享“{class_name}”类的其他资源。"
    if idle:
        return f"可以问问同街道还没有共享资源的{listed(idle)}。"
    return "同街道没有合适的单位，可以上报街道或区里协调。"


def listed(names):
    return "、".join(names[:NAMED]) + (f"等 {len(names)} 家单位" if len(names) > NAMED else "")
