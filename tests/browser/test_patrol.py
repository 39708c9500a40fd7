"""The phone of a grid worker without a signal: what is read, what is kept, what is sent once and never lost."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from patrols.models import CareHousehold, Incident, Matter, Visit
from tests.browser.test_desk import check
from tests.factories import (
    make_building,
    make_community,
    make_grid,
    make_household,
    make_incident,
    make_need,
    make_quarter,
    make_worker_of,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KEPT_PAGES = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    if (!name.startsWith("desk-pages-")) continue;
    found.push(...(await (await caches.open(name)).keys()).map((request) => new URL(request.url).pathname));
  }
  return found;
}"""
HOUSEHOLD = re.compile(r"/desk/households/\d+/")
WITHOUT_SYNC = "Object.defineProperty(ServiceWorkerRegistration.prototype, 'sync', { value: undefined })"
WITHOUT_LOCKS = "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })"


def until(page, script, what):
    """Ask the page again and again: its strict policy forbids what wait_for_function does."""
    for _ in range(150):
        if what(page.evaluate(script)):
            return
        page.wait_for_timeout(200)
    raise AssertionError(page.evaluate(script))


def photo():
    out = BytesIO()
    Image.new("RGB", (1200, 900), "steelblue").save(out, "JPEG")
    return {"name": "found.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


@pytest.fixture
def world():
    community = make_community(name="红星社区", hotline="0512-66668888")
    grid = make_grid(community, name="第三网格")
    building = make_building(make_quarter(community, name="翡翠湾"), name="3栋", grid=grid)
    household = make_household(building, name="陈桂花")
    make_need(building=building, text="楼道灯坏了好几天。")
    matter = Matter.objects.kinds().get(name="楼道堆物")
    incident = make_incident("assigned", building=building, matter=matter, text="楼道堆着旧沙发。")
    return {
        "worker": make_worker_of(grid),
        "other": make_worker_of(grid),
        "building": building,
        "household": household,
        "incident": incident,
    }


@pytest.fixture
def phone(page_at, live_server):
    """`phone(user)`: a page on which the desk has been opened with a signal, with all that it keeps for later."""

    def sign_in(page, user):
        client = Client()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        page.context.clear_cookies()
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])

    def open_desk(user, page=None):
        page = page or page_at("phone")
        sign_in(page, user)
        page.goto("/desk/")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        until(page, KEPT_PAGES, lambda kept: any(HOUSEHOLD.fullmatch(path) for path in kept))  # the last of the list
        return page

    open_desk.sign_in = sign_in
    return open_desk


def away(page, is_away=True):
    page.context.set_offline(is_away)


def write_report(page, text, matter="飞线充电", with_photo=False):
    page.goto("/desk/incidents/new/")
    if matter:
        page.get_by_role("searchbox", name="找一类事项").fill(matter)
        page.locator("label[data-kind]:visible", has_text=matter).first.click()
    page.get_by_label("什么情况").fill(text)
    page.locator("[name=building]").select_option(label="翡翠湾3栋")
    if with_photo:
        page.locator("[name=photos]").set_input_files([photo()])
        page.get_by_text("已选 1 张").wait_for()
    page.get_by_role("button", name="上报", exact=True).click()


def all_sent(page):
    page.goto("/desk/outbox/")
    page.get_by_text("都发出去了").wait_for()


def test_report_with_a_photo_without_a_signal_is_one_row(phone, world):
    page = phone(world["worker"])
    away(page)
    page.goto("/desk/")
    page.get_by_text("离线，数据截至").wait_for()
    page.get_by_text("楼道灯坏了好几天。").wait_for()
    check(page, "patrol-offline")
    write_report(page, "三楼往下拉线充电。", with_photo=True)
    page.get_by_text("已存在手机上").wait_for()
    check(page, "patrol-kept")
    assert Incident.objects.count() == 1
    page.goto("/desk/outbox/")
    expect(page.locator("[data-outbox-list] li")).to_have_count(1)
    check(page, "patrol-outbox")
    away(page, False)
    page.get_by_text("都发出去了").wait_for()
    sent = Incident.objects.get(text="三楼往下拉线充电。")
    assert sent.photos.count() == 1
    assert page.evaluate("DeskStore.all()") == []


def test_two_tabs_that_send_at_once_make_one_row(phone, world):
    page = phone(world["worker"])
    page.context.add_init_script(WITHOUT_LOCKS)
    second = page.context.new_page()
    second.goto("/desk/outbox/")
    away(page)
    write_report(page, "井盖松了。", "井盖缺失破损")
    page.get_by_text("已存在手机上").wait_for()
    away(page, False)  # both hear of it
    for tab in (page, second):
        until(tab, "DeskStore.all()", lambda rows: rows == [])
    assert Incident.objects.filter(text="井盖松了。").count() == 1


def test_what_the_server_refuses_stays_with_its_reason_until_it_is_mended(phone, world):
    page = phone(world["worker"])
    away(page)
    write_report(page, "忘了选类别。", matter="")
    page.get_by_text("已存在手机上").wait_for()
    away(page, False)
    page.get_by_text("要您看一看").wait_for()
    page.goto("/desk/outbox/")
    page.get_by_text("没有收下：请选一类事项。").wait_for()
    page.get_by_role("link", name="打开修改").click()
    page.locator(".field-error", has_text="请选一类事项").wait_for()
    assert page.get_by_label("什么情况").input_value() == "忘了选类别。"
    page.locator("summary", has_text="安全和治安隐患").click()
    page.locator("label[data-kind]", has_text="楼道堆物").click()
    page.get_by_role("button", name="上报", exact=True).click()
    page.get_by_text("已上报，编号").wait_for()
    assert Incident.objects.filter(text="忘了选类别。").count() == 1
    all_sent(page)


def test_conflict_shows_both_sides(phone, world):
    page, household = phone(world["worker"]), world["household"]
    away(page)
    page.goto(f"/desk/households/{household.pk}/")
    page.get_by_text("情况正常").click()
    page.get_by_label("记几句").fill("精神不错")
    page.get_by_role("button", name="登记走访").click()
    page.get_by_text("已存在手机上").wait_for()
    yesterday = timezone.localdate() - timedelta(days=1)
    CareHousehold.objects.filter(pk=household.pk).update(ends_on=yesterday)
    away(page, False)
    page.get_by_text("要您看一看").wait_for()
    page.goto("/desk/outbox/")
    page.get_by_text("已移出走访名单").wait_for()
    page.get_by_text("精神不错").wait_for()
    assert not Visit.objects.exists()
    page.get_by_role("button", name="删除").click()
    page.get_by_role("dialog").get_by_role("button", name="删除").click()
    page.get_by_text("都发出去了").wait_for()


def test_expired_session_loses_nothing(phone, world):
    page = phone(world["worker"])
    away(page)
    write_report(page, "登录过期前写的。")
    page.get_by_text("已存在手机上").wait_for()
    Session.objects.all().delete()
    away(page, False)
    page.get_by_text("登录已过期").wait_for()
    assert Incident.objects.count() == 1
    phone.sign_in(page, world["worker"])
    all_sent(page)
    assert Incident.objects.filter(text="登录过期前写的。").count() == 1


def test_signing_out_clears_the_pages_and_another_user_sends_nothing(phone, world):
    page = phone(world["worker"])
    page.context.add_init_script(WITHOUT_SYNC)  # or the service worker is quicker than the way out
    away(page)
    write_report(page, "退出前写的。")
    page.get_by_text("已存在手机上").wait_for()
    page.goto("/desk/")
    page.route("**/desk/session/", lambda route: route.abort())  # a signal too weak to send by
    away(page, False)
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("summary[aria-label^='我的账号']").click()
    page.get_by_role("button", name="退出登录").click()
    page.get_by_role("heading", name="工作人员登录").wait_for()
    until(page, KEPT_PAGES, lambda kept: kept == [])
    away(page)
    page.goto("/desk/")
    page.get_by_role("heading", name="没有信号").wait_for()
    away(page, False)
    page.unroute("**/desk/session/")

    phone(world["other"], page)
    page.goto("/desk/outbox/")
    page.get_by_text("还有别人的 1 条没发出").wait_for()
    assert "退出前写的" not in page.content()
    assert Incident.objects.count() == 1
    phone.sign_in(page, world["worker"])
    all_sent(page)
    assert Incident.objects.get(text="退出前写的。").reporter == world["worker"]


@pytest.mark.parametrize("javascript", [True, False])
def test_main_acts_on_the_phone(page_at, phone, world, javascript):
    page = page_at("phone", java_script_enabled=javascript)
    phone.sign_in(page, world["worker"])
    page.goto("/desk/")
    if javascript:
        check(page, "patrol-today")
    page.get_by_role("link", name="楼道堆物").first.click()
    page.get_by_label("怎么处置的").fill("已请物业清走。")
    page.locator("[name=photos]").set_input_files([photo()])
    page.get_by_role("button", name="处置完成").click()
    page.get_by_text("已登记处置").wait_for()
    page.goto(f"/desk/households/{world['household'].pk}/")
    page.get_by_text("需要马上帮助").click()
    page.get_by_text("有生命危险先打").wait_for()
    page.get_by_role("button", name="登记走访").click()
    page.get_by_text("已通知网格长和社区").wait_for()
    if javascript:
        for name in ("households/", "grid/", "rounds/new/", "notes/", "errands/", "more/", "incidents/", "needs/"):
            page.goto(f"/desk/{name}")
            check(page, f"patrol-{name.strip('/').replace('/', '-')}")
        page.get_by_role("button", name="换成大字").click()
        page.goto("/desk/")
        check(page, "patrol-large")
    world["incident"].refresh_from_db()
    assert world["incident"].status == "handled" and world["incident"].photos.count() == 1
    assert Visit.objects.get().finding == "urgent"
