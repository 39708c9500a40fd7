"""规则提示: each rule on both sides of its limit, and the page that lists them."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from organizations.checkup import RULES, check
from organizations.models import Organization, Parameter
from tests import factories as make

pytestmark = pytest.mark.django_db
Kind = Organization.Kind
PAGE = "admin:organizations_organization_checkup"


@pytest.fixture
def body():
    return make.make_community(make.make_organization(Kind.GENERAL_BRANCH, name="红星党总支")).organization


def fill(branch, full, probationary=0):
    for stage, count in (("full", full), ("probationary", probationary)):
        for _ in range(count):
            make.make_member(branch, stage=stage)


def found(branch):
    rows = check(Organization.objects.filter(pk=branch.pk))
    return {each.rule.code for each in rows}


def limit(key, value):
    Parameter.objects.get(key=key).values.update(value=value)


class TestRules:
    def test_a_branch_needs_three_full_members(self, body):
        branch = make.make_branch(body)
        fill(branch, 2, probationary=2)
        assert found(branch) == {"few_full"}
        fill(branch, 1)
        assert found(branch) == set()

    def test_those_who_left_do_not_count(self, body):
        branch = make.make_branch(body)
        fill(branch, 3)
        branch.members.update(left_on="2024-01-01", leaving="deceased")
        assert found(branch) == {"few_full"}

    def test_no_more_than_its_most(self, body):
        limit("branch_max_members", 4)
        branch = make.make_branch(body)
        fill(branch, 4)
        assert found(branch) == set()
        fill(branch, 0, probationary=1)
        assert found(branch) == {"crowded"}

    def test_seven_need_a_committee(self, body):
        branch = make.make_branch(body)
        fill(branch, 7)
        branch.leadership_terms.create(name="王书记", position="secretary")
        assert found(branch) == {"no_committee"}
        branch.leadership_terms.create(name="李委员", position="discipline")
        assert found(branch) == set()

    def test_a_joint_branch_has_five_quarters_at_most(self, body):
        branch = make.make_organization(Kind.JOINT_BRANCH, body)
        fill(branch, 3)
        for _ in range(5):
            make.make_quarter(body.community, branch=branch)
        assert found(branch) == set()
        make.make_quarter(body.community, branch=branch)
        assert found(branch) == {"wide_joint"}

    def test_bodies_count_all_members_below(self, body):
        limit("general_branch_min_members", 4)
        branch = make.make_branch(body)
        fill(branch, 3)
        rows = check(Organization.objects.filter(pk__in=[body.pk, branch.pk]))
        assert [(each.name, each.words) for each in rows] == [("红星党总支", "连同下级共有党员 3 名")]
        fill(branch, 0, probationary=1)
        assert check(Organization.objects.filter(pk__in=[body.pk, branch.pk])) == []

    def test_a_quarter_without_branch_and_instructor(self, body):
        limit("general_branch_min_members", 10)
        quarter = make.make_quarter(body.community, name="东苑")
        names = {each.name for each in check(Organization.objects.filter(pk=body.pk))}
        assert names == {"红星党总支", "东苑"}
        quarter.instructors.create(name="陈老师", phone="13700000001")
        assert "东苑" not in {each.name for each in check(Organization.objects.filter(pk=body.pk))}

    def test_a_quarter_is_ripe_with_three_full_members_who_live_there(self, body):
        quarter, elsewhere = make.make_quarter(body.community, name="东苑"), make.make_branch()
        quarter.instructors.create(name="陈老师", phone="13700000001")
        fresh, gone = make.make_member(elsewhere, stage="probationary"), make.make_member(elsewhere)
        full = [make.make_member(elsewhere) for _ in range(3)]
        for member in (fresh, gone, *full[:2]):
            quarter.residences.create(member=member)
        type(gone).objects.filter(pk=gone.pk).update(left_on="2024-01-01", leaving="deceased")
        assert found(body) == {"small_general_branch"}
        quarter.residences.create(member=full[2])
        rows = check(Organization.objects.filter(pk=body.pk))
        assert [(row.name, row.words) for row in rows if row.rule.code == "ripe_quarter"] == [
            ("东苑", "居住的正式党员 3 名，没有党支部")
        ]
        quarter.branch = make.make_branch(body)
        quarter.save()
        assert found(body) == {"small_general_branch"}

    def test_what_is_out_of_use_is_not_judged(self, body):
        branch = make.make_branch(body, is_active=False)
        assert found(branch) == set()


class TestPage:
    @pytest.fixture
    def street(self, body, client):
        clerk = make.make_post(role="street_staff", organization=body.parent)
        make.make_branch(body, name="甲支部")
        make.make_branch(make.make_organization(Kind.COMMITTEE, name="青松社区党委"), name="青松支部")
        client.force_login(clerk)
        return body

    def test_lists_the_own_part_with_rule_source_and_link(self, client, street):
        text = client.get(reverse(PAGE)).content.decode()
        for words in (
            "甲支部",
            "正式党员 0 名",
            "党支部正式党员不少于 3 名",
            "支部工作条例",
            "按小区的“居住党员”登记算",
        ):
            assert words in text
        assert "青松" not in text

    def test_one_rule_and_one_place(self, client, street):
        page = client.get(reverse(PAGE), {"rule": "few_full", "under": street.pk})
        assert [each.name for each in page.context["page_obj"]] == ["甲支部"]
        foreign = Organization.objects.get(name="青松社区党委")
        assert client.get(reverse(PAGE), {"under": foreign.pk}).context["total"] == 0

    def test_as_a_sheet(self, client, street):
        answer = client.get(reverse(f"{PAGE}_export"), {"rule": "few_full"})
        rows = list(load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True))
        assert [row[1] for row in rows[1:]] == ["甲支部"]
        assert rows[1][6].startswith("《中国共产党支部工作条例")

    def test_queries_do_not_grow(self, client, street, django_assert_max_num_queries):
        client.get(reverse(PAGE))
        with django_assert_max_num_queries(25) as before:
            client.get(reverse(PAGE))
        for _ in range(10):
            make.make_branch(Organization.objects.get(pk=street.pk))
            make.make_quarter(street.community)
        with django_assert_max_num_queries(len(before)):
            client.get(reverse(PAGE))

    def test_every_rule_with_a_limit_has_its_parameter(self):
        keys = {rule.key for rule in RULES if rule.key}
        assert Parameter.objects.filter(key__in=keys).count() == len(keys)
