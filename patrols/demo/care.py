"""走访户 of the demonstration with their visits, and the rounds of its grids."""

from datetime import datetime, time, timedelta
from uuid import UUID

from django.utils import timezone

from checklists.demo.dice import Dice
from checklists.demo.names import ADULTS, ELDERS
from organizations.parameters import parameter
from patrols.demo import words
from patrols.models import CareHousehold, Check, CheckItem, Matter, Round, Visit
from patrols.services.visits import next_due

Group, Finding = CareHousehold.Group, Visit.Finding
HOUSEHOLDS = {Group.LONELY_ELDER: 4, Group.DISABLED: 2, Group.LOW_INCOME: 2, Group.CHILD: 1, Group.OTHER: 1}  # per grid
OWN = 2  # times as many in the grid of the worker whose account is told
OFTEN = (Group.LONELY_ELDER, Group.DISABLED, Group.CHILD)
LEFT = 0.2  # of those
DAYS = 90  # of visits
FINDINGS = {Finding.WELL: 80, Finding.ABSENT: 10, Finding.WATCH: 8, Finding.URGENT: 1}


class Care:
    def __init__(self, district, *, now, rng):
        self.district, self.rng, self.now = district, rng, now
        self.today = timezone.localdate(now)
        self.dice = Dice(rng)
        self.days = {group: int(parameter(f"visit_days_{group}")) for group in OFTEN}

    def run(self):
        self.households, self.visits = [], []
        for place, grid in enumerate(self.district.grids):
            buildings = [each for community in grid.communities.all() for each in self.district.buildings[community]]
            for group, count in HOUSEHOLDS.items():
                for _ in range(count * (OWN if place == 0 else 1)):
                    self.enlist(group, self.rng.choice(buildings), self.district.workers[grid])
        CareHousehold.objects.bulk_create(self.households)
        Visit.objects.bulk_create(self.visits, batch_size=500)
        self.add_items()
        self.walk()

    def enlist(self, group, building, visitor):
        floor, unit = self.rng.randrange(1, building.floors_count + 1), self.rng.randrange(1, building.units_count + 1)
        household = CareHousehold(
            building=building,
            room=f"{unit}单元{floor}0{self.rng.randrange(1, 3)}",
            name=self.dice.anybody(ELDERS if group in (Group.LONELY_ELDER, Group.DISABLED) else ADULTS),
            phone=self.district.people.phone(),
            group=group,
            needs_note=self.dice.deal("heed", words.HEED),
            starts_on=self.today - timedelta(days=self.rng.randrange(DAYS, 500)),
        )
        # Nobody has come to some of them for longer than they should wait.
        is_left = group in self.days and self.rng.random() < LEFT
        until = self.now - timedelta(days=self.days[group] + self.rng.randrange(2, 9)) if is_left else self.now
        seen = missed = None
        at = self.now - timedelta(days=self.rng.randrange(DAYS - 10, DAYS))
        while (at := self.next_visit(household, at, seen, missed)) < until:
            finding = self.rng.choices(list(FINDINGS), FINDINGS.values())[0]
            self.visit(household, finding, visitor, at)
            if finding == Finding.ABSENT:
                missed = at
            else:
                seen = finding, at
        household.last_visit_at = max(filter(None, (seen and seen[1], missed)), default=None)
        household.due_on = next_due(household, seen, missed)
        self.households.append(household)

    def next_visit(self, household, at, seen, missed):
        """When it was visited next: on the day mostly, in a few cases long after, at a time when people are at home."""
        due_on = next_due(household, seen, missed) if seen or missed else timezone.localdate(at)
        late = self.rng.choice((0, 0, 0, 0, -1, 1, 1, 2)) if self.rng.random() < 0.93 else 12
        day = max(due_on + timedelta(days=late), timezone.localdate(at) + timedelta(days=1))
        return self.morning(day) + timedelta(minutes=self.rng.randrange(8 * 60))

    def morning(self, day):
        return timezone.make_aware(datetime.combine(day, time(9)))

    def visit(self, household, finding, visitor, at):
        notes = {Finding.WATCH: words.WATCHED, Finding.URGENT: words.URGENT, Finding.ABSENT: ("",)}
        self.visits.append(
            Visit(
                household=household,
                visitor=visitor,
                visited_at=at,
                way=self.rng.choice((Visit.Way.DOOR, Visit.Way.DOOR, Visit.Way.PHONE)),
                finding=finding,
                note=self.rng.choice(notes.get(finding, words.VISITED)),
                client_key=UUID(int=self.rng.getrandbits(128)),
                saved_at=at + timedelta(minutes=10),
            )
        )

    # --- Rounds -----------------------------------------------------------------------------------------------------
    def add_items(self):
        matters = {matter.name: matter for matter in Matter.objects.kinds()}
        CheckItem.objects.bulk_create(
            CheckItem(
                community=self.district.communities[0],
                text=text,
                matter=matters[name],
                every_days=every_days,
                order=200 + place,
            )
            for place, (text, name, every_days) in enumerate(words.ITEMS)
        )

    def walk(self):
        """A round on most days of the last three weeks, up to yesterday."""
        rounds, checks = [], []
        items = list(CheckItem.objects.filter(community=None, is_active=True))
        for place, grid in enumerate(self.district.grids):
            for back in range(21, 0, -1):
                if self.rng.random() < 0.25:
                    continue
                start = self.morning(self.today - timedelta(days=back))
                walked_at = start + timedelta(minutes=self.rng.randrange(7 * 60))
                walked = Round(
                    grid=grid,
                    walker=self.district.workers[grid],
                    walked_at=walked_at,
                    client_key=UUID(int=self.rng.getrandbits(128)),
                    saved_at=walked_at + timedelta(minutes=40),
                )
                rounds.append(walked)
                due = [item for item in items if (back + place + item.pk) % item.every_days == 0]
                checks += [Check(round=walked, item=item, is_fine=self.rng.random() < 0.9) for item in due]
        Round.objects.bulk_create(rounds)
        Check.objects.bulk_create(checks, batch_size=500)
