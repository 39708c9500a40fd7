"""Carrying a run out: read in one snapshot, solve, write. Killed anywhere, it is run again from the rows."""

import logging
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from time import perf_counter

import numpy as np
from django.db import connection, transaction
from django.utils import timezone

from checklists.matching.candidates import candidates
from checklists.matching.explain import parts_of
from checklists.matching.instance import NONE
from checklists.matching.solver import solve_graph
from checklists.models import Need, Run
from checklists.services.instances import read_instance
from checklists.services.matching import parts_as_told, scaled
from checklists.services.runs.door import Overtaken, change_status, claim, hold, put_back
from checklists.services.runs.writing import write_assignments, write_prices, write_proposals
from organizations.parameters import parameter

logger = logging.getLogger(__name__)
CHUNK = 1000  # needs written, and locked, at a time
WORTH_BITS, PLACE_BITS = 17, 24


def perform_run(run, *, at=None):
    """Match the unconfirmed needs of the district of `run`, which is queued; None where another worker has it.

    Not atomic: needs are written a thousand at a time, so that nobody waits long for one. Whatever stops it, the run is
    queued again, and given up after three attempts.
    """
    at = at or timezone.now()
    run = claim(run, at=at)
    if run is None:
        return None
    try:
        return carry_out(run, at)
    except Overtaken:
        logger.warning("run %s went on in another worker", run.pk)
        return None
    except Exception:
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()  # the server may have gone away, and be back
        put_back(run, at=at)
        raise


def carry_out(run, at):
    watch = Watch()
    with watch("read"):
        instance, stamps = read_instance(run.district, at)
        weights = scaled(run.settings)
    with watch("candidates"):
        graph = candidates(instance, weights)
    with watch("solve"):
        solution = solve_graph(graph, run.epsilon)
    with watch("write"):
        if not run.is_trial:
            write_prices(run.district, instance.supply.ids, solution.prices)
            write_ranking(Ranking(instance, weights, graph, solution), run, stamps, at)
    return finish(run, instance, solution, watch)


class Watch:
    """Seconds per step."""

    def __init__(self):
        self.seconds = {}

    @contextmanager
    def __call__(self, step):
        started = perf_counter()
        yield
        self.seconds[step] = self.seconds.get(step, 0) + perf_counter() - started


@transaction.atomic
def finish(run, instance, solution, watch):
    """The assignments, the certificate and the figures, all or none."""
    with watch("write"):
        served = np.flatnonzero(solution.resource != NONE)
        needs, resources = instance.needs.ids[served], instance.supply.ids[solution.resource[served]]
        hold(run)
        write_assignments(run, needs, resources, solution.score[served])
    certificate = solution.certificate
    run = change_status(
        run,
        Run.Status.FINISHED,
        attempt=run.attempts,
        finished_at=run.started_at + timedelta(seconds=sum(watch.seconds.values())),
        need_count=len(instance.needs),
        resource_count=len(instance.supply),
        edge_count=solution.edges,
        served_count=certificate.served,
        score=certificate.score,
        upper_bound=certificate.upper_bound,
        seconds={step: round(seconds, 3) for step, seconds in watch.seconds.items()},
    )
    if not run.is_trial:
        queue_dispatches(run.district)
    return run


def queue_dispatches(district):
    """Categories that dispatch by themselves do so now, each need to the best of its new proposals."""
    from checklists.tasks import match_need

    waiting = Need.objects.dispatching_themselves().filter(community__street__district=district)
    for pk in waiting.order_by("pk").values_list("pk", flat=True):
        match_need.delay_on_commit(pk)


class Ranking:
    """The best resources of each need at the prices of a solution: the one it was given, then by score less price.

    The one that the resident ordered goes before all but the given one.
    """

    def __init__(self, instance, weights, graph, solution):
        self.instance, self.weights, self.solution = instance, weights, solution
        self.wanted = instance.needs.wanted
        self.graph = graph
        if (self.wanted != NONE).any():  # whose edges were cut down to the wanted one
            needs = replace(instance.needs, wanted=None)
            self.graph = candidates(replace(instance, needs=needs), weights)

    def of(self, begin, end, count):
        """{need: [(resource, rank, score, parts)]} of the needs at the positions from `begin` to `end`."""
        need, place = self.order(begin, end, count)
        needs, supply = self.instance.needs, self.instance.supply
        parts = parts_of(needs.take(need), supply, self.weights, place)
        ids, prices = supply.ids[place], self.solution.prices[place]
        ranks = {pk: [] for pk in needs.ids[begin:end].tolist()}
        columns = (needs.ids[need], ids, parts.sum(axis=1), prices, ids == self.wanted[need], parts)
        for pk, resource, score, price, is_wanted, points in zip(*(c.tolist() for c in columns), strict=True):
            row = (resource, len(ranks[pk]) + 1, score, parts_as_told(points, price, is_wanted))
            ranks[pk].append(row)
        return ranks

    def order(self, begin, end, count):
        """(need, resource), positions of the `count` best of each need, best first.

        The edges are sorted as one number each: need, class, what it is worth, resource.
        """
        start = self.graph.start[begin : end + 1]
        resource = self.graph.resource[start[0] : start[-1]].astype(np.int64)
        need = np.repeat(np.arange(begin, end), np.diff(start))
        worth = self.graph.score[start[0] : start[-1]] - self.solution.prices[resource]
        is_wanted = self.instance.supply.ids[resource] == self.wanted[need]
        kind = np.where(self.solution.resource[need] == resource, 0, np.where(is_wanted, 1, 2))
        key = ((need - begin) << 2 | kind) << WORTH_BITS | (1 << WORTH_BITS - 1) - worth
        key = np.sort(key << PLACE_BITS | resource)
        best = np.arange(len(key)) - np.repeat(start[:-1] - start[0], np.diff(start)) < count
        return need[best], key[best] & (1 << PLACE_BITS) - 1


def write_ranking(ranking, run, stamps, at):
    ids, count = ranking.instance.needs.ids, int(parameter("proposal_count"))
    for begin in range(0, len(ids), CHUNK):
        end = min(begin + CHUNK, len(ids))
        write_proposals(run, ids[begin:end], stamps[begin:end], ranking.of(begin, end, count), at=at)
