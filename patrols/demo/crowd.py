"""A year of incidents by the hundred thousand, each with its whole track laid in time and cut off at now: what is still
open is what the clock has not reached.

Drawn, not lived: the services would take days. What they keep true (an event for every change by an edge of the table,
deadlines as the clocks count them) holds here too; tests/patrols/test_demo_crowd.py says so.
"""

from dataclasses import dataclass
from datetime import timedelta
from itertools import islice, pairwise

import numpy as np
from django.utils import timezone

from checklists.demo.crowd import OfficeTime, codes, moment
from govern.loading import CHUNK, Loading, first_free_pk
from organizations.parameters import parameters
from patrols.demo import words
from patrols.models import Incident, IncidentEvent, Matter

S, Source = Incident.Status, Incident.Source
MINUTE, HOUR, DAY = 60, 3600, 86_400

# How often each way is gone, in hundredths. What is solved on the spot is closed as it is reported.
USUAL = (S.REPORTED, S.ACCEPTED, S.ASSIGNED)
WAYS = {
    (S.CLOSED,): 38,
    (*USUAL, S.HANDLED, S.CLOSED): 44,
    (*USUAL, S.HANDLED, S.ASSIGNED, S.HANDLED, S.CLOSED): 5,
    (*USUAL, S.ACCEPTED, S.ASSIGNED, S.HANDLED, S.CLOSED): 2,
    (*USUAL, S.SUSPENDED, S.ASSIGNED, S.HANDLED, S.CLOSED): 2,
    (S.REPORTED, S.ACCEPTED, S.ESCALATED, S.ACCEPTED, S.ASSIGNED, S.HANDLED, S.CLOSED): 3,
    (S.REPORTED, S.RETURNED): 4,
    (S.REPORTED, S.MERGED): 2,
}
PATHS = list(WAYS)
LONGEST = max(map(len, WAYS))
SOURCES = {
    Source.PATROL: 70,
    Source.VISIT: 8,
    Source.RED_VEST: 5,
    Source.RESIDENT: 8,
    Source.HOTLINE: 6,
    Source.SUPERIOR: 3,
}
SUSPENDED_DAYS = 7
BY_WORKER = frozenset({S.REPORTED, S.HANDLED})
INCIDENT = (
    *("id", "code", "status", "matter_id", "text", "community_id", "grid_id", "building_id", "longitude", "latitude"),
    *("source", "reporter_id", "client_key", "noticed_at", "reported_at", "is_solved_on_spot", "level", "receiver_id"),
    *("handler_id", "accept_by", "handle_by", "check_by", "accepted_at", "assigned_at", "handled_at"),
    *("closed_at", "suspended_at", "suspended_until", "rework_count", "result", "merged_into_id"),
)
EVENT = ("incident_id", "from_status", "to_status", "actor_id", "note", "at")


@dataclass(frozen=True)
class Spot:
    """Where things are found, by keys: a building, who works in its grid by which duty, the community's clerk."""

    community: int
    grid: int
    building: int
    longitude: float | None
    latitude: float | None
    worker: int
    duty: int
    clerk: int


class Clocks:
    """The deadlines of services.incidents, many at a time. Moments are Unix seconds in arrays."""

    def __init__(self, office, settings):
        self.opens, self.worked = np.array(office.opens), np.array(office.worked)
        self.accept, self.check, self.escalation = (
            settings[f"incident_{name}_hours"] for name in ("accept", "check", "escalation")
        )
        self.urgent = settings["incident_urgent_minutes"] * MINUTE

    def work_until(self, at):
        """Seconds of office time from the first day until `at`."""
        place = np.searchsorted(self.opens, at, side="right") - 1
        return np.minimum(self.worked[place] + at - self.opens[place], self.worked[place + 1])

    def after(self, start, hours, is_urgent):
        """`hours` of the office after `start`, or of the day where it is urgent."""
        total = self.work_until(start) + hours * HOUR
        place = np.searchsorted(self.worked, total, side="left") - 1
        office = self.opens[place] + total - self.worked[place]
        return np.where(is_urgent, start + hours * HOUR, office).astype(np.int64)

    def accept_by(self, start, is_urgent):
        return np.where(is_urgent, start + self.urgent, self.after(start, self.accept, False)).astype(np.int64)

    def resumed_until(self, due, suspended, resumed, is_urgent):
        """`due` moved by the time that passed meanwhile."""
        paused = np.where(is_urgent, resumed - suspended, self.work_until(resumed) - self.work_until(suspended))
        return self.after(due, paused / HOUR, is_urgent)


def fill_in(texts, rng):
    """Each of `texts` with what may stand in its slots, several times over."""
    return [
        text.format(**{name: rng.choice(values) for name, values in words.SLOTS.items()})
        for text in texts
        for _ in range(6)
    ]


class Crowd:
    """`count` incidents at the `spots`, reported in the `days` before `now`."""

    def __init__(self, spots, *, count, days, now, rng):
        self.spots, self.count, self.days = spots, count, days
        self.now = int(now.timestamp()) // MINUTE * MINUTE
        self.dice = np.random.default_rng(rng.randrange(2**32))
        today = timezone.localdate(now)
        office = OfficeTime(today - timedelta(days=days + 12), today + timedelta(days=90))
        names = ("accept_hours", "check_hours", "escalation_hours", "urgent_minutes")
        self.clocks = Clocks(office, parameters(*(f"incident_{name}" for name in names)))
        known = {each.name: each for each in Matter.objects.kinds().order_by("pk")}
        self.matters = [known[name] for name in words.FOUND]
        self.handling_hours = np.array([each.handling_hours for each in self.matters])
        self.is_urgent = np.array([each.is_urgent for each in self.matters])
        self.shares = shares_of([often for often, _, _ in words.FOUND.values()])
        self.texts = [fill_in(found, rng) for _, found, _ in words.FOUND.values()]
        self.results = [ended for _, _, ended in words.FOUND.values()]
        self.incidents, self.events = Loading(Incident, *INCIDENT), Loading(IncidentEvent, *EVENT)
        self.latest = {}  # community: an incident that another may repeat

    def run(self, report=lambda count: None):
        """`report` is called with how many more there are."""
        first = first_free_pk(Incident)
        free = codes(set(Incident.objects.values_list("code", flat=True)))
        for start in range(0, self.count, CHUNK):
            size = min(CHUNK, self.count - start)
            self.add(first + start, islice(free, size), start, size)
            report(size)
        self.incidents.flush()
        self.events.flush()

    def add(self, pk, code, start, size):
        dice = self.dice
        # The oldest first, as they would have come: the primary key and the day go up together.
        age = self.days * DAY * (self.count - start - np.arange(size)) / (self.count + 1)
        reported = ((self.now - age) // MINUTE * MINUTE).astype(np.int64)
        matter = dice.choice(len(self.matters), size, p=self.shares)
        way = dice.choice(len(WAYS), size, p=shares_of(WAYS.values()))
        source = dice.choice(list(SOURCES), size, p=shares_of(SOURCES.values()))
        times, due = np.zeros((2, size, LONGEST), np.int64)
        for number, steps in enumerate(PATHS):
            rows = np.flatnonzero(way == number)
            times[rows], due[rows] = self.pace(reported[rows], steps, matter[rows])
        spots, draws = dice.integers(len(self.spots), size=size), dice.integers(2**31, size=size)
        columns = (each.tolist() for each in (source, matter, way, times, due, spots, draws))
        for row in zip(range(pk, pk + size), code, *columns, strict=True):
            self.write(*row)

    def pace(self, reported, steps, matter):
        """(times, due), both (rows, LONGEST): when each of `steps` is taken, and what runs out after it."""
        size, clocks = len(reported), self.clocks
        hours, is_urgent = self.handling_hours[matter], self.is_urgent[matter]
        times, due = np.zeros((2, size, LONGEST), np.int64)
        at = reported
        for place, (before, step) in enumerate(pairwise((None, *steps))):
            if step in (S.REPORTED, S.CLOSED) or before in (S.ASSIGNED, S.ESCALATED) and step == S.ACCEPTED:
                until = clocks.accept_by(at, is_urgent)
            elif step == S.ACCEPTED:
                until = due[:, place - 1]
            elif before == S.SUSPENDED:
                until = clocks.resumed_until(due[:, place - 2], times[:, place - 1], at, is_urgent)
            elif step == S.ASSIGNED:
                until = clocks.after(at, hours, is_urgent)
            elif step == S.SUSPENDED:
                until = at + SUSPENDED_DAYS * DAY
            else:
                until = clocks.after(at, clocks.check if step == S.HANDLED else clocks.escalation, is_urgent)
            times[:, place], due[:, place] = at, until
            is_late = (self.dice.random(size) < 0.1) & (step != S.SUSPENDED)
            share = np.where(is_late, self.dice.uniform(1.02, 1.6, size), self.dice.uniform(0.1, 0.8, size))
            at = at + (np.maximum((until - at) * share, MINUTE) // MINUTE * MINUTE).astype(np.int64)
        return times, due

    def write(self, pk, code, source, matter, way, times, due, spot, draw):
        """The row as the services would have left it, step by step, and an event for each."""
        spot, steps, now = self.spots[spot], PATHS[way], self.now
        on_spot, texts, results = len(steps) == 1, self.texts[matter], self.results[matter]
        twin = self.latest.get(spot.community)
        if steps[-1] == S.MERGED and twin is None:
            steps = (S.REPORTED, S.RETURNED)
        handler = accepted = assigned = handled = closed = suspended = until = handle_by = check_by = None
        result, level, reworks, status = "", 1, 0, ""
        for step, at, late in zip(steps, times, due, strict=False):
            if at > now:
                break
            if step == S.ACCEPTED:
                handler = None
                if status == S.REPORTED:
                    accepted = at
                else:
                    handle_by = late
            elif step == S.ASSIGNED:
                handler, handle_by = spot.duty, late
                if status == S.ACCEPTED:
                    assigned = at
                elif status == S.HANDLED:
                    check_by, handled, reworks = None, None, reworks + 1
                suspended = until = None
            elif step == S.HANDLED:
                handled, check_by, result = at, late, results[draw % len(results)]
            elif step == S.ESCALATED:
                level, handle_by, handler = level + 1, late, None
            elif step == S.SUSPENDED:
                suspended, until = at, late
            elif step == S.CLOSED:
                closed = at
                if on_spot:
                    handled, result = at, results[draw % len(results)]
            actor = spot.worker if step in BY_WORKER or on_spot else spot.clerk
            note = result if step == S.HANDLED or on_spot else ""
            self.events.add(pk, status, step.value, actor, note, moment(at))
            status = step.value
        start = times[0]
        self.incidents.add(
            *(pk, code, status, self.matters[matter].pk, texts[draw % len(texts)], spot.community, spot.grid),
            *(spot.building, spot.longitude, spot.latitude, source, spot.worker, f"{draw:012x}{pk:020x}"),
            *(
                moment(start - draw % 3 * MINUTE),
                moment(start),
                on_spot,
                level,
                None if on_spot else spot.duty,
                handler,
            ),
            *(moment(due[0]), *map(stamp, (handle_by, check_by, accepted, assigned, handled, closed, suspended))),
            *(until and moment(until)[:10], reworks, result, twin if status == S.MERGED else None),
        )
        if len(steps) > 2:
            self.latest[spot.community] = pk


def stamp(at):
    return None if at is None else moment(at)


def shares_of(weights):
    weights = np.array(list(weights), float)
    return weights / weights.sum()
