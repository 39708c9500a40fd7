"""How each need of the demonstration went: a generator per need that yields when it acts next, run in order of time.

Every change goes through the public services with the clock of its moment, so that what holds for real needs holds for
these, and a resource's places are taken in the order in which they would have been.
"""

import heapq
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Notification
from checklists.demo import words
from checklists.demo.names import ADULTS, ELDERS, SURNAMES
from checklists.demo.pictures import SCENES, picture
from checklists.models import Category, Dispatch, Need, NeedEvent, NeedPhoto, Resource
from checklists.models.needs import CODE_ALPHABET
from checklists.models.terms import QUICK_WINDOWS, Urgency
from checklists.services import dispatches, matching, needs
from checklists.services.calendars import office_calendar
from checklists.services.photos import add_photos, clean_photo
from checklists.workdays import is_working_day

RESIDENT, UNIT, SYSTEM = NeedEvent.Party.RESIDENT, NeedEvent.Party.UNIT, NeedEvent.Party.SYSTEM
S = Need.Status
HORIZON = 75  # days of history

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
STAFF_CHANNELS = (Need.Channel.MATTERS_DESK, Need.Channel.MOBILE_DESK, Need.Channel.PHONE, Need.Channel.VISIT)


class Office:
    """Time measured in working hours before now."""

    def __init__(self, now):
        self.now = now
        schedule, overrides = office_calendar()
        self.spans = []  # the latest first
        for back in range(HORIZON * 2):
            day = timezone.localdate(now) - timedelta(days=back)
            if is_working_day(day, overrides):
                spans = [(opens, min(closes, now)) for opens, closes in schedule.spans(day) if opens < now]
                self.spans += reversed(spans)

    def ago(self, hours):
        """The moment `hours` working hours before now."""
        left = timedelta(hours=max(hours, 0))
        for opens, closes in self.spans:
            if left <= closes - opens:
                return (closes - left).replace(microsecond=0)
            left -= closes - opens
        raise ValueError("too long ago")

    def age(self, moment):
        """How many working hours ago `moment` was."""
        spans = [closes - max(opens, moment) for opens, closes in self.spans if closes > moment]
        return sum(spans, timedelta()) / timedelta(hours=1)


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


class Stories:
    def __init__(self, district, *, now, rng, endings=ENDINGS):
        self.district = district
        self.endings = endings
        self.now = now
        self.rng = rng
        self.office = Office(now)
        self.longest = self.office.age(now - timedelta(days=HORIZON))
        self.decks = {}
        self.codes = set()
        self.album = []  # (need, stage, moment)
        self.kinds = list(
            Category.objects.kinds().filter(emergency_notice="").select_related("parent").order_by("order", "pk")
        )
        self.class_names = {kind.pk: kind.parent.name for kind in self.kinds}
        in_class = [kind.parent.name for kind in self.kinds]
        self.frequency = {
            kind: words.FREQUENCY[kind.parent.name] / in_class.count(kind.parent.name) for kind in self.kinds
        }
        self.questions = {kind: list(kind.questions.all()) for kind in self.kinds}
        self.plans = self.plan()

    def __len__(self):
        return len(self.plans)

    def run(self, report=lambda: None):
        """Tell all stories in the order of time up to now; `report` is called as each one ends."""
        queue = []
        for place, plan in enumerate(self.plans):
            story = self.tell(plan)
            queue.append((next(story), place, story))
        heapq.heapify(queue)
        while queue:
            at, place, story = heapq.heappop(queue)
            try:
                if at > self.now:
                    raise StopIteration
                upcoming = story.send(at)
            except StopIteration:
                report()
            else:
                heapq.heappush(queue, (max(upcoming, at + timedelta(minutes=1)), place, story))
        self.rank_anew()
        self.date_notifications()
        self.hang_photos()

    # --- What is decided beforehand ---------------------------------------------------------------------------------
    def plan(self):
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
        return Plan(S.MERGED, need, twin.filed * self.between(0.45, 0.7), 0, twin=twin)

    def ages(self, ending, kind):
        """(filed, finished) of a need of this kind that ends so."""
        rng, hours = self.rng, kind.handling_hours
        if ending == S.SUBMITTED:
            is_late = rng.random() < 0.2
            return (self.between(1.1, 2.5) if is_late else self.between(0.03, 0.85)) * kind.response_hours, 0
        if ending == S.DISPATCHED and kind.auto_dispatch:
            return self.between(0.3, 6.5), 0
        if ending in UNFINISHED:
            dice = rng.random()
            if dice < 0.2:
                filed = hours * self.between(1.05, 1.7)
            elif dice < 0.4:
                filed = hours - self.between(0.5, min(7, hours / 2))
            else:
                filed = hours * self.between(0.15, 0.75)
            return max(filed, 1.5), 0
        taken = hours * (self.between(0.2, 0.9) if rng.random() < 0.86 else self.between(1.05, 1.5))
        if ending == S.DONE:
            finished = self.between(1, 30) if rng.random() < 0.6 else self.between(30, 70)
        elif ending == S.RATED:
            finished = self.between(4, 32)
        elif ending == S.REOPENED:
            finished = self.between(12, 50)
        else:
            finished = self.between(75, self.longest - taken)
        return finished + taken, finished

    def deal(self, name, cards):
        """The next card of a shuffled deck: one comes again only when all have been out."""
        if not self.decks.get(name):
            self.decks[name] = self.rng.sample(cards, len(cards))
        return self.decks[name].pop()

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
            text=self.deal(kind.name, words.NEEDS[kind.name]).format(u=stair, f=floor, **slots),
            answers=self.answers(kind, crowd),
            community=community,
            building=building,
            address_detail=f"{stair}单元{floor}{rng.randrange(1, 5):02}" if building else "",
            target_group=rng.choice(words.GROUPS.get(kind.parent.name, words.ANYBODY)),
            people_count=crowd or rng.choice((1, 1, 1, 1, 1, 2)),
            urgency=rng.choices(Urgency.values, (70, 22, 8))[0],
            window=rng.choice(QUICK_WINDOWS)[0] if rng.random() < 0.25 else 0,
            contact_name=self.anybody(self.rng.choice((ELDERS, ADULTS, ADULTS))),
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

    def anybody(self, given):
        return self.rng.choice(SURNAMES) + self.rng.choice(given)

    # --- When -------------------------------------------------------------------------------------------------------
    def between(self, low, high):
        return low + (high - low) * self.rng.random()

    def leisure(self, low, high):
        """A moment between two, neither early nor late in the day: when a resident takes up the phone."""
        for _ in range(8):
            moment = self.between(low, high)
            local = timezone.localtime(moment)
            if 6.7 <= local.hour + local.minute / 60 <= 22.2:
                return moment
        return low + min(timedelta(minutes=10), (high - low) / 2)

    # --- What happens -----------------------------------------------------------------------------------------------
    def tell(self, plan):
        """One need from its filing to its ending: yields when it acts next and is sent that moment when it has come."""
        rng, kind = self.rng, plan.need.category
        clerk = self.district.clerks[plan.need.community]
        filer = None
        start = self.office.ago(plan.filed)
        if rng.random() < 0.3:
            filer = clerk
        elif rng.random() < 0.7:
            # Between the office's hours too; whoever reads it does so in the next ones.
            start = self.leisure(start, self.office.ago(plan.filed - min(0.5, plan.filed / 4)))
        at = yield start
        need = plan.need = self.file(plan, filer, at)
        if plan.ending == S.SUBMITTED:
            return
        if plan.ending == S.WITHDRAWN and need.status == S.SUBMITTED and rng.random() < 0.4:
            at = yield self.leisure(at, at + timedelta(hours=8))
            needs.withdraw(need, actor=RESIDENT, note=self.deal("withdrawn", words.WITHDRAWN), at=at)
            return
        age = plan.filed
        if need.status == S.SUBMITTED:
            wait = kind.response_hours * (self.between(0.1, 0.9) if rng.random() < 0.9 else self.between(1.1, 1.7))
            age -= min(wait, (plan.filed - plan.finished) * 0.35)
            at = yield self.office.ago(age)
            if plan.ending == S.REJECTED:
                needs.reject(need, actor=clerk, reason=self.deal("rejected", words.REJECTED), at=at)
                return
            if plan.twin:
                needs.merge(need, into=plan.twin.need, actor=clerk, at=at)
                return
            if plan.ending == S.ESCALATED and rng.random() < 0.4:
                needs.escalate(need, actor=clerk, note=self.say(need, "escalated", words.ESCALATED), at=at)
                return
            need = needs.accept(need, actor=clerk, at=at)
            if not plan.is_own:
                self.match(need, at)
        yield from self.handle(plan, need, clerk, age)

    def handle(self, plan, need, clerk, age):
        """From the acceptance on."""
        rng = self.rng
        if plan.ending == S.ESCALATED:
            at = yield self.office.ago(age * self.between(0.3, 0.8))
            needs.escalate(need, actor=clerk, note=self.say(need, "escalated", words.ESCALATED), at=at)
            return
        if plan.ending == S.SUSPENDED:
            if rng.random() < 0.5:
                at = yield self.office.ago(age * 0.8)
                needs.start_own_service(need, actor=clerk, note=self.deal("own", words.OWN_SERVICE), at=at)
            at = yield self.office.ago(age * self.between(0.2, 0.7))
            until = timezone.localdate(self.now) + timedelta(days=rng.randrange(3, 20))
            needs.suspend(need, actor=clerk, reason=self.say(need, "suspended", words.SUSPENDED), until=until, at=at)
            return
        if plan.ending == S.WITHDRAWN:
            if need.status == S.ACCEPTED and rng.random() < 0.5:
                at = yield self.office.ago(min(plan.finished + self.between(0.5, 5), age * 0.99))
                self.offer(need, clerk, at)
            at = yield self.office.ago(plan.finished)
            need.refresh_from_db()
            if S.WITHDRAWN in need.next_statuses:
                needs.withdraw(need, actor=RESIDENT, note=self.deal("withdrawn", words.WITHDRAWN), at=at)
            return
        if plan.ending == S.ACCEPTED:
            if age > 2 and rng.random() < 0.35:
                at = yield self.office.ago(age * 0.9)
                row = self.offer(need, clerk, at)
                at = yield self.office.ago(age * 0.9 - min(self.between(0.5, 6), age * 0.6))
                self.decline(need, row, at)
            return
        if plan.finished and need.status == S.ACCEPTED:
            detour = rng.random()
            name = self.class_names[need.category_id]
            if detour < 0.08 and name in words.SUSPENDED:
                age = yield from self.pause(plan, need, clerk, age)
            elif 0.08 < detour < 0.16 and name in words.ESCALATED:
                is_done, age = yield from self.ask_above(plan, need, clerk, age)
                if is_done:
                    yield from self.after(plan, need, clerk)
                    return
        yield from self.serve(plan, need, clerk, age, plan.finished)
        if plan.finished:
            yield from self.after(plan, need, clerk)

    def pause(self, plan, need, clerk, age):
        """Suspended for a day or two where there is time for it; returns the age at which it went on."""
        start = self.office.ago(age - 0.5)
        until = timezone.localdate(start) + timedelta(days=self.rng.randrange(1, 3))
        resumed = timezone.make_aware(datetime.combine(until, time(0, 5)))
        if self.office.age(resumed) < plan.finished + 3:
            return age
        at = yield start
        needs.suspend(need, actor=clerk, reason=self.say(need, "suspended", words.SUSPENDED), until=until, at=at)
        at = yield resumed
        need = needs.resume(need, actor=SYSTEM, note="挂起到期，自动恢复", at=at)
        self.match(need, at)
        return self.office.age(at)

    def ask_above(self, plan, need, clerk, age):
        """Escalated; the street hands it back with its support or settles it. Returns (settled, age)."""
        director = self.district.directors[need.community.street]
        taken = age - plan.finished
        at = yield self.office.ago(age - taken * 0.1)
        needs.escalate(need, actor=clerk, note=self.say(need, "escalated", words.ESCALATED), at=at)
        if self.rng.random() < 0.4:
            at = yield self.office.ago(plan.finished)
            needs.finish(need, actor=director, note=self.deal("directed done", words.DIRECTED_DONE), at=at)
            return True, plan.finished
        age -= taken * 0.25
        at = yield self.office.ago(age)
        needs.accept(need, actor=director, note=self.deal("directed", words.DIRECTED), at=at)
        self.match(need, at)
        return False, age

    def serve(self, plan, need, clerk, age, finished):
        """By a unit or by the community itself, up to where the plan ends; `finished` 0 stays open."""
        rng = self.rng
        need.refresh_from_db()
        steps = age - finished
        if plan.ending == S.DISPATCHED:
            taken = 0
            offered = min(self.between(0.3, 6.5), age * 0.8)
        else:
            taken = (
                min(self.between(0.4, 12), age * 0.6)
                if plan.ending == S.TAKEN
                else finished + steps * self.between(0.3, 0.7)
            )
            offered = taken + min(self.between(0.2, 6.5), (age - taken) * 0.9)
        row = self.open_dispatch(need)
        if row is not None:
            offered = age
        elif plan.is_own or not need.proposals.exists():
            yield from self.serve_ourselves(need, clerk, taken or offered, finished)
            return
        dice = rng.random()
        first = row and age or age - (age - offered) * 0.1
        if dice < 0.16 and first - offered > 1.5 or (row and dice < 0.1 and steps > 8):
            if row is None:
                at = yield self.office.ago(first)
                row = self.offer(need, clerk, at)
            at = yield self.office.ago(first - self.between(0.3, 0.8) * min(6, first - min(offered, first - 1)))
            self.decline(need, row, at)
            row = self.open_dispatch(need)
            offered = self.office.age(at) if row else min(offered, self.office.age(at))
        elif row is None and dice < 0.28 and first - offered > 9:
            at = yield self.office.ago(first)
            row = self.offer(need, clerk, at)
            if row:
                at = yield row.reply_by + timedelta(minutes=1)
                dispatches.expire(row, at=at)
                self.match(need, at)
            row = self.open_dispatch(need)
        if row is None:
            at = yield self.office.ago(offered)
            row = self.offer(need, clerk, at)
        if row is None:
            yield from self.serve_ourselves(need, clerk, taken or offered / 2, finished)
            return
        if plan.ending == S.DISPATCHED:
            return
        # Whatever came between, a unit that takes an offer does so before it runs out.
        taken = max(taken, self.office.age(row.offered_at) - self.between(4, 7))
        unit = self.actor(row)
        at = yield self.office.ago(taken)
        dispatches.take(row, actor=unit, note=self.deal("taken", words.TAKEN), at=at)
        if plan.ending == S.TAKEN:
            return
        if not finished or rng.random() < 0.7:
            at = yield self.office.ago(taken - (taken - finished) * self.between(0.1, 0.5))
            dispatches.start_service(row, actor=unit, note=self.deal("started", words.STARTED), at=at)
        if finished:
            at = yield self.office.ago(finished)
            dispatches.finish_dispatch(row, actor=unit, note=self.result(need), at=at)
            self.photograph(plan, need, NeedPhoto.Stage.FINISHED, at)

    def serve_ourselves(self, need, clerk, started, finished):
        at = yield self.office.ago(started)
        needs.start_own_service(need, actor=clerk, note=self.deal("own", words.OWN_SERVICE), at=at)
        if finished:
            at = yield self.office.ago(finished)
            needs.finish(need, actor=clerk, note=self.result(need), at=at)

    def after(self, plan, need, clerk):
        """The rating, and what follows from it."""
        rng = self.rng
        need.refresh_from_db()
        done_at, day = need.done_at, timedelta(days=1)
        if plan.ending == S.DONE:
            return
        if plan.ending == S.REOPENED:
            at = yield self.leisure(done_at, min(done_at + 2 * day, self.now))
            self.rate(need, RESIDENT, at, satisfaction="dissatisfied")
            at = yield self.leisure(at, min(at + 2 * day, self.now))
            needs.reopen(need, actor=RESIDENT, reason=self.say(need, "reopened", words.REOPENED), at=at)
            return
        if plan.ending == S.CLOSED and rng.random() < 0.07:
            yield from self.complain(plan, need, clerk, done_at)
            return
        if plan.ending == S.CLOSED and rng.random() < 0.25:
            # Silent: somebody calls back, or a month passes.
            if rng.random() < 0.6:
                at = yield self.office.ago(self.office.age(done_at + rng.randrange(3, 6) * day) - self.between(0, 4))
                self.rate(need, clerk, at)
                at = yield at + timedelta(minutes=rng.randrange(3, 15))
                needs.close(need, actor=clerk, at=at)
            else:
                at = yield done_at + 30 * day + timedelta(minutes=rng.randrange(1, 10))
                needs.close(need, actor=SYSTEM, at=at)
            return
        at = yield self.leisure(done_at, min(done_at + self.between(0.2, 4) * day, self.now))
        self.rate(need, RESIDENT, at)
        if plan.ending == S.CLOSED:
            at = yield at + 7 * day + timedelta(minutes=rng.randrange(1, 10))
            needs.close(need, actor=SYSTEM, at=at)

    def complain(self, plan, need, clerk, done_at):
        """Not solved, says the resident; the community looks again and does it over, or says why not."""
        day = timedelta(days=1)
        at = yield self.leisure(done_at, done_at + 2 * day)
        self.rate(need, RESIDENT, at, satisfaction="dissatisfied")
        at = yield self.leisure(at, at + day)
        needs.reopen(need, actor=RESIDENT, reason=self.say(need, "reopened", words.REOPENED), at=at)
        age = self.office.age(at) - self.between(0.5, 6)
        at = yield self.office.ago(age)
        if self.rng.random() < 0.3:
            needs.close(need, actor=clerk, reason=self.deal("refused", words.REOPENING_REFUSED), at=at)
            return
        needs.accept_reopening(need, actor=clerk, note="现场看过，确实没办好", at=at)
        self.match(need, at)
        yield from self.serve(plan, need, clerk, age, age - self.between(8, 24))
        at = yield self.leisure(self.now - (self.now - at) * 0.8, self.now - (self.now - at) * 0.6)
        need.refresh_from_db()
        if S.RATED in need.next_statuses:
            self.rate(need, RESIDENT, at, satisfaction="mostly")
            at = yield at + 7 * day
            needs.close(need, actor=SYSTEM, at=at)

    # --- Single steps -----------------------------------------------------------------------------------------------
    def file(self, plan, filer, at):
        rng, need = self.rng, plan.need
        if filer:
            is_tuesday = timezone.localtime(at).weekday() == 1
            need.channel = Need.Channel.RED_VEST if is_tuesday and rng.random() < 0.7 else rng.choice(STAFF_CHANNELS)
            if need.community == self.district.communities[0] and rng.random() < 0.5:
                filer, need.channel = self.district.grid_worker, Need.Channel.VISIT
        else:
            need.channel = Need.Channel.SCAN if need.building and rng.random() < 0.45 else Need.Channel.WEB
        if rng.random() < (0.4 if filer else 0.08):
            need.on_behalf_of = self.anybody(ELDERS)
        if need.channel == Need.Channel.WEB and rng.random() < 0.25:
            offers = Resource.objects.open(timezone.localdate(at)).public().serving(need.community)
            need.wanted_resource = offers.filter(category=need.category).order_by("-radius", "pk").first()
        need = needs.submit_need(need, actor=filer or RESIDENT, at=at)
        self.photograph(plan, need, NeedPhoto.Stage.REPORTED, at)
        if need.status == S.ACCEPTED:
            self.match(need, at)
        return need

    def match(self, need, at):
        """What the worker does a moment after the acceptance."""
        matching.propose(need, at=at)
        matching.dispatch_best(need, at=at)
        need.refresh_from_db()

    def open_dispatch(self, need):
        return Dispatch.objects.open().filter(need=need).select_related("need", "resource").first()

    def offer(self, need, clerk, at):
        """The dispatch that is open already, or a new one to one of the best; None where nobody has a place left."""
        row = self.open_dispatch(need)
        if row is not None:
            return row
        resources = [proposal.resource for proposal in need.proposals.select_related("resource").order_by("rank")]
        if len(resources) > 1 and self.rng.random() < 0.2:
            resources[0], resources[1] = resources[1], resources[0]
        resources.sort(key=lambda resource: resource.pk != need.wanted_resource_id)
        for resource in resources:
            try:
                return dispatches.dispatch(
                    need, resource, actor=clerk, note=self.deal("dispatched", words.DISPATCHED), at=at
                )
            except ValidationError as error:
                if error.code == "transition":
                    raise
        return None

    def decline(self, need, row, at):
        if row is None:
            return
        reason = self.deal("reason", Dispatch.Reason.values)
        note = self.deal(reason, words.DECLINED[reason])
        dispatches.decline(row, actor=self.actor(row), reason=reason, note=note, at=at)
        self.match(need, at)

    def actor(self, row):
        """Mostly the liaison; sometimes somebody with the signed link."""
        return UNIT if self.rng.random() < 0.2 else self.district.liaisons[row.resource.unit_id]

    def result(self, need):
        return self.deal(f"finished {need.category}", words.FINISHED[need.category.name])

    def say(self, need, occasion, bank):
        """Words that fit the class of `need`; those under "" fit any other."""
        name = self.class_names[need.category_id]
        name = name if name in bank else ""
        return self.deal(f"{occasion} {name}", bank[name])

    def rate(self, need, actor, at, satisfaction=None):
        satisfaction = satisfaction or self.rng.choices(Need.Satisfaction.values, (68, 22, 10))[0]
        is_solved = self.rng.random() < {"satisfied": 0.98, "mostly": 0.9, "dissatisfied": 0.3}[satisfaction]
        note = self.deal(f"rated {satisfaction}", words.RATINGS[satisfaction])
        if actor != RESIDENT and note:
            note = words.FOLLOW_UP + note
        needs.rate(need, actor=actor, satisfaction=satisfaction, is_solved=is_solved, note=note, at=at)

    # --- Afterwards -------------------------------------------------------------------------------------------------
    def photograph(self, plan, need, stage, at):
        if plan.has_photo:
            self.album.append((need, stage, at))

    def hang_photos(self):
        """Last of all, so that a run that is cut short leaves few files behind."""
        for need, stage, at in self.album:
            mended = stage == NeedPhoto.Stage.FINISHED
            add_photos(need, [clean_photo(picture(need.category.name, self.rng, mended=mended))], stage=stage)
            need.photos.filter(stage=stage).update(added_at=at)

    def rank_anew(self):
        """What the sweep does after midnight with those who still wait."""
        today = timezone.localdate(self.now)
        midnight = timezone.make_aware(datetime.combine(today, time()))
        for need in Need.objects.match_due(today).order_by("code"):
            self.match(need, midnight)

    def date_notifications(self):
        """Messages of long ago came then and have been read since."""
        offers = {f"/desk/dispatches/{row.pk}/": row for row in Dispatch.objects.all()}
        rows = list(Notification.objects.all())
        for row in rows:
            offer = offers[row.link]
            row.created_at = offer.offered_at
            row.read_at = None if offer.status == Dispatch.Status.OFFERED else offer.answered_at or offer.reply_by
        Notification.objects.bulk_update(rows, ["created_at", "read_at"])
