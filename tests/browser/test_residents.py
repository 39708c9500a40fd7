"""A resident with a phone: from the poster's code to the receipt and back, with and without JavaScript."""

import gzip

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from checklists.models import Category, Need
from tests import factories
from tests.checklists.test_forms_needs import picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
FIRST_LOAD_LIMIT = 150 * 1024


@pytest.fixture
def building():
    community = factories.make_community(name="红星社区")
    building = factories.make_building(factories.make_quarter(community, name="红星花园"), name="3栋")
    building.grid = factories.make_grid(community, name="红星第3网格")
    building.save()
    factories.make_duty(grid=building.grid, name="王小明")
    kind = Category.objects.get(name="上门理发")
    factories.make_resource(factories.make_unit(community.organization, name="红星小学"), kind, name="上门理发队")
    return building


def check(page):
    """No page scrolls sideways or fails axe."""
    page.wait_for_load_state()  # the h1 may be there before the style sheets are
    expect(page.locator("h1")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
    violations = Axe().run(page).response["violations"]
    assert not violations, [(each["id"], [node["target"] for node in each["nodes"]]) for each in violations]


def photo():
    return {"name": "灯.jpg", "mimeType": "image/jpeg", "buffer": picture(size=(800, 600))}


def fill_contact(page):
    page.get_by_label("怎么称呼您").fill("张阿姨")
    page.get_by_label("手机号").fill("138 0000 1234")
    page.get_by_label("我同意社区为办这件事使用以上信息").check()


@pytest.mark.parametrize("width", ["phone", "desktop"])
def test_need_from_the_poster_to_the_receipt_and_back(page_at, building, width):
    page = page_at(width)
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda line: problems.append(line.text) if "Content Security Policy" in line.text else None)

    page.goto(f"/?building={building.code}")
    expect(page.get_by_text("红星第3网格")).to_be_visible()
    expect(page.get_by_text("本月还有 5 个名额")).to_be_visible()
    check(page)
    page.get_by_role("link", name="我要提需求").click()
    check(page)

    page.get_by_text("更多类别").click()
    page.get_by_label("陪同就医").check()
    expect(page.get_by_text("陪同就医，可以这样写：周四上午要去市医院复查")).to_be_visible()
    page.get_by_label("哪一天、几点出门").fill("周四早上八点")
    page.get_by_label("要搀扶").check()
    page.get_by_label("发生了什么事").fill("腿脚不便，想有人陪着去医院。")
    page.locator("input[type=file]").set_input_files(photo())
    expect(page.get_by_role("img", name="第 1 张照片")).to_be_visible()
    check(page)
    page.locator(".actions button").click()

    # Name, phone and consent were left out: said at the field, and nothing is lost.
    expect(page.get_by_text("请填 11 位手机号，社区好联系您。").last).to_be_visible()
    expect(page.get_by_label("发生了什么事")).to_have_value("腿脚不便，想有人陪着去医院。")
    expect(page.get_by_label("哪一天、几点出门")).to_have_value("周四早上八点")
    expect(page.get_by_role("img", name="传好的第 1 张照片")).to_be_visible()
    check(page)
    fill_contact(page)
    page.locator(".actions button").dblclick()

    expect(page.get_by_role("heading", name="正在找人帮您")).to_be_visible()  # the category accepts by itself
    need = Need.objects.get()
    assert (need.building, need.photos.count()) == (building, 1)
    assert [row["answer"] for row in need.answers] == ["周四早上八点", "要搀扶"]
    expect(page.get_by_text(need.spoken_code)).to_be_visible()
    check(page)
    page.get_by_role("link", name="打印回执").click()
    check(page)

    # Another day, another phone.
    page.context.clear_cookies()
    page.goto(f"/needs/?code={need.code}")
    check(page)
    page.get_by_label("手机号最后四位").fill("9999")
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_text("没有查到")).to_be_visible()
    page.get_by_label("手机号最后四位").fill("1234")
    page.get_by_role("button", name="查看").click()
    page.get_by_role("link", name="补充").click()
    check(page)
    page.get_by_label("要补充什么").fill("要坐轮椅。")
    page.get_by_role("button", name="补充").click()
    expect(page.get_by_text("您补充了情况")).to_be_visible()
    page.get_by_role("link", name="撤回").click()
    check(page)
    page.get_by_role("button", name="确定撤回").click()
    expect(page.get_by_role("heading", name="您已撤回")).to_be_visible()
    check(page)
    assert not problems


def test_the_whole_way_without_javascript(page_at, building):
    page = page_at("phone", java_script_enabled=False)
    page.goto("/")
    page.get_by_role("link", name="选择我的社区").first.click()
    page.get_by_role("link", name="红星社区").click()
    page.get_by_role("link", name="红星花园").click()
    page.get_by_role("link", name="3栋").click()
    expect(page.get_by_role("link", name="红星花园3栋")).to_be_visible()
    page.get_by_role("link", name="点单：上门理发队").click()
    expect(page.get_by_text("您点的是：上门理发队")).to_be_visible()
    page.get_by_label("发生了什么事").fill("老人卧床。")
    page.locator("input[type=file]").set_input_files(photo())

    # Another place in the middle of the form loses neither words nor photo.
    page.get_by_role("button", name="换个地方").click()
    page.get_by_label("楼栋").select_option(label="3栋")
    expect(page.get_by_label("发生了什么事")).to_have_value("老人卧床。")
    expect(page.get_by_role("img", name="传好的第 1 张照片")).to_be_visible()
    fill_contact(page)
    page.locator(".actions button").click()

    need = Need.objects.get()
    assert (need.wanted_resource.name, need.photos.count(), need.building) == ("上门理发队", 1, building)
    expect(page.get_by_text(need.spoken_code)).to_be_visible()
    page.get_by_role("link", name="撤回").click()
    page.get_by_role("button", name="确定撤回").click()
    expect(page.get_by_role("heading", name="您已撤回")).to_be_visible()


def test_emergency_is_three_numbers_to_tap(page_at, building):
    page = page_at("phone")
    page.goto("/needs/new/")
    page.get_by_text("更多类别").click()
    page.get_by_role("link", name="火情、燃气泄漏、人身危险").click()
    expect(page.get_by_role("link", name="119")).to_be_visible()
    check(page)
    assert not Need.objects.exists()


def test_rating_and_saying_again(page_at):
    need = factories.make_need(Need.Status.DONE, contact_phone="13800001234")
    page = page_at("phone")
    page.goto(f"/needs/{need.code}/")
    page.get_by_label("手机号最后四位").fill("1234")
    page.get_by_role("button", name="查看").click()
    check(page)
    page.get_by_role("link", name="评价").click()
    check(page)
    page.get_by_label("不满意").check()
    page.get_by_label("没有解决").check()
    page.get_by_role("button", name="评价").click()
    expect(page.get_by_text("谢谢您说实话")).to_be_visible()
    page.get_by_role("link", name="再次反映").click()
    page.get_by_label("哪里没有解决").fill("灯又不亮了。")
    page.get_by_role("button", name="再次反映").click()
    expect(page.get_by_role("heading", name="已收到您再次反映")).to_be_visible()
    check(page)


@pytest.mark.parametrize("path", ["/", "/needs/", "/needs/new/", "/privacy/"])
def test_first_load_is_light(page_at, building, path):
    """What is static counts as a real installation sends it: compressed once and for all. The page itself is not."""
    page = page_at("phone")
    sizes = {}

    def weigh(response):
        body = response.body()
        sizes[response.url] = len(gzip.compress(body) if "/static/" in response.url else body)

    page.on("response", weigh)
    page.goto(f"{path}?building={building.code}", wait_until="networkidle")
    assert len(sizes) > 5
    assert sum(sizes.values()) < FIRST_LOAD_LIMIT, sizes
