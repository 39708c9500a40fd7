import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.dashboards.grounds import Ground, outline
from tests.factories import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Where a part of the map stands: ECharts is asked in its own coordinates, the click is a real one.
SPOT = """(name) => {
  const chart = echarts.getInstanceByDom(document.getElementById("map-canvas"));
  const series = chart.getModel().getSeriesByIndex(0);
  const rows = series.getData();
  const at = [...Array(rows.count()).keys()].find((index) => rows.getRawDataItem(index).part.name === name);
  const box = chart.getDom().getBoundingClientRect();
  const shape = rows.getItemGraphicEl(at);
  const rect = shape.getBoundingRect().clone();
  rect.applyTransform(shape.transform || shape.getComputedTransform());
  return { x: box.x + rect.x + rect.width / 2, y: box.y + rect.y + rect.height / 2 };
}"""


@pytest.fixture
def ground():
    ground = Ground().outlined().busy()
    outline(0, 1, community=ground.star)
    return ground


def sign_in(page, user, path="/dashboards/map/"):
    page.goto(f"/accounts/login/?next={path}")
    page.fill("[name=username]", user.username)
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_url(f"**{path}*")


def no_fault(page):
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
    found = Axe().run(page).response["violations"]
    assert not found, [(each["id"], [node["target"] for node in each["nodes"]]) for each in found]


def step_into(page, name):
    expect(page.locator("#map-canvas canvas")).to_be_visible()
    page.locator("#map-canvas").scroll_into_view_if_needed()
    page.wait_for_timeout(1200)  # the shapes have settled
    spot = page.evaluate(SPOT, name)
    page.mouse.click(spot["x"], spot["y"])


@pytest.mark.parametrize("width", ["phone", "desktop"])
class TestMap:
    def test_from_the_street_to_a_building_and_its_rows(self, ground, page_at, width):
        page, told = page_at(width), []
        page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: told.append(str(error)))
        sign_in(page, ground.head)
        no_fault(page)
        for name in ("青松社区", "青松第一网格"):
            step_into(page, name)
            expect(page.locator("h1")).to_have_text(f"一张图：{name}")
            no_fault(page)
        step_into(page, "1栋")
        expect(page.locator("[data-total]")).to_have_text("3")
        no_fault(page)
        page.get_by_role("link", name="巡查事件").last.click()
        expect(page.locator("tbody tr")).to_have_count(1)
        page.locator(".breadcrumb a", has_text="青松社区").click()
        expect(page.locator("h1")).to_have_text("一张图：青松社区")
        assert not told

    def test_without_a_script_blocks_and_table_lead_the_same_way(self, ground, page_at, width):
        page = page_at(width, java_script_enabled=False)
        sign_in(page, ground.head)
        expect(page.locator("#map-figure")).to_be_hidden()
        page.locator(".ground-name a", has_text="青松社区").click()
        page.locator(".ground-block", has_text="1栋").click()
        expect(page.locator("[data-total]")).to_have_text("3")

    def test_by_keyboard_through_the_table(self, ground, page_at, width):
        page = page_at(width)
        sign_in(page, ground.head)
        for name in ("青松社区", "青松第一网格"):
            page.locator("th[scope=row] a", has_text=name).focus()
            page.keyboard.press("Enter")
            expect(page.locator("h1")).to_have_text(f"一张图：{name}")
        page.get_by_text("换个顺序").focus()
        page.keyboard.press("Enter")
        page.locator("details .chip", has_text="已超期").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**sort=-overdue*")
        expect(page.locator("th[aria-sort=descending]")).to_have_count(1)

    def test_grids_page_is_without_fault(self, ground, page_at, width):
        page = page_at(width)
        sign_in(page, ground.patrolled().local, "/dashboards/grids/")
        no_fault(page)
        page.get_by_text("按人员").click()
        expect(page.get_by_text("网格员小李").first).to_be_visible()
        no_fault(page)
