"""The wall as everybody, the resident, a volunteer and the community's staff meet it."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from checklists.models import Appeal, Claim, Need
from deliberations.models import Wish
from deliberations.services import wishes
from organizations.models import Parameter
from tests import factories as make
from tests.checklists.test_services_photos import picture, upload
from tests.deliberations.wishes import WORDS, make_wish
from tests.volunteers.people import make_volunteer, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def wish():
    return make_wish(contact_phone="13812345678", address_detail="2单元301")


@pytest.fixture
def clerk(wish):
    return make.make_post(organization=wish.need.community.organization)


def url(name, wish):
    return reverse(f"wall:{name}", args=[wish.numbered_in.code, wish.year, wish.number])


def community_url(name, wish, query=""):
    return reverse(f"wall:{name}", args=[wish.need.community.code]) + query


def page(client, address, **kwargs):
    response = client.get(address, **kwargs)
    assert response.status_code == 200
    return response.content.decode()


def fulfil(wish, **columns):
    Need.objects.filter(pk=wish.need_id).update(status="done", done_at=timezone.now(), **columns)


class TestWall:
    def test_tells_words_and_number_and_nobody(self, client, wish):
        for name in ("community", "screen"):
            html = page(client, community_url(name, wish))
            assert WORDS in html and wish.label in html
        html = page(client, url("wish", wish))
        for told in ("秀兰", "13812345678", "2单元301", wish.need.code, wish.need.text):
            assert told not in html, told

    def test_is_filtered_by_state(self, client, wish):
        done = make_wish(community=wish.need.community, words="想理个发")
        fulfil(done)
        for state, shown, hidden in (("waiting", wish, done), ("fulfilled", done, wish)):
            html = page(client, community_url("community", wish, f"?s={state}"))
            assert shown.words in html and hidden.words not in html
        assert "这里现在没有心愿" in page(client, community_url("community", wish, "?s=claimed"))

    def test_what_is_not_on_the_wall_is_not_there(self, client, wish, clerk):
        addresses = [url(name, wish) for name in ("wish", "claim", "photo")]
        wishes.take_down_wish(wish, reason="字句要改", actor=clerk)
        assert [client.get(address).status_code for address in addresses] == [404, 404, 404]
        assert WORDS not in page(client, community_url("community", wish))
        assert WORDS not in page(client, community_url("screen", wish))
        verified = make_wish(far="verified", community=wish.need.community, words="想学剪纸")
        assert verified.words not in page(client, community_url("community", wish))

    def test_of_another_community_shows_elsewhere(self, client, wish):
        other = make_wish(words="想学剪纸")
        assert other.words not in page(client, community_url("community", wish))
        assert client.get(reverse("wall:community", args=["000000000000"])).status_code == 404
        html = page(client, reverse("wall:home"))
        assert str(wish.need.community) in html and str(other.need.community) in html

    def test_home_leads_to_the_own_wall(self, client, wish):
        session = client.session
        session["place"] = {"community": wish.need.community_id, "building": None}
        session.save()
        assert client.get(reverse("wall:home")).url == community_url("community", wish)
        page(client, reverse("wall:home") + "?all=1")

    def test_costs_the_same_however_many_hang_there(self, client, wish, django_assert_num_queries):
        counts = {community_url("community", wish): 4, community_url("screen", wish): 4, url("wish", wish): 3}

        def ask():
            for address, count in counts.items():
                with django_assert_num_queries(count):
                    page(client, address)

        ask()
        for _ in range(3):
            make_wish(community=wish.need.community)
        ask()

    def test_photo_and_thanks_are_shown_by_consent(self, client, wish, clerk):
        fulfil(wish)
        photo = ContentFile(picture(), name="photo.jpg")
        assert client.get(url("photo", wish)).status_code == 404
        wishes.thank_wish(wish, thanks="听了一晚上戏", photo=photo, has_photo_consent=True, actor=clerk)
        assert "听了一晚上戏" in page(client, url("wish", wish))
        assert client.get(url("photo", wish))["Content-Type"] == "image/jpeg"
        Wish.objects.update(published_at=None)
        assert client.get(url("photo", wish)).status_code == 404


class TestScreen:
    def test_turns_pages_and_begins_again(self, client, wish):
        for number in range(4):
            make_wish(community=wish.need.community, words=f"想要第{number}样东西")
        Parameter.objects.get(key="wall_cards").values.update(value=4)
        address = community_url("screen", wish)
        first = page(client, address)
        assert f'hx-get="{address}?page=2" hx-trigger="every 60s"' in first and "第 1 屏，共 2 屏" in first
        last = page(client, f"{address}?page=2", headers={"HX-Request": "true"})
        assert "<html" not in last and WORDS in last and f"{address}?page=1" in last
        assert "第 2 屏" in page(client, f"{address}?page=99")


class TestClaiming:
    def test_a_stranger_signs_in_first_and_comes_back(self, client, wish):
        response = client.get(url("claim", wish))
        assert response.url == f"{reverse('me:sign_in')}?next={url('claim', wish).replace('/', '%2F')}"

    def test_a_volunteer_goes_on_to_say_how(self, client, wish):
        helper = make_volunteer(wish.need.community, has_account=True)
        sign_in(client, helper)
        appeal = Appeal.objects.get()
        assert client.get(url("claim", wish)).url == reverse("claims:create", args=[appeal.pk])
        told = {"helper": "self", "plan": "周六送去", "due_on": timezone.localdate().isoformat()}
        client.post(reverse("claims:create", args=[appeal.pk]), told)
        assert client.get(url("claim", wish)).url == reverse("claims:detail", args=[Claim.objects.get().pk])

    def test_one_from_elsewhere_is_told_so(self, client, wish):
        sign_in(client, make_volunteer(has_account=True))
        response = client.get(url("claim", wish), follow=True)
        assert response.redirect_chain[-1][0] == url("wish", wish) and "请" in response.content.decode()

    def test_what_is_taken_can_not_be_claimed(self, client, wish):
        Need.objects.filter(pk=wish.need_id).update(status="in_service")
        assert "我来认领" not in page(client, url("wish", wish))
        sign_in(client, make_volunteer(wish.need.community, has_account=True))
        assert "已有人认领" in client.get(url("claim", wish), follow=True).content.decode()


class TestOwn:
    def test_asks_who_it_is(self, client, wish):
        html = page(client, reverse("wall:own", args=[wish.need.code]))
        assert WORDS not in html and "手机号" in html
        client.post(reverse("wall:own", args=[wish.need.code]), {"withdraw": "1"})
        assert Wish.objects.on_the_wall().exists()

    def hold(self, client, need):
        session = client.session
        session["receipts"] = [need.code]
        session.save()
        return reverse("wall:own", args=[need.code])

    def test_agrees_and_takes_it_back(self, client):
        need = make.make_need("accepted", contact_name="王秀兰")
        address = self.hold(client, need)
        response = client.post(address, {"words": "王秀兰想要收音机"})
        html = response.content.decode()
        assert response.status_code == 422 and "您同意，才能上墙" in html and "王秀兰想要收音机" in html
        assert client.post(address, {"words": "王秀兰想要收音机", "agrees": "on"}).status_code == 422
        assert client.post(address, {"words": WORDS, "agrees": "on"}).url == address
        assert "社区正在核实" in page(client, address)
        client.post(address, {"withdraw": "1"})
        client.post(address, {"withdraw": "1"})
        assert Wish.objects.get().withdrawn_at

    def test_whoever_holds_the_receipt_may_take_it_down_from_the_card(self, client, wish):
        assert "我要撤下" not in page(client, url("wish", wish))
        self.hold(client, wish.need)
        assert "我要撤下" in page(client, url("wish", wish))


class TestStaff:
    def change_url(self, wish, verb=None):
        if verb:
            return reverse("admin:deliberations_wish_act", args=[wish.pk, verb])
        return reverse("admin:deliberations_wish_change", args=[wish.pk])

    def test_from_consent_to_the_wall(self, client):
        need = make.make_need("accepted")
        client.force_login(make.make_post(organization=need.community.organization))
        add = reverse("admin:deliberations_wish_add")
        assert client.post(add, {"code": need.code, "words": ""}).status_code == 422
        response = client.post(add, {"code": need.spoken_code.lower(), "words": "", "consent": "phone"})
        wish = Wish.objects.get()
        assert response.url == self.change_url(wish) and "还没写墙上的话" in page(client, response.url)
        bad = client.post(self.change_url(wish, "verify"), {"words": "打13800000001", "is_true": "on"})
        assert bad.status_code == 422 and "电话号码" in bad.content.decode() and "打13800000001" in bad.content.decode()
        client.post(self.change_url(wish, "verify"), {"words": WORDS, "is_true": "on"})
        client.post(self.change_url(wish, "publish"), {"to_units": "on"})
        client.post(self.change_url(wish, "publish"), {"to_units": "on"})
        wish.refresh_from_db()
        assert wish.is_published and wish.number == 1 and WORDS in page(client, url("wish", wish))

    def test_thanks_with_photo_needs_both_consents(self, client, wish, clerk):
        fulfil(wish)
        client.force_login(clerk)
        address = self.change_url(wish, "thank")
        assert client.post(address, {"thanks": "谢谢"}).status_code == 422
        assert client.post(address, {"thanks": "谢谢", "agrees": "on", "photo": upload(picture())}).status_code == 422
        told = {"thanks": "谢谢", "agrees": "on", "photo": upload(picture()), "has_photo_consent": "on"}
        assert client.post(address, told).status_code == 302
        wish.refresh_from_db()
        assert wish.thanks == "谢谢" and wish.photo

    def test_taking_down_and_withdrawing(self, client, wish, clerk):
        client.force_login(clerk)
        assert client.post(self.change_url(wish, "take-down"), {"reason": ""}).status_code == 422
        client.post(self.change_url(wish, "take-down"), {"reason": "字句要改"})
        assert "字句要改" in page(client, self.change_url(wish))
        client.post(self.change_url(wish, "withdraw"))
        wish.refresh_from_db()
        assert wish.withdrawn_at and wish.taken_down_reason == "字句要改"

    def test_another_communitys_clerk_finds_nothing(self, client, wish):
        client.force_login(make.make_post(organization=make.make_community().organization))
        assert client.get(self.change_url(wish)).status_code == 404
        assert client.post(self.change_url(wish, "take-down"), {"reason": "x"}).status_code == 404
        assert wish.words not in page(client, reverse("admin:deliberations_wish_changelist"))
        assert wish.words not in page(client, reverse("admin:deliberations_wish_book"))
        form = client.post(reverse("admin:deliberations_wish_add"), {"code": wish.need.code, "consent": "phone"})
        assert "没有这个编号的需求" in form.content.decode()

    def test_an_auditor_looks_on(self, client, wish):
        client.force_login(make.make_post(role="auditor"))
        html = page(client, self.change_url(wish))
        assert "没有要您办的" in html and "王秀兰" not in html
        assert client.post(self.change_url(wish, "take-down"), {"reason": "x"}).status_code == 403
        assert client.get(reverse("admin:deliberations_wish_add")).status_code == 403

    def test_queues_list_and_export(self, client, wish, clerk, django_assert_max_num_queries):
        waiting = make_wish(far="offered", community=wish.need.community, words="想学剪纸")
        client.force_login(clerk)
        changelist = reverse("admin:deliberations_wish_changelist")
        for heap, shown in (("verify", waiting), ("waiting", wish)):
            html = page(client, f"{changelist}?heap={heap}")
            assert [row.words in html for row in (wish, waiting)] == [row == shown for row in (wish, waiting)], heap
        for heap in ("publish", "claimed", "fulfilled", "gone"):
            assert WORDS not in page(client, f"{changelist}?heap={heap}")
        with django_assert_max_num_queries(22):
            page(client, changelist)
        for _ in range(3):
            make_wish(community=wish.need.community)
        with django_assert_max_num_queries(22):
            page(client, changelist)
        sheet = client.post(reverse("admin:deliberations_wish_export"), {"format": "0"})
        assert sheet.status_code == 200 and sheet["Content-Type"].startswith("application/vnd")
        assert wish.label in page(client, reverse("admin:deliberations_wish_book"))
