"""The city at scale, two communities of it: what is written past the services is what they would have written."""

import random
from argparse import ArgumentTypeError
from fractions import Fraction

import pytest
from django.core.management import CommandError, call_command
from django.test import TestCase
from shapely.geometry import Point, shape

from accounts.models import User
from checklists.demo.district import District
from dashboards.management.commands.seed_demo import scale_of
from govern.loading import bulk
from grids import geometry
from grids.addresses import find_buildings
from grids.models import Building, BuildingStay, Community, Duty, Grid, Outline, Quarter
from organizations.services import tree_faults
from patrols.demo.city import MODELS, City, size_of
from patrols.models import CareHousehold, Visit
from tests.factories import at

NOW = at("2026-11-23 18:00")


class TestCity(TestCase):
    """One city serves all: it is read, not changed."""

    @classmethod
    def setUpTestData(cls):
        district = District(today=NOW.date(), password="", rng=random.Random(1))  # noqa: S106, S311
        city = City(district, size={"communities": 2, "grids": 20}, now=NOW, rng=random.Random(1))  # noqa: S311
        with bulk(*MODELS):
            city.run(lambda count: None)
        city.add_accounts()
        cls.communities = city.communities
        cls.spots = len(city.spots)

    def test_counts(self):
        here = Building.objects.filter(quarter__community__in=self.communities)
        assert here.count() == self.spots == 200
        assert Grid.objects.filter(communities__in=self.communities).count() == 20
        assert not here.exclude(grid__communities__in=self.communities).exists()
        assert BuildingStay.objects.filter(building__in=here).count() == 200
        assert tree_faults() == []

    def test_rows_are_what_the_models_would_have_written(self):
        for model in (Community, Quarter, Grid, Building, Duty, CareHousehold, Visit):
            for row in model.objects.order_by("-pk")[:12]:
                row.full_clean()
        building = Building.objects.filter(quarter__community=self.communities[0]).first()
        hits = find_buildings(f"{building}2单元501", community=self.communities[0])
        assert [hit.building for hit in hits] == [building]

    def test_grids_adjoin_and_hold_their_buildings(self):
        rows = {row.grid_id: row for row in Outline.objects.filter(grid__communities__in=self.communities)}
        shapes = {key: shape(row.geometry) for key, row in rows.items()}
        assert all(
            geometry.settled(found).equals_exact(geometry.read(rows[key].geometry)) for key, found in shapes.items()
        )
        assert geometry.overlaps(geometry.shapes_of([row.geometry for row in rows.values()]), 1) == []
        for key, found in shapes.items():
            assert abs(geometry.area_m2(found) / rows[key].area_m2 - 1) < 0.02
            for building in Building.objects.filter(grid=key):
                assert found.contains(Point(building.longitude, building.latitude))

    def test_a_worker_of_the_city_signs_in_and_sees_the_own_grid(self):
        worker = User.objects.get(username="wanggeda")
        assert Grid.objects.visible_to(worker).count() == 1
        assert CareHousehold.objects.visible_to(worker).count() == 3


def test_scale_is_a_count_or_a_share_of_the_city():
    assert scale_of("1000") == 1000
    assert scale_of("city") == Fraction(1)
    assert scale_of("city/100") == Fraction(1, 100)
    for words in ("town", "city/0", "city/x", ""):
        with pytest.raises(ArgumentTypeError):
            scale_of(words)
    assert size_of(Fraction(1)) == {
        "communities": 3_000,
        "grids": 30_000,
        "buildings": 300_000,
        "needs": 60_000,
        "incidents": 3_000_000,
    }


@pytest.mark.sqlite
@pytest.mark.django_db
def test_sqlite_refuses_a_city():
    with pytest.raises(CommandError, match="PostgreSQL"):
        call_command("seed_demo", scale=Fraction(1), verbosity=0)
