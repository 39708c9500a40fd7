"""How each need of the demonstration went: a generator per need that yields when it acts next, run in order of time.

Every change goes through the public services with the clock of its moment, so that what holds for real needs holds for
these, and a resource's places are taken in the order in which they would have been.
"""

import heapq
from datetime import datetime, time, timedelta

from django.utils import timezone

from checklists.demo import words
from checklists.demo.dice import Dice
from checklists.demo.offices import Office
from checklists.demo.plans import ENDINGS, Planner
from checklists.demo.ratings import Ratings
from checklists.demo.servings import Servings
from checklists.demo.steps import Steps
from checklists.demo.traces import date_notifications, hang_photos
from checklists.models import Need, NeedEvent
from checklists.services import needs

RESIDENT, SYSTEM = NeedEvent.Party.RESIDENT, NeedEvent.Party.SYSTEM
S = Need.Status


class Stories:
    def __init__(self, district, *, now, rng, endings=ENDINGS):
        self.district = district
        self.now = now
        self.rng = rng
        self.office = Office(now)
        self.dice = Dice(rng)
        self.steps = Steps(district, dice=self.dice)
        self.servings = Servings(office=self.office, dice=self.dice, steps=self.steps)
        self.ratings = Ratings(office=self.office, dice=self.dice, steps=self.steps, servings=self.servings)
        self.plans = Planner(district, office=self.office, dice=self.dice, endings=endings).make()

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
        date_notifications()
        hang_photos(self.steps.album, self.rng)

    def rank_anew(self):
        """What the sweep does after midnight with those who still wait."""
        today = timezone.localdate(self.now)
        midnight = timezone.make_aware(datetime.combine(today, time()))
        for need in Need.objects.match_due(today).order_by("code"):
            self.steps.match(need, midnight)

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
            start = self.dice.leisure(start, self.office.ago(plan.filed - min(0.5, plan.filed / 4)))
        at = yield start
        need = plan.need = self.steps.file(plan, filer, at)
        if plan.ending == S.SUBMITTED:
            return
        if plan.ending == S.WITHDRAWN and need.status == S.SUBMITTED and rng.random() < 0.4:
            at = yield self.dice.leisure(at, at + timedelta(hours=8))
            needs.withdraw(need, actor=RESIDENT, note=self.dice.deal("withdrawn", words.WITHDRAWN), at=at)
            return
        age = plan.filed
        if need.status == S.SUBMITTED:
            wait = kind.response_hours * (
                self.dice.between(0.1, 0.9) if rng.random() < 0.9 else self.dice.between(1.1, 1.7)
            )
            age -= min(wait, (plan.filed - plan.finished) * 0.35)
            at = yield self.office.ago(age)
            if plan.ending == S.REJECTED:
                needs.reject(need, actor=clerk, reason=self.dice.deal("rejected", words.REJECTED), at=at)
                return
            if plan.twin:
                needs.merge(need, into=plan.twin.need, actor=clerk, at=at)
                return
            if plan.ending == S.ESCALATED and rng.random() < 0.4:
                needs.escalate(need, actor=clerk, note=self.steps.say(need, "escalated", words.ESCALATED), at=at)
                return
            need = needs.accept(need, actor=clerk, at=at)
            if not plan.is_own:
                self.steps.match(need, at)
        yield from self.handle(plan, need, clerk, age)

    def handle(self, plan, need, clerk, age):
        """From the acceptance on."""
        rng = self.rng
        if plan.ending == S.ESCALATED:
            at = yield self.office.ago(age * self.dice.between(0.3, 0.8))
            needs.escalate(need, actor=clerk, note=self.steps.say(need, "escalated", words.ESCALATED), at=at)
            return
        if plan.ending == S.SUSPENDED:
            if rng.random() < 0.5:
                at = yield self.office.ago(age * 0.8)
                needs.start_own_service(need, actor=clerk, note=self.dice.deal("own", words.OWN_SERVICE), at=at)
            at = yield self.office.ago(age * self.dice.between(0.2, 0.7))
            until = timezone.localdate(self.now) + timedelta(days=rng.randrange(3, 20))
            needs.suspend(
                need, actor=clerk, reason=self.steps.say(need, "suspended", words.SUSPENDED), until=until, at=at
            )
            return
        if plan.ending == S.WITHDRAWN:
            if need.status == S.ACCEPTED and rng.random() < 0.5:
                at = yield self.office.ago(min(plan.finished + self.dice.between(0.5, 5), age * 0.99))
                self.steps.offer(need, clerk, at)
            at = yield self.office.ago(plan.finished)
            need.refresh_from_db()
            if S.WITHDRAWN in need.next_statuses:
                needs.withdraw(need, actor=RESIDENT, note=self.dice.deal("withdrawn", words.WITHDRAWN), at=at)
            return
        if plan.ending == S.ACCEPTED:
            if age > 2 and rng.random() < 0.35:
                at = yield self.office.ago(age * 0.9)
                row = self.steps.offer(need, clerk, at)
                at = yield self.office.ago(age * 0.9 - min(self.dice.between(0.5, 6), age * 0.6))
                self.steps.decline(need, row, at)
            return
        if plan.finished and need.status == S.ACCEPTED:
            detour = rng.random()
            name = self.steps.class_name(need)
            if detour < 0.08 and name in words.SUSPENDED:
                age = yield from self.pause(plan, need, clerk, age)
            elif 0.08 < detour < 0.16 and name in words.ESCALATED:
                is_done, age = yield from self.ask_above(plan, need, clerk, age)
                if is_done:
                    yield from self.ratings.follow(plan, need, clerk)
                    return
        yield from self.servings.serve(plan, need, clerk, age, plan.finished)
        if plan.finished:
            yield from self.ratings.follow(plan, need, clerk)

    def pause(self, plan, need, clerk, age):
        """Suspended for a day or two where there is time for it; returns the age at which it went on."""
        start = self.office.ago(age - 0.5)
        until = timezone.localdate(start) + timedelta(days=self.rng.randrange(1, 3))
        resumed = timezone.make_aware(datetime.combine(until, time(0, 5)))
        if self.office.age(resumed) < plan.finished + 3:
            return age
        at = yield start
        needs.suspend(need, actor=clerk, reason=self.steps.say(need, "suspended", words.SUSPENDED), until=until, at=at)
        at = yield resumed
        need = needs.resume(need, actor=SYSTEM, note="挂起到期，自动恢复", at=at)
        self.steps.match(need, at)
        return self.office.age(at)

    def ask_above(self, plan, need, clerk, age):
        """Escalated; the street hands it back with its support or settles it. Returns (settled, age)."""
        director = self.district.directors[need.community.street]
        taken = age - plan.finished
        at = yield self.office.ago(age - taken * 0.1)
        needs.escalate(need, actor=clerk, note=self.steps.say(need, "escalated", words.ESCALATED), at=at)
        if self.rng.random() < 0.4:
            at = yield self.office.ago(plan.finished)
            needs.finish(need, actor=director, note=self.dice.deal("directed done", words.DIRECTED_DONE), at=at)
            return True, plan.finished
        age -= taken * 0.25
        at = yield self.office.ago(age)
        needs.accept(need, actor=director, note=self.dice.deal("directed", words.DIRECTED), at=at)
        self.steps.match(need, at)
        return False, age
