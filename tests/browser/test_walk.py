"""The main job, end to end in a real browser: a need goes from a phone to a unit's resource and comes back rated."""

import re

import pytest

from checklists.models import Need
from checklists.tasks import match_need, match_open_needs
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign_in(page, user):
    page.goto("/accounts/login/")
    page.get_by_label("用户名或手机号").fill(user.username)
    page.get_by_label("密码").fill(factories.PASSWORD)
    page.get_by_role("button", name="登录").click()


def holds_its_width(page):
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_need_goes_the_whole_way(page_at):
    community = factories.make_community()
    quarter = factories.make_quarter(community)
    building = factories.make_building(quarter, grid=factories.make_grid(community))
    category = factories.make_category("路灯照明", example="2单元三楼声控灯坏了")
    unit = factories.make_unit(community.organization, name="红星物业")
    liaison = factories.make_liaison(unit)
    factories.make_resource(unit, category, name="楼道维修")
    clerk = factories.make_post(organization=community.organization)
    supervisor = factories.make_post(role="supervisor", organization=community.organization)

    phone = page_at("phone")
    phone.goto(f"/needs/new/?building={building.code}")
    phone.get_by_text("更多类别").click()
    phone.locator("label.category-card, label.choice").filter(has_text="路灯照明").last.click()
    phone.get_by_label("发生了什么事").fill("2单元三楼灯不亮，晚上看不见。")
    phone.get_by_label("怎么称呼您").fill("张阿姨")
    phone.get_by_label("手机号").fill("13800001234")
    phone.get_by_text("我同意社区").click()
    assert holds_its_width(phone)
    phone.get_by_role("button", name="提交").click()
    phone.wait_for_url(re.compile(r"/needs/[0-9A-Z]{8}/"))
    need = Need.objects.get()
    assert (need.building, need.channel) == (building, Need.Channel.SCAN)
    assert need.spoken_code in phone.content()

    desk = page_at("desktop")
    sign_in(desk, clerk)
    desk.goto("/admin/")
    row = desk.locator(".gv-row", has_text=need.spoken_code)
    row.get_by_role("button", name="受理").click()
    desk.wait_for_load_state()
    match_need(need.pk)  # what the worker runs
    match_open_needs()
    desk.goto(f"/admin/checklists/need/{need.pk}/change/")
    desk.locator(".gv-proposal", has_text="红星物业").get_by_role("button", name="派单").click()
    desk.wait_for_load_state()
    assert "已派给红星物业" in desk.content()

    unit_phone = page_at("phone")
    sign_in(unit_phone, liaison)
    unit_phone.goto("/desk/")
    assert "13800001234" not in unit_phone.content()
    unit_phone.get_by_role("button", name="接单").first.click()
    unit_phone.wait_for_load_state()
    row = need.dispatches.get()
    unit_phone.goto(f"/desk/dispatches/{row.pk}/")
    assert holds_its_width(unit_phone)
    unit_phone.goto(f"/desk/dispatches/{row.pk}/finish/")
    unit_phone.locator("textarea[name=note]").fill("换了两只灯泡，试过亮了。")
    unit_phone.get_by_role("button", name="完成").click()
    unit_phone.wait_for_load_state()

    phone.goto(f"/needs/{need.code}/")
    assert "换了两只灯泡" in phone.content()
    phone.goto(f"/needs/{need.code}/rate/")
    phone.locator("label.category-card", has_text="满意").first.click()
    phone.locator("label.choice").first.click()
    phone.locator("main form button.button").last.click()
    phone.wait_for_load_state()
    need.refresh_from_db()
    assert need.status == Need.Status.RATED
    assert need.satisfaction == Need.Satisfaction.SATISFIED

    board = page_at("desktop")
    sign_in(board, supervisor)
    board.goto("/dashboards/")
    assert "满意率" in board.content()
    assert "100" in board.content()
    assert [event.to_status for event in need.events.all()] == [
        "submitted",
        "accepted",
        "dispatched",
        "taken",
        "done",
        "rated",
    ]
