"""党组织 by sheet: any order, every bad row by number, all or nothing, and what was exported comes back."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from govern.imports import runs
from govern.imports.cells import Refusal
from govern.imports.workbooks import EXAMPLE, template
from organizations.imports import OrganizationFilling
from organizations.models import Organization, Parameter, ParameterValue
from organizations.services import dissolve_organization, tree_faults
from tests.checklists.lists import sheet_of, upload, workbook
from tests.factories import make_organization, make_post, make_superuser

pytestmark = pytest.mark.django_db
Kind = Organization.Kind
HEADS = ("名称", "类型", "上级党组织", "行业", "成立日期", "状态", "编号")


@pytest.fixture
def community():
    root = make_organization(Kind.INDUSTRY_COMMITTEE, name="教育行业党委", trade="教育")
    return make_organization(Kind.COMMITTEE, root, name="红星社区党委")


@pytest.fixture
def clerk(community):
    return make_post(role="community_staff", organization=community)


def look(user, *lines):
    return runs.preview(OrganizationFilling(user), workbook(HEADS, *lines))


def errors(user, *lines):
    return {row.number: dict(row.errors) for row in look(user, *lines).bad}


def bring(user, *lines):
    found = runs.run(OrganizationFilling(user), workbook(HEADS, *lines))
    assert {row.number: row.errors for row in found.bad} == {}
    return found


class TestNew:
    def test_parents_stand_anywhere_in_the_file_and_are_named_in_full_or_short(self, clerk, community):
        bring(
            clerk,
            ["1栋党小组", "楼栋党小组", "锦绣苑支部"],
            ["王家", "党员中心户", "红星社区党委 / 锦绣苑支部/1栋党小组"],
            ["锦绣苑支部", "小区党支部", "教育行业党委／红星社区党委", "", "1998-07-01"],
            ["2栋党小组", "楼栋党小组", "教育行业党委／红星社区党委／锦绣苑支部"],
            ["翠竹支部", "小区党支部", community.pk, "", "", "在用"],
        )
        assert tree_faults() == []
        branch = Organization.objects.get(name="锦绣苑支部")
        assert f"{branch.founded_on}" == "1998-07-01"
        assert [row.name for row in branch.get_descendants()] == ["1栋党小组", "王家", "2栋党小组"]
        community.refresh_from_db()
        assert [row.name for row in community.get_children()] == ["锦绣苑支部", "翠竹支部"]

    def test_a_whole_industry_by_the_installations_own(self):
        bring(
            make_superuser(),
            ["二小社区党委", "社区党委", "卫生行业党委"],
            ["卫生行业党委", "行业党委", "", "卫生健康"],
        )
        assert Organization.objects.get(name="二小社区党委").parent.trade == "卫生健康"

    def test_every_bad_row_is_told_by_number_and_nothing_is_written(self, clerk, community):
        make_organization(Kind.QUARTER_BRANCH, community, name="已有支部")
        make_organization(name="青松社区党委")
        tomorrow = f"{timezone.localdate() + timedelta(days=1):%Y-%m-%d}"
        lines = [
            ["好的支部", "小区党支部", "红星社区党委"],
            ["甲", "小区党支部", "没有这个"],
            ["乙", "小区党支部", "青松社区党委"],
            ["丙", "楼栋党小组", "红星社区党委"],
            ["已有支部", "小区党支部", "红星社区党委"],
            ["丁", "小区党支部", "红星社区党委", "", tomorrow],
            ["戊", "小区党支部", "红星社区党委", "教育"],
            ["好的支部", "小区党支部", "红星社区党委"],
            ["己", "党支部", "红星社区党委"],
            ["庚", "小区党支部", ""],
            ["辛", "小区党支部", "红星社区党委", "", "", "停用"],
            ["壬", "行业党委", ""],
            ["", "小区党支部", "红星社区党委"],
            ["子", "楼栋党小组", "丑"],
            ["丑", "楼栋党小组", "子"],
        ]
        found = errors(clerk, *lines)
        assert {number: list(each) for number, each in found.items()} == {
            3: ["上级党组织"],
            4: ["上级党组织"],
            5: ["上级党组织"],
            6: ["名称"],
            7: ["成立日期"],
            8: ["行业"],
            9: ["名称"],
            10: ["类型"],
            11: ["上级党组织"],
            12: ["状态"],
            13: ["上级党组织"],
            14: ["名称"],
            15: ["上级党组织"],
            16: ["上级党组织"],
        }
        assert found[3] == {"上级党组织": "没有“没有这个”这个党组织，或不在您的辖区。"}
        assert found[4] == {"上级党组织": "没有“青松社区党委”这个党组织，或不在您的辖区。"}
        assert found[9] == {"名称": "和第 2 行重复：同一上级下已有同名党组织。"}
        before = Organization.objects.count()
        runs.run(OrganizationFilling(clerk), workbook(HEADS, *lines))
        assert Organization.objects.count() == before

    def test_below_a_bad_row_nobody_else_is_called_bad(self, clerk):
        found = errors(
            clerk,
            ["甲支部", "没有的类型", "红星社区党委"],
            ["1栋", "楼栋党小组", "甲支部"],
            ["乙支部", "小区党支部", "没有这个"],
            ["2栋", "楼栋党小组", "教育行业党委／红星社区党委／乙支部"],
            ["王家", "党员中心户", "教育行业党委／红星社区党委／乙支部／2栋"],
            ["丙支部", "小区党支部", ""],
            ["3栋", "楼栋党小组", "教育行业党委／红星社区党委／丙支部"],
        )
        assert {number: list(each) for number, each in found.items()} == {
            2: ["类型"],
            4: ["上级党组织"],
            7: ["上级党组织"],
        }

    def test_a_name_that_several_have_wants_the_whole_path(self, community):
        other = make_organization(Kind.COMMITTEE, community.parent, name="青松社区党委")
        for each in (community, other):
            make_organization(Kind.QUARTER_BRANCH, each, name="第一支部")
        user = make_superuser()
        found = errors(user, ["1栋", "楼栋党小组", "第一支部"], ["2栋", "楼栋党小组", "青松社区党委／第一支部"])
        assert list(found) == [2]
        assert "有 2 个党组织都叫" in found[2]["上级党组织"]


class TestKnown:
    def test_what_differs_is_corrected_or_moved_and_the_rest_is_left(self, community):
        other = make_organization(Kind.COMMITTEE, community.parent, name="青松社区党委")
        branch = make_organization(Kind.QUARTER_BRANCH, community, name="甲支部")
        group = make_organization(Kind.BUILDING_GROUP, branch, name="1栋")
        user = make_superuser()
        lines = [
            ["甲支部（改）", "小区党支部", "教育行业党委／青松社区党委", "", "2020-01-02", "停用", branch.pk],
            ["1栋", "楼栋党小组", "教育行业党委／红星社区党委／甲支部", "", "", "", group.pk],
            ["2栋", "楼栋党小组", "青松社区党委／甲支部（改）"],
        ]
        found = look(user, *lines)
        assert [row.action for row in found.rows] == ["changed", "same", "new"]
        assert found.rows[0].details == [
            "名称：甲支部 → 甲支部（改）",
            "上级党组织：教育行业党委／红星社区党委 → 教育行业党委／青松社区党委",
            "成立日期：空 → 2020-01-02",
            "状态：在用 → 停用",
        ]
        bring(user, *lines)
        branch.refresh_from_db()
        assert (branch.name, branch.parent, branch.is_active) == ("甲支部（改）", other, False)
        assert sorted(branch.children.values_list("name", flat=True)) == ["1栋", "2栋"]
        assert list(branch.events.values_list("kind", flat=True)) == ["corrected", "moved"]
        assert tree_faults() == []

    def test_kind_and_dissolution_are_done_elsewhere(self, clerk, community):
        branch = make_organization(Kind.QUARTER_BRANCH, community, name="甲支部")
        gone = make_organization(Kind.QUARTER_BRANCH, community, name="乙支部")
        dissolve_organization(gone, actor=make_superuser())
        path = "教育行业党委／红星社区党委"
        found = errors(
            clerk,
            ["甲支部", "楼宇党支部", path, "", "", "", branch.pk],
            ["甲支部", "小区党支部", path, "", "", "已撤销", branch.pk],
            ["丙支部", "小区党支部", path, "", "", "已撤销", gone.pk],
        )
        assert "升格或改设" in found[2]["类型"]
        assert found[3] == {"整行": "和第 2 行重复。"}
        assert "不能再改" in found[4]["状态"]
        assert look(clerk, ["乙支部", "小区党支部", path, "", "", "已撤销", gone.pk]).same_count == 1
        lone = errors(clerk, ["甲支部", "小区党支部", path, "", "", "已撤销", branch.pk])
        assert lone == {2: {"状态": "撤销请到这个党组织的页面办理。"}}

    def test_a_foreign_key_and_no_key_are_unknown_alike(self, clerk):
        foreign = make_organization(name="青松社区党委")
        found = errors(
            clerk,
            ["青松社区党委", "社区党委", "", "", "", "", foreign.pk],
            ["x", "社区党委", "", "", "", "", 999999],
            ["x", "社区党委", "", "", "", "", "甲"],
        )
        assert {next(iter(each)) for each in found.values()} == {"编号"}

    def test_below_itself(self, community):
        branch = make_organization(Kind.QUARTER_BRANCH, community, name="甲支部")
        found = errors(make_superuser(), ["红星社区党委", "社区党委", "甲支部", "", "", "", community.pk])
        assert found == {2: {"上级党组织": "不能移到自己的下级。"}}
        assert branch.parent == community


class TestPages:
    @pytest.fixture
    def desk(self, client, clerk, settings, tmp_path):
        settings.VAR_DIR = tmp_path
        client.force_login(clerk)
        return client

    def url(self, name, *args):
        return reverse(f"admin:organizations_organization_{name}", args=args)

    def test_the_example_of_the_template_is_good_without_its_mark(self, desk, clerk):
        content = template(OrganizationFilling(clerk))
        with pytest.raises(Refusal, match="没有要导入的内容"):
            runs.preview(OrganizationFilling(clerk), content)
        book = load_workbook(BytesIO(content))
        book.active["A2"] = book.active["A2"].value.removeprefix(EXAMPLE)
        assert len(book.active.data_validations.dataValidation) == 3
        stream = BytesIO()
        book.save(stream)
        assert runs.preview(OrganizationFilling(clerk), stream.getvalue()).new_count == 1
        assert sheet_of(desk.get(self.url("import_template")))[0][:3] == ("编号", "名称*", "类型*")

    def test_export_edit_import(self, desk, community):
        branch = make_organization(Kind.QUARTER_BRANCH, community, name="=甲支部")
        make_organization(Kind.BUILDING_GROUP, branch, name="1栋", is_active=False)
        gone = make_organization(Kind.QUARTER_BRANCH, community)
        dissolve_organization(gone, actor=make_superuser())
        lines = sheet_of(desk.get(self.url("export")))
        again = desk.post(self.url("import"), {"file": upload(self.book(lines))}, follow=True)
        assert "没有要导入的" in again.content.decode()
        place = lines[0].index("名称")
        edited = [[*line[:place], "2栋", *line[place + 1 :]] if line[place] == "1栋" else line for line in lines]
        page = desk.post(self.url("import"), {"file": upload(self.book(edited))}).url
        text = desk.get(page).content.decode()
        assert "名称：1栋 → 2栋" in text
        assert "这些栏目不认识" not in text
        assert desk.post(page).url == self.url("changelist")
        assert branch.children.get().name == "2栋"
        assert desk.post(page).url == page

    def book(self, lines):
        book = Workbook()
        for line in lines:
            book.active.append(list(line))
        stream = BytesIO()
        book.save(stream)
        return stream.getvalue()

    def test_bad_rows_are_shown_and_cannot_be_confirmed(self, desk):
        content = workbook(HEADS, ["甲", "小区党支部", "红星社区党委"], ["乙", "小区党支部", "没有"])
        page = desk.post(self.url("import"), {"file": upload(content)}).url
        text = desk.get(page).content.decode()
        assert "有 1 行要改" in text
        assert "第 3 行" in text
        assert "确认导入" not in text
        assert desk.post(page).status_code == 422
        assert not Organization.objects.filter(name="甲").exists()

    def test_who_may_not_found_gets_no_door(self, client, community):
        client.force_login(make_post(role="supervisor", organization=community))
        assert client.get(self.url("import")).status_code in (302, 403)
        assert client.get(self.url("import_template")).status_code in (302, 403)


def test_reading_does_not_ask_line_by_line(clerk, community, django_assert_max_num_queries):
    lines = [[f"支部{number}", "小区党支部", "红星社区党委"] for number in range(200)]
    with django_assert_max_num_queries(12):
        look(clerk, *lines)
    with django_assert_max_num_queries(40):
        bring(clerk, *lines)


def test_the_longest_sheet_is_a_dated_setting(clerk):
    ParameterValue.objects.create(
        parameter=Parameter.objects.get(key="import_organizations_max_rows"), value=1, effective_on=timezone.localdate()
    )
    look(clerk, ["甲", "小区党支部", "红星社区党委"])
    with pytest.raises(Refusal, match="一次最多导入 1 行"):
        look(clerk, ["甲", "小区党支部", "红星社区党委"], ["乙", "小区党支部", "红星社区党委"])
