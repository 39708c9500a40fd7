"""The residents' pages as they answer: what is saved, who may see, what an error keeps."""

import os
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import PrivacyNotice
from checklists.models import Category, Dispatch, Need, NeedEvent
from checklists.services import dispatches, needs
from checklists.views import visits
from checklists.views.progress import Progress
from organizations.models import Parameter
from tests import factories
from tests.checklists.test_forms_needs import answers_of, picture, upload

pytestmark = pytest.mark.django_db
S = Need.Status
CREATE = reverse("checklists:need_create")
FOLLOW = reverse("checklists:need_follow")


@pytest.fixture
def building():
    return factories.make_building()


@pytest.fixture
def need():
    return factories.make_need(contact_phone="13800001234")


def page(name, need, **query):
    return reverse(f"checklists:need_{name}", args=[need.code], query=query or None)


def let_in(client, need):
    client.post(FOLLOW, {"code": need.code, "digits": need.contact_phone[-4:]})
    return client


def open_form(client, url=CREATE):
    return client.get(url).context["token"]


def file_need(client, building, url=CREATE, token=None, **changed):
    return client.post(url, {**answers_of(building, **changed), "token": token or open_form(client, url)})


def set_parameter(key, value):
    Parameter.objects.get(key=key).values.create(value=Decimal(value), effective_on=timezone.localdate())


def words_of(response):
    return response.content.decode()


class TestHome:
    def test_poster_brings_community_grid_and_menu(self, client, building):
        community = building.quarter.community
        building.grid = factories.make_grid(community, name="第3网格")
        building.save()
        factories.make_duty(grid=building.grid, name="王小明")
        unit = factories.make_unit(community.organization, name="红星小学")
        factories.make_resource(unit, name="四点半课堂", capacity=3, period="week")
        text = words_of(client.get("/", {"building": building.code}))
        for words in (
            str(building),
            "第3网格",
            "王**",
            community.hotline,
            "四点半课堂",
            "红星小学",
            "本周还有 3 个名额",
        ):
            assert words in text
        assert "王小明" not in text
        assert "四点半课堂" in words_of(client.get("/"))  # remembered

    @pytest.mark.parametrize("code", ["12345678901234567", "1", "３" * 17, "'; drop"])
    def test_foreign_code_is_told_and_harmless(self, client, code):
        response = client.get("/", {"building": code})
        assert response.status_code == 200
        assert "这张码上的楼栋没有登记" in words_of(response)

    def test_queries_do_not_grow_with_resources(self, client, building, django_assert_num_queries):
        url = reverse("checklists:resource_list")
        for count in (1, 12):
            for _ in range(count):
                factories.make_resource(factories.make_unit(building.quarter.community.organization))
            client.get("/", {"building": building.code})
            with django_assert_num_queries(6):
                client.get("/")
            with django_assert_num_queries(9):
                assert client.get(url).status_code == 200

    def test_menu_hides_what_is_not_public_paused_or_out_of_reach(self, client, building):
        unit = factories.make_unit(building.quarter.community.organization)
        hidden = [
            factories.make_resource(unit, is_public=False),
            factories.make_resource(unit, is_paused=True),
            factories.make_resource(),
        ]
        shown = factories.make_resource(unit)
        client.get("/", {"building": building.code})
        text = words_of(client.get(reverse("checklists:resource_list")))
        assert shown.name in text
        assert not [row for row in hidden if f"<h3>{row.name}</h3>" in text]

    def test_full_resource_cannot_be_ordered(self, client, building):
        resource = factories.make_resource(factories.make_unit(building.quarter.community.organization), capacity=1)
        resource.reserved, resource.period_starts_on = 1, timezone.localdate()
        resource.save()
        text = words_of(client.get("/", {"building": building.code}))
        assert "本月名额已满" in text
        assert f"?resource={resource.pk}" not in text

    def test_privacy_notice_in_force_is_shown(self, client):
        assert "为什么收集" in words_of(client.get(reverse("checklists:privacy")))
        PrivacyNotice.objects.all().delete()
        assert "告知书正在修订" in words_of(client.get(reverse("checklists:privacy")))


class TestPlaces:
    def test_one_taps_from_community_to_building(self, client, building):
        url = reverse("checklists:need_places")
        text = words_of(client.get(url, {"to": "home", "community": building.quarter.community_id}))
        assert building.quarter.name in text
        response = client.get(url, {"to": "home", "building": building.pk})
        assert response["Location"] == "/"
        assert str(building) in words_of(client.get("/"))

    def test_community_alone_will_do(self, client, building):
        url = reverse("checklists:need_places")
        query = {"community": building.quarter.community_id, "here": 1, "resource": 7}
        assert client.get(url, query)["Location"] == f"{CREATE}?resource=7"

    def test_htmx_gets_the_next_select(self, client, building):
        url = reverse("checklists:need_places")
        query = {"community": building.quarter.community_id, "quarter": building.quarter_id}
        text = words_of(client.get(url, query, headers={"HX-Request": "true"}))
        assert "<html" not in text
        assert f'<option value="{building.pk}">' in text

    @pytest.mark.parametrize("value", ["x", "-1", "9" * 30, "²"])
    def test_wrong_numbers_choose_nothing(self, client, value):
        query = {"community": value, "quarter": value, "building": value, "category": value, "resource": value}
        for name in ("need_places", "need_create", "need_questions", "home"):
            assert client.get(reverse(f"checklists:{name}"), query).status_code == 200


class TestFiling:
    def test_need_is_filed_and_its_receipt_shown(self, client, building):
        response = file_need(client, building)
        need = Need.objects.get()
        assert response["Location"] == page("detail", need)
        assert (need.channel, need.community, need.status) == ("web", building.quarter.community, "submitted")
        text = words_of(client.get(response["Location"]))
        for words in ("已收到", need.spoken_code, f"{need.community}将在", "前联系您", "data:image/svg+xml"):
            assert words in text

    def test_poster_makes_the_channel_a_scan(self, client, building):
        file_need(client, building, f"{CREATE}?building={building.code}")
        assert Need.objects.get().channel == "scan"

    def test_another_building_than_the_scanned_one_is_the_web(self, client, building):
        other = factories.make_building()
        file_need(client, other, f"{CREATE}?building={building.code}")
        assert (Need.objects.get().channel, Need.objects.get().building) == ("web", other)

    def test_foreign_building_code_is_told(self, client):
        assert "这张码上的楼栋没有登记" in words_of(client.get(CREATE, {"building": "1" * 17}))

    def test_order_from_the_menu_is_kept(self, client, building):
        unit = factories.make_unit(building.quarter.community.organization)
        resource = factories.make_resource(unit, Category.objects.get(name="上门理发"))
        url = f"{CREATE}?resource={resource.pk}"
        assert f"您点的是：{resource.name}" in words_of(client.get(url))
        file_need(client, building, url, category=resource.category_id)
        assert Need.objects.get().wanted_resource == resource

    def test_resource_out_of_reach_is_not_ordered(self, client, building):
        resource = factories.make_resource(factories.make_unit())
        response = file_need(client, building, f"{CREATE}?resource={resource.pk}")
        assert Need.objects.get().wanted_resource is None
        assert "您点的服务到不了您选的社区" in words_of(client.get(response["Location"]))

    def test_error_keeps_everything_typed(self, client, building):
        response = file_need(client, building, contact_phone="1380000123", text="灯坏了三天")
        text = words_of(response)
        assert response.status_code == 422
        assert not Need.objects.exists()
        for words in (
            "手机号要 11 位，您填了 10 位。",
            "灯坏了三天",
            "2单元501",
            "张阿姨",
            'value="1380000123"',
            str(building),
        ):
            assert words in text

    def test_second_click_leads_to_the_first_receipt(self, client, building):
        token = open_form(client)
        first = file_need(client, building, token=token)
        second = file_need(client, building, token=token)
        assert Need.objects.count() == 1
        assert first["Location"] == second["Location"]

    def test_expired_session_keeps_what_was_typed(self, client, building):
        token = open_form(client)
        Session.objects.all().delete()
        response = file_need(client, building, token=token, text="灯坏了三天")
        assert response.status_code == 422
        assert "页面开得太久了" in words_of(response)
        assert "灯坏了三天" in words_of(response)
        assert not Need.objects.exists()
        assert file_need(client, building, token=response.context["token"]).status_code == 302
        assert Need.objects.count() == 1

    def test_emergency_turns_into_phone_numbers_and_saves_nothing(self, client, building):
        category = Category.objects.exclude(emergency_notice="").get()
        for response in (
            client.get(CREATE, {"category": category.pk}),
            file_need(client, building, category=category.pk, photos=upload(picture())),
        ):
            assert response.status_code == 200
            for number in ("tel:110", "tel:119", "tel:120"):
                assert number in words_of(response)
        assert not Need.objects.exists()
        assert "drafts" not in client.session

    def test_over_the_limit_everything_typed_stays(self, client, building):
        set_parameter("public_needs_per_hour", 1)
        file_need(client, building)
        response = file_need(client, building, text="另一件事")
        assert response.status_code == 429
        assert "提交的次数太多" in words_of(response)
        assert "另一件事" in words_of(response)
        assert Need.objects.count() == 1

    def test_change_of_place_without_javascript_is_no_error(self, client, building):
        response = file_need(client, building, step="place", text="写到一半", contact_phone="")
        assert response.status_code == 200
        assert "写到一半" in words_of(response)
        assert "field-error" not in words_of(response)
        assert not Need.objects.exists()

    def test_questions_come_for_the_picked_category(self, client):
        url = reverse("checklists:need_questions")
        text = words_of(client.get(url, {"category": Category.objects.get(name="陪同就医").pk}))
        assert "老人能自己走路吗？" in text
        assert "周四上午要去市医院复查" in text

    def test_page_asks_the_same_queries_however_many_needs_there_are(self, client, django_assert_num_queries):
        for _ in range(3):
            factories.make_need()
        client.get(CREATE)
        with django_assert_num_queries(11):
            client.get(CREATE)


class TestPhotos:
    def test_good_photos_survive_an_error_elsewhere(self, client, building):
        response = file_need(client, building, contact_phone="1", photos=[upload(picture()), upload(picture())])
        assert response.status_code == 422
        assert words_of(response).count("data:image/jpeg;base64,") == 2
        assert "最多再传 1 张" in words_of(response)
        file_need(client, building, token=response.context["token"], photos=upload(picture()))
        assert Need.objects.get().photos.count() == 3
        assert not client.session["drafts"]

    def test_kept_photo_can_be_dropped(self, client, building):
        response = file_need(client, building, contact_phone="1", photos=upload(picture()))
        (kept,) = response.context["kept_photos"]
        file_need(client, building, token=response.context["token"], drop_photo=kept["name"])
        assert Need.objects.get().photos.count() == 0
        assert not default_storage.exists(kept["name"])

    def test_nobody_drops_what_another_session_keeps(self, client, building):
        response = file_need(client, building, contact_phone="1", photos=upload(picture()))
        (kept,) = response.context["kept_photos"]
        file_need(Client(), building, contact_phone="1", drop_photo=kept["name"])
        assert default_storage.exists(kept["name"])

    def test_left_photos_are_swept_after_some_hours(self, client, building, rf):
        first = file_need(client, building, contact_phone="1", photos=upload(picture()))
        (old,) = first.context["kept_photos"]
        long_ago = (timezone.now() - timedelta(hours=visits.DRAFT_HOURS + 1)).timestamp()
        os.utime(default_storage.path(old["name"]), (long_ago, long_ago))
        file_need(Client(), building, contact_phone="1", photos=upload(picture()))
        assert not default_storage.exists(old["name"])

    def test_text_file_named_jpg_is_refused(self, client, building):
        response = file_need(client, building, photos=upload(b"hello"))
        assert response.status_code == 422
        assert "不是能打开的照片" in words_of(response)
        assert not Need.objects.exists()

    def test_only_its_resident_gets_a_photo(self, client, building):
        file_need(client, building, photos=upload(picture(size=(900, 600))))
        need = Need.objects.get()
        url = reverse("checklists:needphoto_detail", args=[need.code, need.photos.get().pk])
        for size, side in (("", 900), ("small", 240)):
            response = client.get(url, {"size": size})
            body = b"".join(response.streaming_content) if response.streaming else response.content
            assert Image.open(BytesIO(body)).width == side
            assert response["X-Content-Type-Options"] == "nosniff"
            assert response["Cache-Control"].startswith("private")
        stranger = Client().get(url)
        assert stranger["Content-Type"].startswith("text/html")
        assert "查进度" in words_of(stranger)
        other = factories.make_need()
        let_in(client, other)
        foreign = reverse("checklists:needphoto_detail", args=[other.code, need.photos.get().pk])
        assert client.get(foreign).status_code == 404


class TestAccess:
    def test_without_code_and_digits_nothing_is_shown(self, client, need):
        for name in ("detail", "receipt", "rate", "withdraw", "reopen", "supplement"):
            text = words_of(client.get(page(name, need)))
            assert need.text not in text
            assert f'value="{need.code}"' in text

    def test_unknown_code_looks_like_a_foreign_one(self, client, need):
        known = words_of(client.get(page("detail", need)))
        unknown = words_of(client.get(reverse("checklists:need_detail", args=["22222222"])))
        lines = [
            [line for line in text.replace(code, "CODE").splitlines() if "csrf" not in line.lower()]
            for text, code in ((known, need.code), (unknown, "22222222"))
        ]
        assert lines[0] == lines[1]

    def test_right_digits_open_the_need(self, client, need):
        response = client.post(FOLLOW, {"code": need.spoken_code.lower(), "digits": "1234"}, follow=True)
        assert need.text in words_of(response)
        assert response["Cache-Control"] == "private, no-store"
        assert need.contact_phone not in words_of(response)

    def test_wrong_digits_and_unknown_codes_read_alike(self, client, need):
        for code in (need.code, "22222222"):
            response = client.post(FOLLOW, {"code": code, "digits": "0000"})
            assert response.status_code == 422
            assert "没有查到。请核对受理编号和手机号最后四位" in words_of(response)
            assert f'value="{code}"' in words_of(response)

    def test_too_many_wrong_tries_close_the_door_even_for_the_right_digits(self, client, need):
        set_parameter("public_lookups_per_hour", 2)
        codes = [client.post(FOLLOW, {"code": need.code, "digits": "0000"}).status_code for _ in range(3)]
        assert codes == [422, 422, 429]
        response = client.post(FOLLOW, {"code": need.code, "digits": "1234"})
        assert response.status_code == 429
        assert "填错的次数太多" in words_of(response)

    def test_right_lookups_are_not_counted(self, client, need):
        set_parameter("public_lookups_per_hour", 1)
        for _ in range(4):
            assert client.post(FOLLOW, {"code": need.code, "digits": "1234"}).status_code == 302

    def test_code_of_the_qr_is_filled_in(self, client, need):
        assert f'value="{need.code}"' in words_of(client.get(FOLLOW, {"code": need.code}))

    def test_words_typed_before_the_session_expired_come_back(self, client):
        need = factories.make_need(S.DONE)
        response = client.post(page("rate", need), {"satisfaction": "mostly", "is_solved": "no", "note": "还漏"})
        assert "页面开得太久了" in words_of(response)
        typed = response.context["typed"]
        response = client.post(FOLLOW, {"code": need.code, "digits": need.contact_phone[-4:], **typed}, follow=True)
        assert "还漏" in words_of(response)
        assert response.context["form"]["satisfaction"].value() == "mostly"


class TestProgress:
    def test_every_state_is_told_in_plain_words(self, client):
        for status in S:
            need = factories.make_need(status)
            response = let_in(client, need).get(page("detail", need))
            progress = response.context["progress"]
            assert progress.title
            assert len(progress.steps) >= 2
            read = re.sub(r"<[^>]*>", "", words_of(response).partition("<main")[2].partition(">")[2])
            assert not re.search(r"[a-z]{4}", read), read
            assert "超级管理员" not in read and "王莉" not in read

    def test_internal_notes_stay_inside_and_public_ones_are_read(self):
        need = factories.make_need(S.TAKEN)
        staff = factories.make_superuser()
        row = Dispatch.objects.get(need=need)
        dispatches.decline(row, actor=NeedEvent.Party.UNIT, reason="no_time", note="嫌远")
        needs.suspend(need, actor=staff, reason="等配件到货", until=timezone.localdate() + timedelta(days=3))
        need.refresh_from_db()
        told = str(Progress(need).steps)
        assert "嫌远" not in told
        assert "等配件到货" in told
        assert f"{row.resource.unit}来不了，另外找人" in told

    def test_merged_need_follows_the_main_one_without_its_code(self, client):
        need = factories.make_need(S.MERGED)
        main = need.merged_into
        staff = factories.make_superuser()
        needs.accept(main, actor=staff)
        resource = factories.make_resource(factories.make_unit(main.community.organization), main.category)
        dispatches.dispatch(main, resource, actor=staff)
        needs.supplement(main, actor=NeedEvent.Party.RESIDENT, note="我住 501")
        text = words_of(let_in(client, need).get(page("detail", need)))
        assert f"已安排 {resource.unit}" in text
        assert main.spoken_code not in text
        assert "我住 501" not in text

    def test_deadline_is_told_in_working_days(self):
        friday = factories.at("2026-11-20 09:00")
        need = factories.make_need(clock=friday)
        need.respond_by = factories.at("2026-11-24 18:00")
        assert Progress(need, friday).deadline["words"] == "还剩 2 个工作日"
        assert Progress(need, friday).lead == f"{need.community}将在 11月24日 18:00 前联系您。"
        late = Progress(need, factories.at("2026-11-26 09:00")).deadline
        assert (late["words"], late["tone"]) == ("已超过 2 个工作日", "bad")

    def test_queries_do_not_grow_with_events(self, client, django_assert_num_queries):
        need = factories.make_need(S.IN_SERVICE)
        let_in(client, need)
        for _ in range(8):
            needs.supplement(need, actor=NeedEvent.Party.RESIDENT, note="又来")
        with django_assert_num_queries(9):
            client.get(page("detail", need))

    def test_receipt_can_be_printed(self, client, need):
        text = words_of(let_in(client, need).get(page("receipt", need)))
        assert need.spoken_code in text
        assert "data:image/svg+xml" in text


class TestActs:
    def test_only_possible_acts_are_offered(self, client):
        offered = {
            S.SUBMITTED: {"supplement", "withdraw"},
            S.DONE: {"rate", "reopen"},
            S.WITHDRAWN: set(),
            S.MERGED: set(),
        }
        for status, expected in offered.items():
            need = factories.make_need(status)
            acts = let_in(client, need).get(page("detail", need)).context["acts"]
            assert {act["url"].removeprefix("checklists:need_") for act in acts} == expected

    def test_withdraw_twice_is_harmless(self, client, need):
        let_in(client, need)
        for _ in range(2):
            response = client.post(page("withdraw", need), {"note": "已经修好了"}, follow=True)
            assert "您已撤回" in words_of(response)
        assert need.events.filter(to_status=S.WITHDRAWN).count() == 1

    def test_rating_says_what_comes_next(self, client):
        for solved, words in (("yes", "7 天后办结"), ("no", "再次反映")):
            need = factories.make_need(S.DONE)
            let_in(client, need)
            answers = {"satisfaction": "satisfied", "is_solved": solved, "note": "谢谢师傅"}
            text = words_of(client.post(page("rate", need), answers, follow=True))
            need.refresh_from_db()
            assert (need.status, need.satisfaction, need.is_solved) == (S.RATED, "satisfied", solved == "yes")
            assert words in text

    def test_second_rating_changes_nothing(self, client):
        need = factories.make_need(S.RATED)
        response = let_in(client, need).post(
            page("rate", need), {"satisfaction": "dissatisfied", "is_solved": "no"}, follow=True
        )
        need.refresh_from_db()
        assert need.satisfaction == "satisfied"
        assert "已经办过了" in words_of(response)

    def test_empty_rating_asks_for_both_answers(self, client):
        need = factories.make_need(S.DONE)
        response = let_in(client, need).post(page("rate", need), {"note": "还行"})
        assert response.status_code == 422
        for words in ("请选一个：满意、基本满意，或不满意。", "请选一个：解决了，或没有解决。", "还行"):
            assert words in words_of(response)

    def test_reopening_is_asked_for_once(self, client):
        need = factories.make_need(S.DONE)
        let_in(client, need)
        for _ in range(2):
            client.post(page("reopen", need), {"reason": "又坏了"})
        need.refresh_from_db()
        assert (need.status, need.reopen_count) == (S.REOPENED, 1)
        assert need.events.filter(to_status=S.REOPENED).count() == 1

    def test_old_page_is_told_without_the_name_of_staff_and_keeps_the_words(self, client):
        staff = factories.make_superuser()
        cases = [
            (S.SUBMITTED, "withdraw", "note", lambda need: needs.reject(need, actor=staff, reason="不归我们管")),
            (S.SUBMITTED, "supplement", "note", lambda need: needs.reject(need, actor=staff, reason="不归我们管")),
            (S.DONE, "rate", "note", lambda need: needs.close(need, actor=NeedEvent.Party.SYSTEM)),
        ]
        for status, act, field, overtake in cases:
            need = factories.make_need(status)
            let_in(client, need)
            token = (client.get(page(act, need)).context or {}).get("token", "")
            overtake(need)
            answers = {field: "我写的话", "token": token, "satisfaction": "satisfied", "is_solved": "yes"}
            response = client.post(page(act, need), answers)
            assert response.status_code == 422
            assert "这件事刚有了新进展" in words_of(response)
            assert "我写的话" in words_of(response)
            assert staff.name not in words_of(response)
            assert client.get(page(act, need))["Location"] == page("detail", need)

    def test_late_reopening_is_refused_in_words(self, client):
        need = factories.make_need(S.DONE, clock=timezone.now() - timedelta(days=40))
        response = let_in(client, need).post(page("reopen", need), {"reason": "又坏了"})
        assert response.status_code == 422
        assert "15 天内可以再次反映" in words_of(response)

    def test_supplement_adds_words_and_photos_once(self, client, need):
        let_in(client, need)
        token = open_form(client, page("supplement", need))
        for _ in range(2):
            client.post(page("supplement", need), {"note": "二楼也坏了", "photos": upload(picture()), "token": token})
        need.refresh_from_db()
        assert need.status == S.SUBMITTED
        event = need.events.get(note="二楼也坏了")
        assert (event.from_status, event.to_status, event.is_note_public) == (S.SUBMITTED, S.SUBMITTED, True)
        assert need.photos.count() == 1
        assert "您补充了情况" in words_of(client.get(page("detail", need)))

    def test_supplement_while_suspended_does_not_hold_up_the_resumption(self):
        need = factories.make_need(S.SUSPENDED)
        needs.supplement(need, actor=NeedEvent.Party.RESIDENT, note="配件我买到了")
        needs.resume(need, actor=factories.make_superuser())
        need.refresh_from_db()
        assert need.status == S.ACCEPTED


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_make_one_need(building):
    client = Client()
    token = open_form(client)
    typed = {**answers_of(building), "token": token}
    start = threading.Barrier(2)

    def click():
        twin = Client()
        twin.cookies = client.cookies
        start.wait()
        try:
            return twin.post(CREATE, typed)["Location"]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        receipts = {each.result() for each in [pool.submit(click) for _ in range(2)]}
    assert Need.objects.count() == 1
    assert receipts == {page("detail", Need.objects.get())}
    assert Need.objects.get().text in words_of(client.get(receipts.pop()))
