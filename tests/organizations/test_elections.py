"""The arithmetic of an election: quorum, margin, more than half, ties."""

import pytest

from organizations.elections import Rules, candidates_needed, checks, count, present_needed

RULES = Rules(quorum=0.8, margin=0.2)


@pytest.mark.parametrize(("seats", "needed"), [(1, 2), (3, 4), (5, 6), (6, 8), (7, 9), (10, 12)])
def test_a_fifth_more_candidates_than_seats(seats, needed):
    assert candidates_needed(seats, RULES) == needed


@pytest.mark.parametrize(("entitled", "needed"), [(1, 1), (5, 4), (10, 8), (11, 9), (499, 400)])
def test_four_fifths_must_be_there(entitled, needed):
    assert present_needed(entitled, RULES) == needed


def test_checks_say_what_is_met():
    few, quorum = checks(seats=5, candidates=5, entitled=40, present=31, rules=RULES)
    assert (few.is_met, quorum.is_met) == (False, False)
    assert "至少要 6 名" in few.words and "至少要 32 人" in quorum.words
    few, quorum = checks(seats=5, candidates=6, entitled=40, present=32, rules=RULES)
    assert (few.is_met, quorum.is_met) == (True, True)
    assert checks(seats=5, candidates=6, entitled=None, present=None, rules=RULES)[1].is_met is None


@pytest.mark.parametrize(
    ("votes", "seats", "elected", "tied", "empty"),
    [
        ({"a": 20, "b": 18, "c": 17}, 2, ("a", "b"), (), 0),
        ({"a": 20, "b": 16, "c": 15}, 2, ("a",), (), 1),  # exactly half of 32 is not elected
        ({"a": 20, "b": 18, "c": 18}, 2, ("a",), ("b", "c"), 1),
        ({"a": 18, "b": 18, "c": 18}, 2, (), ("a", "b", "c"), 2),
        ({"a": 18, "b": 18}, 2, ("a", "b"), (), 0),
        ({"a": 1, "b": 2}, 2, (), (), 2),
    ],
)
def test_more_than_half_and_the_most_votes(votes, seats, elected, tied, empty):
    result = count(votes, seats=seats, present=32)
    assert (result.elected, result.tied, result.empty) == (elected, tied, empty)
