"""Many organizations at once: by the rules of the single verbs, and every tree whole afterwards."""

from datetime import date, timedelta

import pytest
from auditlog.context import set_actor
from auditlog.models import LogEntry
from django.utils import timezone

from organizations.models import Organization, OrganizationEvent
from organizations.services import (
    BulkRefusal,
    Wanted,
    bulk_faults,
    dissolve_organization,
    found_organization,
    move_organization,
    tree_faults,
    write_organizations,
)
from tests.factories import make_organization, make_post, make_superuser

pytestmark = pytest.mark.django_db
Kind = Organization.Kind


@pytest.fixture
def actor():
    return make_superuser()


@pytest.fixture
def community():
    return make_organization(name="红星社区党委")


def numbers():
    rows = Organization.objects.order_by("tree_id", "lft")
    return list(rows.values_list("name", "parent__name", "tree_id", "lft", "rght", "level", "tier"))


def as_it_is(row, **changes):
    names = ("name", "kind", "parent", "founded_on", "trade", "is_active")
    return Wanted(**{**{name: getattr(row, name) for name in names}, **changes}, known=row)


class TestFounding:
    def test_numbers_are_those_of_founding_one_by_one_whatever_the_order(self, actor, community):
        other = make_organization()
        lines = {
            "甲": (Kind.QUARTER_BRANCH, None),
            "1栋": (Kind.BUILDING_GROUP, "甲"),
            "王家": (Kind.MEMBER_HOUSEHOLD, "1栋"),
            "乙": (Kind.TOWER_BRANCH, None),
            "2栋": (Kind.BUILDING_GROUP, "乙"),
        }
        made, wanted = {None: community}, {None: other}
        for name, (kind, above) in lines.items():
            made[name] = found_organization(name=name, kind=kind, parent=made[above], actor=actor)
            wanted[name] = Wanted(name, kind, wanted[above])
        write_organizations([wanted[name] for name in ("王家", "2栋", "甲", "1栋", "乙")], actor=actor)
        by_hand, at_once = (
            [row[3:] for row in numbers() if row[2] == root.tree_id]
            for root in (community.get_root(), other.get_root())
        )
        assert at_once == by_hand
        assert tree_faults() == []

    def test_a_new_root_gets_a_tree_of_its_own_and_other_trees_stay(self, actor, community):
        before = numbers()
        root = Wanted("教育行业党委", Kind.INDUSTRY_COMMITTEE, trade="教育")
        write_organizations([Wanted("二小社区党委", Kind.COMMITTEE, root), root], actor=actor)
        assert numbers()[: len(before)] == before
        assert Organization.objects.get(name="二小社区党委").parent.trade == "教育"
        assert tree_faults() == []

    def test_each_has_its_version_and_its_event(self, actor, community):
        day = date(2021, 7, 1)
        write_organizations([Wanted("甲", Kind.QUARTER_BRANCH, community, day)], actor=actor, reason="由表格导入")
        row = Organization.objects.get(name="甲")
        assert row.versions.values_list("name", "parent", "starts_on", "ends_on").get() == (
            "甲",
            community.pk,
            day,
            None,
        )
        event = row.events.get()
        assert (event.kind, event.effective_on, event.actor, event.reason) == ("founded", day, actor, "由表格导入")


class TestChanging:
    def test_a_correction_and_a_move_write_what_the_single_verbs_write(self, actor, community):
        other = make_organization(Kind.COMMITTEE, community.parent, name="青松社区党委")
        rows = [make_organization(Kind.QUARTER_BRANCH, community, name=name) for name in ("甲", "乙")]
        below = make_organization(Kind.BUILDING_GROUP, rows[1], name="1栋")
        write_organizations([as_it_is(rows[1], name="丙", parent=other)], actor=actor)
        moved = Organization.objects.get(name="丙")
        assert (moved.pk, moved.parent) == (rows[1].pk, other)
        assert tree_faults() == []
        assert below in moved.get_descendants()
        assert [(event.kind, event.note) for event in moved.events.all()] == [
            ("corrected", "名称：乙 → 丙"),
            ("moved", "红星社区党委 → 青松社区党委，连同下级共 2 个组织"),
        ]
        assert list(moved.versions.values_list("name", "parent", "ends_on")) == [
            ("丙", community.pk, timezone.localdate()),
            ("丙", other.pk, None),
        ]

    def test_the_same_move_by_hand_gives_the_same_numbers(self, actor, community):
        other = make_organization(Kind.COMMITTEE, community.parent)
        branch = make_organization(Kind.QUARTER_BRANCH, community)
        make_organization(Kind.BUILDING_GROUP, branch)
        make_organization(Kind.QUARTER_BRANCH, community)
        make_organization(Kind.QUARTER_BRANCH, other)
        move_organization(branch, parent=other, actor=actor)
        by_hand = numbers()
        write_organizations([as_it_is(Organization.objects.get(pk=branch.pk), parent=community)], actor=actor)
        write_organizations([as_it_is(Organization.objects.get(pk=branch.pk), parent=other)], actor=actor)
        assert numbers() == by_hand

    def test_two_exchange_their_names_and_one_moves_under_somebody_new(self, actor, community):
        one, two = (make_organization(Kind.QUARTER_BRANCH, community, name=name) for name in ("甲", "乙"))
        group = make_organization(Kind.BUILDING_GROUP, one, name="1栋")
        new = Wanted("丙", Kind.QUARTER_BRANCH, community)
        write_organizations(
            [as_it_is(one, name="乙"), as_it_is(two, name="甲"), as_it_is(group, parent=new), new], actor=actor
        )
        one.refresh_from_db()
        group.refresh_from_db()
        assert (one.name, group.parent.name) == ("乙", "丙")
        assert tree_faults() == []


class TestFaults:
    def words(self, actor, *wanted):
        return [(fault.place, fault.field, fault.words) for fault in bulk_faults(wanted, actor=actor)]

    def test_every_rule_of_founding_holds(self, actor, community):
        make_organization(Kind.QUARTER_BRANCH, community, name="甲")
        tomorrow = timezone.localdate() + timedelta(days=1)
        assert self.words(
            actor,
            Wanted("甲", Kind.QUARTER_BRANCH, community),
            Wanted("乙", Kind.BUILDING_GROUP, community),
            Wanted("丙", Kind.QUARTER_BRANCH, community, founded_on=tomorrow),
            Wanted("丁", Kind.QUARTER_BRANCH, community, trade="教育"),
            Wanted("戊" * 81, Kind.QUARTER_BRANCH, community),
            Wanted("己", Kind.QUARTER_BRANCH),
            Wanted(community.parent.name, Kind.INDUSTRY_COMMITTEE),
        ) == [
            (0, "name", "同一上级下已有同名党组织。"),
            (1, "parent", "楼栋党小组应设在小区党支部之下。"),
            (2, "founded_on", "成立日期不能晚于今天。"),
            (3, "trade", "只有行业党委填写行业。"),
            (4, "name", "最多 80 个字，您填了 81 个。"),
            (5, "parent", "小区党支部应设在社区党组织之下。"),
            (6, "name", "已有同名行业党委。"),
        ]

    def test_twins_of_the_list_and_a_name_that_becomes_free(self, actor, community):
        known = make_organization(Kind.QUARTER_BRANCH, community, name="甲")
        faults = bulk_faults([Wanted("乙", Kind.QUARTER_BRANCH, community)] * 2, actor=actor)
        assert [(fault.place, fault.twin) for fault in faults] == [(1, 0)]
        assert self.words(actor, as_it_is(known, name="乙"), Wanted("甲", Kind.QUARTER_BRANCH, community)) == []

    def test_below_itself_and_under_what_was_dissolved(self, actor, community):
        branch = make_organization(Kind.QUARTER_BRANCH, community)
        gone = make_organization(Kind.QUARTER_BRANCH, community)
        dissolve_organization(gone, actor=actor)
        assert self.words(
            actor,
            as_it_is(community, parent=branch),
            Wanted("甲", Kind.BUILDING_GROUP, gone),
            as_it_is(gone, name="乙"),
        ) == [
            (0, "parent", "不能移到自己的下级。"),
            (1, "parent", f"“{gone}”已撤销。"),
            (2, "name", f"“{gone}”已撤销。"),
        ]

    def test_nothing_is_written_out_of_reach_nor_while_one_is_bad(self, community):
        foreign = make_organization()
        clerk = make_post(role="community_staff", organization=community)
        own_branch = make_organization(Kind.QUARTER_BRANCH, community)
        wanted = [
            Wanted("甲", Kind.QUARTER_BRANCH, community),
            Wanted("乙", Kind.QUARTER_BRANCH, foreign),
            Wanted("丙", Kind.INDUSTRY_COMMITTEE),
            as_it_is(foreign, name="x"),
            as_it_is(own_branch, parent=foreign),
        ]
        with pytest.raises(BulkRefusal) as refusal:
            write_organizations(wanted, actor=clerk)
        assert [fault.place for fault in refusal.value.faults] == [1, 2, 3, 4]
        assert not OrganizationEvent.objects.exists()


class TestTrail:
    """审计记录: as auditlog writes it of one, in the organization's own columns."""

    COLUMNS = ("name", "kind", "tier", "parent", "trade", "founded_on", "is_active")

    def entries(self, action):
        rows = LogEntry.objects.filter(content_type__model="organization", action=action).order_by("object_id")
        return [{name: row.changes[name] for name in self.COLUMNS if name in row.changes} for row in rows]

    def test_is_that_of_founding_and_changing_one_by_one(self, actor, community):
        other = make_organization()
        LogEntry.objects.all().delete()
        with set_actor(actor, remote_addr="10.0.0.7"):
            one = found_organization(name="甲", kind=Kind.QUARTER_BRANCH, parent=community, actor=actor)
            by_hand = self.entries(LogEntry.Action.CREATE)
            LogEntry.objects.all().delete()
            write_organizations([Wanted("乙", Kind.QUARTER_BRANCH, community)], actor=actor)
            assert self.entries(LogEntry.Action.CREATE) == [{**by_hand[0], "name": ["None", "乙"]}]
            entry = LogEntry.objects.get(content_type__model="organization")
            two = Organization.objects.get(name="乙")
            assert (entry.object_pk, entry.object_id, entry.object_repr) == (str(two.pk), two.pk, "乙")
            assert (entry.actor, entry.remote_addr) == (actor, "10.0.0.7")
            LogEntry.objects.all().delete()
            write_organizations([as_it_is(one, name="丙", parent=other), as_it_is(two)], actor=actor)
        assert self.entries(LogEntry.Action.UPDATE) == [
            {"name": ["甲", "丙"], "parent": [str(community.pk), str(other.pk)]}
        ]

    def test_costs_no_query_per_row(self, actor, community, django_assert_max_num_queries):
        def write(count, start):
            wanted = [Wanted(f"{start}-{n}", Kind.QUARTER_BRANCH, community) for n in range(count)]
            write_organizations(wanted, actor=actor)

        with django_assert_max_num_queries(40) as before:
            write(5, "甲")
        with django_assert_max_num_queries(len(before) + 1):
            write(50, "乙")
