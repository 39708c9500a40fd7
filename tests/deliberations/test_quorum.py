"""Counting heads: strictly more than the share, whatever the share."""

import pytest

from deliberations import ballot_codes
from deliberations.quorum import Quorum, more_than, passes


class TestMoreThan:
    @pytest.mark.parametrize(
        ("percent", "whole", "least"),
        [(50, 10, 6), (50, 11, 6), (50, 1, 1), (66, 30, 20), (66, 50, 34), (0, 8, 1), (99, 100, 100), (50, 0, 1)],
    )
    def test_the_least_count(self, percent, whole, least):
        assert more_than(percent, whole) == least
        assert least * 100 > percent * whole and (least - 1) * 100 <= percent * whole

    def test_half_of_those_present_does_not_pass(self):
        assert not passes(5, 10, 50) and passes(6, 10, 50)


class TestQuorum:
    def test_says_how_many_are_missing(self):
        quorum = Quorum(entitled=30, present=12, percent=50)
        assert (quorum.needed, quorum.missing, quorum.is_met, quorum.share) == (16, 4, False, 40)
        assert "还差 4 人" in quorum.words

    def test_one_more_than_half_is_enough(self):
        assert not Quorum(10, 5, 50).is_met
        assert Quorum(10, 6, 50).is_met

    def test_of_nobody_there_is_none(self):
        assert not Quorum(0, 0, 50).is_met and Quorum(0, 0, 50).share == 0


class TestCodes:
    def test_a_slip_of_the_finger_is_seen(self):
        for _ in range(50):
            code = ballot_codes.draw()
            assert ballot_codes.is_well_formed(code)
            for place in range(ballot_codes.LENGTH):
                other = str((int(code[place]) + 1) % 10)
                assert not ballot_codes.is_well_formed(code[:place] + other + code[place + 1 :])

    def test_is_read_in_groups(self):
        assert ballot_codes.spoken("378402915") == "378 402 915"
        assert not ballot_codes.is_well_formed("") and not ballot_codes.is_well_formed("１２３４５６７８９")
