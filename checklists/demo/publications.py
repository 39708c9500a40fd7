"""What the demonstration's communities have put up: the first one all four lists, some others a list or two."""

from checklists.columns import LISTS
from checklists.services.publications import publish

# Of every third community, which lists; the first has all.
ROUNDS = (("needs", "resources"), ("resources", "activities"), ("resources", "projects"))


class Publications:
    def __init__(self, district):
        self.district = district

    def run(self):
        first, *others = self.district.communities
        for key in LISTS:
            self.put_up(first, key)
        for number, community in enumerate(others[::3]):
            for key in ROUNDS[number % len(ROUNDS)]:
                self.put_up(community, key)

    def put_up(self, community, key):
        clerk = self.district.clerks[community]
        publish(community, key, columns=LISTS[key].default_keys, is_public=True, actor=clerk)
