"""党员 by sheet: every bad row by number and reason, all or nothing, nobody out of reach, nobody twice."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from govern.imports import runs
from organizations.imports import MemberFilling
from organizations.models import PartyMember
from tests import factories as make
from tests.checklists.lists import upload, workbook

pytestmark = pytest.mark.django_db
HEADS = ("所在党支部", "姓名", "性别", "身份证号", "手机号", "党员类别", "入党日期", "转正日期", "流动党员", "流动去向")
IDENTITY = "53010219200508011X"
GOOD = ["锦绣苑支部", "王小明", "男", IDENTITY, "13800001234", "正式党员", "2010-07-01", "2011-07-01", "否", ""]


@pytest.fixture
def body():
    return make.make_organization(name="红星社区党委")


@pytest.fixture
def branch(body):
    return make.make_branch(body, name="锦绣苑支部")


@pytest.fixture
def clerk(body, branch):
    return make.make_post(organization=body)


def line(**changes):
    return [changes.get(head, value) for head, value in zip(HEADS, GOOD, strict=True)]


def errors(user, *lines):
    return {row.number: dict(row.errors) for row in runs.preview(MemberFilling(user), workbook(HEADS, *lines)).bad}


class TestDoubles:
    def test_a_sheet_without_identity_numbers_enters_nobody_twice(self, clerk):
        lines = [line(身份证号=""), line(身份证号="", 姓名="李小红", 手机号="")]
        assert runs.run(MemberFilling(clerk), workbook(HEADS, *lines)).new_count == 2
        found = errors(clerk, *lines)
        assert [list(each) for each in found.values()] == [["整行"], ["整行"]]
        assert "已经登记在锦绣苑支部" in found[2]["整行"]
        assert errors(clerk, GOOD) == {}

    def test_two_lines_about_one_person(self, clerk):
        twice = line(身份证号="", 入党日期="2011-01-01", 转正日期="2012-01-01")
        assert errors(clerk, line(身份证号=""), twice) == {3: {"整行": "和第 2 行重复。"}}

    def test_costs_one_query(self, clerk, django_assert_max_num_queries):
        lines = [line(身份证号="", 手机号="", 姓名=f"党员{number}") for number in range(20)]
        with django_assert_max_num_queries(10):
            assert errors(clerk, *lines) == {}


class TestRows:
    def test_good_ones_are_entered_with_their_event(self, clerk, branch):
        probationary = line(姓名="李小红", 身份证号="", 手机号="", 党员类别="预备党员", 转正日期="", 流动党员="是")
        found = runs.run(MemberFilling(clerk), workbook(HEADS, GOOD, probationary))
        assert [row.errors for row in found.bad] == []
        first, second = PartyMember.objects.order_by("pk")
        assert (first.branch, first.identity_number, first.events.get().kind) == (branch, IDENTITY, "registered")
        assert (second.stage, second.is_floating, second.full_on) == ("probationary", True, None)

    @pytest.mark.parametrize(
        ("changes", "head", "words"),
        [
            ({"所在党支部": "没有的支部"}, "所在党支部", "不在您的辖区"),
            ({"所在党支部": ""}, "所在党支部", "要填"),
            ({"姓名": ""}, "姓名", "要填"),
            ({"性别": "？"}, "性别", "男"),
            ({"身份证号": "530102192005080119"}, "身份证号", ""),
            ({"身份证号": "5301**********011X"}, "身份证号", "完整"),
            ({"手机号": "1380000"}, "手机号", "11 位"),
            ({"入党日期": f"{date.today() + timedelta(days=9)}"}, "入党日期", "晚于"),
            ({"转正日期": ""}, "转正日期", "正式党员"),
            ({"党员类别": "预备党员"}, "转正日期", "预备党员"),
        ],
    )
    def test_bad_ones_say_why_beside_their_column(self, clerk, changes, head, words):
        told = errors(clerk, line(**changes))
        assert set(told) == {2} and words in told[2][head]

    def test_nobody_twice_in_the_file_or_in_the_register(self, clerk, branch):
        assert set(errors(clerk, GOOD, line(姓名="又一个"))) == {3}
        make.make_member(branch, identity_number=IDENTITY)
        assert "锦绣苑支部" in errors(clerk, GOOD)[2]["身份证号"]

    def test_where_somebody_is_out_of_reach_is_not_told(self, clerk):
        far = make.make_branch(name="远处的支部")
        make.make_member(far, identity_number=IDENTITY)
        told = errors(clerk, GOOD)[2]["身份证号"]
        assert "远处" not in told
        assert "不在您的辖区" in errors(clerk, line(所在党支部="远处的支部"))[2]["所在党支部"]

    def test_one_bad_row_keeps_all_out(self, clerk):
        runs.run(MemberFilling(clerk), workbook(HEADS, GOOD, line(姓名="")))
        assert not PartyMember.objects.exists()

    def test_a_name_that_two_branches_have_is_asked_in_full(self, body, branch):
        other = make.make_organization(parent=body.parent, name="青松社区党委")
        make.make_branch(other, name="锦绣苑支部")
        street = make.make_post(role="street_staff", organization=body.parent)
        assert "最上级" in errors(street, GOOD)[2]["所在党支部"]
        full = f"{body.parent}／青松社区党委／锦绣苑支部"
        assert errors(street, line(所在党支部=full)) == {}


class TestPages:
    def test_template_preview_and_confirmation(self, client, clerk, branch):
        client.force_login(clerk)
        listed = client.get(reverse("admin:organizations_partymember_changelist")).content.decode()
        assert reverse("admin:organizations_partymember_import") in listed
        assert client.get(reverse("admin:organizations_partymember_import_template")).status_code == 200
        answer = client.post(
            reverse("admin:organizations_partymember_import"), {"file": upload(workbook(HEADS, GOOD))}, follow=True
        )
        page = answer.content.decode()
        assert "王小明" in page and not PartyMember.objects.exists()

    def test_whoever_may_not_enter_members_has_no_import(self, client, body):
        client.force_login(make.make_post(role="auditor"))
        assert client.get(reverse("admin:organizations_partymember_import")).status_code in (302, 403, 404)
