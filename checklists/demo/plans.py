"""What is decided of each need of the demonstration before its story begins: its words, its place, how it ends."""

from dataclasses import dataclass
from datetime import timedelta

from checklists.demo import words
from checklists.demo.names import ADULTS, ELDERS
from checklists.demo.offices import HORIZON
from checklists.demo.pictures import SCENES
from checklists.models import Category, Need
from checklists.models.terms import Urgency
from govern.choices import QUICK_WINDOWS
from govern.codes import CODE_ALPHABET

S = Need.Status

# Where a story stands now: how many needs, and how many of them in the community of the first clerk, who should find
# something of everything on the desk.
ENDINGS = {
    S.SUBMITTED: (30, 5),
    S.ACCEPTED: (24, 5),
    S.DISPATCHED: (22, 5),
    S.TAKEN: (15, 3),
    S.IN_SERVICE: (24, 4),
    S.DONE: (34, 6),
    S.RATED: (34, 5),
    S.CLOSED: (160, 24),
    S.REJECTED: (15, 2),
    S.MERGED: (9, 2),
    S.WITHDRAWN: (13, 2),
    S.SUSPENDED: (10, 2),
    S.ESCALATED: (8, 2),
    S.REOPENED: (6, 2),
}
UNFINISHED = (S.ACCEPTED, S.DISPATCHED, S.TAKEN, S.IN_SERVICE, S.SUSPENDED, S.ESCALATED)


@dataclass
class Plan:
    """What is decided before a story begins.

    `filed` and `finished` are ages in working hours, `finished` 0 while nothing is settled. `is_own`: the community
    serves the need itself and asks no unit. `twin` is the plan of the need that this one repeats.
    """

    ending: str
    need: Need
    filed: float
    finished: float
    is_own: bool = False
    has_photo: bool = False
    twin: "Plan | None" = None


class Planner:
    def __init__(self, district, *, office, dice, endings=ENDINGS):
        self.district = district
        self.endings = endings
        self.dice = dice
        self.rng = dice.rng
        self.longest = office.age(office.now - timedelta(days=HORIZON))
        self.codes = set()
        self.kinds = list(
            Category.objects.kinds().filter(emergency_notice="").select_related("parent").order_by("order", "pk")
        )
        in_class = [kind.parent.name for kind in self.kinds]
        self.frequency = {
            kind: words.FREQUENCY[kind.parent.name] / in_class.count(kind.parent.name) for kind in self.kinds
        }
        self.questions = {kind: list(kind.questions.all()) for kind in self.kinds}

    def make(self):
        """One plan for every story."""
        plans = []
        for ending, (count, at_first) in self.endings.items():
            for number in range(count):
                community = self.district.communities[0] if number < at_first else self.somewhere()
                if ending == S.MERGED:
                    plans.append(self.repeat(plans, community))
                else:
                    plans.append(self.draw(ending, community))
        return plans

    def somewhere(self):
        communities = self.district.communities
        return self.rng.choices(communities, [0.6, 2.4, *(1 for _ in communities[2:])])[0]

    def draw(self, ending, community):
        rng, kinds = self.rng, self.kinds
        if ending in (S.SUBMITTED, S.REJECTED):
            kinds = [kind for kind in kinds if not kind.auto_accept]
        elif ending == S.ACCEPTED:
            kinds = [kind for kind in kinds if not kind.auto_dispatch]
        elif ending in (S.ESCALATED, S.SUSPENDED):
            known = words.ESCALATED if ending == S.ESCALATED else words.SUSPENDED
            kinds = [kind for kind in kinds if kind.parent.name in known]
        elif ending in (S.DISPATCHED, S.TAKEN, S.IN_SERVICE) and community == self.district.communities[0]:
            # Something for the first liaison to answer and to finish.
            kinds = [kind for kind in kinds if kind.parent.name == "养老助老"][:4]
        kind = rng.choices(kinds, [self.frequency[each] for each in kinds])[0]
        filed, finished = self.ages(ending, kind)
        has_photo = kind.name in SCENES and rng.random() < 0.4
        can_be_own = ending in (S.IN_SERVICE, S.DONE, S.RATED, S.CLOSED, S.REOPENED) and not kind.auto_dispatch
        is_own = can_be_own and rng.random() < 0.3
        return Plan(ending, self.new_need(community, kind), filed, finished, is_own, has_photo)

    def repeat(self, plans, community):
        """The same thing told again by a neighbour while the first report is in hand."""
        told = {id(plan.twin) for plan in plans}
        firsts = [
            plan
            for plan in plans
            if plan.ending in (S.ACCEPTED, S.TAKEN, S.IN_SERVICE)
            and plan.need.building
            and not plan.need.category.auto_accept
            and id(plan) not in told
        ]
        twin = self.rng.choice([plan for plan in firsts if plan.need.community == community] or firsts)
        need = self.new_need(twin.need.community, twin.need.category, twin.need.building)
        return Plan(S.MERGED, need, twin.filed * self.dice.between(0.45, 0.7), 0, twin=twin)

    def ages(self, ending, kind):
        """(filed, finished) of a need of this kind that ends so."""
        rng, hours = self.rng, kind.handling_hours
        if ending == S.SUBMITTED:
            is_late = rng.random() < 0.2
            return (self.dice.between(1.1, 2.5) if is_late else self.dice.between(0.03, 0.85)) * kind.response_hours, 0
        if ending == S.DISPATCHED and kind.auto_dispatch:
            return self.dice.between(0.3, 6.5), 0
        if ending in UNFINISHED:
            dice = rng.random()
            if dice < 0.2:
                filed = hours * self.dice.between(1.05, 1.7)
            elif dice < 0.4:
                filed = hours - self.dice.between(0.5, min(7, hours / 2))
            else:
                filed = hours * self.dice.between(0.15, 0.75)
            return max(filed, 1.5), 0
        taken = hours * (self.dice.between(0.2, 0.9) if rng.random() < 0.86 else self.dice.between(1.05, 1.5))
        if ending == S.DONE:
            finished = self.dice.between(1, 30) if rng.random() < 0.6 else self.dice.between(30, 70)
        elif ending == S.RATED:
            finished = self.dice.between(4, 32)
        elif ending == S.REOPENED:
            finished = self.dice.between(12, 50)
        else:
            finished = self.dice.between(75, self.longest - taken)
        return finished + taken, finished

    def new_need(self, community, kind, building=None):
        rng = self.rng
        if building is None and rng.random() < 0.92:
            building = rng.choice(self.district.buildings[community])
        floors, stairs = (building.floors_count, building.units_count) if building else (6, 3)
        floor, stair = rng.randrange(2, floors + 1), rng.randrange(1, stairs + 1)
        slots = {name: rng.choice(values) for name, values in words.SLOTS.items()}
        crowd = rng.randrange(10, 31) if kind.name in words.CROWDS else 0
        return Need(
            code=self.fresh_code(),
            category=kind,
            text=self.dice.deal(kind.name, words.NEEDS[kind.name]).format(u=stair, f=floor, **slots),
            answers=self.answers(kind, crowd),
            community=community,
            building=building,
            address_detail=f"{stair}单元{floor}{rng.randrange(1, 5):02}" if building else "",
            target_group=rng.choice(words.GROUPS.get(kind.parent.name, words.ANYBODY)),
            people_count=crowd or rng.choice((1, 1, 1, 1, 1, 2)),
            urgency=rng.choices(Urgency.values, (70, 22, 8))[0],
            window=rng.choice(QUICK_WINDOWS)[0] if rng.random() < 0.25 else 0,
            contact_name=self.dice.anybody(self.rng.choice((ELDERS, ADULTS, ADULTS))),
            contact_phone=self.district.people.phone(),
        )

    def answers(self, kind, crowd):
        found = []
        for question in self.questions[kind]:
            answer = self.rng.choice(words.ANSWERS.get(question.text) or question.option_list)
            found.append({"question": question.text, "answer": str(crowd) if "多少人" in question.text else answer})
        return found

    def fresh_code(self):
        while (code := "".join(self.rng.choice(CODE_ALPHABET) for _ in range(8))) in self.codes:
            pass
        self.codes.add(code)
        return code
