"""Signing in to a meeting on a phone without an account."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from organizations.models import Attendance, Meeting, ParameterValue
from organizations.services import meetings
from organizations.services.attendances import NO_MATCH, sign_in_token
from tests import factories as make

pytestmark = pytest.mark.django_db
ME = {"name": "李明", "digits": "1234"}


@pytest.fixture
def branch():
    return make.make_branch(make.make_community().organization)


@pytest.fixture
def meeting(branch):
    make.make_member(branch, name="李明", phone="13800001234")
    at = timezone.now() - timedelta(minutes=5)
    return Meeting.objects.create(
        organization=branch,
        kind="theme_day",
        topic="内部议题",
        place="党群服务中心",
        host="周书记",
        starts_at=at,
        ends_at=at + timedelta(hours=1),
    )


@pytest.fixture
def address(meeting):
    return reverse("organizations:meeting_sign_in", args=[sign_in_token(meeting)])


def words(answer):
    return answer.content.decode()


class TestSignIn:
    def test_once_however_often_it_is_sent(self, client, address, meeting):
        page = client.get(address)
        assert "主题党日签到" in words(page) and "内部议题" not in words(page)
        assert "no-store" in page["Cache-Control"] and page["X-Robots-Tag"] == "noindex"
        for _ in range(2):
            answer = client.post(address, ME)
            assert answer.url == address
        assert "签到成功" in words(client.get(address))
        assert Attendance.objects.get().way == "qr"

    def test_the_next_one_uses_the_same_phone(self, client, address, meeting, branch):
        make.make_member(branch, name="王芳", phone="13800005678")
        client.post(address, ME)
        assert "手机号最后四位" in words(client.get(address, {"again": ""}))
        client.post(address, {"name": "王芳", "digits": "5678"})
        assert Attendance.objects.count() == 2

    @pytest.mark.parametrize("wrong", [{"name": "李月"}, {"digits": "4321"}])
    def test_whatever_was_wrong_the_answer_is_the_same(self, client, address, wrong):
        answer = client.post(address, {**ME, **wrong})
        assert answer.status_code == 422 and NO_MATCH in words(answer)
        assert {**ME, **wrong}["name"] in words(answer)

    def test_a_digit_too_few_is_told_beside_its_field(self, client, address):
        answer = client.post(address, {"name": "", "digits": "12"})
        assert answer.status_code == 422 and "请填 4 位数字" in words(answer) and "请填姓名" in words(answer)

    def test_guessing_ends_soon(self, client, address):
        ParameterValue.objects.filter(parameter__key="public_sign_ins_per_hour").update(value=3)
        codes = [client.post(address, {**ME, "digits": f"000{number}"}).status_code for number in range(5)]
        assert codes == [422] * 4 + [429]
        assert client.post(address, ME).status_code == 429
        assert not Attendance.objects.exists()

    def test_outside_its_window_or_cancelled_there_is_no_form(self, client, address, meeting):
        rows = Meeting.objects.filter(pk=meeting.pk)
        now = timezone.now()
        for starts_at, told, status in (
            (now + timedelta(hours=2), "还没到签到时间", 200),
            (now - timedelta(hours=3), "签到时间已过", 410),
        ):
            rows.update(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))
            for answer in (client.get(address), client.post(address, ME)):
                assert answer.status_code == status and told in words(answer) and "<input id" not in words(answer)
        rows.update(starts_at=now, ends_at=now + timedelta(hours=1))
        meetings.cancel_meeting(meeting, reason="台风", actor=make.make_superuser())
        assert "已取消" in words(client.get(address))
        assert not Attendance.objects.exists()

    def test_a_made_up_address_is_nobodys(self, client, address):
        assert client.get(f"{address[:-2]}x/").status_code == 404
