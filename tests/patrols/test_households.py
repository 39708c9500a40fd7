"""走访户 as staff keep the list: masked, revealed by a logged click, read in from a sheet, taken off with a reason."""

from datetime import timedelta
from io import BytesIO

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from govern.imports import runs
from govern.spreadsheets import write_sheet
from patrols.imports.households import HouseholdFilling
from patrols.models import CareHousehold, CheckItem, Round, Visit
from patrols.services.households import end_household, enlist_household
from tests import factories as make
from tests.checklists.residents import words_of

pytestmark = pytest.mark.django_db
HEADS = ["社区", "楼栋", "单元和房号", "姓名", "手机号", "关爱类别", "走访时留意", "列入日期"]
TODAY = timezone.localdate


@pytest.fixture
def building():
    quarter = make.make_quarter(name="翡翠湾")
    return make.make_building(quarter, name="3栋", grid=make.make_grid(quarter.community))


@pytest.fixture
def clerk(building, client):
    user = make.make_post(organization=building.quarter.community.organization)
    client.force_login(user)
    return user


def url(name, *args, model="carehousehold"):
    return reverse(f"admin:patrols_{model}_{name}", args=args)


def line(**changed):
    told = dict.fromkeys(HEADS)
    told.update({"楼栋": "翡翠湾 3栋", "单元和房号": "2单元501", "姓名": "王桂兰", "关爱类别": "独居老人", **changed})
    return list(told.values())


def sheet(*lines):
    stream = BytesIO()
    write_sheet(stream, "走访户", HEADS, lines)
    return stream.getvalue()


class TestVerbs:
    def test_entered_once(self, building, clerk):
        def told():
            return CareHousehold(building=building, room="2单元 501", name="王桂兰", group="disabled")

        enlist_household(told(), actor=clerk)
        with pytest.raises(ValidationError, match="已经在走访名单里"):
            enlist_household(told(), actor=clerk)
        with pytest.raises(PermissionDenied):
            enlist_household(told(), actor=make.make_post(organization=make.make_organization()))

    def test_taken_off_with_a_reason_once(self, building, clerk):
        household = make.make_household(building)
        with pytest.raises(ValidationError):
            end_household(household, reason=" ", actor=clerk)
        for reason in ("搬走", "再点一次"):
            household = end_household(household, reason=reason, actor=clerk)
        assert (household.ends_on, household.ending_reason) == (TODAY(), "搬走")
        assert not CareHousehold.objects.current(TODAY() + timedelta(days=1)).exists()
        with pytest.raises(PermissionDenied):
            end_household(make.make_household(), reason="搬走", actor=clerk)


class TestAdmin:
    def test_masked_until_the_logged_click(self, client, building, clerk):
        household = make.make_household(building, needs_note="听力不好")
        for page in (url("changelist"), url("change", household.pk)):
            text = words_of(client.get(page))
            assert "陈**" in text
            for secret in ("陈桂花", "13911112222", "2单元501", "听力不好"):
                assert secret not in text
        answer = client.post(reverse("accounts:reveal", args=["patrols", "carehousehold", household.pk, "room"]))
        assert answer.status_code in (200, 302)
        assert LogEntry.objects.filter(action=LogEntry.Action.ACCESS, actor=clerk).exists()
        cells = load_workbook(BytesIO(b"".join(client.get(url("export"))))).active.values
        assert not {"陈桂花", "13911112222", "2单元501"} & {cell for row in cells for cell in row}

    def test_empty_keeps_what_is_on_file(self, client, building, clerk):
        household = make.make_household(building)
        typed = {"building": building.pk, "group": "disabled", "starts_on": household.starts_on.isoformat()}
        client.post(url("change", household.pk), {**typed, "name": "陈桂芳"})
        household.refresh_from_db()
        assert (household.name, household.room, household.phone) == ("陈桂芳", "2单元501", "13911112222")
        assert household.group == "disabled"

    def test_list_filters_and_pins_its_queries(self, client, building, clerk, django_assert_max_num_queries):
        for days in (-3, 0, 5, 40):
            make.make_household(building, due_on=TODAY() + timedelta(days=days))
        make.make_household()
        client.get(url("changelist"))
        with django_assert_max_num_queries(17):
            assert "超期 3 天" in words_of(client.get(url("changelist")))
        counts = {
            due: len(client.get(url("changelist"), {"due": due}).context["cl"].result_list)
            for due in ("today", "week", "overdue")
        }
        assert counts == {"today": 2, "week": 3, "overdue": 1}

    def test_taken_off_on_its_page(self, client, building, clerk):
        household = make.make_household(building)
        assert client.post(url("end", household.pk), {"reason": ""}).status_code == 422
        client.post(url("end", household.pk), {"reason": "搬走"})
        assert "搬走" in words_of(client.get(url("end", household.pk)))
        assert client.get(url("end", make.make_household().pk)).status_code == 404


class TestImport:
    def preview(self, clerk, *lines):
        return runs.preview(HouseholdFilling(clerk), sheet(*lines))

    def test_read_in_whole_and_once(self, building, clerk):
        content = sheet(line(手机号=13800000000), line(姓名="李大爷", 关爱类别="低保户"))
        for new, same in ((2, 0), (0, 2)):
            found = runs.run(HouseholdFilling(clerk), content)
            assert (found.bad, found.new_count, found.same_count) == ([], new, same)
        row = CareHousehold.objects.get(group="lonely_elder")
        assert (row.building, row.name, row.phone, row.starts_on) == (building, "王桂兰", "13800000000", TODAY())

    @pytest.mark.parametrize(
        ("changed", "reason"),
        [
            ({"楼栋": "翡翠湾9栋"}, "辖区里没有这栋楼"),
            ({"手机号": "138"}, "手机号要 11 位"),
            ({"关爱类别": "其他人"}, "没有“其他人”这一项"),
            ({"姓名": "王**"}, "带星号的不能导入"),
            ({"姓名": None}, "这一栏要填"),
            ({"社区": "没有的社区"}, "辖区里没有这栋楼"),
        ],
    )
    def test_wrong_lines_are_told(self, building, clerk, changed, reason):
        (row,) = self.preview(clerk, line(**changed)).bad
        assert reason in row.errors[0][1]

    def test_foreign_buildings_are_unknown_and_twins_refused(self, building, clerk):
        make.make_building(make.make_quarter(name="别处"), name="1栋")
        found = self.preview(clerk, line(楼栋="别处1栋"), line(), line())
        assert [row.number for row in found.bad] == [2, 4]


class TestReadOnlyLists:
    def test_visits_and_rounds(self, client, building, clerk, django_assert_max_num_queries):
        worker = make.make_worker_of(building.grid)
        household, now = make.make_household(building), timezone.now()
        for finding in ("well", "watch", "urgent"):
            Visit.objects.create(household=household, visitor=worker, visited_at=now, finding=finding, note="血压高")
        walk = Round.objects.create(grid=building.grid, walker=worker, walked_at=now)
        walk.checks.create(item=CheckItem.objects.create(text="消防通道"), is_fine=False)
        for model, words in (("visit", "需要关注"), ("round", "1 项有问题")):
            client.get(url("changelist", model=model))
            with django_assert_max_num_queries(16):
                text = words_of(client.get(url("changelist", model=model)))
            assert words in text and "陈桂花" not in text
            assert client.get(url("export", model=model))["Content-Type"].endswith("sheet")
            assert client.get(url("add", model=model)).status_code == 403
        text = words_of(client.get(url("change", Visit.objects.first().pk, model="visit")))
        assert "血压高" not in text and "消防通道" in words_of(client.get(url("change", walk.pk, model="round")))
        assert not Round.objects.visible_to(make.make_post(organization=make.make_organization())).exists()

    def test_check_items_of_the_own_community(self, client, building, clerk):
        community = building.quarter.community
        typed = {"text": "电动车飞线", "community": community.pk, "every_days": 1, "order": 5, "is_active": "on"}
        client.post(url("add", model="checkitem"), typed)
        assert CheckItem.objects.filter(community=community).exists()
        client.post(url("add", model="checkitem"), {**typed, "community": "", "text": "全部社区的"})
        assert not CheckItem.objects.filter(text="全部社区的").exists()
