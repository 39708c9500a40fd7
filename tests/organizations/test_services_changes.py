"""What is done to an organization: its version, its event, what goes along, and who may."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from organizations.models import Organization, OrganizationEvent, OrganizationVersion, PartyMember, Post, Transfer
from organizations.services import (
    convert_organization,
    correct_organization,
    dissolve_organization,
    found_organization,
    hanging,
    merge_organizations,
    move_organization,
    rename_organization,
    tree_faults,
)
from tests import factories as make

pytestmark = pytest.mark.django_db
Kind, Event = Organization.Kind, OrganizationEvent.Kind
DAY = date(2021, 5, 1)
PAPER = {"reason": "党员增加", "document": "组发〔2026〕3号"}


@pytest.fixture
def actor():
    return make.make_superuser()


@pytest.fixture
def body():
    return make.make_community(make.make_organization(Kind.COMMUNITY_BRANCH, founded_on=date(2020, 1, 1))).organization


def tree_of(day):
    return {version.name: version.parent and version.parent.name for version in OrganizationVersion.objects.as_of(day)}


def events_of(organization):
    return list(organization.events.values_list("kind", flat=True))


class TestRecord:
    def test_founding_is_its_first_version_and_event(self, actor, body):
        row = found_organization(
            name="东苑小区党支部",
            kind=Kind.QUARTER_BRANCH,
            parent=body,
            founded_on=date(2021, 5, 1),
            actor=actor,
            **PAPER,
        )
        version, event = row.versions.get(), row.events.get()
        assert (version.name, version.parent, version.starts_on, version.ends_on) == (
            row.name,
            body,
            date(2021, 5, 1),
            None,
        )
        assert (event.kind, event.document, event.effective_on) == (Event.FOUNDED, PAPER["document"], DAY)

    def test_the_tree_as_of_any_day(self, actor, body):
        branch = make.make_branch(body, name="甲支部", founded_on=date(2021, 1, 1))
        other = make.make_organization(Kind.COMMITTEE, body.parent, name="另一社区党委", founded_on=date(2020, 1, 1))
        rename_organization(branch, name="乙支部", actor=actor, on=date(2022, 1, 1), reason="小区更名")
        move_organization(branch, parent=other, actor=actor, on=date(2023, 1, 1), reason="区划调整")
        dissolve_organization(branch, actor=actor, on=date(2024, 1, 1), reason="拆迁")
        seen = {day.year: tree_of(day) for day in (date(year, 6, 1) for year in range(2020, 2025))}
        assert [
            {name: above for name, above in seen[year].items() if "支部" in name and name != body.name}
            for year in range(2020, 2025)
        ] == [{}, {"甲支部": body.name}, {"乙支部": body.name}, {"乙支部": other.name}, {}]
        assert events_of(branch) == [Event.RENAMED, Event.MOVED, Event.DISSOLVED]

    def test_two_changes_of_one_day_are_one_version(self, actor, body):
        branch = make.make_branch(body, name="甲支部", founded_on=date(2021, 1, 1))
        for name in ("乙支部", "丙支部"):
            rename_organization(branch, name=name, actor=actor, reason="更名")
        today = timezone.localdate()
        assert [row.name for row in branch.versions.all()] == ["甲支部", "丙支部"]
        assert tree_of(today)["丙支部"] == body.name and "甲支部" not in tree_of(today)

    def test_a_correction_was_always_so(self, actor, body):
        branch = make.make_branch(body, name="甲支布", founded_on=date(2021, 1, 1))
        correct_organization(branch, name="甲支部", founded_on=date(2020, 6, 1), actor=actor)
        version = branch.versions.get()
        assert (version.name, version.starts_on) == ("甲支部", date(2020, 6, 1))
        assert "甲支布 → 甲支部" in branch.events.get().note
        correct_organization(branch, name="甲支部", actor=actor)
        assert branch.events.count() == 1

    def test_days_have_an_order(self, actor, body):
        branch = make.make_branch(body, founded_on=date(2021, 1, 1))
        for on in (date(2020, 12, 31), timezone.localdate() + timedelta(days=1)):
            with pytest.raises(ValidationError) as refusal:
                rename_organization(branch, name="别名", actor=actor, on=on, reason="更名")
            assert set(refusal.value.error_dict) == {"on"}
        with pytest.raises(ValidationError) as refusal:
            rename_organization(branch, name="别名", actor=actor, reason=" ")
        assert set(refusal.value.error_dict) == {"reason"}


class TestConvert:
    def test_rises_rank_by_rank(self, actor, body):
        for kind, name in ((Kind.GENERAL_BRANCH, "红星党总支"), (Kind.COMMITTEE, "红星党委")):
            convert_organization(body, kind=kind, name=name, actor=actor, **PAPER)
        body.refresh_from_db()
        assert (body.kind, body.name) == (Kind.COMMITTEE, "红星党委")
        assert events_of(body) == [Event.UPGRADED] * 2
        convert_organization(body, kind=Kind.GENERAL_BRANCH, name="红星党总支", actor=actor, **PAPER)
        assert events_of(body)[-1] == Event.CONVERTED

    def test_members_need_a_branch_and_the_tier_stays(self, actor, body):
        make.make_member(body)
        with pytest.raises(ValidationError) as refusal:
            convert_organization(body, kind=Kind.GENERAL_BRANCH, name="红星党总支", actor=actor, **PAPER)
        assert set(refusal.value.error_dict) == {"kind"}
        with pytest.raises(ValidationError):
            convert_organization(body, kind=Kind.QUARTER_BRANCH, name="支部", actor=actor, **PAPER)


class TestHeirs:
    @pytest.fixture
    def pair(self, body):
        return make.make_branch(body, name="甲支部"), make.make_branch(body, name="乙支部")

    def test_all_that_hangs_there_goes_along(self, actor, pair, body):
        one, other = pair
        group = make.make_organization(Kind.BUILDING_GROUP, one, name="3栋党小组")
        make.make_organization(Kind.MEMBER_HOUSEHOLD, group)
        member = make.make_member(one, group=group)
        quarter = make.make_quarter(body.community, branch=one)
        clerk = make.make_post(organization=one)
        both = make.make_post(make.make_post(organization=one), organization=other)
        term = one.leadership_terms.create(name="王书记", position="secretary", starts_on=date(2022, 1, 1))
        merge_organizations(one, into=other, actor=actor, **PAPER)
        for row in (group, member, quarter, term, one):
            row.refresh_from_db()
        today = timezone.localdate()
        assert (group.parent, member.branch, quarter.branch) == (other, other, other)
        assert Post.objects.current().get(user=clerk).organization == other
        assert list(Post.objects.filter(user=both, ends_on=None).values_list("organization", flat=True)) == [other.pk]
        assert (term.organization, term.ends_on) == (one, today)
        assert (one.dissolved_on, one.is_active) == (today, False)
        assert (events_of(one), events_of(other)) == ([Event.MERGED], [Event.RECEIVED])
        assert "党员 1" in one.events.get().note
        assert tree_faults() == []
        assert hanging(one) == ""

    def test_nothing_is_orphaned(self, actor, pair):
        one, other = pair
        make.make_member(one)
        with pytest.raises(ValidationError, match="还有党员 1 名") as refusal:
            dissolve_organization(one, actor=actor, reason="拆迁")
        assert set(refusal.value.error_dict) == {"heir"}
        dissolve_organization(one, heir=other, actor=actor, reason="拆迁")
        assert PartyMember.objects.get().branch == other

    def test_a_community_keeps_its_body_and_a_transfer_is_finished_first(self, actor, pair, body):
        one, other = pair
        rival = make.make_organization(Kind.COMMITTEE, body.parent)
        with pytest.raises(ValidationError, match="社区党组织"):
            merge_organizations(body, into=rival, actor=actor, **PAPER)
        Transfer.objects.create(
            member=make.make_member(one), source=one, target=other, reason="搬家", proposed_by=actor
        )
        with pytest.raises(ValidationError, match="转接没有办完"):
            merge_organizations(one, into=other, actor=actor, **PAPER)
        assert Organization.objects.standing().count() == Organization.objects.count()

    def test_only_of_the_same_tier(self, actor, pair, body):
        one, other = pair
        with pytest.raises(ValidationError) as refusal:
            merge_organizations(one, into=body, actor=actor, **PAPER)
        assert set(refusal.value.error_dict) == {"into"}

    def test_children_of_one_name_are_told_apart_by_where_they_came_from(self, actor, pair, body):
        one, other = pair
        groups = [make.make_organization(Kind.BUILDING_GROUP, parent, name="1栋党小组") for parent in pair]
        merge_organizations(one, into=other, actor=actor, **PAPER)
        groups[0].refresh_from_db()
        assert (groups[0].name, groups[0].parent, events_of(groups[0])) == ("甲支部1栋党小组", other, [Event.RENAMED])
        assert groups[0].versions.open().get().name == "甲支部1栋党小组"
        assert tree_faults() == []

    def test_the_dissolved_are_left_alone_and_their_name_is_free(self, actor, pair, body):
        one, other = pair
        dissolve_organization(one, actor=actor, reason="拆迁")
        for act in (
            lambda: rename_organization(one, name="丙", actor=actor, reason="更名"),
            lambda: move_organization(one, parent=body, actor=actor),
            lambda: merge_organizations(other, into=one, actor=actor, **PAPER),
            lambda: dissolve_organization(one, actor=actor, reason="再撤"),
            lambda: found_organization(name="组", kind=Kind.BUILDING_GROUP, parent=one, actor=actor),
        ):
            with pytest.raises(ValidationError, match="撤销"):
                act()
        found_organization(name="甲支部", kind=Kind.QUARTER_BRANCH, parent=body, actor=actor)

    def test_who_may(self, pair, body):
        one, other = pair
        street = make.make_post(role="street_staff", organization=body.parent)
        elsewhere = make.make_post(role="street_staff", organization=make.make_organization().parent)
        clerk = make.make_post(organization=body)
        for user in (elsewhere, clerk):
            with pytest.raises(PermissionDenied):
                merge_organizations(one, into=other, actor=user, **PAPER)
        merge_organizations(one, into=other, actor=street, **PAPER)

    def test_every_row_that_points_here_has_a_way_or_is_past(self):
        """A new foreign key to an organization has to say what becomes of its rows."""
        past = {"OrganizationVersion", "OrganizationEvent"}
        silent = {
            relation.related_model.__name__
            for relation in Organization._meta.related_objects
            if not hasattr(relation.related_model._default_manager.all(), "hand_over")
        }
        assert silent <= past | {"Organization"}
