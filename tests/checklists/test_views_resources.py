"""The residents' first page and the menu of resources."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import PrivacyNotice
from tests import factories
from tests.checklists.residents import words_of

pytestmark = pytest.mark.django_db


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
            with django_assert_num_queries(10):
                client.get("/")
            with django_assert_num_queries(10):
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
