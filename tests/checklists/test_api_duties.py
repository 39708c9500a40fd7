import pytest

from checklists.services import enrolments
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(client):
    unit = make.make_unit()
    user = make.make_post(organization=unit.organization)
    user.unit = unit
    client.force_login(user)
    return user


class TestActivities:
    def test_counts_and_names_nobody(self, clerk, client):
        activity = make.make_activity("announced", community=clerk.unit.organization.community, unit=clerk.unit)
        enrolments.enrol(activity, name="张大爷", phone="13800001234", people_count=3)
        make.make_activity()
        answer = client.get("/api/activities/", {"status": "announced"})
        (row,) = answer.json()["results"]
        assert (row["id"], row["enrolled_count"], row["next_statuses"]) == (
            activity.pk,
            3,
            ["cancelled", "held", "planned"],
        )
        assert "张" not in answer.content.decode() and "1380000" not in answer.content.decode()
        assert client.post("/api/activities/", {}).status_code in (403, 405)

    def test_a_foreign_community_is_400(self, clerk, client):
        assert client.get("/api/activities/", {"community": make.make_community().pk}).status_code == 400

    def test_queries_do_not_grow_with_rows(self, clerk, client, django_assert_max_num_queries):
        def add():
            row = make.make_activity(community=clerk.unit.organization.community, unit=clerk.unit)
            row.joint_units.add(make.make_unit())

        add()
        with django_assert_max_num_queries(30) as few:
            client.get("/api/activities/")
        for _ in range(5):
            add()
        with django_assert_max_num_queries(len(few)):
            client.get("/api/activities/")


class TestRotas:
    def test_tells_the_turns_of_the_own_rotas(self, clerk, client):
        turns = make.make_turns(clerk.unit, clerk.unit)
        make.make_turns(make.make_unit())
        (row,) = client.get("/api/rotas/").json()["results"]
        assert [turn["id"] for turn in row["turns"]] == [turn.pk for turn in turns]
        assert row["turns"][0]["agreement_number"] == turns[0].agreement.number
