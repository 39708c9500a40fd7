"""The pages of terms and elections: lists, acts, the paper; and who never gets there."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from organizations.models import Candidacy, Election, Role, Term
from organizations.services import elections, terms
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def body():
    return make.make_community().organization


@pytest.fixture
def clerk(body, client):
    user = make.make_post(role="street_staff", organization=body.parent)
    client.force_login(user)
    return user


@pytest.fixture
def term(body, clerk):
    return terms.record_term(body, number=2, starts_on=TODAY() - timedelta(days=1750), actor=clerk)


def url(model, name, *args):
    return reverse(f"admin:organizations_{model}_{name}", args=args)


def post(client, model, row, verb, **fields):
    return client.post(url(model, "act", row.pk, verb), fields)


class TestTerms:
    def test_a_running_term_is_written_down(self, client, clerk, body):
        answer = client.post(url("term", "add"), {"organization": body.pk, "number": 3, "starts_on": "2999-01-01"})
        assert "当选日期不能晚于今天" in answer.content.decode()
        client.post(url("term", "add"), {"organization": body.pk, "number": 3, "starts_on": TODAY()})
        row = Term.objects.get()
        assert (row.organization, row.number, row.years) == (body, 3, 5)

    def test_the_list_tells_who_owes_an_election(self, client, clerk, term):
        Term.objects.filter(pk=term.pk).update(due_on=TODAY() - timedelta(days=3))
        page = client.get(url("term", "changelist"), {"due": "overdue"}).content.decode()
        assert term.organization.name in page and "已超期 3 天" in page
        assert term.organization.name not in client.get(url("term", "changelist"), {"due": "extended"}).content.decode()

    def test_is_put_off_and_refused_beside_the_field(self, client, clerk, term):
        fields = {"until": term.due_on + timedelta(days=800), "reason": "防汛", "document": "街工委〔2026〕1号"}
        answer = post(client, "term", term, "extend", **fields)
        assert answer.status_code == 422 and "一般不超过 12 个月" in answer.content.decode()
        assert "防汛" in answer.content.decode()
        post(client, "term", term, "extend", **{**fields, "until": term.due_on + timedelta(days=80)})
        term.refresh_from_db()
        assert term.extension_reason == "防汛"


class TestElection:
    def test_from_the_term_to_the_next(self, client, clerk, term, body):
        answer = post(client, "term", term, "prepare", planned_on=TODAY(), seats=2, assembly="members")
        election = Election.objects.get()
        assert answer.url == url("election", "change", election.pk)
        for name in ("甲", "乙", "丙"):
            post(client, "election", election, "nominate", name=name)
        assert "已有这个姓名" in post(client, "election", election, "nominate", name="丙").content.decode()
        post(client, "election", election, "nominate", name="丁")
        post(client, "election", election, "strike", candidacy=Candidacy.objects.get(name="丁").pk)
        keys = list(election.candidacies.order_by("pk").values_list("pk", flat=True))
        votes = {f"votes_{key}": yes for key, yes in zip(keys, (9, 8, 3), strict=True)}
        told = {"held_on": TODAY(), "entitled_count": 10, "present_count": 7}
        refused = post(client, "election", election, "hold", **told, **votes)
        assert refused.status_code == 422 and "这次选举不能成立" in refused.content.decode()
        post(client, "election", election, "hold", **{**told, "present_count": 9}, **votes)
        page = client.get(url("election", "change", election.pk)).content.decode()
        assert page.count("当选") >= 2 and "未当选" in page
        post(
            client,
            "election",
            election,
            "report",
            **{f"position_{keys[0]}": "secretary", f"position_{keys[1]}": "member"},
        )
        assert "选举结果报告单" in client.get(url("election", "print", election.pk)).content.decode()
        post(client, "election", election, "confirm", document="街工委〔2026〕9号", confirmed_on=TODAY())
        election.refresh_from_db()
        assert (election.status, body.terms.running().get().number) == ("confirmed", 3)
        assert body.leadership_terms.current().count() == 2

    def test_an_old_page_is_told_who_was_faster(self, client, clerk, body):
        election = elections.prepare_election(body, planned_on=TODAY(), seats=1, actor=clerk)
        elections.void_election(election, reason="改期", actor=clerk)
        answer = post(client, "election", election, "nominate", name="甲")
        assert answer.status_code == 422 and "您看到的是旧页面" in answer.content.decode()


class TestReach:
    def test_another_street_finds_nothing(self, client, clerk, term, body):
        election = elections.prepare_election(body, planned_on=TODAY(), seats=1, actor=clerk)
        client.force_login(make.make_post(role="street_staff", organization=make.make_organization().parent))
        for address in (
            url("term", "change", term.pk),
            url("term", "act", term.pk, "extend"),
            url("election", "change", election.pk),
            url("election", "print", election.pk),
            url("election", "act", election.pk, "void"),
        ):
            assert client.get(address).status_code == 404
            assert client.post(address, {"reason": "改"}).status_code == 404
        for model in ("term", "election"):
            assert body.name not in client.get(url(model, "changelist")).content.decode()

    def test_a_supervisor_reads_only(self, client, clerk, term, body):
        desk = Permission.objects.get(content_type__app_label="accounts", codename="use_workplace")
        Role.objects.get(code="supervisor").permissions.add(desk)
        client.force_login(make.make_post(role="supervisor", organization=body))
        assert client.get(url("term", "change", term.pk)).status_code == 200
        assert post(client, "term", term, "prepare", planned_on=TODAY(), seats=2, assembly="members").status_code == 403


class TestLists:
    def test_cost_the_same_for_many_rows(self, client, clerk, body):
        def fill(count):
            for _ in range(count):
                branch = make.make_branch(body)
                terms.record_term(branch, number=1, starts_on=TODAY(), actor=clerk)
                elections.prepare_election(branch, planned_on=TODAY(), seats=3, actor=clerk)

        fill(2)
        counts = {}
        for _ in range(2):
            for model in ("term", "election"):
                client.get(url(model, "changelist"))
                with CaptureQueriesContext(connection) as queries:
                    client.get(url(model, "changelist"))
                counts.setdefault(model, set()).add(len(queries))
            fill(6)
        assert all(len(each) == 1 for each in counts.values()), counts
