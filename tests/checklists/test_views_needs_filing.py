"""Filing a need: what is saved, what an error keeps, what a second click does."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse

from checklists.models import Category, Need
from tests import factories
from tests.checklists.residents import CREATE, file_need, open_form, page, set_parameter, words_of
from tests.checklists.test_forms_needs import answers_of, picture, upload

pytestmark = pytest.mark.django_db


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
        with django_assert_num_queries(12):
            client.get(CREATE)


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
