"""A case under way as its readers work on it: sessions, sealed papers, printed papers, the archive."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from deliberations.models import Case, CaseOpening, CasePaper
from deliberations.services.cases import archive, endings, follow_ups, papers, sessions
from tests.deliberations.accords import (
    PDF,
    TEXT,
    TODAY,
    code_of,
    make_accord,
    make_draft,
    make_open_case,
    mediator_of,
    parties_of,
    pdf,
    photo,
)
from tests.factories import make_post, make_superuser

HOUR = timedelta(hours=1)
OWED = ("application", "rights", "identity", "accord")


def page(case, name="change", *more):
    return reverse(f"admin:deliberations_case_{name}", args=[case.pk, *more])


def hold(case, **kwargs):
    words = {"place": "调解室", "present": "双方", "record": "各说各的", "held_at": timezone.now() - HOUR, **kwargs}
    return sessions.hold_session(case, actor=case.clerk, **words)


def fill_dossier(case, kinds=OWED):
    for kind in kinds:
        papers.add_paper(case, kind=kind, file=pdf(), actor=case.clerk)
    hold(case)


@pytest.mark.django_db
class TestSessions:
    def test_first_one_begins_the_mediation_and_twice_is_once(self):
        case = make_open_case(status="accepted")
        at = timezone.now() - HOUR
        assert hold(case, held_at=at) == hold(case, held_at=at)
        case.refresh_from_db()
        assert (case.status, case.sessions.count()) == ("mediating", 1)
        assert code_of(hold, case, held_at=at, record="别的") == "held_at"

    def test_not_ahead_of_now_nor_before_the_acceptance(self):
        case = make_open_case()
        for at in (timezone.now() + HOUR, case.accepted_at - timedelta(days=2)):
            assert code_of(hold, case, held_at=at) == "held_at"

    def test_nobody_mediates_without_a_mediator(self):
        case = make_open_case()
        case.mediators.update(recused_at=timezone.now())
        assert code_of(hold, case) == "mediator"


@pytest.mark.django_db
class TestPapers:
    def test_bytes_on_the_disk_are_not_the_paper(self):
        case = make_open_case()
        row = papers.add_paper(case, kind="evidence", file=pdf(), actor=case.clerk)
        with open(row.file.path, "rb") as file:
            kept = file.read()
        assert b"secret" not in kept
        assert not kept.startswith(b"%PDF")
        assert row.file.open("rb").read() == PDF

    @pytest.mark.parametrize(
        "content", [b"<script>alert(1)</script>", b"GIF89a", b"MZ\x90\x00", b"%PDF-1.7 cut", b" %PDF-1.7\n%%EOF"]
    )
    def test_what_is_neither_pdf_nor_picture_is_refused_beside_the_field(self, content):
        case = make_open_case()
        refused = {"kind": "evidence", "file": pdf(content), "actor": case.clerk}
        assert code_of(papers.add_paper, case, **refused) == "file"
        assert not CasePaper.objects.exists()

    def test_too_large_is_refused(self):
        case = make_open_case()
        large = pdf(PDF + b" " * 10 * 1024 * 1024)
        assert code_of(papers.add_paper, case, kind="evidence", file=large, actor=case.clerk) == "file"

    def test_reader_gets_it_back_and_the_opening_is_written_down(self, client):
        case = make_open_case()
        row = papers.add_paper(case, kind="evidence", file=pdf(), actor=case.clerk)
        client.force_login(case.clerk)
        response = client.get(page(case, "paper", row.pk))
        assert response.content == PDF
        assert response["Content-Type"] == "application/pdf"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in response["Cache-Control"]
        assert CaseOpening.objects.filter(case=case, user=case.clerk, what="材料：证据").count() == 1

    def test_nobody_else_gets_it_by_any_address(self, client):
        case, other = make_open_case(), make_open_case()
        row = papers.add_paper(case, kind="evidence", file=pdf(), actor=case.clerk)
        colleague = make_post(role="community_staff", organization=case.community.organization)
        for user, address in [
            (colleague, page(case, "paper", row.pk)),
            (make_superuser(), page(case, "paper", row.pk)),
            (other.clerk, page(case, "paper", row.pk)),
            (other.clerk, page(other, "paper", row.pk)),  # an own case, a foreign paper
        ]:
            client.force_login(user)
            assert client.get(address).status_code == 404
        assert client.get(f"/media/{row.file.name}").status_code == 404
        assert not CaseOpening.objects.exists()

    def test_signature_of_another_case_is_404(self, client):
        accord, other = make_accord(), make_open_case()
        row = accord.signatures.first()
        client.force_login(accord.case.clerk)
        assert client.get(page(accord.case, "signature", row.pk))["Content-Type"] == "image/png"
        client.force_login(other.clerk)
        assert client.get(page(other, "signature", row.pk)).status_code == 404
        assert client.get(page(accord.case, "signature", row.pk)).status_code == 404


@pytest.mark.django_db
class TestPrinted:
    def printed(self, client, case, name):
        client.force_login(case.clerk)
        response = client.get(page(case, "print", name))
        assert response.status_code == 200, name
        return response.content.decode()

    def test_accord_has_the_parts_that_the_law_names(self, client):
        accord = make_accord()
        words = self.printed(client, accord.case, "accord")
        for part in (*TEXT.values(), "周小明", "吴大海", accord.case.full_number, "一式三份", "人民调解委员会（盖章）"):
            assert part in words
        assert f"{accord.perform_by.year}年{accord.perform_by.month}月{accord.perform_by.day}日" in words
        assert words.count("data:image/png;base64,") == 3
        assert CaseOpening.objects.get().what == "打印：人民调解协议书"

    def test_unsigned_one_leaves_lines_to_sign_on(self, client):
        case = make_open_case()
        make_draft(case)
        assert self.printed(client, case, "accord").count('class="blank"') == 3

    def test_each_paper_of_each_ending(self, client):
        agreed, oral, failed = make_accord().case, make_open_case(), make_open_case(kind="labour")
        make_draft(oral, "oral")
        hold(failed)
        endings.end_case(failed, ground="apart", actor=failed.clerk)
        for case, names in [
            (agreed, ("intake", "rights", "accord", "visits", "cover")),
            (oral, ("oral",)),
            (failed, ("ending", "record", "cover")),
        ]:
            for name in names:
                assert "<h1>" in self.printed(client, case, name)
        assert "劳动人事争议仲裁" in self.printed(client, failed, "ending")

    def test_paper_that_is_not_due_is_404(self, client):
        case = make_open_case()
        client.force_login(case.clerk)
        for name in ("ending", "accord", "oral", "visits", "nonsense"):
            assert client.get(page(case, "print", name)).status_code == 404


@pytest.mark.django_db
class TestArchive:
    def performed(self):
        case = make_open_case()
        fill_dossier(case)
        accord = make_accord(case)
        follow_ups.visit(accord, outcome="performed", words="已付清", visited_on=TODAY(), actor=case.clerk)
        case.refresh_from_db()
        return case

    def test_incomplete_dossier_names_what_is_missing(self):
        case = make_open_case()
        endings.end_case(case, ground="absent", actor=case.clerk)
        assert code_of(archive.archive_case, case, actor=case.clerk) == "incomplete"
        assert archive.missing(case) == ["申请书或受理登记表", "权利义务告知书", "身份证明", "调解记录"]

    def test_complete_one_is_kept_for_the_set_years_and_read_only(self):
        case = self.performed()
        assert archive.missing(case) == []
        done = archive.archive_case(case, actor=case.clerk)
        assert done.kept_until == archive.years_after(TODAY(), 10)
        assert archive.archive_case(case, actor=case.clerk).archived_at == done.archived_at
        for act in (hold, make_draft, lambda case: papers.add_paper(case, kind="other", file=pdf(), actor=case.clerk)):
            assert code_of(act, case) == "archived"

    def test_agreed_one_waits_for_its_performance(self):
        case = make_open_case()
        fill_dossier(case)
        accord = make_accord(case)
        assert code_of(archive.archive_case, accord.case, actor=case.clerk) == "transition"
        assert "回访记录" in archive.missing(accord.case)

    def test_what_each_ending_owes(self):
        case = self.performed()
        case.parties.filter(side="applicant").update(agent="周大伯")
        accord = case.accord
        accord.confirm_applied_on = TODAY()
        accord.save()
        assert archive.missing(case) == ["委托书", "司法确认材料"]

    def test_leap_day(self):
        day = TODAY().replace(year=2028, month=2, day=29)
        assert archive.years_after(day, 10).isoformat() == "2038-03-01"


@pytest.mark.django_db
class TestPage:
    def post(self, client, case, verb, **filled):
        return client.post(page(case, "act", verb), filled)

    def test_from_the_first_session_to_the_archive(self, client):
        case = make_open_case(status="accepted")
        client.force_login(case.clerk)
        at = f"{timezone.localtime(timezone.now() - HOUR):%Y-%m-%dT%H:%M}"
        steps = [
            ("hold-session", {"held_at": at, "place": "调解室", "present": "双方", "record": "谈成了"}),
            ("draft-accord", {"form": "written", **TEXT, "perform_by": f"{TODAY():%Y-%m-%d}"}),
        ]
        for verb, filled in steps:
            assert self.post(client, case, verb, **filled).status_code == 302, verb
        signers = [f"party-{party.pk}" for party in parties_of(case)] + [f"mediator-{case.mediators.get().pk}"]
        assert self.post(client, case, "sign-on-paper", signers=signers, file=photo()).status_code == 302
        case.refresh_from_db()
        assert case.status == "agreed"
        for kind in OWED:
            assert self.post(client, case, "add-paper", kind=kind, file=pdf()).status_code == 302
        visit = {"visited_on": f"{TODAY():%Y-%m-%d}", "outcome": "performed", "words": "已付清"}
        assert self.post(client, case, "visit", **visit).status_code == 302
        assert self.post(client, case, "archive").status_code == 302
        assert Case.objects.get().status == "archived"
        assert client.get(page(case)).status_code == 200

    def test_queries_do_not_grow_with_the_dossier(self, client, django_assert_num_queries):
        case = make_open_case()
        make_draft(case)
        client.force_login(case.clerk)
        fill_dossier(case)
        client.get(page(case))
        with CaptureQueriesContext(connection) as few:
            client.get(page(case))
        for day in range(1, 5):
            hold(case, held_at=timezone.now() - timedelta(days=day))
            papers.add_paper(case, kind="evidence", file=pdf(), actor=case.clerk)
        with django_assert_num_queries(len(few)):
            client.get(page(case))
        assert len(few) < 60

    def test_refused_act_comes_back_with_what_was_typed(self, client):
        case = make_open_case()
        client.force_login(case.clerk)
        response = self.post(client, case, "draft-accord", form="written", **TEXT, perform_by="2020-01-01")
        assert response.status_code == 422
        words = response.content.decode()
        assert "履行期限不能早于今天" in words
        assert TEXT["terms"] in words

    def test_colleague_who_is_not_named_finds_nothing(self, client):
        case = make_open_case()
        client.force_login(make_post(role="community_staff", organization=case.community.organization))
        for address in (page(case), page(case, "print", "intake"), page(case, "sign"), page(case, "act", "end")):
            assert client.get(address).status_code == 404
        assert self.post(client, case, "end", ground="apart").status_code == 404

    def test_signing_page_shows_a_code_for_each_who_has_a_phone(self, client):
        case = make_open_case()
        client.force_login(case.clerk)
        assert client.get(page(case, "sign")).status_code == 404
        make_draft(case)
        words = client.get(page(case, "sign")).content.decode()
        assert words.count('class="qr"') == 2
        assert mediator_of(case).name in words
