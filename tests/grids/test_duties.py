"""Who is on duty: one leader a grid and a day, changed in one step."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from govern.spreadsheets import write_sheet
from grids.models import Duty
from grids.services.duties import appoint, end_duty, succeed
from tests import factories as make
from tests.races import race, won

pytestmark = pytest.mark.django_db
Kind = Duty.Kind
TODAY = timezone.localdate


def day(number):
    return TODAY() + timedelta(days=number)


@pytest.fixture
def grid():
    return make.make_grid(make.make_community(), name="红星第一网格")


@pytest.fixture
def clerk(grid, client):
    user = make.make_post(organization=grid.communities.get().organization)
    client.force_login(user)
    return user


@pytest.fixture
def leader(grid):
    return make.make_duty(Kind.LEADER, grid=grid, name="李强", phone="13812345678", starts_on=day(-90))


def new(kind=Kind.LEADER, **fields):
    return Duty(**{"kind": kind, "name": "王敏", "phone": "13911112222", "starts_on": day(0), **fields})


class TestOneLeader:
    def test_a_day_even_where_terms_have_an_end(self, grid, leader, clerk):
        Duty.objects.filter(pk=leader.pk).update(ends_on=day(5))
        with pytest.raises(ValidationError) as refusal:
            appoint(new(grid=grid), actor=clerk)
        assert "红星第一网格已有网格长李强" in refusal.value.message_dict["grid"][0]
        assert appoint(new(grid=grid, starts_on=day(6)), actor=clerk).pk
        assert appoint(new(Kind.WORKER, grid=grid), actor=clerk).pk
        assert appoint(new(Kind.WORKER, grid=grid, area="5至8栋"), actor=clerk).pk

    def test_a_building_has_one_head(self, grid, clerk):
        building = make.make_building(make.make_quarter(grid.communities.get()))
        appoint(new(Kind.BUILDING_HEAD, building=building), actor=clerk)
        with pytest.raises(ValidationError) as refusal:
            appoint(new(Kind.BUILDING_HEAD, building=building, starts_on=day(-3), ends_on=day(3)), actor=clerk)
        assert set(refusal.value.error_dict) == {"building"}

    def test_out_of_reach_is_refused(self, clerk):
        with pytest.raises(PermissionDenied):
            appoint(new(grid=make.make_grid()), actor=clerk)
        assert not Duty.objects.exists()


class TestSuccession:
    def test_the_old_one_ends_the_day_before(self, leader, clerk):
        heir = succeed(leader, name="王敏", phone="13911112222", actor=clerk)
        assert succeed(leader, name="王敏", phone="13911112222", actor=clerk) == heir
        leader.refresh_from_db()
        assert (leader.ends_on, heir.starts_on, heir.ends_on) == (day(-1), day(0), None)
        assert Duty.objects.current().get(kind=Kind.LEADER) == heir

    def test_refusals_stand_beside_their_field(self, leader, clerk):
        table = [
            ({"phone": leader.phone}, "phone"),
            ({"phone": "123"}, "phone"),
            ({"starts_on": day(-90)}, "starts_on"),
        ]
        for fields, field in table:
            with pytest.raises(ValidationError) as refusal:
                succeed(leader, actor=clerk, **({"name": "王敏", "phone": "13911112222"} | fields))
            assert set(refusal.value.error_dict) == {field}
        leader.refresh_from_db()
        assert leader.ends_on is None

    def test_open_work_goes_to_whoever_answers_now(self, leader, clerk):
        user = make.make_user("王敏")
        assert leader not in Duty.objects.answered_by(user)
        heir = succeed(leader, name="王敏", phone="13911112222", user=user, actor=clerk)
        assert set(Duty.objects.answered_by(user)) == {leader, heir}

    def test_ended_twice_is_ended_once(self, leader, clerk):
        end_duty(leader, actor=clerk)
        end_duty(leader, on=day(3), actor=clerk)
        leader.refresh_from_db()
        assert leader.ends_on == day(0)
        with pytest.raises(PermissionDenied):
            end_duty(leader, actor=make.make_post(organization=make.make_organization()))


class TestNotice:
    def test_names_and_phones_by_kind_and_by_consent(self):
        table = [
            (Kind.WORKER, None, ("王敏", "13911112222")),
            (Kind.LEADER, False, ("王敏", "")),
            (Kind.ADVISER, None, ("王敏", "")),
            (Kind.BUILDING_HEAD, None, ("王*", "")),
            (Kind.SECURITY, True, ("王*", "13911112222")),
        ]
        for kind, consent, shown in table:
            duty = new(kind, publishes_phone=consent)
            assert (duty.notice_name, duty.notice_phone) == shown, kind


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_two_leaders_at_once_are_one(self, grid, clerk):
        for number in range(5):
            Duty.objects.all().delete()
            # Terms with an end are out of the constraint's sight: the lock alone holds them apart.
            rows = [new(grid=grid, phone=f"1391111000{at}", ends_on=day(30 + number)) for at in range(3)]
            assert len(won(race(*[lambda row=row: appoint(row, actor=clerk) for row in rows]))) == 1
            assert Duty.objects.count() == 1

    def test_two_successors_at_once_are_one(self, leader, clerk):
        phones = ("13911110001", "13911110002")
        results = race(*[lambda phone=phone: succeed(leader, name="新", phone=phone, actor=clerk) for phone in phones])
        assert len(won(results)) == 1
        assert Duty.objects.current().filter(kind=Kind.LEADER).count() == 1


def url(name, *args):
    return reverse(f"admin:grids_duty_{name}", args=args)


class TestPage:
    def test_the_leader_is_changed_in_one_step(self, leader, clerk, client):
        row = {"name": "王敏", "phone": "13911112222", "starts_on": f"{day(0)}"}
        answer = client.post(url("act", leader.pk, "succeed"), row)
        heir = Duty.objects.get(name="王敏")
        assert answer.url == url("change", heir.pk)
        assert client.post(url("act", leader.pk, "succeed"), row).url == url("change", heir.pk)
        refused = client.post(url("act", heir.pk, "succeed"), row | {"phone": "139"})
        assert refused.status_code == 422
        assert "手机号要 11 位" in refused.content.decode()

    def test_leave_is_asked_for_here(self, leader, clerk, client, grid):
        other = make.make_duty(grid=grid, name="丁一", starts_on=day(-9))
        page = client.get(url("change", leader.pk)).content.decode()
        assert "网格员 丁一（红星第一网格）" in page
        row = {"stand_in": other.pk, "starts_on": f"{day(0)}", "ends_on": f"{day(2)}", "reason": "年假"}
        assert client.post(url("act", leader.pk, "leave"), row).status_code == 302
        assert "请假，丁一 代班" in client.get(url("changelist")).content.decode()
        refused = client.post(url("act", leader.pk, "leave"), row | {"ends_on": f"{day(9)}"})
        assert refused.status_code == 422
        assert "已登记请假，由丁一代班。" in refused.content.decode()

    def test_an_account_with_the_same_phone_is_theirs(self, grid, clerk):
        user = make.make_user("王敏", phone="13911112222")
        assert appoint(new(grid=grid), actor=clerk).user == user

    def test_foreign_pages_are_not_there(self, leader, client):
        client.force_login(make.make_post(organization=make.make_community().organization))
        for verb in ("leave", "succeed", "end"):
            assert client.post(url("act", leader.pk, verb), {}).status_code == 404


HEADS = ["职责", "网格", "楼栋", "姓名", "手机号", "专职或兼职", "所在单位", "负责范围", "开始日期", "结束日期"]


class TestImport:
    def sheet(self, client, *lines):
        stream = BytesIO()
        write_sheet(stream, "值守人员", HEADS, lines)
        file = SimpleUploadedFile("duties.xlsx", stream.getvalue())
        return client.post(url("import"), {"file": file}).url

    def test_adds_and_puts_right_and_skips(self, grid, clerk, client):
        quarter = make.make_quarter(grid.communities.get(), name="红星苑")
        building = make.make_building(quarter, grid=grid, name="3栋")
        lines = [
            ["网格员", "红星第一网格", "", "李强", 13811112222, "专职", "", "1至4栋", "2026-01-01", ""],
            ["楼栋长", "", "红星苑 3栋", "王大爷", "13811113333", "", "", "", "", ""],
            ["物管公司责任人", grid.code, "", "赵经理", "13811114444", "", "平安物业", "", "", ""],
        ]
        preview = self.sheet(client, *lines)
        assert [row.word for row in client.get(preview).context["found"].rows] == ["新增"] * 3
        client.post(preview, {"consent": "on"})
        assert Duty.objects.filter(grid=grid).count() == 2
        assert building.duties.get().name == "王大爷"
        lines[0][7], lines[2][3] = "5至8栋", "赵大经理"
        found = client.get(self.sheet(client, *lines)).context["found"]
        assert [row.word for row in found.rows] == ["修改", "不变，跳过", "修改"]

    def test_refuses_line_by_line(self, grid, leader, clerk, client):
        make.make_grid(make.make_community(), name="远处网格")
        lines = [
            ["网格长", "红星第一网格", "", "新长", "13811112222", "", "", "", "", ""],
            ["网格员", "红星第一网格", "", "李强", "138****2222", "专职", "", "", "", ""],
            ["网格员", "远处网格", "", "李强", "13811112222", "专职", "", "", "", ""],
            ["网格员", "红星第一网格", "", "李强", "13811112222", "", "", "", "", ""],
            ["楼栋长", "红星第一网格", "", "李强", "13811112222", "", "", "", "", ""],
        ]
        found = client.get(self.sheet(client, *lines)).context["found"]
        reasons = [row.errors[0][1] for row in found.rows]
        assert reasons[0].startswith("红星第一网格已有网格长李强")
        assert reasons[1:] == [
            "这是打了星号的号码，请填完整的 11 位手机号。",
            "没有“远处网格”，或不在您的辖区。",
            "网格员要填专职或兼职。",
            "楼栋长要填楼栋。",
        ]
