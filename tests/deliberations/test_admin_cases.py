"""The staff's pages: 登记, the list, the case's acts, the mediators."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from deliberations.models import Case, Mediator
from deliberations.services.cases import people
from tests import factories
from tests.deliberations.cases import TODAY, make_case, make_head, make_mediator, make_notice

ADD = reverse("admin:deliberations_case_add")
LIST = reverse("admin:deliberations_case_changelist")


def filing(community, /, **fields):
    return {
        "community": community.pk,
        "source": "application",
        "kind": "neighbours",
        "facts": "过道堆物，进出不便",
        "applicant_name": "周建国",
        "applicant_phone": "138 0000 0001",
        "respondent_name": "楼上住户",
        **fields,
    }


def act(client, case, verb, **posted):
    return client.post(reverse("admin:deliberations_case_act", args=[case.pk, verb]), posted)


def words(response):
    return response.content.decode()


@pytest.fixture
def community(db):
    make_notice()
    return factories.make_community()


@pytest.fixture
def head(client, community):
    user = make_head(community)
    client.force_login(user)
    return user


class TestFiling:
    def test_a_clerk_writes_one_down_and_may_open_it(self, client, community, head):
        clerk = factories.make_post(role="community_staff", organization=community.organization)
        client.force_login(clerk)
        response = client.post(ADD, filing(community))
        case = Case.objects.get()
        assert response.status_code == 302 and response.url == people.page_of(case)
        assert {reader.user for reader in case.readers.all()} == {clerk, head}
        assert case.parties.get(side="applicant").phone == "13800000001"

    def test_a_grid_worker_hands_one_in_and_cannot_open_it(self, client, community, head):
        grid = factories.make_grid(community)
        worker = factories.make_worker_of(grid)
        client.force_login(worker)
        refer = reverse("mediation:refer")
        assert client.get(refer).status_code == 200
        assert client.post(refer, filing(community, source="initiative", facts="")).status_code == 422
        response = client.post(refer, filing(community, source="initiative"))
        case = Case.objects.get()
        assert response.status_code == 302 and case.status == "applied"
        assert not Case.objects.visible_to(worker).exists()
        assert [reader.user for reader in case.readers.all()] == [head]

    def test_what_is_wrong_stands_beside_its_field(self, client, community, head):
        for posted, field, said in [
            ({"facts": " "}, "facts", "请写一写发生了什么纠纷"),
            ({"applicant_phone": "123"}, "applicant_phone", "11 位"),
            ({"source": "court"}, "referred_by", "哪个单位"),
            ({"source": "grid"}, "incident_code", "网格事件编号"),
            ({"source": "grid", "incident_code": "22222222"}, "incident_code", "没有查到"),
            ({"community": factories.make_community().pk}, "community", ""),
        ]:
            response = client.post(ADD, filing(community, **posted))
            assert response.status_code == 422, posted
            assert said in "".join(response.context["form"].errors[field]), posted
        assert "过道堆物" in words(client.post(ADD, filing(community, applicant_name="")))
        assert not Case.objects.exists()

    def test_an_incident_within_reach_is_taken_over(self, client, head, community):
        incident = factories.make_incident(community=community)
        shown = client.get(f"{ADD}?incident={incident.code}")
        assert incident.text in words(shown)
        client.post(ADD, filing(community, source="grid", incident_code=incident.spoken_code))
        assert Case.objects.get().incident == incident
        other = factories.make_incident()
        assert other.text not in words(client.get(f"{ADD}?incident={other.code}"))


class TestList:
    def test_queries_do_not_grow(self, client, community, head, django_assert_max_num_queries):
        for _ in range(3):
            make_case("accepted", community=community)
        client.get(LIST)
        with django_assert_max_num_queries(40) as few:
            client.get(LIST)
        for _ in range(4):
            make_case("accepted", community=community)
        with django_assert_max_num_queries(len(few)):
            client.get(LIST)

    def test_sides_are_masked_and_numbers_found(self, client, community, head):
        case = make_case("accepted", community=community)
        other = make_case(community=community)
        shown = words(client.get(LIST))
        assert "周** 与 吴**" in shown and "周建国" not in shown
        assert f"人调字第{case.number}号" in shown and other.spoken_code in shown
        for term in (case.full_number, f"{case.year}-{case.number}", case.code, case.parties.first().phone):
            found = client.get(LIST, {"q": term}).context["cl"].result_list
            assert [row.pk for row in found] == [case.pk], term

    def test_heaps(self, client, community, head):
        rows = {status: make_case(status, community=community) for status in ("applied", "mediating", "refused")}
        for heap, wanted in {
            "accept": ["applied"],
            "unassigned": ["applied"],
            "running": ["mediating"],
            "file": ["refused"],
            "all": ["applied", "mediating", "refused"],
        }.items():
            found = {row.pk for row in client.get(LIST, {"heap": heap}).context["cl"].result_list}
            assert found == {rows[each].pk for each in wanted}, heap


class TestActs:
    def test_from_application_to_a_mediator(self, client, community, head):
        case = make_case(community=community)
        response = act(client, case, "accept", note="")
        assert "第1号" in str(list(get_messages(response.wsgi_request))[-1])
        mediator = make_mediator(community.organization)
        act(client, case, "assign-mediator", mediator=mediator.pk, chosen_by="respondent")
        row = case.mediators.get()
        assert row.mediator == mediator and row.is_lead
        party = case.parties.get(side="respondent")
        act(client, case, "consent", party=party.pk, wants_open="on")
        party.refresh_from_db()
        assert party.agreed_at and party.wants_open
        assert act(client, case, "recuse", row=row.pk, reason="").status_code == 422
        act(client, case, "recuse", row=row.pk, reason="和一方是亲戚")
        act(client, case, "flag-risk", note="扬言要动手")
        case.refresh_from_db()
        assert case.has_risk and not case.mediators.filter(recused_at=None).exists()
        assert "110" in words(client.get(people.page_of(case)))

    def test_what_is_known_of_a_party_stays_where_nothing_is_filled_in(self, client, community, head):
        case = make_case(community=community)
        party = case.parties.get(side="respondent")
        phone = party.phone
        act(client, case, "correct-party", party=party.pk, address="5号楼101")
        party.refresh_from_db()
        assert party.phone == phone and party.address == "5号楼101"

    def test_a_stale_page_is_told_who_was_faster(self, client, community, head):
        case = make_case("refused", community=community)
        response = act(client, case, "accept", note="")
        assert response.status_code == 422 and "旧页面" in words(response)

    def test_parties_and_mediators_of_other_cases_are_no_choice(self, client, community, head):
        case, other = make_case("accepted", community=community), make_case("accepted")
        assert act(client, case, "refuse", party=other.parties.first().pk, reason="x").status_code == 422
        assert act(client, case, "recuse", row=other.mediators.get().pk, reason="x").status_code == 422
        foreign = make_mediator()
        assert act(client, case, "assign-mediator", mediator=foreign.pk, chosen_by="committee").status_code == 422

    def test_the_page_of_a_case_costs_a_fixed_number_of_queries(
        self, client, community, head, django_assert_max_num_queries
    ):
        case = make_case("mediating", community=community)
        with django_assert_max_num_queries(75):
            assert client.get(people.page_of(case)).status_code == 200


class TestMediators:
    def test_a_term_is_three_years_at_most_and_filled_in(self, client, community, head):
        address = reverse("admin:deliberations_mediator_add")
        posted = {"organization": community.organization_id, "name": "何淑芳", "starts_on": "2026-01-01", "ends_on": ""}
        client.post(address, posted)
        assert str(Mediator.objects.get(name="何淑芳").ends_on) == "2029-01-01"
        response = client.post(address, {**posted, "name": "罗志刚", "ends_on": "2030-01-01"})
        assert "最长 3 年" in words(response) and not Mediator.objects.filter(name="罗志刚").exists()

    def test_the_list_says_what_the_committee_lacks(self, client, community, head):
        shown = words(client.get(reverse("admin:deliberations_mediator_changelist")))
        assert "应当 3 到 9 人" in shown
        for _ in range(3):
            make_mediator(community.organization)
        assert "应当 3 到 9 人" not in words(client.get(reverse("admin:deliberations_mediator_changelist")))

    def test_leaving(self, client, community, head):
        mediator = make_mediator(community.organization)
        address = reverse("admin:deliberations_mediator_act", args=[mediator.pk, "leave"])
        assert client.post(address, {"left_on": TODAY() + timedelta(days=5000)}).status_code == 422
        client.post(address, {"left_on": TODAY()})
        mediator.refresh_from_db()
        assert mediator.left_on == TODAY()

    def test_of_the_sister_community_nothing(self, client, community, head):
        other = make_mediator(factories.make_community().organization)
        for name in ("change", "edit"):
            assert client.get(reverse(f"admin:deliberations_mediator_{name}", args=[other.pk])).status_code == 404
