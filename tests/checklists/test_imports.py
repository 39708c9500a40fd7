"""Cells as people type them, files as they come, and what each list makes of a line."""

import zipfile
from datetime import date, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from accounts.imports import phone
from checklists.imports import FILLINGS
from checklists.models import Need, Resource
from govern.imports import cells, runs
from govern.imports.cells import Refusal
from govern.imports.workbooks import EXAMPLE, lines_of, template
from tests import factories
from tests.checklists.lists import make_activity, make_project, workbook

NEED_HEADS = ("社区", "小区", "楼栋", "类别", "内容", "来源", "提出日期", "联系人", "电话", "转办单号", "服务对象/人数")


class TestCells:
    @pytest.mark.parametrize(
        ("value", "found"),
        [
            ("2026-11-22", date(2026, 11, 22)),
            ("2026/1/2", date(2026, 1, 2)),
            ("2026.11.22", date(2026, 11, 22)),
            ("2026年11月22日", date(2026, 11, 22)),
            (datetime(2026, 11, 22, 8), date(2026, 11, 22)),
            (46348, date(2026, 11, 22)),
        ],
    )
    def test_a_date_is_read_however_it_was_kept(self, value, found):
        assert cells.day(value) == found

    @pytest.mark.parametrize("value", ["明天", "2026-13-01", "2026-02-30", "22-11-2026", -1, "1890-01-01", True, ""])
    def test_what_is_no_date_says_what_was_typed(self, value):
        with pytest.raises(Refusal, match="日期要写成"):
            cells.day(value)

    @pytest.mark.parametrize("value", [13800001234, 13800001234.0, "138 0000 1234", "+86138-0000-1234"])
    def test_a_phone_that_excel_made_a_number_is_one(self, value):
        assert phone(value) == "13800001234"

    @pytest.mark.parametrize("value", ["138****1234", 1380000, "12800001234", "电话"])
    def test_what_is_no_phone_is_refused(self, value):
        with pytest.raises(Refusal):
            phone(value)

    def test_a_span_of_time_and_one_of_days(self):
        starts, ends = cells.span("2026-11-28 14:00—16:00")
        assert (starts, ends) == (factories.at("2026-11-28 14:00"), factories.at("2026-11-28 16:00"))
        assert cells.span("2026年11月28日 22:00 至 2026年11月29日 1:30")[1] == factories.at("2026-11-29 01:30")
        assert cells.days("2026-03-01 / 2026-11-30") == (date(2026, 3, 1), date(2026, 11, 30))
        for wrong in (
            "2026-11-28",
            "2026-11-28 16:00—14:00",
            "14:00—16:00",
            "2026-11-28 25:00—26:00",
            "0001-01-01 08:00—09:00",
        ):
            with pytest.raises(Refusal):
                cells.span(wrong)

    def test_numbers_and_money(self):
        assert cells.count("30 人") == 30
        assert cells.count(30.0) == 30
        assert str(cells.money("预算 30,000.50 元，已用 3.00 元")) == "30000.50"
        for wrong in ("-1", "1.5", "很多", "NaN", "Infinity", "1e999999999", "99999999999"):
            with pytest.raises(Refusal):
                cells.count(wrong)
        for wrong in ("3 万", "9" * 40):
            with pytest.raises(Refusal):
                cells.money(wrong)

    def test_the_mark_that_export_puts_before_a_formula_comes_off(self):
        assert cells.text("'=1+1") == "=1+1"
        assert cells.text("'单引号") == "'单引号"


@pytest.fixture
def community(db):
    return factories.make_community()


@pytest.fixture
def clerk(community):
    return factories.make_post(role="community_staff", organization=community.organization)


@pytest.fixture
def kind(db):
    return factories.make_category("喷泉维护")


def need_line(kind, **changes):
    line = {
        "类别": f"{kind.parent} · {kind}",
        "内容": "水龙头关不紧。",
        "来源": "走访",
        "联系人": "张阿姨",
        "电话": 13800001234,
        **changes,
    }
    return [line.get(head, "") for head in NEED_HEADS]


class TestFiles:
    def read(self, clerk, content, most=100):
        return lines_of(content, FILLINGS["needs"](clerk), most=most)

    def refusal(self, clerk, content, **options):
        with pytest.raises(Refusal) as caught:
            self.read(clerk, content, **options)
        return str(caught.value)

    def test_lines_keep_their_numbers_below_a_title_and_blank_lines(self, clerk, kind):
        content = workbook(["红星社区需求清单"], NEED_HEADS, [], need_line(kind), ["", ""], need_line(kind))
        lines, unknown = self.read(clerk, content)
        assert [number for number, _ in lines] == [4, 6]
        assert unknown == []

    def test_a_column_that_nobody_knows_is_named(self, clerk, kind):
        lines, unknown = self.read(clerk, workbook([*NEED_HEADS, "备注二"], [*need_line(kind), "x"]))
        assert unknown == ["备注二"]

    @pytest.mark.parametrize(
        ("content", "words"), [(b"", "xlsx"), (b"a,b\n1,2", "xlsx"), (b"\xd0\xcf\x11\xe0", "xlsx")]
    )
    def test_another_kind_of_file_is_refused(self, clerk, content, words):
        assert words in self.refusal(clerk, content)

    def test_a_zip_that_is_no_workbook_and_xml_with_definitions_are_refused(self, clerk):
        for name, text in (("a.txt", "x"), ("xl/workbook.xml", '<!DOCTYPE x [<!ENTITY a "b">]><x/>')):
            stream = BytesIO()
            with zipfile.ZipFile(stream, "w") as package:
                package.writestr(name, text)
            assert "Excel" in self.refusal(clerk, stream.getvalue())

    def test_a_bomb_is_refused_before_it_is_unpacked(self, clerk):
        stream = BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("xl/workbook.xml", "<x/>")
            package.writestr("xl/worksheets/sheet1.xml", b" " * (101 * 1024 * 1024))
        assert "太大" in self.refusal(clerk, stream.getvalue())

    def test_the_heads_of_another_list_lead_there(self, clerk):
        words = self.refusal(clerk, workbook(["提供单位", "资源名称", "类别", "数量", "可用时间"], ["a"]))
        assert "资源清单里导入" in words

    def test_missing_heads_are_named(self, clerk):
        assert "联系人、电话" in self.refusal(clerk, workbook(["类别", "内容", "来源"], ["a", "b", "c"]))
        assert "没有找到" in self.refusal(clerk, workbook(["公司", "名字"], ["a", "b"]))

    def test_an_empty_sheet_and_a_too_long_one_are_refused(self, clerk, kind):
        assert "没有要导入的内容" in self.refusal(clerk, workbook(NEED_HEADS))
        assert "最多导入 1 行" in self.refusal(clerk, workbook(NEED_HEADS, *[need_line(kind)] * 2), most=1)

    def test_formulas_and_merged_cells_are_named_by_their_place(self, clerk, kind):
        formula = workbook(NEED_HEADS, need_line(kind, 内容='=HYPERLINK("http://x")'))
        assert "E2是公式" in self.refusal(clerk, formula)
        merged = workbook(NEED_HEADS, need_line(kind), need_line(kind), edit=lambda sheet: sheet.merge_cells("A2:A3"))
        assert "A2:A3 是合并单元格" in self.refusal(clerk, merged)

    def test_a_merged_title_above_the_heads_does_no_harm(self, clerk, kind):
        content = workbook(["标题"], NEED_HEADS, need_line(kind), edit=lambda sheet: sheet.merge_cells("A1:H1"))
        assert len(self.read(clerk, content)[0]) == 1


class TestTemplates:
    @pytest.mark.parametrize("key", FILLINGS)
    def test_the_example_alone_imports_nothing_and_without_its_mark_is_good(self, key, clerk, community, kind):
        factories.make_unit(community.organization)
        building = factories.make_building(factories.make_quarter(community, name="锦绣苑"), name="3栋")
        assert building
        content = template(FILLINGS[key](clerk))
        with pytest.raises(Refusal, match="没有要导入的内容"):
            runs.preview(FILLINGS[key](clerk), content)
        book = load_workbook(BytesIO(content))
        sheet = book.active
        sheet["A2"] = sheet["A2"].value.removeprefix(EXAMPLE)
        stream = BytesIO()
        book.save(stream)
        found = runs.preview(FILLINGS[key](clerk), stream.getvalue())
        assert [row.errors for row in found.bad] == []
        assert found.new_count == 1
        assert sheet.data_validations.dataValidation

    def test_offers_only_what_is_the_users(self, clerk, community):
        factories.make_unit(factories.make_community().organization, name="别处的单位")
        own = factories.make_unit(community.organization, name="我们的单位")
        field = FILLINGS["resources"](clerk).fields[0]
        assert field.options == (own.name,)


class TestNeeds:
    def rows(self, clerk, *lines):
        return runs.preview(FILLINGS["needs"](clerk), workbook(NEED_HEADS, *lines)).rows

    def errors(self, clerk, *lines):
        return [dict(row.errors) for row in self.rows(clerk, *lines)]

    def test_every_wrong_cell_of_a_line_is_told_at_once(self, clerk, kind):
        (errors,) = self.errors(clerk, need_line(kind, 类别="没有", 来源="网页", 提出日期="明天", 电话=138, 内容=""))
        assert set(errors) == {"类别", "来源", "提出日期", "电话", "内容"}

    def test_a_foreign_community_and_building_are_unknown(self, clerk, kind):
        other = factories.make_building(factories.make_quarter(factories.make_community(), name="别处"), name="1栋")
        errors = self.errors(
            clerk,
            need_line(kind, 社区=str(other.quarter.community)),
            need_line(kind, 小区="别处", 楼栋="1栋"),
            need_line(kind, 楼栋="1栋"),
        )
        assert [set(each) for each in errors] == [{"社区"}, {"楼栋"}, {"小区"}]

    def test_the_same_line_twice_and_a_known_transfer_are_refused(self, clerk, kind, community):
        factories.make_need(community=community, category=kind, external_code="12345-1")
        errors = self.errors(
            clerk, need_line(kind), need_line(kind), need_line(kind, 转办单号="12345-1"), need_line(kind, 转办单号="A1")
        )
        assert errors == [{}, {"整行": "和第 2 行重复。"}, {"转办单号": "这张转办单已经登记过。"}, {}]

    def test_days_to_come_are_refused(self, clerk, kind):
        assert self.errors(clerk, need_line(kind, 提出日期="2099-01-01")) == [{"提出日期": "不能是今天以后的日期。"}]

    def test_runs_through_the_door_with_its_own_clock(self, clerk, kind, community):
        building = factories.make_building(factories.make_quarter(community, name="锦绣苑"), name="3栋")
        line = need_line(kind, 小区="锦绣苑", 楼栋="3栋", 提出日期="2026-11-02", **{"服务对象/人数": "老年人/3人"})
        found = runs.run(FILLINGS["needs"](clerk), workbook(NEED_HEADS, line))
        assert found.bad == []
        need = Need.objects.get()
        assert (need.building, need.filed_by, need.channel, need.people_count) == (building, clerk, "visit", 3)
        assert need.submitted_at == factories.at("2026-11-02 09:00")
        assert need.contact_phone == "13800001234"
        assert need.events.get().actor == clerk

    def test_an_exported_line_with_a_code_is_left_alone(self, clerk, kind):
        content = workbook([*NEED_HEADS, "编号"], [*need_line(kind), "K7M2-9QXD"])
        assert runs.preview(FILLINGS["needs"](clerk), content).same_count == 1


RESOURCE_HEADS = ("提供单位", "资源名称", "类别", "主要类别", "数量", "可用时间", "开放对象", "条件", "有效期")


class TestResources:
    def test_a_new_one_and_a_changed_one(self, clerk, community, kind):
        unit = factories.make_unit(community.organization)
        known = factories.make_resource(unit, kind, name="会议室", conditions="自带茶水")
        content = workbook(
            RESOURCE_HEADS,
            [unit.name, "合唱教室", "场地设施", kind.name, "每周20人", "周一上午、周三下午", "所有居民", "", "长期"],
            [unit.name, "会议室", "", "", "每月9人", "", "", "", "2027-01-31"],
        )
        found = runs.preview(FILLINGS["resources"](clerk), content)
        assert [row.action for row in found.rows] == ["new", "changed"]
        assert "名额：5 → 9" in found.rows[1].details
        assert runs.run(FILLINGS["resources"](clerk), content).bad == []
        known.refresh_from_db()
        assert (known.capacity, known.conditions, known.valid_until) == (9, "自带茶水", date(2027, 1, 31))
        new = Resource.objects.get(name="合唱教室")
        assert (new.capacity, new.period, new.availability) == (20, "week", 1 << 0 | 1 << 5)

    def test_a_foreign_unit_is_unknown(self, clerk, kind):
        foreign = factories.make_resource()
        content = workbook(RESOURCE_HEADS, [foreign.unit.name, foreign.name, "", "", "每月1人"])
        (row,) = runs.preview(FILLINGS["resources"](clerk), content).rows
        assert dict(row.errors).keys() == {"提供单位"}

    def test_what_was_exported_comes_back_as_unchanged(self, clerk, community, client):
        unit = factories.make_unit(community.organization)
        factories.make_liaison(unit)
        factories.make_resource(unit, availability=3, conditions="=提前预约", valid_until=date(2027, 1, 1))
        client.force_login(clerk)
        exported = client.get("/admin/checklists/resource/export/")
        found = runs.preview(FILLINGS["resources"](clerk), b"".join(exported.streaming_content))
        assert [(row.action, row.details) for row in found.rows] == [("same", [])]
        assert found.unknown == []


class TestActivitiesAndProjects:
    def test_an_activity_is_planned_and_one_that_is_there_is_left_alone(self, clerk, community):
        known = make_activity(community)
        unit = factories.make_unit(community.organization)
        heads = ["活动名称", "时间", "地点", "轮值单位", "参与单位"]
        content = workbook(
            heads,
            ["义诊", "2026-12-01 9:00—11:00", "广场", "", unit.name],
            [known.name, "2026-11-28 14:00—16:00", "广场"],
            ["戏曲", "2026-12-02 9:00—11:00", "广场", "别处的单位"],
        )
        found = runs.preview(FILLINGS["activities"](clerk), content)
        assert [row.action for row in found.rows] == ["new", "same", "bad"]
        assert (
            runs.run(
                FILLINGS["activities"](clerk), workbook(heads, ["义诊", "2026-12-01 9:00—11:00", "广场", "", unit.name])
            ).bad
            == []
        )
        activity = community.activities.get(name="义诊")
        assert list(activity.joint_units.all()) == [unit]
        assert activity.status == "planned"
        assert activity.events.get().actor == clerk

    def test_a_project_is_proposed_with_its_needs(self, clerk, community):
        known, need = make_project(community), factories.make_need(community=community)
        foreign = factories.make_need()
        heads = ["项目名称", "要解决的问题", "开始/完成时限", "经费", "对应需求编号"]
        good = ["楼道照明", "没有灯", "2026-03-01 / 2026-11-30", "30,000", need.spoken_code]
        content = workbook(
            heads,
            good,
            [known.name, "没有灯", "2026-03-01/2026-11-30"],
            ["老年食堂", "没有饭", "2026-11-30/2026-03-01", 1, foreign.spoken_code],
        )
        found = runs.preview(FILLINGS["projects"](clerk), content)
        assert [row.action for row in found.rows] == ["new", "same", "bad"]
        assert dict(found.rows[2].errors).keys() == {"对应需求编号"}
        assert runs.run(FILLINGS["projects"](clerk), workbook(heads, good)).bad == []
        project = community.projects.get(name="楼道照明")
        assert list(project.needs.all()) == [need]
        assert project.number.startswith(community.code)
