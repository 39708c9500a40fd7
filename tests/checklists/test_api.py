import pytest
from django.urls import reverse

from checklists.models import Need
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(client):
    community = factories.make_community()
    user = factories.make_post(organization=community.organization)
    user.community = community
    client.force_login(user)
    return user


def post(client, url, body):
    return client.post(url, body, content_type="application/json")


class TestNeeds:
    def filing(self, community):
        return {
            "community": community.pk,
            "category": factories.make_category().pk,
            "text": "楼道灯不亮",
            "channel": "phone",
            "contact_name": "王阿姨",
            "contact_phone": "13800001234",
        }

    def test_filing_answers_with_masked_contact(self, clerk, client):
        answer = post(client, "/api/needs/", self.filing(clerk.community))
        assert answer.status_code == 201
        assert answer.json()["contact_phone"] == "138****1234"
        assert Need.objects.get().filed_by == clerk

    def test_a_foreign_community_is_400(self, clerk, client):
        answer = post(client, "/api/needs/", self.filing(factories.make_community()))
        assert answer.status_code == 400
        assert list(answer.json()) == ["community"]

    @pytest.mark.parametrize("key", ["1e400", "9" * 25, '"x"', '"\\u0000"', "null", "[1]"])
    def test_a_key_that_no_row_has_is_400(self, clerk, client, key):
        need = factories.make_need("accepted", community=clerk.community)
        answer = post(client, f"/api/needs/{need.pk}/dispatch/", f'{{"resource": {key}}}')
        assert answer.status_code == 400

    def test_a_wrong_phone_is_told_in_chinese(self, clerk, client):
        answer = post(client, "/api/needs/", {**self.filing(clerk.community), "contact_phone": "123"})
        assert answer.json() == {"contact_phone": ["手机号要 11 位，您填了 3 位。"]}

    def test_verbs_and_the_stale_caller(self, clerk, client):
        need = factories.make_need(community=clerk.community)
        resource = factories.make_resource(factories.make_unit(clerk.community.organization), need.category)
        assert post(client, f"/api/needs/{need.pk}/accept/", {}).json()["status"] == "accepted"
        answer = post(client, f"/api/needs/{need.pk}/dispatch/", {"resource": resource.pk})
        assert answer.json()["status"] == "dispatched"
        again = post(client, f"/api/needs/{need.pk}/dispatch/", {"resource": resource.pk})
        assert again.status_code == 400
        assert "您看到的是旧页面" in again.json()["non_field_errors"][0]

    def test_a_reader_cannot_act(self, client):
        community = factories.make_community()
        need = factories.make_need(community=community)
        client.force_login(factories.make_post(role="supervisor", organization=community.organization))
        assert client.get(f"/api/needs/{need.pk}/").status_code == 200
        assert post(client, f"/api/needs/{need.pk}/accept/", {}).status_code == 403

    def test_status_is_not_writable(self, clerk, client):
        need = factories.make_need(community=clerk.community)
        assert (
            client.patch(f"/api/needs/{need.pk}/", {"status": "closed"}, content_type="application/json").status_code
            == 405
        )


class TestUnits:
    def test_a_liaison_takes_and_finishes(self, client):
        unit = factories.make_unit()
        liaison = factories.make_liaison(unit)
        community = unit.organization.community
        resource = factories.make_resource(unit)
        need = factories.make_need("dispatched", community=community, category=resource.category, resource=resource)
        row = need.dispatches.get()
        client.force_login(liaison)
        assert post(client, f"/api/dispatches/{row.pk}/take/", {}).json()["status"] == "taken"
        assert post(client, f"/api/dispatches/{row.pk}/finish/", {}).status_code == 400
        assert post(client, f"/api/dispatches/{row.pk}/finish/", {"note": "换好了"}).json()["status"] == "finished"

    def test_capacity_below_what_is_reserved_is_told(self, client):
        unit = factories.make_unit()
        resource = factories.make_resource(unit, capacity=3)
        factories.make_need(
            "taken",
            community=unit.organization.community,
            category=resource.category,
            resource=resource,
            people_count=2,
        )
        client.force_login(factories.make_liaison(unit))
        answer = client.patch(f"/api/resources/{resource.pk}/", {"capacity": 1}, content_type="application/json")
        assert answer.status_code == 400
        assert "名额不能少于本期已占用的人数" in str(answer.json())
        assert (
            client.patch(f"/api/resources/{resource.pk}/", {"capacity": 9}, content_type="application/json").json()[
                "places_left"
            ]
            == 7
        )


class TestSchema:
    def test_is_published_to_people_who_sign_in(self, clerk, client):
        answer = client.get(reverse("schema"))
        assert answer.status_code == 200
        assert b"/api/needs/{id}/dispatch/" in answer.content
        client.logout()
        assert client.get(reverse("schema")).status_code == 403
