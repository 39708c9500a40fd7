"""A volunteer's own way on a phone: report in, sign in by a code, claim a position, sign up, check in and out."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import channels
from organizations.parameters import parameter
from tests.browser.test_desk import check
from tests.factories import make_community
from tests.volunteers.people import new_phone
from tests.volunteers.positions import make_clerk, make_position
from tests.volunteers.sessions import make_session
from volunteers.check_codes import code_at
from volunteers.models import Holding, Report, Signup
from volunteers.services import holdings, reports

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sent_to(phone):
    text = next(text for to, text in reversed(channels.outbox) if to == phone)
    return re.search(r"\d{6}", text).group()


def test_from_the_report_to_the_hours(page_at):
    community = make_community(name="红星社区", hotline="0512-66668888")
    clerk, position = make_clerk(community), make_position(community, title="楼道巡查员")
    soon = timezone.now() + timedelta(minutes=10)
    session = make_session(community, starts_at=soon, title="楼道大扫除", seats=1)
    phone, page = new_phone(), page_at("phone")

    page.goto("/volunteers/report/")
    page.get_by_label("群众", exact=True).check()
    page.get_by_label("姓名", exact=True).fill("陈志愿")
    page.get_by_label("出生日期").fill("1990-05-01")
    page.locator("select[name=community]").select_option(label="红星社区")
    page.get_by_label("手机号", exact=True).fill(phone)
    page.get_by_label("我同意社区").check()
    page.get_by_role("button", name="获取验证码").click()
    page.locator("input[name=code]").fill("000000" if sent_to(phone) != "000000" else "111111")
    page.locator("form button.block").click()
    page.get_by_text("验证码不对").first.wait_for()
    assert page.get_by_label("姓名", exact=True).input_value() == "陈志愿"
    check(page, "report")
    page.locator("input[name=code]").fill(sent_to(phone))
    page.locator("form button.block").click()
    page.get_by_role("heading", name="已收到您的报到").wait_for()
    check(page, "reported")

    report = reports.receive_report(Report.objects.get(), actor=clerk)
    reports.contact_report(report, note="电话谈过", actor=clerk)
    page.goto("/me/")
    page.get_by_label("手机号").fill(phone)
    page.get_by_role("button", name="获取验证码").click()
    page.locator("input[name=code]").fill(sent_to(phone))
    page.get_by_role("button", name="登录").click()
    page.get_by_role("heading", name="接下来").wait_for()
    check(page, "me")

    page.goto(f"/me/positions/{position.pk}/")
    page.get_by_role("button", name="认领").click()
    page.get_by_text("待确认").first.wait_for()
    holdings.confirm(Holding.objects.get(), actor=clerk)
    report.refresh_from_db()
    assert report.status == Report.Status.POSTED

    page.goto(f"/me/sessions/{session.code}/")
    check(page, "session")
    page.get_by_role("button", name="我要报名").click()
    page.get_by_text("报名成功").wait_for()
    for act, column in (("签到", "arrived_at"), ("签退", "left_at")):
        scanned = code_at(session.secret, timezone.now(), int(parameter("session_code_seconds")))
        page.goto(f"/me/check/?s={session.code}&c={scanned}")
        check(page, column)
        page.get_by_role("button", name=act).click()
        page.get_by_text(f"{act}成功").wait_for()
        assert getattr(Signup.objects.get(), column) is not None
