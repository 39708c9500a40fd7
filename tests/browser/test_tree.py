"""The organization tree in a real browser: drag, the form, a phone, and accessibility."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from organizations.models import Organization
from organizations.services import tree_faults
from tests.factories import PASSWORD, make_building, make_community, make_organization, make_post, make_quarter

pytestmark = pytest.mark.browser
TREE = "/admin/organizations/organization/"


@pytest.fixture
def world(transactional_db):
    own = make_organization("committee", name="红星社区党委")
    branches = [
        make_organization("quarter_branch", Organization.objects.get(pk=own.pk), name=name)
        for name in ("一支部", "二支部")
    ]
    group = make_organization("building_group", Organization.objects.get(pk=branches[0].pk), name="3栋党小组")
    make_organization("member_household", group, name="老李家")
    clerk = make_post(role="community_staff", organization=own)
    return {"own": own, "first": branches[0], "second": branches[1], "group": group, "clerk": clerk}


def sign_in(page, user):
    page.goto("/accounts/login/")
    page.fill("[name=username]", user.username)
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url(lambda url: "login" not in url)


def row(page, name):
    return page.locator(".org-row", has=page.get_by_role("link", name=name, exact=True))


def broken_rules(page):
    """What axe finds inside our own part of the page; the frame around it is Unfold's."""
    found = Axe().run(page, context="#content .gv").response["violations"]
    return [(each["id"], each["nodes"][0]["html"]) for each in found if each["id"] != "region"]


def test_a_node_is_dragged_to_a_new_parent(page_at, world):
    page = page_at("desktop")
    sign_in(page, world["clerk"])
    page.goto(TREE)
    page.get_by_role("button", name="一支部的下级").click()
    row(page, "3栋党小组").wait_for()
    row(page, "3栋党小组").drag_to(row(page, "二支部"))
    dialog = page.get_by_role("dialog")
    assert "将把“3栋党小组”连同下级 1 个党组织移到“二支部”之下" in dialog.inner_text()
    dialog.get_by_role("button", name="移动").click()
    page.get_by_text("已把“3栋党小组”移到“二支部”之下").wait_for()
    assert Organization.objects.get(pk=world["group"].pk).parent_id == world["second"].pk
    assert tree_faults() == []
    assert broken_rules(page) == []


def test_a_wrong_place_takes_nothing(page_at, world):
    page = page_at("desktop")
    sign_in(page, world["clerk"])
    page.goto(f"{TREE}?open={world['group'].pk}")
    row(page, "3栋党小组").drag_to(row(page, "红星社区党委"))
    assert page.get_by_role("dialog").count() == 0
    assert Organization.objects.get(pk=world["group"].pk).parent_id == world["first"].pk


def test_the_form_does_it_on_a_phone(page_at, world):
    page = page_at("phone")
    sign_in(page, world["clerk"])
    page.goto(f"{TREE}?q=3栋")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert broken_rules(page) == []
    page.get_by_role("link", name="移动“3栋党小组”到…").click()
    page.get_by_label("新的上级").select_option(label="红星社区党委／二支部")
    page.get_by_label("原因").fill("小区调整")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert broken_rules(page) == []
    page.get_by_role("button", name="移动", exact=True).click()
    page.get_by_text("已把“3栋党小组”移到“二支部”之下").wait_for()
    assert Organization.objects.get(pk=world["group"].pk).parent_id == world["second"].pk


@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_the_pages_beside_the_tree_are_read_by_everybody(page_at, world, screen):
    make_quarter(make_community(world["own"]), branch=world["first"])
    page = page_at(screen)
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    sign_in(page, world["clerk"])
    first = world["first"].pk
    for path in (f"{first}/change/", f"{first}/move/", "checkup/", "coverage/", "picture/", "?on=2024-06-01", "print/"):
        page.goto(f"{TREE}{path}")
        problems += broken_rules(page) if path != "print/" else []
        if page.evaluate("document.documentElement.scrollWidth") > page.viewport_size["width"]:
            problems.append(f"{path} scrolls sideways")
    assert problems == []


def test_an_act_is_refused_and_then_done(page_at, world):
    page = page_at("phone")
    sign_in(page, world["clerk"])
    page.goto(f"{TREE}{world['first'].pk}/change/")
    page.locator("summary", has_text="更名").click()
    act = page.locator("#rename")
    act.get_by_label("新的名称").fill("第一支部")
    act.get_by_role("button", name="更名").click()
    page.get_by_text("请写明原因。").first.wait_for()
    assert act.get_by_label("新的名称").input_value() == "第一支部"
    act.get_by_label("原因").fill("小区更名")
    act.get_by_role("button", name="更名").click()
    page.get_by_text("已更名").first.wait_for()
    assert Organization.objects.get(pk=world["first"].pk).name == "第一支部"


def test_a_poster_fills_one_sheet_of_paper(page_at, world, tmp_path):
    community = make_community(world["own"])
    quarter = make_quarter(community)
    first, second = make_building(quarter), make_building(quarter)
    page = page_at("desktop")
    sign_in(page, world["clerk"])
    page.goto(f"/grids/buildings/posters/?building={first.pk}&building={second.pk}")
    sheets = page.pdf(format="A4", prefer_css_page_size=True)
    assert sheets.count(b"/Type /Page\n") == 2
