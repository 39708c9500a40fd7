"""法定人数 and 通过: counting heads, without the database.

《城市居民委员会组织法》第十条: more than half of those entitled must be there, and more than half of those who are
there must agree. The halves are settings (`hearing_quorum_percent`, `hearing_pass_percent`); “more than” is not.
"""

from dataclasses import dataclass


def more_than(percent, whole):
    """The least count that is strictly more than `percent` % of `whole`; of nobody it is one."""
    return whole * percent // 100 + 1


def passes(for_count, present, percent):
    return for_count >= more_than(percent, present)


@dataclass(frozen=True)
class Quorum:
    entitled: int
    present: int
    percent: int

    @property
    def needed(self):
        return more_than(self.percent, self.entitled)

    @property
    def missing(self):
        return max(0, self.needed - self.present)

    @property
    def is_met(self):
        return self.missing == 0

    @property
    def share(self):
        """实到 of 应到 in whole per cent, for a ring; at most 100."""
        return min(100, self.present * 100 // self.entitled) if self.entitled else 0

    @property
    def mark(self):
        """Where on that ring the quorum lies."""
        return min(100, self.needed * 100 // self.entitled) if self.entitled else 100

    @property
    def words(self):
        counted = f"应到 {self.entitled} 人，实到 {self.present} 人"
        if self.is_met:
            return f"{counted}，已够法定人数 {self.needed} 人"
        return f"{counted}，法定人数 {self.needed} 人，还差 {self.missing} 人"
