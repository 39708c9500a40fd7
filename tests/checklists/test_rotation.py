"""The rota's arithmetic: fair, repeatable, and never a slot given to a unit that may not serve it."""

from itertools import pairwise, product

from hypothesis import given, settings
from hypothesis import strategies as st

from checklists.rotation import rotate

UNITS = st.integers(1, 8)
PAST = st.dictionaries(st.integers(0, 7), st.integers(0, 9))


def turns(plan):
    return {unit: plan.count(unit) for unit in plan if unit is not None}


def unevenness(plan, before):
    """What the plan costs: the second turn of a unit more than the first of another, and past turns below that."""
    return sum(
        1000 * (turn - 1) + before.get(unit, 0) for unit, count in turns(plan).items() for turn in range(1, count + 1)
    )


class TestEverybodyCoversEverything:
    @given(count=UNITS, slots=st.integers(0, 40), before=PAST, previous=st.none() | st.integers(0, 7))
    def test_counts_differ_by_at_most_one(self, count, slots, before, previous):
        plan = rotate([range(count)] * slots, before, previous)
        counts = [plan.count(unit) for unit in range(count)]
        assert len(plan) == sum(counts) == slots
        assert max(counts) - min(counts) <= 1

    @given(count=st.integers(2, 8), slots=st.integers(0, 40), before=PAST, previous=st.none() | st.integers(0, 7))
    def test_nobody_serves_twice_in_a_row(self, count, slots, before, previous):
        plan = rotate([range(count)] * slots, before, previous)
        assert all(one != other for one, other in pairwise([previous, *plan]))

    @given(count=UNITS, slots=st.integers(0, 40), before=PAST)
    def test_the_extra_turn_goes_to_who_served_least(self, count, slots, before):
        plan = rotate([range(count)] * slots, before)
        counts = {unit: plan.count(unit) for unit in range(count)}
        least = min(counts.values())
        more = [before.get(unit, 0) for unit, turn in counts.items() if turn > least]
        less = [before.get(unit, 0) for unit, turn in counts.items() if turn == least]
        assert not more or max(more) <= min(less)

    def test_one_unit_alone_serves_always(self):
        assert rotate([["甲"]] * 3, previous="甲") == ["甲"] * 3


class TestSomeCoverOnlySome:
    @settings(max_examples=300)
    @given(
        covers=st.lists(st.lists(st.integers(0, 3), unique=True, max_size=4), max_size=6),
        before=st.dictionaries(st.integers(0, 3), st.integers(0, 5)),
        previous=st.none() | st.integers(0, 3),
    )
    def test_no_plan_is_more_even(self, covers, before, previous):
        plan = rotate(covers, before, previous)
        assert all(unit in slot if slot else unit is None for unit, slot in zip(plan, covers, strict=True))
        best = min(unevenness(list(each), before) for each in product(*(slot or [None] for slot in covers)))
        assert unevenness(plan, before) == best

    def test_a_chain_of_units_hands_slots_on(self):
        """丙 serves only the third slot, so 乙 leaves it to them and takes one of 甲's."""
        plan = rotate([["甲"], ["甲", "乙"], ["乙", "丙"]])
        assert plan == ["甲", "乙", "丙"]

    def test_a_slot_that_nobody_covers_stays_empty(self):
        assert rotate([["甲"], [], ["甲"]]) == ["甲", None, "甲"]

    def test_repeats_are_parted_where_an_exchange_allows(self):
        plan = rotate([["甲"], ["甲", "乙"], ["甲", "乙"], ["乙"]])
        assert plan == ["甲", "乙", "甲", "乙"]

    @given(st.lists(st.lists(st.integers(0, 4), unique=True), max_size=12), PAST)
    def test_the_same_input_gives_the_same_answer(self, covers, before):
        assert rotate(covers, before, 1) == rotate(covers, before, 1)
