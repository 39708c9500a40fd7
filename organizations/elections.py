"""Whether an election holds, and who was elected: 《中国共产党基层组织选举工作条例》. No database here."""

from dataclasses import dataclass
from math import ceil

SOURCE = "《中国共产党基层组织选举工作条例》"


@dataclass(frozen=True)
class Rules:
    """`quorum`: the share of the entitled that must be there; `margin`: of the seats, so many more candidates. 0..1."""

    quorum: float
    margin: float


@dataclass(frozen=True)
class Check:
    is_met: bool | None  # None: nothing to judge by yet
    words: str
    source: str = SOURCE


@dataclass(frozen=True)
class Result:
    """`elected`: keys of the candidates in the order of their votes; `tied`: those among whom only a second ballot
    decides; `empty`: seats that nobody won.
    """

    elected: tuple
    tied: tuple
    empty: int


def candidates_needed(seats, rules):
    """At least so many candidates for `seats`: 差额不少于应选人数的 20%."""
    return ceil(round(seats * (1 + rules.margin), 6))


def present_needed(entitled, rules):
    """At least so many of the `entitled` must be there: 五分之四."""
    return ceil(round(entitled * rules.quorum, 6))


def checks(*, seats, candidates, entitled, present, rules):
    """[Check] of the number of candidates and of those present; `entitled` and `present` may be None."""
    needed = candidates_needed(seats, rules)
    answer = [
        Check(
            candidates >= needed,
            f"候选人 {candidates} 名，应选 {seats} 名，差额不少于 {rules.margin:.0%}，至少要 {needed} 名",
        )
    ]
    if entitled is None or present is None:
        return [*answer, Check(None, f"到会人数还没有登记，不少于应到会的 {rules.quorum:.0%} 才能选举")]
    needed = present_needed(entitled, rules)
    return [*answer, Check(present >= needed, f"应到 {entitled} 人，实到 {present} 人，至少要 {needed} 人到会")]


def count(votes, *, seats, present):
    """The Result of `votes`, {key: yes votes}: more than half of those `present`, the most votes first.

    Who is level with the last that still has a seat, when there are more such than seats, is tied: 票数相等的重新投票.
    """
    passed = sorted((key for key, yes in votes.items() if yes * 2 > present), key=lambda key: -votes[key])
    if len(passed) <= seats:
        return Result(tuple(passed), (), seats - len(passed))
    line = votes[passed[seats - 1]]
    if votes[passed[seats]] < line:
        return Result(tuple(passed[:seats]), (), 0)
    above = tuple(key for key in passed if votes[key] > line)
    return Result(above, tuple(key for key in passed if votes[key] == line), seats - len(above))
