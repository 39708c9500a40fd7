"""Between the rows and the engine: reads integers, writes proposals."""

from collections import defaultdict
from datetime import timedelta

import numpy as np
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone

from checklists.matching.ranking import NONE, PARTS, Demand, Supply, Weights, rank
from checklists.models import Need, NeedEvent, Proposal, Resource
from checklists.services.dispatches import dispatch
from checklists.services.needs import queue_match
from organizations.parameters import parameter, parameters

Status = Need.Status
WEIGHTS = ("urgency", "waiting", "proximity", "category", "load")
SHAPES = ("waiting_days_cap", "street_proximity", "district_proximity", "secondary_category")


def weights(on=None):
    """The weights in force on the date `on`, in points that add up to 10,000 whatever the office wrote down."""
    values = parameters(*(f"match_weight_{name}" for name in WEIGHTS), *(f"match_{name}" for name in SHAPES), on=on)
    points = {name: values[f"match_weight_{name}"] for name in WEIGHTS}
    scale = 10_000 / (sum(points.values()) or 10_000)
    shapes = {name: values[f"match_{name}"] for name in SHAPES}
    return Weights(**{name: value * scale for name, value in points.items()}, **shapes)


def supply_for(need, today):
    """(the open resources of the need's category as a Supply, {step: how many fell before it}).

    The first two steps of the funnel are the database's: what it need not read costs nothing.
    """
    shared = Resource.objects.filter(unit__is_active=True)
    secondary = Resource.other_categories.through.objects
    meets = Q(category=need.category_id) | Q(pk__in=secondary.filter(category=need.category_id).values("resource"))
    candidates = shared.open(today).filter(meets)
    rows = list(
        candidates.with_places_left(today)
        .order_by("pk")
        .values_list(
            "pk",
            "unit",
            "category",
            "unit__organization__community",
            "unit__organization__community__street",
            "radius",
            "target_groups",
            "availability",
            "places_left",
        )
    )
    opened = shared.open(today).count()
    fallen = {"closed": shared.count() - opened, "category": opened - len(rows)}
    others = defaultdict(list)
    for resource, category in secondary.filter(resource__in=candidates).values_list("resource", "category"):
        others[resource].append(category)
    loads = unit_loads(shared.filter(unit__in=candidates.values("unit")), today)
    refusing = set(need.dispatches.refusing().values_list("resource__unit", flat=True))
    integers = np.array([[NONE if cell is None else cell for cell in row] for row in rows], dtype=np.int64)
    integers = integers.reshape(len(rows), 9)
    categories = [[row[2], need.category_id if need.category_id in others[row[0]] else NONE, NONE] for row in rows]
    supply = Supply(
        ids=integers[:, 0],
        categories=np.array(categories, dtype=np.int64).reshape(len(rows), 3),
        community=integers[:, 3],
        street=integers[:, 4],
        radius=integers[:, 5],
        groups=integers[:, 6],
        window=integers[:, 7],
        left=integers[:, 8],
        load=np.array([loads[row[1]] for row in rows], dtype=float),
        is_open=np.ones(len(rows), dtype=bool),
        has_refused=np.array([row[1] in refusing for row in rows], dtype=bool),
    )
    return supply, fallen


def unit_loads(resources, today):
    """{unit: the share of the places of its `resources` that is taken, 0..1}."""
    sums = (
        resources.with_places_left(today)
        .order_by()
        .values("unit")
        .annotate(places=Sum("capacity"), left=Sum("places_left"))
        .values_list("unit", "places", "left")
    )
    return {unit: (places - left) / max(places, 1) for unit, places, left in sums}


@transaction.atomic
def propose(need, *, at=None):
    """Store the best resources for an accepted `need` and why the others fell out, and take it off the queue.

    Dispatches the best at once where the category says so. Running it twice, or for a need that went on meanwhile,
    changes nothing.
    """
    at = at or timezone.now()
    today = timezone.localdate(at)
    due = Need.objects.match_due(today).select_related("category", "community")
    need = due.select_for_update(of=("self",), no_key=True).filter(pk=need.pk).first()
    if need is None:
        return
    demand = Demand(
        category=need.category_id,
        community=need.community_id,
        street=need.community.street_id,
        group=need.target_group,
        window=need.window,
        people=need.people_count,
        urgency=need.urgency,
        waiting_days=max((at - need.submitted_at) / timedelta(days=1), 0),
        wanted=need.wanted_resource_id or NONE,
    )
    supply, fallen = supply_for(need, today)
    ranking = rank(demand, supply, weights(today), int(parameter("proposal_count", on=today)))
    need.proposals.all().delete()
    Proposal.objects.bulk_create(
        Proposal(
            need=need,
            resource_id=int(resource),
            rank=place,
            score=int(score),
            parts={**dict(zip(PARTS, map(int, parts), strict=True)), "wanted": int(resource) == demand.wanted},
        )
        for place, (resource, score, parts) in enumerate(
            zip(ranking.ids, ranking.scores, ranking.parts, strict=True), start=1
        )
    )
    need.funnel, need.matched_at, need.match_due_at = ranking.funnel | fallen, at, None
    need.save(update_fields=["funnel", "matched_at", "match_due_at"])


def dispatch_best(need, *, at=None):
    """For categories that dispatch by themselves: offer `need` to the best proposal that still has places.

    In a transaction of its own, resource first: `propose` holds the need, and the lock order is the other way round.
    """
    need = Need.objects.dispatching_themselves().filter(pk=need.pk).first()
    if need is None:
        return None
    for proposal in need.proposals.select_related("resource").order_by("rank"):
        try:
            return dispatch(need, proposal.resource, actor=NeedEvent.Party.SYSTEM, note="系统自动派单", at=at)
        except ValidationError as error:
            if error.code == "transition":
                return None
    return None


def queue_affected(resource, *, at=None):
    """A resource is new, changed or free again: the waiting needs that it may now serve are ranked anew."""
    at = at or timezone.now()
    categories = [resource.category_id, *resource.other_categories.values_list("pk", flat=True)]
    waiting = Need.objects.with_status(Status.ACCEPTED).filter(category__in=categories)
    for need in waiting.only("pk").order_by("pk"):
        with transaction.atomic():
            Need.objects.filter(pk=need.pk, status=Status.ACCEPTED).update(match_due_at=at)
            queue_match(need)
