"""One need that arrives alone: ranked at once by what each resource is worth to it, less what it is to others."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from checklists.matching.explain import PARTS, rank
from checklists.matching.instance import NONE, Demand, Weights
from checklists.models import Need, NeedEvent, Proposal, Resource
from checklists.querysets.resources import is_open
from checklists.services.dispatches import dispatch
from checklists.services.instances import read_supply
from checklists.services.needs import queue_match
from organizations.parameters import parameter, parameters

Status = Need.Status
WEIGHTS = ("urgency", "waiting", "proximity", "category", "load")
SHAPES = ("waiting_days_cap", "street_proximity", "district_proximity", "secondary_category")
WEIGHT_KEYS = (*(f"match_weight_{name}" for name in WEIGHTS), *(f"match_{name}" for name in SHAPES))


def weight_settings(on=None, values=None):
    """{"weights": {part: points as the office wrote them}, "shapes": {name: number}} in force on the date `on`; from
    `values` {key: number} where somebody has read them.
    """
    values = values or parameters(*WEIGHT_KEYS, on=on)
    return {
        "weights": {name: values[f"match_weight_{name}"] for name in WEIGHTS},
        "shapes": {name: values[f"match_{name}"] for name in SHAPES},
    }


def weights(on=None):
    return scaled(weight_settings(on))


def scaled(settings):
    """The Weights of `weight_settings`: points that add up to 10,000 whatever the office wrote down."""
    points = settings["weights"]
    scale = 10_000 / (sum(points.values()) or 10_000)
    return Weights(**{name: points[name] * scale for name in WEIGHTS}, **settings["shapes"])


def ranking_day(at):
    """The date whose ranking is owed at `at` to whom the night's run has left out: not before that is over."""
    return timezone.localdate(at - timedelta(hours=parameter("match_run_hour") + 1))


def supply_for(need, at):
    """(the open resources of the category that reach `need` as a Supply, their prices, {step: how many fell before}).

    The first three steps of the funnel are the database's: what it need not read costs nothing.
    """
    kind, today = need.category_id, timezone.localdate(at)
    near = fitting(kind, today).serving(need.community)
    supply, prices = read_supply(near, at, kind=kind)
    listed, opened, fit = totals(kind, today)
    fallen = {"closed": listed - opened, "category": opened - fit, "area": max(fit - len(supply), 0)}
    refusing = list(need.dispatches.refusing().values_list("resource__unit", flat=True))
    return replace(supply, has_refused=np.isin(supply.unit, refusing)), prices, fallen


def fitting(kind, on):
    """What is open on the date `on` and serves the category `kind`; who also serves it is looked up first: no index
    serves the two in one condition.
    """
    also = Resource.other_categories.through.objects.filter(category=kind).values_list("resource", flat=True)
    return Resource.objects.open(on).filter(Q(category=kind) | Q(pk__in=list(also)))


def totals(kind, on):
    """(listed, open, open and serving `kind`): how many resources; a minute old at most, as they are all counted."""
    key = f"resources:{kind}:{on}"
    found = cache.get(key)
    if found is None:
        rows = Resource.objects.filter(unit__is_active=True)
        counts = rows.aggregate(listed=Count("pk"), opened=Count("pk", filter=is_open(on)))
        found = (counts["listed"], counts["opened"], fitting(kind, on).count())
        cache.set(key, found, 60)
    return found


def demand(need, at):
    """The engine's Demand of `need`, which has waited until `at`."""
    return Demand(
        category=need.category_id,
        community=need.community_id,
        street=need.community.street_id,
        district=need.community.street.district_id,
        group=need.target_group,
        window=need.window,
        people=need.people_count,
        urgency=need.urgency,
        waiting_days=max((at - need.submitted_at) / timedelta(days=1), 0),
        wanted=need.wanted_resource_id or NONE,
    )


def ranked(need, at):
    """The best for `need` as a Ranking, whose funnel counts all who fell."""
    values = parameters("proposal_count", *WEIGHT_KEYS, on=timezone.localdate(at))
    supply, prices, fallen = supply_for(need, at)
    weights = scaled(weight_settings(values=values))
    ranking = rank(demand(need, at), supply, weights, int(values["proposal_count"]), prices)
    return replace(ranking, funnel=ranking.funnel | fallen)


@transaction.atomic
def propose(need, *, at=None):
    """Store the best resources for an accepted `need` and why the others fell out, and take it off the queue.

    Running it twice, or for a need that went on meanwhile, changes nothing.
    """
    at = at or timezone.now()
    due = Need.objects.match_due(timezone.localdate(at)).select_related("community__street")
    need = due.select_for_update(of=("self",), no_key=True).filter(pk=need.pk).first()
    if need is None:
        return
    ranking = ranked(need, at)
    need.proposals.all().delete()
    columns = (ranking.ids, ranking.scores, ranking.prices, ranking.parts)
    Proposal.objects.bulk_create(
        Proposal(
            need=need,
            resource_id=resource,
            rank=place,
            score=score,
            parts=parts_as_told(parts, price, resource == need.wanted_resource_id),
        )
        for place, (resource, score, price, parts) in enumerate(
            zip(*(c.tolist() for c in columns), strict=True), start=1
        )
    )
    Need.objects.filter(pk=need.pk).update(funnel=ranking.funnel, matched_at=at, match_due_at=None)


def parts_as_told(parts, price, is_wanted):
    """What a proposal keeps of its score: the points of each part, what a place was worth, and whose choice it was."""
    return {**dict(zip(PARTS, parts, strict=True)), "price": price, "wanted": is_wanted}


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
