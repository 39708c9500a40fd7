from datetime import timedelta

from checklists.demo import words
from checklists.models import Need, NeedPhoto
from checklists.services import dispatches, needs

S = Need.Status


class Servings:
    """How a need is served: by a unit, which may refuse or keep silent first, or by the community itself."""

    def __init__(self, *, office, dice, steps):
        self.office = office
        self.dice = dice
        self.rng = dice.rng
        self.steps = steps

    def serve(self, plan, need, clerk, age, finished):
        """By a unit or by the community itself, up to where the plan ends; `finished` 0 stays open."""
        rng = self.rng
        need.refresh_from_db()
        steps = age - finished
        if plan.ending == S.DISPATCHED:
            taken = 0
            offered = min(self.dice.between(0.3, 6.5), age * 0.8)
        else:
            taken = (
                min(self.dice.between(0.4, 12), age * 0.6)
                if plan.ending == S.TAKEN
                else finished + steps * self.dice.between(0.3, 0.7)
            )
            offered = taken + min(self.dice.between(0.2, 6.5), (age - taken) * 0.9)
        row = self.steps.open_dispatch(need)
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
                row = self.steps.offer(need, clerk, at)
            at = yield self.office.ago(first - self.dice.between(0.3, 0.8) * min(6, first - min(offered, first - 1)))
            self.steps.decline(need, row, at)
            row = self.steps.open_dispatch(need)
            offered = self.office.age(at) if row else min(offered, self.office.age(at))
        elif row is None and dice < 0.28 and first - offered > 9:
            at = yield self.office.ago(first)
            row = self.steps.offer(need, clerk, at)
            if row:
                at = yield row.reply_by + timedelta(minutes=1)
                dispatches.expire(row, at=at)
                self.steps.match(need, at)
            row = self.steps.open_dispatch(need)
        if row is None:
            at = yield self.office.ago(offered)
            row = self.steps.offer(need, clerk, at)
        if row is None:
            yield from self.serve_ourselves(need, clerk, taken or offered / 2, finished)
            return
        if plan.ending == S.DISPATCHED:
            return
        # Whatever came between, a unit that takes an offer does so before it runs out.
        taken = max(taken, self.office.age(row.offered_at) - self.dice.between(4, 7))
        unit = self.steps.actor(row)
        at = yield self.office.ago(taken)
        dispatches.take(row, actor=unit, note=self.dice.deal("taken", words.TAKEN), at=at)
        if plan.ending == S.TAKEN:
            return
        if not finished or rng.random() < 0.7:
            at = yield self.office.ago(taken - (taken - finished) * self.dice.between(0.1, 0.5))
            dispatches.start_service(row, actor=unit, note=self.dice.deal("started", words.STARTED), at=at)
        if finished:
            at = yield self.office.ago(finished)
            dispatches.finish_dispatch(row, actor=unit, note=self.steps.result(need), at=at)
            self.steps.photograph(plan, need, NeedPhoto.Stage.FINISHED, at)

    def serve_ourselves(self, need, clerk, started, finished):
        at = yield self.office.ago(started)
        needs.start_own_service(need, actor=clerk, note=self.dice.deal("own", words.OWN_SERVICE), at=at)
        if finished:
            at = yield self.office.ago(finished)
            needs.finish(need, actor=clerk, note=self.steps.result(need), at=at)
