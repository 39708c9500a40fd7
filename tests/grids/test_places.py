"""楼栋: codes nobody gets twice, sheets of them, and grids always in step."""

from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from govern.imports import runs
from govern.spreadsheets import write_sheet
from grids.imports.places import PlaceFilling
from grids.models import Building, Quarter
from grids.services.grids import out_of_step
from grids.services.places import add_buildings, number_buildings, save_building
from tests import factories as make
from tests.races import race

pytestmark = pytest.mark.django_db
HEADS = ["社区", "小区", "楼栋号", "楼栋编码", "社区分网格", "单元数", "层数", "户数", "经度", "纬度", "在用"]


@pytest.fixture
def community():
    return make.make_community(name="红星社区")


@pytest.fixture
def quarter(community):
    return make.make_quarter(community, name="翡翠湾")


@pytest.fixture
def grid(community):
    return make.make_grid(community, name="一网格")


@pytest.fixture
def clerk(community, client):
    user = make.make_post(organization=community.organization)
    client.force_login(user)
    return user


def sheet(*lines):
    stream = BytesIO()
    write_sheet(stream, "楼栋", HEADS, lines)
    return stream.getvalue()


def look(user, *lines):
    return runs.preview(PlaceFilling(user), sheet(*lines))


def errors(user, *lines):
    return {row.number - 1: dict(row.errors) for row in look(user, *lines).bad}


def bring(user, *lines):
    found = runs.run(PlaceFilling(user), sheet(*lines))
    assert {row.number: row.errors for row in found.bad} == {}
    assert not out_of_step().exists()
    return found


class TestCodes:
    def test_generated_when_blank_and_never_given_again(self, quarter, grid, clerk):
        codes = []
        for name in ("1栋", "2栋"):
            row = save_building(Building(quarter=quarter, name=name), grid=grid, actor=clerk)
            codes.append(row.code)
        assert codes == [f"{quarter.community.code}{number:05}" for number in (1, 2)]
        assert not out_of_step().exists()

    def test_at_the_end_of_the_numbers_a_gap_is_looked_for(self, quarter, clerk):
        make.make_building(quarter, code=f"{quarter.community.code}99999")
        row = save_building(Building(quarter=quarter, name="1栋"), grid=None, actor=clerk)
        assert row.code.endswith("00001")

    def test_many_at_once_those_there_are_skipped(self, quarter, grid, clerk):
        make.make_building(quarter, name="2栋")
        rows = add_buildings(quarter, first=1, last=4, grid=grid, actor=clerk)
        assert [row.name for row in rows] == ["1栋", "3栋", "4栋"] and len({row.code for row in rows}) == 3
        assert not out_of_step().exists()
        for first, last in ((3, 1), (0, 5), (1, 201)):
            with pytest.raises(ValidationError):
                add_buildings(quarter, first=first, last=last, actor=clerk)
        with pytest.raises(PermissionDenied):
            add_buildings(quarter, first=9, last=9, actor=make.make_post(role="auditor"))

    def test_a_quarter_is_numbered_by_place_or_by_name(self, quarter, clerk):
        rows = [make.make_building(quarter, name=name) for name in ("10栋", "2栋", "1栋")]
        old = {row.code for row in rows}
        assert [row.name for row in number_buildings(quarter, actor=clerk)] == ["1栋", "2栋", "10栋"]
        new = list(quarter.buildings.order_by("code").values_list("name", "code"))
        assert [name for name, _ in new] == ["1栋", "2栋", "10栋"] and not old & {code for _, code in new}
        for place, row in enumerate(rows):
            Building.objects.filter(pk=row.pk).update(longitude=116 + place / 100, latitude=39)
        assert [row.name for row in number_buildings(quarter, actor=clerk)] == ["10栋", "2栋", "1栋"]

    @pytest.mark.postgres
    @pytest.mark.django_db(transaction=True)
    def test_two_who_add_at_once_get_codes_of_their_own(self, quarter, clerk):
        other = make.make_quarter(quarter.community)
        race(*(lambda each=each: add_buildings(each, first=1, last=30, actor=clerk) for each in (quarter, other)))
        assert Building.objects.count() == 60


class TestForms:
    def add(self, client, model="building", **fields):
        response = client.post(reverse(f"admin:grids_{model}_add"), fields)
        return response.context["adminform"].form.errors if response.status_code == 200 else {}

    def test_errors_stand_beside_their_field(self, client, quarter, grid, clerk):
        foreign = make.make_grid(name="别的网格")
        row = {"quarter": quarter.pk, "name": "3栋", "units_count": 3, "floors_count": 6, "households": 36}
        assert "一起填" in self.add(client, **row, longitude="116.4")["latitude"][0]
        assert "填反了" in self.add(client, **row, longitude="39.9", latitude="116.4")["longitude"][0]
        assert "不在中国" in self.add(client, **row, longitude="1", latitude="1")["longitude"][0]
        assert "grid" in self.add(client, **row, grid=foreign.pk)
        assert self.add(client, **row, grid=grid.pk, longitude="116.4", latitude="39.9", is_active="on") == {}
        made = Building.objects.get(name="3栋")
        assert (made.code, made.grid, made.longitude) == (f"{quarter.community.code}00001", grid, 116.4)
        assert not out_of_step().exists()

    def test_a_change_of_grid_in_the_form_keeps_the_stays_in_step(self, client, quarter, grid, clerk):
        made = save_building(Building(quarter=quarter, name="3栋"), grid=grid, actor=clerk)
        other = make.make_grid(quarter.community, name="二网格")
        row = {"quarter": quarter.pk, "name": "3栋", "code": made.code, "units_count": 1, "floors_count": 6}
        client.post(reverse("admin:grids_building_change", args=[made.pk]), row | {"households": 0, "grid": other.pk})
        made.refresh_from_db()
        assert made.grid == other and not out_of_step().exists()
        assert other.events.get().reason == "在楼栋页面修改"

    def test_chosen_buildings_are_moved_on_a_page_of_their_own(self, client, quarter, grid, clerk):
        rows = add_buildings(quarter, first=1, last=3, actor=clerk)
        chosen = {"action": "move_to_grid", "_selected_action": [row.pk for row in rows]}
        page = client.post(reverse("admin:grids_building_changelist"), chosen).url
        assert client.get(page).status_code == 200
        refused = client.post(page, {"grid": grid.pk, "reason": "", "on": "2026-01-01"})
        assert refused.status_code == 422 and "请写明依据或原因".encode() in refused.content
        client.post(page, {"grid": grid.pk, "reason": "划片", "on": ""})
        assert not grid.buildings.exists()
        client.post(page, {"grid": grid.pk, "reason": "划片", "on": f"{timezone.localdate()}"})
        assert grid.buildings.count() == 3 and not out_of_step().exists()

    def test_codes_begin_with_the_place_above(self, client, community, clerk):
        client.force_login(make.make_superuser())
        row = {"name": "新街道", "code": "999999001", "district": community.street.district_id}
        assert "前 6 位" in self.add(client, "street", **row)["code"][0]
        row = {"name": "新社区", "code": "1" * 12, "street": community.street_id, "households": 0}
        assert "前 9 位" in self.add(client, "community", **row)["code"][0]

    def test_acts_on_a_quarter(self, client, quarter, clerk):
        page = reverse("admin:grids_quarter_add_buildings_form", args=[quarter.pk])
        assert client.get(page).status_code == 200
        row = {"first": 1, "last": 3, "suffix": "号楼", "units_count": 2, "floors_count": 6}
        assert client.post(page, row | {"last": "x"}).status_code == 422
        assert client.post(page, row).status_code == 302 and quarter.buildings.count() == 3
        assert client.post(reverse("admin:grids_quarter_number_buildings_form", args=[quarter.pk])).status_code == 302
        other = make.make_quarter()
        assert client.get(reverse("admin:grids_quarter_add_buildings_form", args=[other.pk])).status_code == 404

    def test_an_address_finds_it_in_the_list_and_in_choices(self, client, quarter, clerk):
        three, _ = make.make_building(quarter, name="3栋"), make.make_building(quarter, name="13栋")
        for words in ("翡翠湾三号楼2-501", "翡翠湾3栋", three.code):
            found = client.get(reverse("admin:grids_building_changelist"), {"q": words}).context["cl"].result_list
            assert list(found) == [three], words
        found = client.get(reverse("grids:building_find"), {"address": "翡翠湾3栋2单元501"}).json()["hits"]
        assert [(hit["id"], hit["unit"], hit["room"]) for hit in found] == [(three.pk, "2", "501")]
        part = client.get(reverse("grids:building_find"), {"address": "翡翠湾3栋"}, HTTP_HX_REQUEST="true")
        assert f'value="{three.pk}" checked'.encode() in part.content
        client.logout()
        assert client.get(reverse("grids:building_find"), {"address": "翡翠湾3栋"}).status_code == 302


class TestSheet:
    def test_new_quarters_buildings_and_what_they_hold(self, community, quarter, grid, clerk):
        found = bring(
            clerk,
            ["红星社区", "翡翠湾", "1栋", "", "一网格", 3, 6, 36, 116.4, 39.9, "是"],
            [community.code, "碧水湾", "1栋", "", grid.code, "2", "11", "44户"[:2]],
            ["红星社区", "碧水湾", "2栋", f"{community.code}00009"],
        )
        assert found.new_count == 3 and found.rows[1].details == ["小区“碧水湾”也是新的"]
        rows = {str(row): row for row in Building.objects.all()}
        assert set(rows) == {"翡翠湾1栋", "碧水湾1栋", "碧水湾2栋"} and Quarter.objects.count() == 2
        assert (rows["翡翠湾1栋"].grid, rows["翡翠湾1栋"].households, rows["翡翠湾1栋"].longitude) == (grid, 36, 116.4)
        assert rows["碧水湾2栋"].code.endswith("00009") and rows["翡翠湾1栋"].search_name == "1"

    def test_every_bad_row_and_nothing_is_written(self, community, quarter, grid, clerk):
        make.make_community(name="青松社区")
        three = make.make_building(quarter, name="3栋")
        told = errors(
            clerk,
            ["红星社区", "翡翠湾", "1栋"],
            ["青松社区", "翡翠湾", "1栋"],
            ["红星社区", "翡翠湾", ""],
            ["红星社区", "翡翠湾", "三号楼"],
            ["红星社区", "翡翠湾小区", "9栋"],
            ["红星社区", "翡翠湾", "8栋", "", "没有的网格"],
            ["红星社区", "翡翠湾", "7栋", "", "", "x", -1, 99.5],
            ["红星社区", "翡翠湾", "6栋", "", "", 1, 6, 1, 116.4],
            ["红星社区", "翡翠湾", "5栋", "1" * 17],
            ["红星社区", "翡翠湾", "1幢"],
            ["红星社区", "碧水湾", "3栋", three.code],
            ["红星社区", "翡翠湾", "4栋", "", "", 1, 6, 1, 39.9, 116.4],
        )
        assert set(told) == {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}
        assert "已有“3栋”" in told[4]["楼栋号"] and "已有“翡翠湾”" in told[5]["小区"]
        assert set(told[7]) == {"单元数", "层数", "户数"} and "和第 2 行重复" in told[10]["整行"]
        assert Building.objects.count() == 1

    def test_what_goes_out_comes_back_unchanged_and_edited_it_changes(self, client, community, quarter, grid, clerk):
        add_buildings(quarter, first=1, last=3, grid=grid, actor=clerk)
        content = client.get(reverse("admin:grids_building_export")).content
        assert runs.preview(PlaceFilling(clerk), content).same_count == 3
        book = load_workbook(BytesIO(content))
        heads = [cell.value for cell in book.active[1]]
        other = make.make_grid(community, name="二网格")
        for head, value in (("楼栋号", "甲栋"), ("社区分网格", "二网格"), ("户数", 99), ("在用", "否")):
            book.active.cell(2, heads.index(head) + 1, value)
        stream = BytesIO()
        book.save(stream)
        found = runs.run(PlaceFilling(clerk), stream.getvalue())
        assert (found.bad, found.changed_count, found.same_count) == ([], 1, 2)
        row = Building.objects.get(name="甲栋")
        assert (row.grid, row.households, row.is_active, row.search_name) == (other, 99, False, "甲")
        assert not out_of_step().exists()

    def test_by_the_pages(self, client, community, clerk):
        file = SimpleUploadedFile("a.xlsx", sheet(["红星社区", "翡翠湾", "1栋"]))
        page = client.post(reverse("admin:grids_building_import"), {"file": file}).url
        assert "翡翠湾".encode() in client.get(page).content
        client.post(page)
        client.post(page)
        assert Building.objects.count() == 1
        assert client.get(reverse("admin:grids_building_import_template")).status_code == 200
        client.force_login(make.make_post(role="auditor"))
        assert client.get(reverse("admin:grids_building_import")).status_code == 403
