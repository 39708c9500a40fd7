"""轮值: who leads when. Pure: units and slots are plain keys, and nothing here knows a database.

Fair means three things, in this order: every slot that somebody can serve is served; the turns are spread as evenly
as the agreements allow, extra turns going to those who served least before; nobody serves twice in a row while an
exchange of two slots can avoid it.
"""

from collections import deque


def rotate(covers, served_before=None, previous=None):
    """[unit or None] for the slots in their order; the same input always gives the same answer.

    `covers` has for each slot the units that may serve it, first come first served where all else is equal;
    `served_before` {unit: turns in earlier rotas}; `previous` is the unit of the slot before the first one. None
    stands where no unit covers the slot. Units that cover every slot differ by at most one turn.
    """
    before = served_before or {}
    order = {unit: place for place, unit in enumerate(dict.fromkeys(unit for slot in covers for unit in slot))}
    turns = dict.fromkeys(order, 0)
    plan, last = [], previous
    for slot in covers:
        rest = [unit for unit in slot if unit != last] or list(slot)
        last = min(rest, key=lambda unit: (turns[unit], before.get(unit, 0), order[unit]), default=None)
        plan.append(last)
        if last is not None:
            turns[last] += 1
    while _even_out(plan, covers, turns, before, order):
        pass
    while _part(plan, covers, previous):
        pass
    return plan


def _even_out(plan, covers, turns, before, order):
    """One step towards evenness: a unit with too many turns hands a slot to one with too few, directly or along a chain
    of units that each hand on a slot. Nothing to gain along any chain means that no plan is more even.
    """
    for giver in sorted(order, key=lambda unit: (-turns[unit], -before.get(unit, 0), order[unit])):
        came_by, ahead = {giver: None}, deque([giver])
        while ahead:
            unit = ahead.popleft()
            for place, holder in enumerate(plan):
                if holder != unit:
                    continue
                for other in covers[place]:
                    if other not in came_by:
                        came_by[other] = (unit, place)
                        ahead.append(other)
        worth = (turns[giver] - 1, before.get(giver, 0))
        taker = min(came_by, key=lambda unit: (turns[unit], before.get(unit, 0), order[unit]))
        if taker != giver and (turns[taker], before.get(taker, 0)) < worth:
            turns[giver], turns[taker] = turns[giver] - 1, turns[taker] + 1
            while came_by[taker] is not None:
                holder, place = came_by[taker]
                plan[place], taker = taker, holder
            return True
    return False


def _repeats(plan, previous):
    chain = [previous, *plan]
    return sum(one == other and one is not None for one, other in zip(chain, chain[1:], strict=False))


def _part(plan, covers, previous):
    """Exchange the first two slots whose exchange leaves fewer repeats."""
    now = _repeats(plan, previous)
    if not now:
        return False
    for one in range(len(plan)):
        for other in range(one + 1, len(plan)):
            if plan[one] == plan[other] or plan[one] not in covers[other] or plan[other] not in covers[one]:
                continue
            plan[one], plan[other] = plan[other], plan[one]
            if _repeats(plan, previous) < now:
                return True
            plan[one], plan[other] = plan[other], plan[one]
    return False
