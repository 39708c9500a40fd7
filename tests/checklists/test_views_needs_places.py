"""Telling where one lives, before a need is filed."""

import pytest
from django.urls import reverse

from tests.checklists.residents import CREATE, words_of

pytestmark = pytest.mark.django_db


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
