"""居住党员: many members live in the quarters of their own branch, some in quarters that have none, of which a few are
ripe for one.
"""

from datetime import timedelta

from django.utils import timezone

from grids.models import Residence
from organizations.models import PartyMember

RIPE = 3  # quarters without a branch in which enough full members live
ENOUGH, FEW = 4, 2


class Residences:
    def __init__(self, district, *, now, rng):
        self.district, self.rng, self.today = district, rng, timezone.localdate(now)

    def run(self):
        here = PartyMember.objects.here().select_related("branch").order_by("pk")
        self.free = {}
        for member in here:
            self.free.setdefault(member.branch_id, []).append(member)
        self.rows = []
        for quarters in self.district.quarters.values():
            self.settle_at_home([quarter for quarter in quarters if quarter.branch_id])
        self.settle_without_branch()
        Residence.objects.bulk_create(self.rows)

    def settle_at_home(self, quarters):
        """Two of three members of a branch live in what it covers; a quarter's share is as large as any other's."""
        covered = {}
        for quarter in quarters:
            covered.setdefault(quarter.branch_id, []).append(quarter)
        for branch, homes in covered.items():
            members = self.free.get(branch, [])
            count = len(members) * 2 // 3
            for place in range(count):
                self.add(members.pop(), homes[place % len(homes)])

    def settle_without_branch(self):
        bare = [(community, quarter) for community, rows in self.district.quarters.items() for quarter in rows]
        bare = [(community, quarter) for community, quarter in bare if quarter.branch_id is None]
        ripe = set(self.rng.sample(range(len(bare)), RIPE))
        for place, (community, quarter) in enumerate(bare):
            neighbours = [
                member
                for members in self.free.values()
                for member in members
                if member.branch.parent_id == community.organization_id and member.stage == PartyMember.Stage.FULL
            ]
            count = ENOUGH if place in ripe else self.rng.randrange(FEW + 1)
            for member in self.rng.sample(neighbours, min(count, len(neighbours))):
                self.free[member.branch_id].remove(member)
                self.add(member, quarter)

    def add(self, member, quarter):
        since = self.today - timedelta(days=self.rng.randrange(200, 4000))
        self.rows.append(Residence(member=member, quarter=quarter, starts_on=since))
