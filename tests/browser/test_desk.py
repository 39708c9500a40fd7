"""The desk on a phone, as a liaison walks it, and the signed link without an account."""

from datetime import timedelta
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from auditlog.models import LogEntry
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from checklists.models import Dispatch, Need, NeedEvent
from checklists.services import dispatches, needs
from checklists.services.links import make_link
from checklists.services.photos import add_photos
from organizations.photos import clean_photo
from tests.factories import (
    make_building,
    make_category,
    make_community,
    make_duty,
    make_grid,
    make_liaison,
    make_need,
    make_post,
    make_quarter,
    make_resource,
    make_street,
    make_unit,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = "13855556666"
Status = Need.Status


def photo():
    out = BytesIO()
    Image.new("RGB", (640, 480), "steelblue").save(out, "JPEG")
    out.name = "photo.jpg"
    out.size = len(out.getvalue())
    return out


@pytest.fixture
def world():
    """A school with two resources, needs of it in every state, and its liaison, who also walks a grid."""
    community = make_community(name="红星社区", street=make_street(name="城北街道"), hotline="0512-66668888")
    quarter = make_quarter(community, name="桂花园小区")
    building = make_building(quarter, name="3栋", grid=make_grid(community, name="第三网格"))
    unit = make_unit(community.organization, name="第二小学")
    liaison = make_liaison(unit)
    category = make_category("课后托管", icon="school")
    resource = make_resource(unit, category, name="四点半课堂", capacity=10)
    make_resource(unit, category, name="周末书法班", capacity=4, is_paused=True, availability=1 << 10)

    def row(status, text, **fields):
        fields.setdefault("clock", timezone.now() - timedelta(hours=1))
        need = make_need(
            status,
            resource=resource,
            category=category,
            building=building,
            text=text,
            contact_phone=PHONE,
            address_detail="2单元501",
            **fields,
        )
        return Dispatch.objects.filter(need=need).first()

    offered = row(Status.DISPATCHED, "孩子放学后到六点没人带，想找个能写作业的地方。", people_count=2)
    add_photos(offered.need, [clean_photo(photo())])
    row(Status.TAKEN, "一年级新生需要接送到托管班。")
    done = row(Status.DONE, "暑假想给孩子找练字的地方。")
    resident = NeedEvent.Party.RESIDENT
    needs.rate(done.need, actor=resident, satisfaction="satisfied", is_solved=True, note="老师耐心，孩子喜欢去。")
    row(Status.SUBMITTED, "楼道灯坏了好几天，老人晚上不敢出门。", clock=timezone.now() - timedelta(days=9))
    return {"liaison": liaison, "offered": offered, "resource": resource, "community": community, "building": building}


@pytest.fixture
def desk_at(page_at, live_server):
    def open_page(width, user=None, **options):
        page = page_at(width, **options)
        if user:
            client = Client()
            client.force_login(user)
            name = settings.SESSION_COOKIE_NAME
            page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        return page

    return open_page


def check(page, name):
    """Fits the width, breaks no axe rule, and says nothing in the console."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} scrolls sideways"
    violations = Axe().run(page).response["violations"]
    found = [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in violations]
    assert not found, (name, found)
    shoot(page, name)


def shoot(page, name):
    import os

    if os.environ.get("SHOTS"):
        width = page.viewport_size["width"]
        page.screenshot(path=f"{os.environ['SHOTS']}/desk-{name}-{width}.png", full_page=True)


def test_liaison_walks_the_whole_way(desk_at, world):
    page = desk_at("phone", world["liaison"])
    errors = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    make_post(world["liaison"], "grid_worker", world["community"].organization)
    make_duty(grid=world["building"].grid, user=world["liaison"])
    page.goto("/desk/")
    check(page, "home")
    page.locator("[aria-labelledby=offered]").get_by_role("link", name="课后托管", exact=True).first.click()
    check(page, "offered")
    assert PHONE not in page.content()

    page.get_by_role("link", name="不能接").click()
    page.get_by_label("人手不足").check()
    check(page, "decline")
    page.get_by_role("link", name="先不退").click()

    page.get_by_role("button", name="接单").click()
    page.get_by_text("已接单。请在").wait_for()
    check(page, "taken")
    page.get_by_role("button", name="查看完整的手机号").click()
    page.locator(f"a[href='tel:{PHONE}']").wait_for()
    assert LogEntry.objects.filter(action=LogEntry.Action.ACCESS).count() == 1
    check(page, "revealed")

    page.get_by_role("button", name="开始服务").click()
    page.get_by_text("已开始服务").wait_for()
    page.get_by_role("link", name="完成").click()
    page.get_by_role("button", name="完成").click()
    page.get_by_text("请写一句办理结果").first.wait_for()
    check(page, "finish-error")
    page.get_by_label("办理结果").fill("已安排进四点半课堂，周一开始。")
    page.locator("input[type=file]").set_input_files(
        [{"name": "done.jpg", "mimeType": "image/jpeg", "buffer": photo().getvalue()}]
    )
    page.get_by_text("已选 1 张").wait_for()
    check(page, "finish")
    page.get_by_role("button", name="完成").click()
    page.get_by_text("已完成，谢谢").wait_for()
    check(page, "finished")
    row = Dispatch.objects.get(pk=world["offered"].pk)
    assert (row.status, row.need.photos.filter(stage="finished").count()) == ("finished", 1)

    page.goto("/desk/dispatches/")
    check(page, "list")
    page.goto(reverse("desk:resource_change", args=[world["resource"].pk]))
    page.get_by_role("spinbutton", name="名额").fill("1")
    page.get_by_role("button", name="保存").click()
    page.get_by_text("名额不能少于本期已占用的人数").first.wait_for()
    check(page, "resource-error")
    page.get_by_role("spinbutton", name="名额").fill("12")
    page.get_by_role("button", name="保存").click()
    page.get_by_text("已保存“四点半课堂”").wait_for()
    assert errors == []


@pytest.mark.parametrize("javascript", [True, False])
def test_link_serves_without_an_account(desk_at, world, live_server, javascript):
    page = desk_at("phone", java_script_enabled=javascript)
    page.goto(urlsplit(make_link(world["offered"])).path)
    if javascript:
        check(page, "link-offered")
    page.get_by_role("button", name="接单").click()
    page.get_by_text("已接单。请在").wait_for()
    page.get_by_role("button", name="查看完整的手机号").click()
    page.locator(f"a[href='tel:{PHONE}']").wait_for()
    page.get_by_role("button", name="换成大字").click()
    page.get_by_role("button", name="换回标准字").wait_for()
    if javascript:
        check(page, "link-large")
    page.get_by_role("link", name="完成").click()
    page.get_by_label("办理结果").fill("已办妥。")
    page.get_by_role("button", name="完成").click()
    page.get_by_text("已完成，谢谢").wait_for()
    assert NeedEvent.objects.get(need=world["offered"].need, to_status="done").actor is None


def test_other_ends(desk_at, world):
    page = desk_at("phone")
    page.goto("/desk/d/forged/")
    check(page, "link-closed")
    dispatches.decline(world["offered"], actor=NeedEvent.Party.UNIT, reason="no_time")
    page.goto(urlsplit(make_link(world["offered"])).path)
    check(page, "link-declined")
    page = desk_at("phone", make_post())
    page.goto("/desk/")
    check(page, "nobody")


def test_desktop(desk_at, world):
    page = desk_at("desktop", world["liaison"])
    for name, url in (
        ("home", "/desk/"),
        ("offered", reverse("desk:dispatch_detail", args=[world["offered"].pk])),
        ("resource", reverse("desk:resource_change", args=[world["resource"].pk])),
    ):
        page.goto(url)
        check(page, name)
