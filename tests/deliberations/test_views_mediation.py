"""A party on the phone: applies with a code, comes back by code and phone, answers; never sees the other side."""

import re

import pytest
from django.urls import reverse

from accounts import channels
from deliberations.models import Case
from deliberations.services.cases import intake
from tests import factories
from tests.deliberations.cases import make_case, make_mediator, make_notice

APPLY, FOLLOW = reverse("mediation:apply"), reverse("mediation:follow")
PHONE = "13800000001"


@pytest.fixture(autouse=True)
def empty_outbox(db):
    channels.outbox.clear()
    make_notice()


def last_code():
    return re.search(r"\d{6}", channels.outbox[-1][1])[0]


def words(response):
    return response.content.decode()


def typed(community, /, **fields):
    return {
        "community": community.pk,
        "kind": "neighbours",
        "facts": "过道堆物，进出不便",
        "respondent_name": "楼上住户",
        "respondent_phone": "13900000002",
        "name": "周建国",
        "phone": PHONE,
        "consent": "on",
        **fields,
    }


def token_of(response):
    return response.context["token"]


def apply(client, community):
    """Through both steps; the last answer."""
    posted = typed(community, token=token_of(client.get(APPLY)))
    client.post(APPLY, {**posted, "step": "code"})
    return client.post(APPLY, {**posted, "code": last_code()})


class TestApplying:
    def test_with_a_code_to_the_own_phone(self, client):
        community = factories.make_community()
        response = apply(client, community)
        case = Case.objects.get()
        assert response.status_code == 302 and case.code in response.url
        assert "矛盾调解" in channels.outbox[-1][1] and channels.outbox[-1][0] == PHONE
        assert case.source == "application" and case.notice and case.parties.count() == 2
        page = words(client.get(response.url))
        assert case.spoken_code in page and "已收到申请" in page
        assert "楼上住户" not in page and "13900000002" not in page

    def test_without_the_right_code_nothing_is_kept(self, client):
        community = factories.make_community()
        posted = typed(community, token=token_of(client.get(APPLY)))
        client.post(APPLY, {**posted, "step": "code"})
        wrong = f"{(int(last_code()) + 1) % 10**6:06}"
        for code in ("", wrong):
            response = client.post(APPLY, {**posted, "code": code})
            assert response.status_code == 422 and "过道堆物" in words(response)
        assert not Case.objects.exists()

    def test_a_second_click_finds_the_first(self, client):
        community = factories.make_community()
        posted = typed(community, token=token_of(client.get(APPLY)))
        client.post(APPLY, {**posted, "step": "code"})
        posted["code"] = last_code()
        first, second = (client.post(APPLY, posted) for _ in range(2))
        assert first.url == second.url and Case.objects.count() == 1

    def test_what_is_wrong_stands_beside_its_field(self, client):
        community = factories.make_community()
        for fields, name in [
            ({"facts": " "}, "facts"),
            ({"kind": "x"}, "kind"),
            ({"community": ""}, "community"),
            ({"respondent_name": ""}, "respondent_name"),
            ({"respondent_phone": PHONE}, "respondent_phone"),
            ({"consent": ""}, "consent"),
        ]:
            response = client.post(APPLY, typed(community, token=token_of(client.get(APPLY)), **fields))
            assert response.status_code == 422 and response.context["form"].errors[name], name
        assert not Case.objects.exists()


class TestComingBack:
    def test_each_party_by_code_and_own_phone(self, client):
        case = make_case("mediating")
        for party in case.parties.all():
            client.cookies.clear()
            response = client.post(FOLLOW, {"code": case.spoken_code.lower(), "phone": party.phone})
            assert response.status_code == 302
            page = words(client.get(response.url))
            other = case.parties.exclude(pk=party.pk).get()
            assert "正在调解" in page and case.full_number in page
            assert other.name not in page and other.phone not in page
            assert "渗水" not in page and "各说各的理" not in page

    def test_a_stranger_is_told_nothing(self, client):
        case = make_case()
        for posted in (
            {"code": case.code, "phone": "13700009999"},
            {"code": "ABCD2345", "phone": case.parties.first().phone},
        ):
            response = client.post(FOLLOW, posted)
            assert response.status_code == 422 and "没有查到" in words(response)
        page = client.get(reverse("mediation:case", args=[case.code]))
        assert "查调解进度" in words(page) and "已收到" not in words(page)
        assert "no-store" in page["Cache-Control"]

    def test_guessing_is_limited(self, client):
        for _ in range(200):
            response = client.post(FOLLOW, {"code": "ABCD2345", "phone": PHONE})
            if response.status_code == 429:
                break
        assert response.status_code == 429

    def test_why_it_was_declined_is_for_the_applicant_a_refusal_says_nobody(self, client):
        declined, refused = make_case("ended"), make_case("refused")
        for case, said in [(declined, "不属于民间纠纷"), (refused, "调解已结束")]:
            party = case.parties.get(side="applicant")
            page = words(client.get(client.post(FOLLOW, {"code": case.code, "phone": party.phone}).url))
            assert said in page
        assert "被申请人不同意" not in page


class TestAnswering:
    def come(self, client, side, status="accepted"):
        case = make_case(status)
        party = case.parties.get(side=side)
        client.post(FOLLOW, {"code": case.code, "phone": party.phone})
        return case, party, reverse("mediation:answer", args=[case.code])

    def answer(self, client, address, **posted):
        posted["token"] = token_of(client.get(address))
        client.post(address, {**posted, "step": "code"})
        return client.post(address, {**posted, "code": last_code()})

    def test_yes_and_the_mediator_of_choice(self, client):
        case, party, address = self.come(client, "respondent")
        chosen = make_mediator(case.community.organization)
        response = self.answer(client, address, answer="open", mediator=chosen.pk)
        assert response.status_code == 302
        assert channels.outbox[-1][0] == party.phone
        party.refresh_from_db()
        assert party.agreed_at and party.wants_open
        assert case.mediators.get(mediator=chosen).chosen_by == "respondent"

    def test_no_closes_it(self, client):
        case, _, address = self.come(client, "respondent")
        self.answer(client, address, answer="no")
        case.refresh_from_db()
        assert case.status == "refused" and case.events.last().actor is None
        assert client.get(address).status_code == 302

    def test_who_knows_code_and_phone_alone_cannot_answer(self, client):
        case, party, address = self.come(client, "respondent")
        posted = {"answer": "no", "token": token_of(client.get(address)), "phone": "13700001234"}
        assert client.post(address, posted).status_code == 422
        client.post(address, {**posted, "step": "code"})
        assert {phone for phone, _ in channels.outbox} == {party.phone}, "never to a phone that was typed"
        assert client.post(address, {**posted, "code": "000000"}).status_code == 422
        case.refresh_from_db()
        assert case.status == "accepted"

    def test_a_phone_proven_for_another_case_does_not_answer_here(self, client):
        mine, _, own = self.come(client, "respondent")
        self.answer(client, own, answer="yes")
        case, party, address = self.come(client, "respondent")
        response = client.post(address, {"answer": "no", "token": token_of(client.get(address))})
        assert response.status_code == 422
        case.refresh_from_db()
        assert case.status == "accepted" and mine != case

    def test_without_a_channel_the_community_is_called(self, client, settings):
        case, _, address = self.come(client, "applicant")
        settings.MESSAGE_CHANNEL = ""
        assert client.get(address).status_code == 404
        assert "请打社区电话" in words(client.get(reverse("mediation:case", args=[case.code])))

    def test_an_ended_case_takes_no_answer(self, client):
        case, party, address = self.come(client, "applicant")
        token = token_of(client.get(address))
        intake.refuse(case.parties.get(side="respondent"), actor=None)
        client.post(address, {"answer": "yes", "token": token, "step": "code"})
        response = client.post(address, {"answer": "yes", "token": token, "code": last_code()})
        assert response.status_code == 422
        party.refresh_from_db()
        assert not party.wants_open
