from datetime import timedelta

from checklists.demo import words
from checklists.models import Need, NeedEvent
from checklists.services import needs

RESIDENT, SYSTEM = NeedEvent.Party.RESIDENT, NeedEvent.Party.SYSTEM
S = Need.Status


class Ratings:
    """What follows once a need is done: the rating, a call back, silence, or "it is not solved"."""

    def __init__(self, *, office, dice, steps, servings):
        self.office = office
        self.now = office.now
        self.dice = dice
        self.rng = dice.rng
        self.steps = steps
        self.servings = servings

    def follow(self, plan, need, clerk):
        """The rating, and what follows from it."""
        rng = self.rng
        need.refresh_from_db()
        done_at, day = need.done_at, timedelta(days=1)
        if plan.ending == S.DONE:
            return
        if plan.ending == S.REOPENED:
            at = yield self.dice.leisure(done_at, min(done_at + 2 * day, self.now))
            self.steps.rate(need, RESIDENT, at, satisfaction="dissatisfied")
            at = yield self.dice.leisure(at, min(at + 2 * day, self.now))
            needs.reopen(need, actor=RESIDENT, reason=self.steps.say(need, "reopened", words.REOPENED), at=at)
            return
        if plan.ending == S.CLOSED and rng.random() < 0.07:
            yield from self.complain(plan, need, clerk, done_at)
            return
        if plan.ending == S.CLOSED and rng.random() < 0.25:
            # Silent: somebody calls back, or a month passes.
            if rng.random() < 0.6:
                at = yield self.office.ago(
                    self.office.age(done_at + rng.randrange(3, 6) * day) - self.dice.between(0, 4)
                )
                self.steps.rate(need, clerk, at)
                at = yield at + timedelta(minutes=rng.randrange(3, 15))
                needs.close(need, actor=clerk, at=at)
            else:
                at = yield done_at + 30 * day + timedelta(minutes=rng.randrange(1, 10))
                needs.close(need, actor=SYSTEM, at=at)
            return
        at = yield self.dice.leisure(done_at, min(done_at + self.dice.between(0.2, 4) * day, self.now))
        self.steps.rate(need, RESIDENT, at)
        if plan.ending == S.CLOSED:
            at = yield at + 7 * day + timedelta(minutes=rng.randrange(1, 10))
            needs.close(need, actor=SYSTEM, at=at)

    def complain(self, plan, need, clerk, done_at):
        """Not solved, says the resident; the community looks again and does it over, or says why not."""
        day = timedelta(days=1)
        at = yield self.dice.leisure(done_at, done_at + 2 * day)
        self.steps.rate(need, RESIDENT, at, satisfaction="dissatisfied")
        at = yield self.dice.leisure(at, at + day)
        needs.reopen(need, actor=RESIDENT, reason=self.steps.say(need, "reopened", words.REOPENED), at=at)
        age = self.office.age(at) - self.dice.between(0.5, 6)
        at = yield self.office.ago(age)
        if self.rng.random() < 0.3:
            needs.close(need, actor=clerk, reason=self.dice.deal("refused", words.REOPENING_REFUSED), at=at)
            return
        needs.accept_reopening(need, actor=clerk, note="现场看过，确实没办好", at=at)
        self.steps.match(need, at)
        yield from self.servings.serve(plan, need, clerk, age, age - self.dice.between(8, 24))
        at = yield self.dice.leisure(self.now - (self.now - at) * 0.8, self.now - (self.now - at) * 0.6)
        need.refresh_from_db()
        if S.RATED in need.next_statuses:
            self.steps.rate(need, RESIDENT, at, satisfaction="mostly")
            at = yield at + 7 * day
            needs.close(need, actor=SYSTEM, at=at)
