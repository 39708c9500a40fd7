"""议题 and 三会 in the workplace: lists, pages, the roll of people, what is printed; and what a foreign clerk sees."""

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from deliberations.models import Hearing, Issue
from tests import factories as make
from tests.deliberations.hearings import make_attendee, make_clerk, make_hearing, make_issue

pytestmark = pytest.mark.django_db
Status = Hearing.Status
LIST_QUERIES = 14


@pytest.fixture
def community():
    return make.make_community()


@pytest.fixture
def staff(client, community):
    client.force_login(make_clerk(community))
    return client


def page(name, *args, **query):
    return reverse(f"admin:deliberations_{name}", args=args, query=query)


class TestScope:
    def test_a_foreign_clerk_finds_nothing(self, staff):
        hearing, issue = make_hearing(Status.ANNOUNCED), make_issue()
        person = make_attendee(hearing)
        for name in ("change", "people", "door", "poster", "sheet", "edit"):
            assert staff.get(page(f"hearing_{name}", hearing.pk)).status_code == 404, name
        assert staff.get(page("issue_change", issue.pk)).status_code == 404
        assert staff.post(page("hearing_person", hearing.pk, person.pk), {"strike": "1"}).status_code == 404
        assert staff.post(page("hearing_act", hearing.pk, "cancel"), {"reason": "x"}).status_code == 404
        assert hearing.title not in staff.get(page("hearing_changelist", heap="all")).content.decode()
        assert hearing.attendees.count() == 1

    def test_a_person_of_another_meeting_is_unknown(self, staff, community):
        hearing, other = make_hearing(community=community), make_attendee(make_hearing())
        assert staff.post(page("hearing_person", hearing.pk, other.pk), {"strike": "1"}).status_code == 404
        assert staff.post(page("hearing_door", hearing.pk), {"person": other.pk}).status_code == 404

    def test_a_supervisor_reads_and_changes_nothing(self, client, community):
        client.force_login(make.make_post(role="supervisor", organization=community.organization))
        hearing = make_hearing(community=community)
        if client.get(page("hearing_change", hearing.pk)).status_code == 200:
            assert client.post(page("hearing_act", hearing.pk, "cancel"), {"reason": "x"}).status_code == 403
            assert client.get(page("hearing_people", hearing.pk)).status_code == 403


class TestLists:
    def test_no_more_queries_for_more_rows(self, staff, community, django_assert_max_num_queries):
        for _ in range(6):
            make_attendee(make_hearing(community=community))
            make_issue(community=community, quarter=make.make_quarter(community))
        for name in ("hearing_changelist", "issue_changelist"):
            with django_assert_max_num_queries(LIST_QUERIES):
                assert staff.get(page(name)).status_code == 200

    def test_a_page_of_many_people_costs_no_more(self, staff, community, django_assert_max_num_queries):
        hearing = make_hearing(community=community)
        for _ in range(8):
            make_attendee(hearing)
        with django_assert_max_num_queries(24):
            assert staff.get(page("hearing_change", hearing.pk)).status_code == 200

    def test_personal_data_leave_masked(self, staff, community):
        issue = make_issue(community=community, phone="13700001234")
        assert "13700001234" not in staff.get(page("issue_changelist")).content.decode()
        assert "13700001234" not in staff.get(page("issue_change", issue.pk)).content.decode()
        assert staff.get(page("issue_export")).status_code == 200

    def test_several_are_merged_at_once(self, staff, community):
        one, two = make_issue(community=community), make_issue(community=community)
        ticked = {"action": "merge_selected", "_selected_action": [one.pk, two.pk]}
        staff.post(page("issue_changelist"), ticked)
        two.refresh_from_db()
        assert two.merged_into == one


class TestDraft:
    def facts(self, community, **more):
        day = timezone.localdate() + timedelta(days=20)
        return {
            "community": community.pk, "kind": "hearing", "title": "装电梯", "background": "方案", "place": "活动室",
            "starts_at_0": day.isoformat(), "starts_at_1": "14:00", "host": "赵", "recorder": "钱", "open_seats": "5",
            "agenda": "介绍方案 10\n表决", **more,
        }  # fmt: skip

    def test_from_the_catalogue_to_the_announcement(self, staff, community):
        issue = make_issue(Issue.Status.LISTED, community=community)
        assert issue.title in staff.get(page("hearing_add", issues=issue.pk)).content.decode()
        done = staff.post(page("hearing_add"), self.facts(community, issues=[issue.pk]))
        hearing = Hearing.objects.get()
        assert done.url == page("hearing_change", hearing.pk)
        assert [(item.title, item.minutes) for item in hearing.agenda.all()] == [("介绍方案", 10), ("表决", 10)]
        assert hearing.issues.get() == issue
        early = staff.post(page("hearing_act", hearing.pk, "announce"))
        assert early.status_code == 422 and "有表决权" in early.content.decode()
        make_attendee(hearing)
        assert staff.post(page("hearing_act", hearing.pk, "announce")).status_code == 302
        assert staff.get(page("hearing_poster", hearing.pk)).status_code == 200
        assert staff.get(page("hearing_edit", hearing.pk)).status_code == 302

    def test_what_is_wrong_stands_beside_it(self, staff, community):
        wrong = staff.post(page("hearing_add"), self.facts(community, title="", agenda=""))
        assert wrong.status_code == 200 and "请填会议名称" in wrong.content.decode()
        assert "请排好议程" in wrong.content.decode() and not Hearing.objects.exists()

    def test_not_for_a_foreign_community(self, staff):
        assert staff.post(page("hearing_add"), self.facts(make.make_community())).status_code == 200
        assert not Hearing.objects.exists()


class TestPeople:
    LINES = "王建国\t13812345678\t居民代表\t有\n李梅 13912345678 列席\n没号码\n赵四，1381234567，居民\n孙 13812345678"

    def test_pasted_rows_are_looked_at_first(self, staff, community):
        hearing = make_hearing(community=community)
        preview = staff.post(page("hearing_people", hearing.pk), {"step": "preview", "lines": self.LINES})
        faults = [row.fault for row in preview.context["preview"]]
        assert faults[:2] == ["", ""] and all(faults[2:]) and faults[4] == "和上面重复"
        assert not hearing.attendees.exists()
        refused = staff.post(page("hearing_people", hearing.pk), {"step": "save", "lines": self.LINES})
        assert refused.status_code == 422 and "第 3、4、5 行要先改好" in refused.content.decode()
        assert len(refused.context["preview"]) == 5 and not hearing.attendees.exists()
        good = "\n".join(self.LINES.splitlines()[:2])
        staff.post(page("hearing_people", hearing.pk), {"step": "save", "lines": good})
        rows = {row.name: row.is_entitled for row in hearing.attendees.all()}
        assert rows == {"王建国": True, "李梅": False}

    def test_ticked_among_those_in_reach(self, staff, community):
        near = make.make_duty(grid=make.make_grid(community), name="高网格", phone="13511112222")
        far = make.make_duty(grid=make.make_grid(make.make_community()))
        hearing = make_hearing(community=community)
        told = {"step": "known", "role": "resident", "is_entitled": "on"}
        foreign = staff.post(page("hearing_people", hearing.pk), {**told, "people": [f"duty-{far.pk}"]})
        assert foreign.status_code == 422
        staff.post(page("hearing_people", hearing.pk), {**told, "people": [f"duty-{near.pk}"]})
        assert hearing.attendees.get().name == "高网格"

    def test_put_right_and_struck_off(self, staff, community):
        hearing = make_hearing(community=community)
        person = make_attendee(hearing)
        staff.post(page("hearing_person", hearing.pk, person.pk), {"role": "expert"})
        person.refresh_from_db()
        assert (person.role, person.is_entitled) == ("expert", False)
        staff.post(page("hearing_person", hearing.pk, person.pk), {"strike": "1"})
        assert not hearing.attendees.exists()

    def test_the_list_at_the_door(self, staff, community):
        soon = timezone.now() + timedelta(minutes=20)
        hearing = make_hearing(Status.ANNOUNCED, community=community, starts_at=soon)
        one, _ = make_attendee(hearing, name="周女士", phone="13700001111"), make_attendee(hearing, name="吴先生")
        found = staff.get(page("hearing_door", hearing.pk, q="1111")).context["people"]
        assert found == [one]
        for _ in range(2):
            staff.post(page("hearing_door", hearing.pk), {"person": one.pk})
        assert staff.get(page("hearing_door", hearing.pk)).context["present"] == 1


class TestPapers:
    def upload(self, staff, hearing, name, content):
        file = SimpleUploadedFile(name, content)
        told = {"title": "方案", "file": file, "is_public": "on"}
        return staff.post(page("hearing_act", hearing.pk, "add-paper"), told)

    def office(self, *names):
        out = BytesIO()
        with ZipFile(out, "w") as book:
            for name in names:
                book.writestr(name, "x")
        return out.getvalue()

    def test_told_by_the_content(self, staff, community):
        hearing = make_hearing(community=community)
        for name, content, is_taken in (
            ("a.exe", b"%PDF-1.7 ...", True),
            ("a.docx", self.office("word/document.xml"), True),
            ("a.docx", self.office("word/document.xml", "word/vbaProject.bin"), False),
            ("a.pdf", b"<html>", False),
            ("a.zip", self.office("a.txt"), False),
        ):
            answer = self.upload(staff, hearing, name, content)
            assert answer.status_code == (302 if is_taken else 422), name
        endings = {paper.ending for paper in hearing.papers.all()}
        assert endings == {".pdf", ".docx"}

    def test_sent_as_a_download_to_whom_it_is_for(self, staff, client, community):
        hearing = make_hearing(Status.ANNOUNCED, community=community)
        self.upload(staff, hearing, "a.pdf", b"%PDF-1.7 ...")
        paper = hearing.papers.get()
        public = reverse("hearings:paper", args=[hearing.code, paper.pk])
        answer = client.get(public)
        assert answer.status_code == 200 and answer["Content-Disposition"].startswith("attachment")
        hearing.papers.update(is_public=False)
        assert client.get(public).status_code == 404
