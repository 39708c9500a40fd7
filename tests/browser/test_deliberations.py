"""What residents do by hand: read the wall and its screen, vote with a slip, sign an agreement with a finger."""

import re
from urllib.parse import urlsplit

import pytest

from accounts import channels
from deliberations.models import Ballot, Signature
from deliberations.services.cases.sign_links import address_of, signers_of
from deliberations.services.hearings import ballots
from tests.browser.test_desk import check
from tests.deliberations.accords import make_draft, make_open_case
from tests.deliberations.meetings import make_clerk, open_meeting, open_vote
from tests.deliberations.wishes import make_wish
from tests.factories import make_community

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_wall_and_its_screen(page_at):
    wish = make_wish(words="想要一台收音机")
    code = wish.need.community.code
    page = page_at("phone")
    page.goto(f"/wall/{code}/")
    page.get_by_text("想要一台收音机").first.wait_for()
    check(page, "wall")
    page.get_by_text("想要一台收音机").first.click()
    page.get_by_role("link", name="我来认领").first.wait_for()
    check(page, "wish")
    screen = page_at("desktop")
    screen.goto(f"/wall/{code}/screen/")
    screen.get_by_text("想要一台收音机").wait_for()
    assert "王秀兰" not in screen.content()
    check(screen, "screen")


def test_a_slip_votes_once(page_at):
    community = make_community()
    clerk = make_clerk(community)
    hearing = open_meeting(clerk, community)
    vote = open_vote(hearing, clerk)
    (_, code), *_ = ballots.issue_codes(vote, actor=clerk)

    def cast(page):
        page.goto(f"/hearings/{hearing.code}/ballot/#{code}")
        assert page.get_by_label("选票码").input_value().replace(" ", "") == code
        page.get_by_label("反对").check()
        page.get_by_role("button", name="投票").click()
        page.locator("dialog[open]").get_by_role("button", name="投票").click()

    page = page_at("phone")
    cast(page)
    page.get_by_role("heading", name="已投票").wait_for()
    check(page, "receipt")
    assert {cookie["name"] for cookie in page.context.cookies()} <= {"csrftoken"}
    again = page_at("phone")
    cast(again)
    again.get_by_text("已经投过票").first.wait_for()
    check(again, "ballot")
    assert Ballot.objects.get().choice == "against"


def test_an_agreement_is_signed_with_a_finger(page_at):
    accord = make_draft(make_open_case())
    signer = signers_of(accord)[0]
    page = page_at("phone")
    page.goto(urlsplit(address_of(signer)).path)
    assert "800" not in page.content()
    check(page, "sign")
    page.get_by_role("button", name="获取验证码").click()
    page.locator("input[name=code]").wait_for()
    text = next(text for to, text in reversed(channels.outbox) if to == signer.phone)
    page.locator("input[name=code]").fill(re.search(r"\d{6}", text).group())
    page.locator("input[name=code]").press("Enter")
    page.get_by_text("吴大海赔 800 元").wait_for()
    check(page, "accord")
    page.get_by_role("button", name="确认签字").click()
    page.get_by_text("还没有签名").first.wait_for()
    assert not Signature.objects.exists()
    box = page.locator("canvas").bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 30)
    page.mouse.down()
    for step in range(12):
        page.mouse.move(box["x"] + 30 + step * 12, box["y"] + 30 + step % 3 * 20)
    page.mouse.up()
    page.get_by_label("我已看完协议").check()
    page.get_by_role("button", name="确认签字").click()
    page.get_by_role("heading", name="您已签字").wait_for()
    signature = Signature.objects.get()
    assert signature.party == signer.party and signature.image.read().startswith(b"\x89PNG")
