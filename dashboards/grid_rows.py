"""Grids, communities or people side by side, by the measures of `patrolling`; as many queries for one as for all."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Max, Min, Q, Sum

from accounts.models import User
from dashboards import patrolling
from dashboards.patrolling import REPORTS, SHARES
from dashboards.rates import percentage
from grids.models import Building, Community, Duty, Grid

KINDS = {"grid": "按网格", "person": "按人员", "community": "按社区"}
# Whose figure it is: what one reported is one's own, who was first to receive it answers for its acceptance, and how it
# was handled is the handler's.
ROLES = {"reporter": "reporter", "receiver": "receiver__user", "handler": "handler__user"}
ROLE_OF = {
    **dict.fromkeys(("accept_due", "accepted"), "receiver"),
    **dict.fromkeys(("handle_due", "handled", "worked", "reworked"), "handler"),
}
NOTHING = dict.fromkeys(REPORTS, 0)


@dataclass
class Row:
    """One grid, person or community, with its own."""

    key: int
    name: str
    note: str = ""
    counts: dict = field(default_factory=lambda: NOTHING)
    visited: int = 0
    visits_due: int | None = None  # None where nobody in particular owes the visits
    rounds: int = 0
    arrival: tuple = (None, 0, 0)  # (median minutes, departments that came, departments called)
    households: int = 0
    counted_from: date | None = None
    counted_to: date | None = None
    grids: int = 0

    @property
    def load(self):
        """Reported per 100 households."""
        return round(100 * self.counts["reported"] / self.households, 1) if self.households else None

    @property
    def per_grid(self):
        return round(self.counts["reported"] / self.grids, 1) if self.grids else None

    def share(self, key):
        """(percent or None, numerator, denominator) of a rate of SHARES, or of "visits"."""
        if key == "visits":
            return percentage(self.visited, self.visits_due), self.visited, self.visits_due or 0
        rate = SHARES[key]
        return percentage(self.counts[rate.of], self.counts[rate.among]), self.counts[rate.of], self.counts[rate.among]

    @property
    def counted_on(self):
        if not self.households:
            return ""
        if self.counted_from is None:
            return "未填统计日期"
        same = self.counted_from == self.counted_to
        return f"{self.counted_from:%Y-%m-%d}" + ("" if same else f" 至 {self.counted_to:%Y-%m-%d}") + " 统计"


def role_of(figure):
    return ROLE_OF.get(figure, "reporter")


def rows_of(outlook, kind):
    return {"grid": _by_grid, "person": _by_person, "community": _by_community}[kind](outlook)


def _by_grid(outlook):
    grids = list(outlook.grids().order_by("code"))
    names = _names(outlook)
    within = outlook.ground, outlook.starts_at, outlook.ends_at
    found = {
        "counts": patrolling.counts(outlook.incidents(), outlook.at, "grid"),
        "visited": patrolling.tally(patrolling.visited(*within), "building__grid"),
        "missed": patrolling.tally(patrolling.missed(*within), "building__grid"),
        "rounds": patrolling.tally(patrolling.walked(outlook.grids(), *within[1:]), "grid"),
        "arrivals": patrolling.arrivals(patrolling.called(*within), "whistle__incident__grid"),
        "households": _households(Building.objects.active().filter(grid__in=outlook.grids()), "grid"),
    }
    return [_filled(Row(grid.pk, grid.name, "、".join(names[grid.pk]), grids=1), found) for grid in grids]


def _by_community(outlook):
    places = list(Community.objects.filter(pk__in=outlook.ground).order_by("code"))
    within = outlook.ground, outlook.starts_at, outlook.ends_at
    at_home = "building__quarter__community"
    grids = outlook.grids()
    found = {
        "counts": patrolling.counts(outlook.incidents(), outlook.at, "community"),
        "visited": patrolling.tally(patrolling.visited(*within), at_home),
        "missed": patrolling.tally(patrolling.missed(*within), at_home),
        "rounds": patrolling.tally(patrolling.walked(grids, *within[1:]), "grid__communities"),
        "arrivals": patrolling.arrivals(patrolling.called(*within), "whistle__incident__community"),
        "households": {place.pk: (place.households, place.households_on, place.households_on) for place in places},
    }
    spans = Grid.communities.through.objects.filter(grid__in=grids)
    sizes = patrolling.tally(spans, "community")
    return [_filled(Row(place.pk, place.name, grids=sizes.get(place.pk, 0)), found) for place in places]


def _by_person(outlook):
    """Whoever reported, handled, visited or walked here in the period, and whoever with an account is on duty today."""
    within = outlook.ground, outlook.starts_at, outlook.ends_at
    incidents = outlook.incidents()
    parts = {
        role: patrolling.counts(incidents.filter(**{f"{column}__isnull": False}), outlook.at, column)
        for role, column in ROLES.items()
    }
    visits = patrolling.met(*within).order_by().values_list("visitor")
    visited = dict(visits.annotate(count=Count("household", distinct=True)))
    rounds = patrolling.tally(patrolling.walked(outlook.grids(), *within[1:]), "walker")
    names = _duties(outlook)
    known = {key for found in (*parts.values(), visited, rounds, names) for key in found}
    people = User.objects.filter(pk__in=known)
    rows = []
    for person in people.order_by("name", "pk"):
        counts = {key: parts[role_of(key)].get(person.pk, NOTHING)[key] for key in REPORTS}
        rows.append(
            Row(
                person.pk,
                person.name,
                "、".join(names[person.pk]),
                counts,
                visited=visited.get(person.pk, 0),
                rounds=rounds.get(person.pk, 0),
            )
        )
    return rows


def _filled(row, found):
    row.counts = found["counts"].get(row.key, NOTHING)
    row.visited = found["visited"].get(row.key, 0)
    row.visits_due = row.visited + found["missed"].get(row.key, 0)
    row.rounds = found["rounds"].get(row.key, 0)
    row.arrival = found["arrivals"].get(row.key, (None, 0, 0))
    row.households, row.counted_from, row.counted_to = found["households"].get(row.key, (0, None, None))
    return row


def _households(buildings, column):
    """{key: (households, first and last day on which they were counted)}."""
    counted = Q(households__gt=0)
    sums = (
        buildings.order_by()
        .values_list(column)
        .annotate(
            total=Sum("households"),
            first=Min("households_on", filter=counted),
            last=Max("households_on", filter=counted),
        )
    )
    return {key: tuple(rest) for key, *rest in sums}


def _names(outlook):
    """{grid: names of its communities}."""
    found = defaultdict(list)
    spans = Grid.communities.through.objects.filter(community__in=outlook.ground)
    for grid, name in spans.order_by("community__code").values_list("grid", "community__name"):
        found[grid].append(name)
    return found


def _duties(outlook):
    """{user: what they are on duty for}."""
    found = defaultdict(list)
    duties = Duty.objects.current().filter(grid__in=outlook.grids(), user__isnull=False)
    kinds = dict(Duty.Kind.choices)
    for user, kind, name in duties.order_by("grid__code").values_list("user", "kind", "grid__name"):
        found[user].append(f"{name}{kinds[kind]}")
    return found


# --- Order ------------------------------------------------------------------------------------------------------------
def in_order(rows, sort, minimum):
    """By a figure ("-reported": the most first). A rate of fewer than `minimum` is not ranked: it comes last."""
    key = sort.removeprefix("-")
    if key not in SORTS:
        return rows
    ranked = [row for row in rows if rank(row, key, minimum) is not None]
    ranked.sort(key=lambda row: rank(row, key, minimum), reverse=sort.startswith("-"))
    return ranked + [row for row in rows if rank(row, key, minimum) is None]


SORTS = ("reported", "open", "overdue", "load", "per_grid", *SHARES, "visits", "rounds", "arrival", "households")


def rank(row, key, minimum):
    if key in ("reported", "open", "overdue"):
        return row.counts[key]
    if key in SHARES or key == "visits":
        percent, _, among = row.share(key)
        return percent if among >= minimum else None
    if key == "arrival":
        minutes, came, _ = row.arrival
        return minutes if came >= minimum else None
    return getattr(row, key)
