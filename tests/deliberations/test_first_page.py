"""The tiles of the first page: each counts what the list behind it shows, of one's own community."""

import pytest

from tests import factories
from tests.deliberations.plants import deliberation_rows
from tests.places import make_place

pytestmark = pytest.mark.django_db


@pytest.fixture
def places():
    category = factories.make_category()
    found = [make_place(number, category) for number in (1, 2)]
    for place in found:
        deliberation_rows(place)
    return found


class TestFirstPage:
    def test_each_tile_counts_the_rows_of_its_list(self, client, places):
        client.force_login(places[0].clerk)
        tiles = client.get("/admin/").context["deliberation_tiles"]
        assert {tile["label"]: tile["number"] for tile in tiles} == {
            "待审核留言": 1,
            "留言申诉": 0,
            "待答复留言": 0,
            "待核实心愿": 1,
            "待筛选议题": 1,
            "待受理调解": 1,
            "我的调解": 0,
            "决议超期": 0,
        }
        for tile in tiles:
            assert client.get(tile["href"]).context["cl"].result_count == tile["number"], tile["label"]

    def test_whoever_is_not_named_in_a_case_counts_none(self, client, places):
        colleague = factories.make_post(role="community_staff", organization=places[0].body)
        client.force_login(colleague)
        tiles = {tile["label"]: tile["number"] for tile in client.get("/admin/").context["deliberation_tiles"]}
        assert (tiles["待审核留言"], tiles["待受理调解"]) == (1, 0)

    def test_supervisors_have_none(self, client, places):
        client.force_login(factories.make_post(role="auditor"))
        assert "deliberation_tiles" not in client.get("/admin/").context
