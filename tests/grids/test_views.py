import segno
from django.db import connection
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from grids.models import Duty
from grids.views.posters import MOST_POSTERS
from tests.factories import make_building, make_community, make_duty, make_grid, make_post, make_quarter, make_user


@override_settings(PUBLIC_URL="https://example.test")
class BuildingPosterTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.own = make_community(name="红星社区", hotline="0512-66668888")
        cls.foreign = make_community(name="青松社区")
        cls.grid = make_grid(cls.own, name="红星一网格", supervision_phone="0512-12345")
        cls.building = make_building(make_quarter(cls.own, name="红星苑"), name="3栋", grid=cls.grid)
        cls.foreign_building = make_building(make_quarter(cls.foreign))
        make_duty(grid=cls.grid, name="李强", phone="13812345678")
        make_duty(Duty.Kind.BUILDING_HEAD, building=cls.building, name="王大爷")
        cls.clerk = make_post(role="community_staff", organization=cls.own.organization)

    def setUp(self):
        self.client.force_login(self.clerk)

    def poster(self, building):
        return self.client.get(reverse("grids:building_poster", args=[building.pk]))

    def posters(self, *keys):
        return self.client.get(reverse("grids:building_posters"), {"building": keys})

    def test_names_the_place_and_whom_to_call(self):
        response = self.poster(self.building)
        words = [
            "红星社区",
            "红星苑3栋",
            "李强",
            "王**",
            "13812345678",
            "0512-66668888",
            "0512-12345",
            "data:image/svg+xml",
        ]
        for word in words:
            self.assertContains(response, word)
        self.assertNotContains(response, "王大爷")
        address = f"https://example.test/needs/new/?building={self.building.code}"
        self.assertContains(response, segno.make(address, error="m").svg_data_uri(scale=8, border=2))

    def test_prints_only_phones_that_are_public(self):
        Duty.objects.filter(kind=Duty.Kind.WORKER).update(publishes_phone=False)
        self.assertNotContains(self.poster(self.building), "13812345678")
        Duty.objects.filter(kind=Duty.Kind.BUILDING_HEAD).update(publishes_phone=True)
        self.assertContains(self.poster(self.building), Duty.objects.get(name="王大爷").phone)

    def test_foreign_unknown_and_none_are_not_there(self):
        self.assertEqual(self.poster(self.foreign_building).status_code, 404)
        table = [[self.building.pk, self.foreign_building.pk], [self.building.pk, 0], ["x"], ["9" * 30], []]
        for keys in table:
            with self.subTest(keys):
                self.assertEqual(self.posters(*keys).status_code, 404)

    def test_only_for_staff(self):
        self.client.logout()
        self.assertEqual(self.poster(self.building).status_code, 302)
        self.client.force_login(make_user())
        self.assertEqual(self.poster(self.building).status_code, 403)

    def test_many_in_a_handful_of_queries(self):
        make_duty(grid=self.grid)
        one = make_building(self.building.quarter, grid=self.grid)
        with CaptureQueriesContext(connection) as before:
            self.posters(self.building.pk, one.pk)
        more = [make_building(self.building.quarter, grid=self.grid).pk for _ in range(8)]
        with self.assertNumQueries(len(before)):
            response = self.posters(self.building.pk, one.pk, *more)
        self.assertEqual(len(response.context["posters"]), 10)
        self.assertGreaterEqual(MOST_POSTERS, 100)
