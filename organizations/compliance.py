"""组织生活 of branches against what they owe: one Record per branch and year, in a fixed number of queries.

A branch owes nothing for a period that had begun before it was founded, before it was written down on this platform
(whatever came before could not be recorded here; who records it all the same is credited), or before the year from
which 组织生活 is counted at all (a dated setting, for installations that are older than their own record).
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Min, Q
from django.utils import timezone

from organizations.cadence import PERIODS, Light, State, light, slots
from organizations.models import Attendance, LeadershipTerm, Meeting, Organization, OrganizationEvent, PartyMember
from organizations.parameters import parameters

Kind = Meeting.Kind
COMMITTEE_LEAST = 3  # 支部委员会 has 3 to 5 members: 《中国共产党支部工作条例（试行）》; fewer are a 书记 and a deputy


@dataclass(frozen=True)
class Cell:
    """One kind in one year of one branch."""

    kind: Meeting.Kind
    slots: list
    light: Light
    above: list  # the days of what the body above held for it, counted in the slots

    @property
    def missed(self):
        return sum(slot.missed for slot in self.slots)

    def above_in(self, slot):
        return sum(slot.starts_on <= day <= slot.ends_on for day in self.above)

    @property
    def held(self):
        return sum(slot.held for slot in self.slots)

    @property
    def wanted(self):
        """Owed by now, what runs included."""
        return sum(slot.wanted for slot in self.slots if slot.state is not State.AHEAD)


@dataclass(frozen=True)
class Record:
    branch: Organization
    cells: list
    light: Light

    @property
    def missed(self):
        return sum(cell.missed for cell in self.cells)


def settings_on(day):
    """What the reckoning reads of the dated settings."""
    names = (
        "meeting_amber_missed",
        "meeting_red_missed",
        "meeting_due_days",
        "meeting_first_year",
        "meeting_above_percent",
    )
    values = parameters(*(f"meeting_times_{kind}" for kind in PERIODS), *names, on=day)
    return {key.removeprefix("meeting_"): int(value) for key, value in values.items()}


def records(branches, *, year, today):
    """The Records of the `branches` (a queryset of 党支部) for `year`, as of the date `today`."""
    rules, branches = settings_on(today), list(branches)
    keys = {branch.pk for branch in branches}
    groups = _groups(keys)
    days = _days(keys, groups, year)
    committees = _committees(keys, today)
    above = _lectures_above(keys, year, rules["above_percent"])
    entered = _entered(keys)
    found = []
    for branch in branches:
        own = {kind: [days[branch.pk, kind.value]] for kind in Kind if kind != Kind.GROUP}
        own[Kind.GROUP] = [days[group, Kind.GROUP.value] for group in groups[branch.pk]]
        if branch.pk not in committees and not own[Kind.COMMITTEE][0]:
            own[Kind.COMMITTEE] = []
        own[Kind.LECTURE] = [own[Kind.LECTURE][0] + above[branch.pk]]
        begun = [date(rules["first_year"], 1, 1), branch.founded_on, entered.get(branch.pk)]
        since = max(day for day in begun if day)
        found.append(_record(branch, own, {Kind.LECTURE: above[branch.pk]}, rules, since, year, today))
    return found


def _record(branch, own, above, rules, since, year, today):
    lights = {"amber": rules["amber_missed"], "red": rules["red_missed"]}
    cells, everything = [], []
    for kind in Kind:
        line = slots(
            PERIODS[kind.value],
            *own[kind],
            times=rules[f"times_{kind}"],
            year=year,
            today=today,
            since=since,
            warn_days=rules["due_days"],
        )
        cells.append(Cell(kind, line, light(line, **lights), above.get(kind, [])))
        everything += line
    return Record(branch, cells, light(everything, **lights))


def _groups(keys):
    """{branch: its 党小组 in use}."""
    found = defaultdict(list)
    rows = Organization.objects.active().filter(parent__in=keys, tier=Organization.Tier.BUILDING)
    for pk, parent in rows.order_by().values_list("pk", "parent"):
        found[parent].append(pk)
    return found


def _days(keys, groups, year):
    """{(organization, kind): the local dates of what was held}; a quarter, a month is of the place's own calendar."""
    found = defaultdict(list)
    holders = keys | {group for each in groups.values() for group in each}
    held = Meeting.objects.held().of_year(year).filter(organization__in=holders).order_by()
    for organization, kind, at in held.values_list("organization", "kind", "starts_at"):
        found[organization, kind].append(timezone.localdate(at))
    return found


def _lectures_above(keys, year, percent):
    """{branch: the local dates of 党课 of a body above to which at least `percent` of its members came}.

    Of the members here now: who moved since is counted where he is.
    """
    rows = PartyMember.objects.here().filter(branch__in=keys).order_by().values_list("branch")
    sizes = dict(rows.annotate(count=Count("pk")))
    lectures = Meeting.objects.held().of_year(year).filter(kind=Kind.LECTURE)
    lectures = lectures.exclude(organization__kind__in=Organization.BRANCHES)
    came = Attendance.objects.came().filter(meeting__in=lectures, member__branch__in=keys, member__left_on=None)
    found = defaultdict(list)
    counted = came.order_by().values_list("member__branch", "meeting__starts_at", "meeting")
    for branch, at, _, count in counted.annotate(count=Count("pk")):
        if 100 * count >= percent * sizes[branch]:
            found[branch].append(timezone.localdate(at))
    return found


def _entered(keys):
    """{branch: the local date on which it was written down here}; none of whoever is older than that record."""
    rows = OrganizationEvent.objects.filter(organization__in=keys, kind=OrganizationEvent.Kind.FOUNDED).order_by()
    first = rows.values_list("organization").annotate(at=Min("at"))
    return {organization: timezone.localdate(at) for organization, at in first}


def _committees(keys, today):
    rows = LeadershipTerm.objects.current(today).filter(organization__in=keys).order_by()
    counted = rows.values("organization").annotate(count=Count("name", distinct=True, filter=~Q(name="")))
    return {row["organization"] for row in counted if row["count"] >= COMMITTEE_LEAST}
