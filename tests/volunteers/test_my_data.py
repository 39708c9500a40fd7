"""/me/ and /me/data/: what stands, what is stored, put right, taken along, forgotten."""

import json
import re
from io import BytesIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from accounts import channels
from organizations.models import Organization
from tests.factories import make_unit
from tests.volunteers.people import make_volunteer, new_phone, sign_in
from volunteers.models import Muster, Report, Skill, Volunteer
from volunteers.next_step import next_step
from volunteers.services import reports

pytestmark = pytest.mark.django_db
DATA = "/me/data/"


@pytest.fixture
def me(client):
    channels.outbox.clear()
    volunteer = make_volunteer(has_account=True, name="诸葛志愿", employer="=1+1")
    sign_in(client, volunteer)
    return volunteer


def text(answer):
    return answer.content.decode()


class TestHome:
    def test_two_ledgers_stand_apart_and_the_name_is_masked(self, client, me, django_assert_max_num_queries):
        with django_assert_max_num_queries(20):
            page = text(client.get("/me/"))
        assert "报到服务" in page and "志愿服务" in page and "不相加" in page
        assert "诸葛" not in page and "诸***" in page and "诸葛志愿" in text(client.get("/me/?name=full"))

    def test_tells_what_to_do_next(self, client, me):
        assert "还没有报到" in text(client.get("/me/"))
        report = reports.submit_report(me, community=me.community, source=Report.Source.SELF)
        assert "报到已收到" in text(client.get("/me/"))
        assert report.status == Report.Status.SUBMITTED

    def test_written_down_by_the_unit_asks_the_person(self, client, me):
        Volunteer.objects.filter(pk=me.pk).update(has_confirmed=False)
        assert "请确认您的登记" in text(client.get("/me/"))
        client.post("/me/confirm/")
        assert "请确认您的登记" not in text(client.get("/me/"))

    def test_messages_are_ones_own(self, client, me):
        me.user.notifications.create(text="周二红马甲改到上午")
        assert "周二红马甲改到上午" in text(client.get("/me/"))
        assert "周二红马甲改到上午" in text(client.get("/accounts/notifications/"))

    def test_start_page_and_navigation_are_the_volunteers(self, client, me):
        assert client.get("/accounts/").url == "/me/"
        page = text(client.get("/accounts/notifications/"))
        assert "我的志愿服务" in page and "我的工作</a>" not in page and "修改密码" not in page


class TestStep:
    def test_order(self):
        def title(**stand):
            return next_step(**{"report": None, "signup": None, "at": timezone.now(), **stand}).title

        returned = Report(status=Report.Status.RETURNED)
        assert title(report=returned, invitations_count=1) == "报到信息要补正"
        assert title(report=returned, invitations_count=1, muster=Muster(pk=1)) == "服务队正在集结"
        assert title(invitations_count=1) == "有服务队邀请您"
        contacted = Report(status=Report.Status.CONTACTED)
        assert title(report=contacted) == "选一个岗位"
        assert title(report=contacted, has_position=True) == "报名一次活动"


class TestData:
    def test_shows_all_in_full_to_the_owner_alone(self, client, me):
        assert me.phone in text(client.get(DATA)) and "诸葛志愿" in text(client.get(DATA))
        sign_in(other := type(client)(), make_volunteer())
        assert me.phone not in text(other.get(DATA))

    def test_change(self, client, me):
        skill = Skill.objects.first()
        answer = client.post(f"{DATA}change/", {"skills": [skill.pk], "times": ["1"], "is_honoured": "on"})
        assert answer.status_code == 302
        me.refresh_from_db()
        assert list(me.skills.all()) == [skill] and me.times == 1 and me.is_honoured
        assert client.post(f"{DATA}change/", {"skills": ["0"]}).status_code == 422

    def test_corrections_are_asked_and_listed(self, client, me):
        client.post(f"{DATA}corrections/", {"text": "生日错了"})
        assert "生日错了" in text(client.get(f"{DATA}corrections/"))
        assert client.post(f"{DATA}corrections/", {"text": ""}).status_code == 422

    @pytest.mark.parametrize("typed", ["", "999999", "abc"])
    def test_wrong_initial_signup_harms_nothing(self, client, me, typed):
        assert client.get(f"{DATA}corrections/?signup={typed}").status_code == 200


class TestPhone:
    def change(self, client, phone, code=None):
        client.post(f"{DATA}phone/", {"phone": phone})
        sent = re.search(r"\d{6}", channels.outbox[-1][1])[0]
        return client.post(f"{DATA}phone/code/", {"code": code or sent})

    def test_new_phone_is_proven_first(self, client, me):
        phone = new_phone()
        assert self.change(client, phone).url == DATA
        assert channels.outbox[-1][0] == phone
        me.refresh_from_db()
        assert me.phone == phone

    def test_code_for_signing_in_changes_no_phone(self, client, me):
        phone = new_phone()
        type(client)().post("/me/sign-in/", {"phone": phone})
        code = re.search(r"\d{6}", channels.outbox[-1][1])[0]
        client.post(f"{DATA}phone/", {"phone": phone})
        other = re.search(r"\d{6}", channels.outbox[-1][1])[0]
        if code != other:
            assert client.post(f"{DATA}phone/code/", {"code": code}).status_code == 422

    def test_phone_of_another_is_told_after_the_proof_alone(self, client, me):
        taken = make_volunteer().phone
        answer = client.post(f"{DATA}phone/", {"phone": taken})
        assert answer.status_code == 302
        answer = self.change(client, taken)
        assert answer.status_code == 422 and "已经登记过志愿者" in text(answer)

    def test_code_page_without_a_phone_begins_anew(self, client, me):
        assert client.get(f"{DATA}phone/code/").url == f"{DATA}phone/"


class TestCopy:
    def test_json_holds_everything_in_words(self, client, me):
        reports.submit_report(me, community=me.community, source=Report.Source.SELF)
        copy = json.loads(client.get(f"{DATA}copy.json").content)
        assert copy["个人信息"]["手机号"] == me.phone and copy["个人信息"]["身份"] == "群众"
        assert copy["报到"][0]["状态"] == "待接收" and copy["时长"] == []

    def test_workbook_runs_nothing(self, client, me):
        book = load_workbook(BytesIO(client.get(f"{DATA}copy.xlsx").content))
        cells = dict(book["个人信息"].iter_rows(values_only=True))
        assert cells["手机号"] == me.phone and cells["工作单位"] == "'=1+1"
        assert len(book.sheetnames) >= 12

    def test_other_forms_are_not_there(self, client, me):
        assert client.get(f"{DATA}copy.pdf").status_code == 404


class TestLeave:
    def test_needs_the_tick_then_forgets_and_signs_out(self, client, me):
        page = text(client.get(f"{DATA}leave/"))
        assert "会留下" in page and "第十九条" in page
        assert client.post(f"{DATA}leave/", {}).status_code == 422
        assert client.post(f"{DATA}leave/", {"is_sure": "on"}).url == "/me/sign-in/"
        assert client.get("/me/").status_code == 302
        assert not Volunteer.objects.get(pk=me.pk).phone

    def test_ends_report_and_needs_no_more(self, client, me):
        report = reports.submit_report(me, community=me.community, source=Report.Source.SELF)
        client.post(f"{DATA}leave/", {"is_sure": "on"})
        report.refresh_from_db()
        assert report.status == Report.Status.ENDED


class TestEverybodyElse:
    @pytest.mark.parametrize(
        "path", ["", "data/", "data/change/", "data/corrections/", "data/copy.json", "data/leave/"]
    )
    def test_is_led_to_sign_in(self, client, path):
        assert client.get(f"/me/{path}").url.startswith("/me/sign-in/?next=")

    def test_unit_and_organization_are_kept_in_the_copy_by_name(self, client, me):
        unit = make_unit(Organization.objects.first())
        Volunteer.objects.filter(pk=me.pk).update(unit=unit)
        assert json.loads(client.get(f"{DATA}copy.json").content)["个人信息"]["所在单位"] == str(unit)
