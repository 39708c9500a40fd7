"""The way back to a need: who may see it."""

import pytest
from django.urls import reverse

from checklists.models import Need
from tests import factories
from tests.checklists.residents import FOLLOW, page, set_parameter, words_of

pytestmark = pytest.mark.django_db
S = Need.Status


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
