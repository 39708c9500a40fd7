"""Who can open a case: attacked as the curious clerk of the same community, and as a superuser."""

from io import BytesIO
from pathlib import Path

import pytest
from auditlog.models import LogEntry
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator
from openpyxl import load_workbook
from PIL import Image

from accounts.models import Notification
from deliberations.models import Case, CaseOpening, CasePaper, CaseReader
from deliberations.services.cases import accords, intake, papers, people
from tests import factories
from tests.deliberations.cases import TODAY, make_case, make_mediator

# Whatever of a case must not be found where it is not opened.
SECRETS = ("周建国", "吴秀英", "渗水", "3号楼502", "摸黑上门", "赔三千")


def picture():
    out = BytesIO()
    Image.new("RGB", (40, 40), "white").save(out, "PNG")
    return ContentFile(out.getvalue(), name="scan.png")


def full_case():
    """With everything that hangs on a case: a session, a paper, an accord, a mediator with an account."""
    case = make_case("mediating")
    user = factories.make_post(role="community_staff", organization=case.community.organization)
    people.assign_mediator(case, mediator=make_mediator(case.community.organization, user=user), actor=case.head)
    case.sessions.update(record="摸黑上门吵过一次")
    case.paper = papers.add_paper(case, kind=CasePaper.Kind.EVIDENCE, file=picture(), actor=case.head)
    accords.draft_accord(
        case,
        form="written",
        facts="渗水",
        terms="赔三千",
        manner="转账",
        perform_by=TODAY(),
        actor=case.head,
    )
    case.mediator_user = user
    return case


def clerk_of(case):
    return factories.make_post(role="community_staff", organization=case.community.organization)


def addresses(case):
    """Every page that shows something of one case."""
    party = case.parties.first()
    return [
        reverse("admin:deliberations_case_change", args=[case.pk]),
        reverse("admin:deliberations_case_history", args=[case.pk]),
        reverse("admin:deliberations_case_delete", args=[case.pk]),
        reverse("admin:deliberations_case_sign", args=[case.pk]),
        reverse("admin:deliberations_case_paper", args=[case.pk, case.paper.pk]),
        reverse("admin:deliberations_case_signature", args=[case.pk, 1]),
        *(reverse("admin:deliberations_case_print", args=[case.pk, name]) for name in ("intake", "accord", "record")),
        reverse("admin:deliberations_case_party", args=[case.pk, party.pk, "phone"]),
        reverse("accounts:reveal", args=["deliberations", "case", case.pk, "facts"]),
        reverse("accounts:reveal", args=["deliberations", "caseparty", party.pk, "phone"]),
        reverse("accounts:reveal", args=["deliberations", "casesession", case.sessions.get().pk, "record"]),
        reverse("accounts:reveal", args=["deliberations", "accord", case.accord.pk, "terms"]),
        *(
            f"/admin/deliberations/{model}/{suffix}"
            for model in ("caseparty", "casesession", "casepaper", "casereader", "casemediator", "accord", "caseevent")
            for suffix in ("", "1/change/")
        ),
    ]


def text_of(response):
    return b"".join(response.streaming_content if response.streaming else [response.content]).decode(errors="ignore")


@pytest.fixture
def case(db):
    return full_case()


@pytest.fixture(params=["clerk", "superuser", "street"])
def outsider(request, case):
    match request.param:
        case "clerk":
            return clerk_of(case)
        case "superuser":
            return factories.make_superuser()
    above = factories.make_organization("industry_committee")
    body = case.community.organization
    body.parent = above
    body.save()
    return factories.make_post(role="street_staff", organization=above)


class TestOutsider:
    """Holds every right that there is in the community, and is not named in the case."""

    def test_no_page_of_it_opens(self, client, case, outsider):
        client.force_login(outsider)
        for address in addresses(case):
            for ask in (client.get, client.post):
                response = ask(address)
                assert response.status_code in (404, 405), (address, response.status_code)
                assert not any(secret in text_of(response) for secret in SECRETS), address
        assert not CaseOpening.objects.filter(user=outsider).exists()

    def test_no_act_runs(self, client, case, outsider):
        client.force_login(outsider)
        before = list(case.events.values_list("pk", flat=True))
        for verb in ("accept", "correct", "refuse", "end", "name-reader", "add-party", "draft-accord", "archive"):
            address = reverse("admin:deliberations_case_act", args=[case.pk, verb])
            assert client.post(address, {"facts": "x", "user": outsider.pk}).status_code == 404, verb
        assert list(case.events.values_list("pk", flat=True)) == before

    def test_the_list_its_search_and_its_export_are_empty(self, client, case, outsider):
        client.force_login(outsider)
        phone = case.parties.first().phone
        base = reverse("admin:deliberations_case_changelist")
        for query in ("", "?heap=all", f"?q={case.code}", f"?q={phone}", "?q=2026-1", "?status__exact=mediating"):
            words = text_of(client.get(base + query))
            assert case.full_number not in words and case.spoken_code not in words, query
            assert not any(secret in words for secret in SECRETS)
        response = client.get(reverse("admin:deliberations_case_export") + "?heap=all")
        sheet = load_workbook(BytesIO(response.content)).active
        assert sheet.max_row == 1
        assert client.get(base + "?parties__name=周建国").status_code in (302, 400, 404)
        assert client.get(base + "?parties__phone_index__startswith=a").status_code in (302, 400, 404)

    def test_neither_autocomplete_nor_the_command_search_finds_it(self, client, case, outsider):
        client.force_login(outsider)
        asked = {"app_label": "deliberations", "model_name": "caseopening", "field_name": "case", "term": case.code}
        assert case.code not in text_of(client.get("/admin/autocomplete/", asked))
        for term in (case.code, "周建国", "渗水"):
            words = text_of(client.get("/admin/search/", {"s": term, "extended": "1"}))
            assert case.spoken_code not in words and "周建国" not in words.replace(term, "")

    def test_first_page_and_inbox_say_nothing_of_it(self, client, case, outsider):
        client.force_login(outsider)
        for address in (reverse("admin:index"), reverse("accounts:notification_list")):
            words = text_of(client.get(address))
            assert not any(secret in words for secret in SECRETS)

    def test_nobody_names_themselves(self, client, case, outsider):
        client.force_login(outsider)
        with pytest.raises(ValidationError):
            people.name_reader(case, user=outsider, actor=outsider)
        response = client.post(
            reverse("admin:deliberations_case_readers"), {"number": case.full_number, "user": outsider.pk}
        )
        assert response.status_code == 422
        assert not Case.objects.visible_to(outsider).exists()

    def test_the_services_refuse_too(self, case, outsider):
        with pytest.raises(PermissionDenied):
            people.open_case(case, user=outsider, what="案件页")
        with pytest.raises(PermissionDenied):
            intake.correct_case(case, facts="x", actor=outsider)


class TestReader:
    def test_opening_is_written_down(self, client, case):
        client.force_login(case.head)
        response = client.get(reverse("admin:deliberations_case_change", args=[case.pk]))
        assert response.status_code == 200 and "渗水" in text_of(response)
        assert CaseOpening.objects.filter(case=case, user=case.head, what="案件页").count() == 1

    def test_a_refused_act_shows_the_case_and_is_written_down(self, client, case):
        client.force_login(case.head)
        response = client.post(reverse("admin:deliberations_case_act", args=[case.pk, "add-party"]), {"name": ""})
        assert response.status_code == 422
        assert CaseOpening.objects.filter(case=case, user=case.head).count() == 1

    def test_a_phone_is_shown_by_a_click_that_is_written_down(self, client, case):
        client.force_login(case.head)
        party = case.parties.first()
        address = reverse("admin:deliberations_case_party", args=[case.pk, party.pk, "phone"])
        assert client.get(address).status_code == 404
        assert party.phone in text_of(client.post(address))
        assert CaseOpening.objects.filter(user=case.head, what__contains="手机号").exists()
        other = make_case("accepted")
        stolen = reverse("admin:deliberations_case_party", args=[case.pk, other.parties.first().pk, "phone"])
        assert client.post(stolen).status_code == 404

    def test_the_mediator_opens_it_and_after_an_end_no_more(self, client, case):
        client.force_login(case.mediator_user)
        address = reverse("admin:deliberations_case_change", args=[case.pk])
        assert client.get(address).status_code == 200
        reader = case.readers.get(user=case.mediator_user, ended_at=None)
        people.end_reader(reader, actor=case.head)
        assert client.get(address).status_code == 404
        assert client.get(reverse("admin:deliberations_case_paper", args=[case.pk, case.paper.pk])).status_code == 404

    def test_naming_lets_in_and_tells_those_who_are_in(self, client, case):
        clerk, other = clerk_of(case), clerk_of(case)
        client.force_login(other)  # assigns, and cannot open it
        answer = client.post(
            reverse("admin:deliberations_case_readers"), {"number": case.full_number, "user": clerk.pk}, follow=True
        )
        assert answer.status_code == 200
        assert Case.objects.visible_to(clerk).filter(pk=case.pk).exists()
        told = Notification.objects.filter(recipient=case.head, text__contains=clerk.name)
        assert told.count() == 1 and not any(secret in told.get().text for secret in SECRETS)
        assert CaseReader.objects.get(case=case, user=clerk).named_by == other

    def test_who_assigns_sees_a_count_alone(self, client, case):
        fresh = make_case(community=case.community)
        client.force_login(clerk_of(case))
        words = text_of(client.get(reverse("admin:deliberations_case_readers")))
        assert "还没有调解员" in words
        assert fresh.spoken_code not in words and case.full_number not in words

    def test_the_last_reader_stays(self, case):
        for reader in list(case.readers.filter(ended_at=None))[1:]:
            people.end_reader(reader, actor=case.head)
        with pytest.raises(ValidationError):
            people.end_reader(case.readers.get(ended_at=None), actor=case.head)

    def test_nobody_is_named_whom_no_post_lets_in(self, case):
        with pytest.raises(ValidationError):
            people.name_reader(case, user=factories.make_user(), actor=case.head)

    def test_the_first_readers(self, db):
        street = factories.make_organization("industry_committee")
        above = factories.make_post(role="street_staff", organization=street)
        community = factories.make_community(factories.make_organization(parent=street))
        assert people.first_readers(community) == [above]
        clerk = factories.make_post(role="community_staff", organization=community.organization)
        assert people.first_readers(community) == [clerk]
        head = factories.make_post(role="community_staff", organization=community.organization)
        make_mediator(community.organization, user=head, is_head=True)
        assert people.first_readers(community) == [head]


class TestTrails:
    def test_the_audit_trail_says_that_and_not_what(self, case):
        intake.flag_risk(case, note="扬言动手", actor=case.head)
        intake.refuse(case.parties.last(), reason="摸黑上门", actor=None)
        entries = [f"{entry.object_repr} {entry.changes_dict}" for entry in LogEntry.objects.all()]
        assert any(case.spoken_code in entry for entry in entries)
        for entry in entries:
            assert not any(secret in entry for secret in (*SECRETS, "周*", "吴*", "邻里")), entry

    def test_an_auditor_reads_who_opened_which_number_when(self, client, case):
        people.open_case(case, user=case.head, what="案件页")
        auditor = factories.make_post(role="auditor", organization=None)
        client.force_login(auditor)
        words = text_of(client.get(reverse("admin:deliberations_caseopening_changelist")))
        assert case.full_number in words and case.head.name in words
        assert not any(secret in words for secret in SECRETS)
        opening = CaseOpening.objects.get()
        detail = client.get(reverse("admin:deliberations_caseopening_change", args=[opening.pk]))
        assert detail.status_code == 200 and not any(secret in text_of(detail) for secret in SECRETS)
        assert client.post(
            reverse("admin:deliberations_caseopening_change", args=[opening.pk]), {"what": "x"}
        ).status_code in (403, 404)
        assert client.get(reverse("admin:deliberations_case_change", args=[case.pk])).status_code == 404

    def test_clerks_do_not_read_who_opened(self, client, case):
        client.force_login(case.head)
        assert client.get(reverse("admin:deliberations_caseopening_changelist")).status_code == 403

    def test_openings_are_never_rewritten(self, case):
        opening = people.open_case(case, user=case.head, what="案件页")
        with pytest.raises(DatabaseError), transaction.atomic():
            CaseOpening.objects.filter(pk=opening.pk).update(what="没看")

    def test_supervisors_get_counts(self, case):
        make_case(community=case.community)
        (row,) = Case.objects.filter(community=case.community).figures()
        assert row == {
            "community": case.community.pk,
            "applied": 2,
            "running": 2,
            "late": 0,
            "agreed": 0,
            "without_result": 0,
        }

    def test_what_belongs_to_a_case_has_no_list_of_its_own(self):
        pages = {model.__name__ for model in admin.site._registry}  # noqa: SLF001 - only to see which there are
        inside = {"CaseParty", "CaseMediator", "CaseSession", "CasePaper", "CaseReader", "CaseEvent"}
        assert not pages & (inside | {"Accord", "Signature", "FollowUp"})

    def test_the_api_knows_no_cases(self):
        assert not any("case" in name.lower() for name in SchemaGenerator().get_schema(public=True)["paths"])

    def test_records_are_not_readable_at_rest(self, case):
        with connection.cursor() as cursor:
            cursor.execute("SELECT record FROM deliberations_casesession")
            assert "摸黑" not in cursor.fetchone()[0]
        stored = Path(case.paper.file.path).read_bytes()
        assert not stored.startswith((b"\xff\xd8", b"\x89PNG"))
