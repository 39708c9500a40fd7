import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.dashboards.worlds import World
from tests.factories import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Where a bar of the last day stands: ECharts is asked in its own coordinates, the click is a real one.
BAR = """() => {
  const chart = echarts.getInstanceByDom(document.getElementById("days-chart"));
  const option = chart.getOption();
  const day = option.xAxis[0].data.length - 2;
  const at = option.series.findIndex((each) => each.data[day] > 0);
  const below = option.series.slice(0, at).reduce((sum, each) => sum + each.data[day], 0);
  const point = chart.convertToPixel({ seriesIndex: at }, [day, below + option.series[at].data[day] / 2]);
  const box = chart.getDom().getBoundingClientRect();
  return { x: point[0] + box.x, y: point[1] + box.y, count: option.series[at].data[day] };
}"""


@pytest.fixture
def world():
    world = World()
    world.fill(*world.here)
    return world.quarters()


def sign_in(page, user, path="/dashboards/"):
    page.goto(f"/accounts/login/?next={path}")
    page.fill("[name=username]", user.username)
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_url(f"**{path}*")


def no_fault(page):
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
    found = Axe().run(page).response["violations"]
    assert not found, [(each["id"], [node["target"] for node in each["nodes"]]) for each in found]


@pytest.mark.parametrize("width", ["phone", "desktop"])
class TestDashboard:
    def test_charts_are_drawn_and_a_segment_opens_its_rows(self, world, page_at, width):
        page, told = page_at(width), []
        page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: told.append(str(error)))
        sign_in(page, world.supervisor)
        for name in ("days", "communities", "coverage"):
            expect(page.locator(f"#{name}-chart canvas")).to_be_visible()
        no_fault(page)
        page.locator("#days-chart").scroll_into_view_if_needed()
        page.wait_for_timeout(1200)  # the bars have grown
        bar = page.evaluate(BAR)
        page.mouse.click(bar["x"], bar["y"])
        page.wait_for_url("**/dashboards/needs/?*figure=*")
        expect(page.locator("[data-total]")).to_have_text(str(bar["count"]))
        no_fault(page)
        assert not told

    def test_from_a_number_to_its_rows_and_up_by_the_breadcrumb(self, world, page_at, width):
        page = page_at(width)
        sign_in(page, world.supervisor)
        overdue = page.get_by_role("link", name="已超期").first
        number = overdue.inner_text().split()[0]
        overdue.click()
        expect(page.locator("[data-total]")).to_have_text(number)
        page.locator(".breadcrumb a").first.click()
        page.get_by_text("看下一级").click()
        page.get_by_role("link", name="青松社区党组织").click()
        expect(page.locator("h1")).to_have_text("青松社区党组织")
        no_fault(page)
        page.goto("/dashboards/?from=2026-13-45")
        expect(page.locator("#id_from")).to_have_value("2026-13-45")
        no_fault(page)

    def test_without_a_script_the_tables_say_it_all(self, world, page_at, width):
        page = page_at(width, java_script_enabled=False)
        sign_in(page, world.supervisor)
        expect(page.locator("#days-chart")).to_be_hidden()
        expect(page.locator("figure.chart table")).to_have_count(3)
        page.locator("figure.chart summary").first.click()
        page.locator("figure.chart table a").first.click()
        expect(page.locator("[data-total]")).to_be_visible()

    def test_in_large_type_nothing_is_cut_off(self, world, page_at, width):
        page = page_at(width)
        sign_in(page, world.supervisor)
        page.get_by_role("button", name="换成大字").click()
        expect(page.locator("html.large")).to_be_visible()
        expect(page.locator("#coverage-chart canvas")).to_be_visible()
        no_fault(page)
