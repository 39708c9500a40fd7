"""The tree on its pages: counts, days gone by, what was dissolved, on paper, as a picture, and how far it covers."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from grids.models import Instructor
from organizations.models import Organization
from organizations.services import dissolve_organization, rename_organization
from tests import factories as make

pytestmark = pytest.mark.django_db
Kind = Organization.Kind


def url(name):
    return reverse(f"admin:organizations_organization_{name}")


@pytest.fixture
def world(client):
    """A street's root, one community with two branches and a group, seen by its clerk; and a sister community."""
    root = make.make_organization(Kind.INDUSTRY_COMMITTEE, name="东街党工委", founded_on=date(2020, 1, 1))
    body = make.make_organization(Kind.COMMITTEE, root, name="红星社区党委", founded_on=date(2020, 1, 1))
    community = make.make_community(body, name="红星社区")
    one, other = (
        make.make_organization(kind, Organization.objects.get(pk=body.pk), name=name, founded_on=date(2021, 1, 1))
        for kind, name in ((Kind.QUARTER_BRANCH, "甲支部"), (Kind.JOINT_BRANCH, "乙联合支部"))
    )
    group = make.make_organization(
        Kind.BUILDING_GROUP, Organization.objects.get(pk=one.pk), name="3栋党小组", founded_on=date(2021, 1, 1)
    )
    make.make_community(make.make_organization(Kind.COMMITTEE, name="青松社区党委"), name="青松社区")
    clerk = make.make_post(role="street_staff", organization=root)
    client.force_login(clerk)
    return {"root": root, "body": body, "community": community, "one": one, "other": other, "group": group}


def words(answer):
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


class TestCounts:
    def test_are_of_all_that_lies_below(self, client, world):
        for stage in ("full", "full", "probationary"):
            make.make_member(world["one"], stage=stage)
        gone = make.make_member(world["one"], left_on=date(2024, 1, 1), leaving="deceased")
        assert not gone.is_here
        make.make_quarter(world["community"], branch=world["one"])
        make.make_quarter(world["community"])
        top = client.get(url("changelist")).context["branch"][0]
        assert (top.tally.below, top.tally.full, top.tally.probationary) == (4, 2, 1)
        assert (top.tally.quarters, top.tally.all_quarters) == (1, 2)
        alone = client.get(url("changelist"), {"branch": world["body"].pk}).context["branch"]
        assert [(row.name, row.tally.below, row.tally.members) for row in alone] == [
            ("甲支部", 1, 3),
            ("乙联合支部", 0, 0),
        ]

    def test_queries_do_not_grow_with_the_nodes(self, client, world, django_assert_max_num_queries):
        asked = {"kind": Kind.QUARTER_BRANCH}
        client.get(url("changelist"), asked)
        with django_assert_max_num_queries(25) as before:
            client.get(url("changelist"), asked)
        for _ in range(15):
            make.make_member(make.make_branch(Organization.objects.get(pk=world["body"].pk)))
        with django_assert_max_num_queries(len(before)):
            client.get(url("changelist"), asked)


class TestFilters:
    def test_a_kind_with_what_is_above_it_and_nothing_else(self, client, world):
        text = words(client.get(url("changelist"), {"kind": Kind.BUILDING_GROUP}))
        assert "3栋党小组" in text and "甲支部" in text and "找到 1 个" in text
        assert "乙联合支部" not in text

    def test_what_is_dissolved_only_when_asked_for(self, client, world):
        dissolve_organization(world["other"], actor=make.make_superuser(), reason="撤并", on=date(2024, 5, 1))
        asked = {"branch": world["body"].pk}
        assert "乙联合支部" not in words(client.get(url("changelist"), asked))
        shown = words(client.get(url("changelist"), {**asked, "dissolved": "on"}))
        assert "乙联合支部" in shown and "已撤销 2024-05-01" in shown

    def test_nonsense_is_not_asked(self, client, world):
        for query in ({"kind": "x"}, {"on": "x"}, {"on": "9999-01-01"}, {"on": "x", "branch": "1"}, {"under": "x"}):
            for name in ("changelist", "print", "picture", "checkup", "checkup_export"):
                assert client.get(url(name), query).status_code == 200


class TestDaysGoneBy:
    @pytest.fixture
    def renamed(self, world):
        rename_organization(
            world["one"], name="甲新支部", actor=make.make_superuser(), on=date(2023, 1, 1), reason="更名"
        )
        return world

    def test_the_tree_stands_as_it_stood_and_is_only_read(self, client, renamed):
        asked = {"on": "2022-06-01", "open": renamed["one"].pk}
        text = words(client.get(url("changelist"), asked))
        for shown in ("这是 2022年6月1日的组织树", "甲支部", "3栋党小组"):
            assert shown in text
        for hidden in ("甲新支部", "移动到…", "data-org-move", "新设党组织"):
            assert hidden not in text
        assert "甲支部" in words(client.get(url("changelist"), {"on": "2022-06-01", "branch": renamed["body"].pk}))
        assert "那一天这里还没有党组织" in words(client.get(url("changelist"), {"on": "2000-01-01"}))

    def test_is_searched_printed_and_drawn(self, client, renamed):
        assert "3栋党小组" in words(client.get(url("changelist"), {"on": "2022-06-01", "q": "3栋"}))
        for name in ("print", "picture"):
            text = words(client.get(url(name), {"on": "2022-06-01"}))
            assert "甲新支部" not in text and "2022年6月1日" in text

    def test_holds_the_own_part_only(self, client, world):
        assert "青松" not in words(client.get(url("changelist"), {"on": timezone.localdate() - timedelta(days=1)}))


class TestWhole:
    @pytest.mark.parametrize("name", ["print", "picture"])
    def test_holds_the_own_part_in_few_queries(self, name, client, world, django_assert_max_num_queries):
        with django_assert_max_num_queries(20):
            text = words(client.get(url(name)))
        assert "红星社区党委" in text and "青松" not in text

    def test_a_picture_of_one_community(self, client, world):
        picture = client.get(url("picture"), {"under": world["body"].pk}).context["picture"]
        (top,) = picture["tops"]
        assert (top["name"], [each["name"] for each in top["children"]]) == ("红星社区党委", ["甲支部", "乙联合支部"])
        foreign = Organization.objects.get(name="青松社区党委")
        assert client.get(url("picture"), {"under": foreign.pk}).context["picture"]["tops"] == []


class TestCoverage:
    def test_counts_each_quarter_once(self, client, world, django_assert_max_num_queries):
        community = world["community"]
        make.make_quarter(community, branch=world["one"])
        for _ in range(2):
            make.make_quarter(community, branch=world["other"])
        sent, left, _ = (make.make_quarter(community) for _ in range(3))
        for quarter, ends_on in ((sent, None), (sent, None), (left, date(2020, 2, 1))):
            number = next(make.SEQUENCE)
            Instructor.objects.create(
                quarter=quarter, name="陈老师", phone=f"137{number:08}", starts_on=date(2020, 1, 1), ends_on=ends_on
            )
        for _ in range(3):
            make.make_building(sent)
        with django_assert_max_num_queries(20):
            answer = client.get(url("coverage"))
        (row,) = answer.context["rows"]
        counts = [row[name] for name in ("quarters", "own", "joint", "instructed", "bare", "buildings", "groups")]
        assert counts == [6, 1, 2, 1, 2, 3, 1]
        assert "青松" not in words(answer)
