"""谈心谈话 of a branch in a year against what its members owe."""

from collections import Counter
from dataclasses import dataclass

from organizations.models import PartyMember, Talk
from organizations.parameters import parameter


@dataclass(frozen=True)
class Tally:
    """Of the members here now: how many, and who had fewer than `times` talks in the year."""

    times: int
    member_count: int
    missing: list

    @property
    def done(self):
        return self.member_count - len(self.missing)


def tally_of(branch, *, year, today):
    """Each member talks with somebody `times` a year: 《中国共产党支部工作条例（试行）》 art. 17.

    A talk of before a transfer counts where the member is now. It changes no light: the rule says “一般”.
    """
    times = int(parameter("talk_times", on=today))
    members = list(PartyMember.objects.here().filter(branch=branch).order_by("name", "pk"))
    pairs = Talk.objects.of_year(year).of_members(members).order_by().values_list("talker", "partner")
    counts = Counter(key for pair in pairs for key in pair)
    return Tally(times, len(members), [member for member in members if counts[member.pk] < times])
