"""A grid's page, as of any day; split and merged with a look ahead; the list with what is missing."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from grids.models import Duty, Grid
from grids.services.grids import dissolve_grid, move_buildings, open_stays
from organizations.models import ParameterValue
from tests import factories as make

pytestmark = pytest.mark.django_db
SINCE = date(2025, 1, 1)


@pytest.fixture
def community():
    return make.make_community(name="红星社区")


@pytest.fixture
def grid(community):
    return make.make_grid(community, name="一网格", founded_on=SINCE, code=f"{community.code}001")


@pytest.fixture
def buildings(community, grid):
    quarter = make.make_quarter(community, name="翡翠湾")
    rows = [make.make_building(quarter, name=f"{place}栋", grid=grid, households=100) for place in range(1, 6)]
    open_stays(rows, SINCE)
    return rows


@pytest.fixture
def staff(community, client):
    user = make.make_post(role="street_staff", organization=community.organization.parent)
    client.force_login(user)
    return user


def url(name, *args):
    return reverse(f"admin:grids_grid_{name}", args=args)


def text(response):
    return response.content.decode()


def today():
    return f"{timezone.localdate()}"


class TestPage:
    def test_facts_people_and_warnings(self, client, grid, buildings, staff):
        make.make_duty(grid=grid, name="李强", starts_on=SINCE)
        page = text(client.get(url("change", grid.pk)))
        for words in ("5 栋 500 户", "李强", "缺网格指导员、网格长", "翡翠湾", "1栋", "拆分网格", "并入别的网格"):
            assert words in page, words
        ParameterValue.objects.filter(parameter__key="grid_max_households").update(value=400)
        assert "综合网格现有 500 户，多于 400 户（规模 300 至 400 户）。" in text(client.get(url("change", grid.pk)))

    def test_as_of_a_day(self, client, grid, buildings, community, staff):
        other = make.make_grid(community, name="二网格", founded_on=SINCE)
        on = date(2026, 3, 1)
        make.make_duty(grid=grid, name="老赵", starts_on=SINCE, ends_on=on - timedelta(days=1))
        move_buildings(buildings[:2], grid=other, reason="划片", on=on, actor=staff)
        now, then = (text(client.get(url("change", grid.pk), {"on": day})) for day in ("", "2026-02-28"))
        assert "翡翠湾" in then and "老赵" in then and "5 栋 500 户" in then
        assert "3 栋 300 户" in now and "老赵" not in now and "移出 2 栋 200 户" in now
        assert "那天这个网格还没有设立" in text(client.get(url("change", grid.pk), {"on": "2024-01-01"}))
        assert client.get(url("change", grid.pk), {"on": "x"}).status_code == 200

    def test_a_grid_over_communities_and_a_total_grid_are_warned_of_softly(self, client, grid, staff):
        grid.communities.add(make.make_community())
        assert "DB6101/T 3185-2024" in text(client.get(url("change", grid.pk)))
        assert "这是区级总网格" in text(client.get(url("change", grid.parent_id)))

    def test_who_sees_and_who_acts(self, client, grid, buildings, community):
        client.force_login(make.make_post(organization=community.organization))
        page = client.get(url("change", grid.pk))
        assert page.status_code == 200 and "您可以查看，不能办理" in text(page)
        assert client.get(url("split", grid.pk)).status_code == 403
        assert client.post(url("act", grid.pk, "rename"), {"name": "x", "reason": "y"}).status_code == 403
        client.force_login(make.make_post(role="street_staff", organization=make.make_organization().parent))
        for address in (url("change", grid.pk), url("split", grid.pk), url("merge", grid.pk), url("edit", grid.pk)):
            assert client.get(address).status_code == 404

    def test_few_questions_however_many_buildings(self, client, grid, buildings, staff):
        def count():
            with CaptureQueriesContext(connection) as queries:
                client.get(url("change", grid.pk))
            return len(queries)

        count()
        before = count()
        for _ in range(5):
            make.make_building(buildings[0].quarter, grid=grid)
            make.make_duty(grid=grid)
        assert count() == before < 45


class TestActs:
    def test_a_new_name_needs_a_reason(self, client, grid, staff):
        refused = client.post(url("act", grid.pk, "rename"), {"name": "第一网格", "reason": ""})
        assert refused.status_code == 422 and "第一网格" in text(refused)
        client.post(url("act", grid.pk, "rename"), {"name": "第一网格", "reason": "统一名称"})
        grid.refresh_from_db()
        assert grid.name == "第一网格" and "名称：一网格 → 第一网格" in text(client.get(url("change", grid.pk)))

    def test_split_looks_ahead_and_then_does_it_once(self, client, grid, buildings, staff):
        leader = make.make_duty(Duty.Kind.LEADER, grid=grid, name="赵", starts_on=SINCE)
        page = url("split", grid.pk)
        assert client.get(page).status_code == 200
        row = {
            "name": "二网格",
            "buildings": [buildings[0].pk, buildings[1].pk],
            f"share_{leader.pk}": "goes",
            "on": today(),
        }
        looked = client.post(page, row | {"look": "1"})
        assert looked.status_code == 200 and Grid.objects.filter(level="community").count() == 1
        for words in (
            "一网格 3 栋 300 户",
            "二网格 2 栋 200 户，少于 300 户",
            "一网格：网格长还没有",
            "二网格：网格长赵",
        ):
            assert words in text(looked), words
        refused = client.post(page, row)
        assert refused.status_code == 422 and "请写明依据或原因" in text(refused) and "二网格" in text(refused)
        done = client.post(page, row | {"reason": "户数过多"})
        new = Grid.objects.get(name="二网格")
        assert done.url == url("change", new.pk) and new.buildings.count() == 2
        stale = client.post(page, row | {"reason": "户数过多"})
        assert stale.status_code == 422 and Grid.objects.filter(level="community").count() == 2

    def test_merge_asks_which_of_two_leaders_goes_on(self, client, grid, buildings, community, staff):
        other = make.make_grid(community, name="二网格", founded_on=SINCE)
        ours = make.make_duty(Duty.Kind.LEADER, grid=grid, name="赵", starts_on=SINCE)
        make.make_duty(Duty.Kind.LEADER, grid=other, name="钱", starts_on=SINCE)
        page, row = url("merge", grid.pk), {"into": other.pk, "reason": "户数少", "on": today()}
        assert "赵（现在是一网格的网格长）" in text(client.get(page))
        refused = client.post(page, row)
        assert refused.status_code == 422 and "都是网格长" in text(refused)
        assert "合并后的二网格 5 栋 500 户" in text(client.post(page, row | {"look": "1"}))
        assert client.post(page, row | {"leader": ours.pk}).url == url("change", other.pk)
        assert "已撤销" in text(client.get(url("change", grid.pk)))
        assert client.post(page, row, follow=True).status_code == 200

    def test_dissolved_only_with_an_heir_for_what_it_holds(self, client, grid, buildings, community, staff):
        page = url("act", grid.pk, "dissolve")
        refused = client.post(page, {"reason": "撤并", "on": today()})
        assert refused.status_code == 422 and "还有楼栋 5 栋" in text(refused)
        other = make.make_grid(community, name="二网格", founded_on=SINCE)
        assert client.post(page, {"reason": "撤并", "on": today(), "heir": other.pk}).status_code == 302
        assert other.buildings.count() == 5
        assert client.post(page, {"reason": "撤并", "on": today()}, follow=True).status_code == 200

    def test_founded_in_the_form_with_a_code_of_its_own(self, client, grid, community, staff):
        row = {"name": "二网格", "code": "", "level": "community", "kind": "general", "parent": grid.parent_id}
        refused = client.post(url("add"), row)
        assert "communities" in refused.context["adminform"].form.errors
        client.post(url("add"), row | {"communities": [community.pk]})
        made = Grid.objects.get(name="二网格")
        assert made.code == f"{community.code}002" and made.events.get().kind == "founded"
        wrong = client.post(url("add"), row | {"communities": [community.pk], "code": "1" * 15})
        assert "前 12 位" in wrong.context["adminform"].form.errors["code"][0]
        wrong = client.post(url("add"), row | {"level": "district", "parent": "", "code": f"{community.code}009"})
        assert "总网格的编码" in wrong.context["adminform"].form.errors["code"][0]

    def test_a_community_whose_buildings_it_holds_stays_covered(self, client, grid, buildings, community, staff):
        other = make.make_community(make.make_organization(parent=community.organization.parent), name="青松社区")
        row = {"name": "一网格", "code": grid.code, "kind": "general", "parent": grid.parent_id}
        refused = client.post(url("edit", grid.pk), row | {"communities": [other.pk]})
        errors = refused.context["adminform"].form.errors
        assert errors["communities"] == ["红星社区还有 5 栋楼在这个网格里，请先调整楼栋。"]
        done = client.post(url("edit", grid.pk), row | {"communities": [community.pk, other.pk]})
        assert done.url == url("change", grid.pk) and grid.communities.count() == 2

    def test_a_communitys_grids_are_numbered_on_its_page(self, client, grid, buildings, community, staff):
        page = reverse("admin:grids_community_number", args=[community.pk])
        refused = client.post(page, {"reason": "统一编号"})
        assert refused.status_code == 422 and "都没有经纬度" in text(refused)


class TestList:
    def test_households_people_and_what_is_missing(self, client, grid, buildings, community, staff):
        make.make_duty(Duty.Kind.LEADER, grid=grid, name="赵", starts_on=SINCE)
        make.make_duty(grid=grid, starts_on=SINCE)
        small = make.make_grid(community, name="小网格")
        market = make.make_grid(community, name="市场", kind="exclusive")
        page = text(client.get(url("changelist")))
        assert "网格长 赵 · 网格员 1 名" in page and "缺网格长、网格员" in page and "0 户，少于 300 户" in page
        shown = {
            name: set(client.get(url("changelist"), {"standing": name}).context["cl"].result_list)
            for name in ("size", "people", "gone", "all")
        }
        assert shown["size"] == {small} and shown["people"] == {small, market} and shown["gone"] == set()
        assert shown["all"] == {grid, small, market, grid.parent}

    def test_the_sheet_says_the_same(self, client, grid, buildings, staff):
        sheet = load_workbook(BytesIO(client.get(url("export")).content)).active
        heads, *rows = sheet.iter_rows(values_only=True)
        [row] = [dict(zip(heads, each, strict=True)) for each in rows if each[0] == grid.name]
        assert (row["覆盖社区"], row["楼栋数"], row["户数"], row["类型"]) == ("红星社区", 5, 500, "综合网格")

    def test_a_dissolved_grid_is_not_chosen_any_more(self, client, grid, community, staff):
        dissolve_grid(make.make_grid(community, name="旧网格"), reason="撤并", actor=staff)
        asked = {"app_label": "grids", "model_name": "building", "field_name": "grid", "term": "网格"}
        found = client.get(reverse("admin:autocomplete"), asked).json()["results"]
        assert {row["text"] for row in found} == {"一网格", "区级总网格"}
