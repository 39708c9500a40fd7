"""Eight clerks at once at the pages that move, merge, dissolve and import: done or refused, and the tree is whole."""

import random

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from organizations.models import Organization
from organizations.services import Wanted, tree_faults, write_organizations
from tests.checklists.lists import upload, workbook
from tests.factories import make_post, make_superuser
from tests.races import race

Kind = Organization.Kind
CLERKS, ACTS = 8, 8


def page(name, *args):
    return reverse(f"admin:organizations_organization_{name}", args=args)


def planted():
    layer = [Wanted(name, Kind.INDUSTRY_COMMITTEE) for name in ("教育行业党委", "城建行业党委")]
    wanted = [*layer]
    for kind, count in ((Kind.COMMITTEE, 2), (Kind.QUARTER_BRANCH, 6), (Kind.BUILDING_GROUP, 3)):
        layer = [
            Wanted(f"{each.name[:2]}{each.tier}-{n}{kind.label}", kind, each) for each in layer for n in range(count)
        ]
        wanted += layer
    for number, each in enumerate(wanted):
        each.name = f"{each.name}{number}"
    write_organizations(wanted, actor=make_superuser())


class Clerk:
    def __init__(self, seed, user):
        self.dice, self.seed, self.client = random.Random(seed), seed, Client()  # noqa: S311
        self.client.force_login(user)

    def any(self, tier):
        return self.dice.choice(list(Organization.objects.filter(tier=tier).order_by("pk")))

    def act(self, number):
        verb, tier = self.dice.choice(("move", "merge", "dissolve", "import")), self.dice.choice((3, 4))
        row, peer, above = self.any(tier), self.any(tier), self.any(tier - 1)
        paper = {"reason": "测试", "on": f"{timezone.localdate():%Y-%m-%d}"}
        match verb:
            case "move":
                return self.client.post(page("move", row.pk), {"parent": above.pk, **paper})
            case "merge":
                return self.client.post(page("act", row.pk, "merge"), {"into": peer.pk, **paper})
            case "dissolve":
                return self.client.post(page("act", row.pk, "dissolve"), {"heir": peer.pk, **paper})
            case "import":
                line = [f"支部{self.seed}-{number}", "小区党支部", self.any(2).pk]
                content = workbook(
                    ("名称", "类型", "上级党组织"), line, [f"小组{self.seed}-{number}", "楼栋党小组", line[0]]
                )
                return self.client.post(self.client.post(page("import"), {"file": upload(content)}).url)

    def work(self):
        return [self.act(number).status_code for number in range(ACTS)]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_pages_leave_the_tree_whole(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    planted()
    clerks = [Clerk(seed, make_post(role="district_staff")) for seed in range(CLERKS)]
    codes = [code for told in race(*(clerk.work for clerk in clerks)) for code in told]
    assert set(codes) <= {302, 422, 403}  # the last where a page was opened of what is dissolved by now
    assert codes.count(302) > CLERKS * ACTS / 4
    assert tree_faults() == []
    assert not Organization.objects.standing().exclude(parent__dissolved_on=None).exists()
