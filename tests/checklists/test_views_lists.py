"""公示清单: what is public, and not a word more."""

import pytest
from django.urls import reverse

from checklists.columns import LISTS
from checklists.models import Publication
from checklists.services.publications import publish
from tests import factories
from tests.checklists.lists import make_activity, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def community():
    return factories.make_community()


def put_up(community, key="needs", columns=None, is_public=True):
    columns = LISTS[key].default_keys if columns is None else columns
    return publish(community, key, columns=columns, is_public=is_public, actor=factories.make_superuser())


def page_of(community, key="needs"):
    return reverse("checklists:list_detail", args=[community.code, key])


class TestHome:
    def test_names_only_what_is_public(self, client, community):
        put_up(community)
        put_up(factories.make_community(name="没公开的社区"), is_public=False)
        text = client.get(reverse("checklists:list_home")).content.decode()
        assert page_of(community) in text
        assert page_of(community, "projects") not in text
        assert "没公开的社区" not in text

    def test_the_front_page_has_a_door_once_something_is_public(self, client, community):
        door = reverse("checklists:list_home")
        assert f'href="{door}"' not in client.get("/").content.decode()
        put_up(community)
        assert f'href="{door}"' in client.get("/").content.decode()


class TestList:
    def test_taken_down_or_never_put_up_it_is_404(self, client, community):
        assert client.get(page_of(community)).status_code == 404
        put_up(community)
        assert client.get(page_of(community)).status_code == 200
        put_up(community, is_public=False)
        assert client.get(page_of(community)).status_code == 404
        assert client.get(page_of(community, "nonsense")).status_code == 404

    def test_shows_the_chosen_columns_alone(self, client, community):
        need = factories.make_need("accepted", community=community, text="张大爷家的灯坏了", contact_name="欧阳震华")
        put_up(community, columns=["name", "status"])
        page = client.get(page_of(community))
        text = page.content.decode()
        assert page.context["heads"] == ["需求名称", "状态"]
        for secret in ("张大爷", "欧阳", need.spoken_code, need.code, need.contact_phone, need.masked_contact_phone):
            assert secret not in text

    def test_a_personal_column_in_the_row_itself_stays_hidden(self, client, community):
        need = factories.make_need("accepted", community=community)
        put_up(community, columns=["name"])
        Publication.objects.update(columns=["name", "contact_name", "contact_phone", "code"])
        page = client.get(page_of(community))
        assert page.context["heads"] == ["需求名称"]
        assert need.spoken_code not in page.content.decode()

    def test_a_search_does_not_tell_what_a_hidden_column_holds(self, client, community):
        factories.make_need("accepted", community=community, text="张大爷家的灯坏了")
        put_up(community, columns=["name", "status"])
        assert client.get(page_of(community), {"q": "张大爷"}).context["rows"] == []
        put_up(community, columns=["name", "text"])
        assert len(client.get(page_of(community), {"q": "张大爷"}).context["rows"]) == 1

    def test_a_facet_is_offered_only_where_its_column_is_shown(self, client, community):
        factories.make_need("accepted", community=community)
        factories.make_need("closed", community=community)
        put_up(community, columns=["name"])
        assert client.get(page_of(community)).context["facets"] == []
        assert len(client.get(page_of(community), {"s": "closed"}).context["rows"]) == 2
        put_up(community, columns=["name", "status"])
        assert len(client.get(page_of(community), {"s": "closed"}).context["rows"]) == 1

    @pytest.mark.parametrize("status", ["submitted", "rejected", "merged", "withdrawn"])
    def test_what_was_not_vetted_or_is_no_need_any_more_is_left_out(self, client, community, status):
        factories.make_need(status, community=community)
        put_up(community)
        assert client.get(page_of(community)).context["rows"] == []

    @pytest.mark.parametrize("key", LISTS)
    def test_holds_one_communitys_public_rows(self, client, community, key):
        for place in (community, factories.make_community()):
            unit = factories.make_unit(place.organization)
            factories.make_resource(unit)
            factories.make_resource(unit, is_public=False)
            factories.make_need("accepted", community=place)
            make_activity(place)
            make_activity(place, status="planned")
            make_activity(place, is_public=False)
            make_project(place)
            make_project(place, status="proposed")
        put_up(community, key)
        page = client.get(page_of(community, key))
        assert len(page.context["rows"]) == 1

    @pytest.mark.parametrize("query", ["?page=99", "?s=%00x", "?s=nonsense", "?q=" + "x" * 200, "?page=abc"])
    def test_bad_addresses_do_no_harm(self, client, community, query):
        put_up(community)
        assert client.get(page_of(community) + query).status_code in (200, 400, 404)

    def test_costs_the_same_for_one_row_and_for_five(self, client, community, django_assert_num_queries):
        put_up(community, "projects")
        make_project(community, needs=[factories.make_need(community=community)])
        client.get(page_of(community, "projects"))
        with django_assert_num_queries(8):
            client.get(page_of(community, "projects"))
        for _ in range(4):
            make_project(community, needs=[factories.make_need(community=community)])
        with django_assert_num_queries(8):
            client.get(page_of(community, "projects"))
