from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from tests.factories import make_community, make_liaison, make_post, make_unit
from tests.volunteers.people import make_volunteer
from tests.volunteers.positions import make_clerk
from tests.volunteers.reporting import WORDS, filled, make_report
from volunteers.models import Report, UnitReport
from volunteers.report_funnel import lines, rows_of, total
from volunteers.services import unit_reports

S, DAY = Report.Status, timedelta(days=1)
LIST = reverse("admin:volunteers_report_changelist")
pytestmark = pytest.mark.django_db


@pytest.fixture
def community():
    return make_community()


@pytest.fixture
def desk(client, community):
    """The client of a clerk of `community`."""
    client.force_login(make_clerk(community))
    return client


def page_of(report, name="change", *args):
    return reverse(f"admin:volunteers_report_{name}", args=[report.pk, *args])


def act(client, report, verb, **typed):
    return client.post(page_of(report, "act", verb), typed)


def shown(response):
    return list(response.context["cl"].result_list)


class TestList:
    def test_what_the_community_owes_comes_first(self, desk, community):
        late = make_report(S.REGISTERED, community=community, at=timezone.now() - 9 * DAY)
        soon = make_report(S.REGISTERED, community=community)
        new = make_report(community=community)
        make_report(S.POSTED, community=community)
        assert shown(desk.get(LIST)) == [new, late, soon]
        assert shown(desk.get(LIST, {"heap": "overdue"})) == [late]
        assert len(shown(desk.get(LIST, {"heap": "all"}))) == 4

    def test_a_foreign_community_sees_nothing(self, desk, community):
        foreign = make_report()
        assert shown(desk.get(LIST, {"heap": "all"})) == []
        for name in ("change", "slip", "card"):
            assert desk.get(page_of(foreign, name)).status_code == 404
        assert act(desk, foreign, "receive").status_code == 404
        assert shown(desk.get(LIST, {"q": foreign.code})) == []

    def test_is_found_by_code_phone_and_identity_whatever_is_filtered(self, desk, community):
        number = "110101199003070038"
        report = make_report(S.ENDED, community=community, identity_number=number)
        for words in (report.code.lower(), report.volunteer.phone, number):
            assert shown(desk.get(LIST, {"q": words})) == [report]
        assert shown(desk.get(LIST, {"q": "nobody"})) == []

    def test_names_and_phones_are_masked_there_and_in_the_sheet(self, desk, community):
        report = make_report(community=community, name="王秘密")
        page = desk.get(LIST).content.decode()
        assert "王秘密" not in page and "王**" in page
        sheet = desk.get(reverse("admin:volunteers_report_export"))
        assert sheet.status_code == 200 and report.volunteer.phone.encode() not in sheet.content

    def test_several_are_received_at_once(self, desk, community):
        rows = [make_report(community=community) for _ in range(3)]
        keys = {"action": "receive_selected", "_selected_action": [row.pk for row in rows]}
        desk.post(LIST, keys)
        assert Report.objects.filter(status=S.REGISTERED).count() == 3

    def test_questions_do_not_grow_with_the_rows(self, desk, community, django_assert_max_num_queries):
        def ask():
            with django_assert_max_num_queries(40) as asked:
                desk.get(LIST, {"heap": "open"})
            return len(asked)

        make_report(S.REGISTERED, community=community)
        desk.get(LIST)
        few = ask()
        for _ in range(4):
            make_report(S.CONTACTED, community=community, unit=make_unit())
        assert ask() == few


class TestPage:
    def test_from_received_to_contacted(self, desk, community):
        report = make_report(community=community)
        assert desk.get(page_of(report)).status_code == 200
        assert act(desk, report, "receive", note="同意").status_code == 302
        assert act(desk, report, "contact", note="").status_code == 422
        act(desk, report, "contact", note=WORDS)
        page = desk.get(page_of(report)).content.decode()
        assert "已对接" in page and WORDS in page
        report.refresh_from_db()
        assert report.contacted_by is not None

    def test_an_old_page_is_told_so(self, desk, community):
        report = make_report(S.CONTACTED, community=community)
        response = act(desk, report, "receive")
        assert response.status_code == 422 and "旧页面" in response.content.decode()

    def test_moved_away_it_is_read_and_nothing_more(self, desk, community):
        report, to = make_report(S.REGISTERED, community=community), make_community()
        assert act(desk, report, "move", to=to.pk).status_code == 302
        response = desk.get(page_of(report))
        assert response.context["acts"] == [] and to.name in response.content.decode()
        assert desk.post(page_of(report, "slip")).status_code == 403
        assert not shown(desk.get(LIST))

    def test_paper_is_masked_until_the_click_that_is_written_down(self, desk, community):
        report = make_report(S.REGISTERED, community=community, name="王秘密")
        for name in ("slip", "card"):
            assert "王秘密" not in desk.get(page_of(report, name)).content.decode()
            assert "王秘密" in desk.post(page_of(report, name)).content.decode()
        entries = LogEntry.objects.get_for_object(report.volunteer).filter(action=LogEntry.Action.ACCESS)
        assert sorted(each.additional_data["field"] for each in entries) == ["name", "name", "phone", "phone"]

    def test_paper_in_full_needs_the_right(self, client, community):
        report = make_report(community=community)
        client.force_login(make_post(role="auditor"))
        assert client.get(page_of(report, "slip")).status_code == 200
        assert client.post(page_of(report, "slip")).status_code == 403

    def test_the_auditor_reads(self, client, community):
        report = make_report(community=community)
        client.force_login(make_post(role="auditor"))
        assert client.get(page_of(report)).context["acts"] == []
        assert act(client, report, "receive").status_code == 403


class TestCounter:
    ADD = reverse("admin:volunteers_report_add")

    def test_somebody_at_the_desk(self, desk, community):
        response = desk.post(self.ADD, {**filled(community), "receive": "on"})
        report = Report.objects.get()
        assert response.url == page_of(report)
        assert (report.source, report.status) == ("community", S.REGISTERED)

    def test_not_for_a_foreign_community(self, desk):
        response = desk.post(self.ADD, filled(make_community()))
        assert response.status_code == 422 and "community" in response.context["form"].errors
        assert not Report.objects.exists()

    def test_who_was_here_before_reports_anew(self, desk, community):
        known = make_volunteer(community)
        desk.post(self.ADD, filled(community, phone=known.phone, name=known.name))
        assert Report.objects.get().volunteer == known
        again = desk.post(self.ADD, filled(community, phone=known.phone, name=known.name))
        assert again.status_code == 422 and "已经向" in again.content.decode()

    def test_the_same_phone_under_another_name_is_refused(self, desk, community):
        known = make_volunteer(community)
        response = desk.post(self.ADD, filled(community, phone=known.phone, name="别人"))
        assert "phone" in response.context["form"].errors and not Report.objects.exists()

    def test_whoever_only_reads_may_not(self, client):
        client.force_login(make_post(role="auditor"))
        assert client.get(self.ADD).status_code == 403


class TestFunnel:
    @pytest.fixture
    def people(self, community):
        """4 registered (1 late), 2 of them contacted, 1 posted; and those who do not count."""
        self.unit = make_unit(kind="government")
        make_report(S.REGISTERED, community=community, at=timezone.now() - 9 * DAY)
        make_report(S.REGISTERED, community=community, kind="member", unit=self.unit, is_from_office=True)
        make_report(S.CONTACTED, community=community, unit=self.unit)
        make_report(S.POSTED, community=community)
        for status in (S.SUBMITTED, S.RETURNED, S.ENDED):
            make_report(status, community=community)
        make_report(S.POSTED)

    def figures(self, line):
        return (line.registered, line.contacted, line.posted, line.late)

    def test_counts(self, people, community):
        clerk = make_clerk(community)
        assert self.figures(total(rows_of(clerk))) == (4, 2, 1, 1)
        assert self.figures(total(rows_of(clerk, "office"))) == (1, 0, 0, 0)
        (line,) = lines(rows_of(clerk), "community")
        assert (line.name, line.contacted_percent, line.posted_percent) == (community.name, 50.0, 25.0)
        by_unit = {line.name: self.figures(line) for line in lines(rows_of(clerk), "unit")}
        assert by_unit == {self.unit.name: (2, 1, 0, 0), "不在单位名单里": (2, 1, 1, 1)}

    def test_each_figure_leads_to_so_many_rows(self, people, desk):
        for by in ("community", "unit"):
            response = desk.get(reverse("admin:volunteers_report_funnel"), {"by": by})
            for row in [response.context["whole"], *response.context["lines"]]:
                for name, href in row["href"].items():
                    assert len(shown(desk.get(href))) == getattr(row["line"], name), href

    def test_who_waits_too_long_is_named(self, people, desk):
        (late, deadline) = desk.get(reverse("admin:volunteers_report_funnel")).context["late"][0]
        assert late.status == S.REGISTERED and "超期" in deadline["words"]

    def test_supervisors_and_liaisons_read_theirs(self, people, client, community):
        for user, count in (
            (make_post(role="supervisor", organization=community.organization), 4),
            (make_liaison(self.unit), 2),
            (make_post(role="supervisor", organization=make_community().organization), 0),
        ):
            client.force_login(user)
            response = client.get(reverse("reports:funnel"))
            assert response.context["whole"]["line"].registered == count
            for href in response.context["whole"]["href"].values():
                assert client.get(href).status_code == 200
            rows = client.get(reverse("reports:funnel_rows"), {"heap": "reached-registered"})
            assert len(rows.context["rows"]) == count

    def test_nobody_else(self, client, community):
        client.force_login(make_post(role="grid_worker", organization=community.organization))
        assert client.get(reverse("reports:funnel")).status_code == 403

    def test_odd_addresses(self, desk):
        for query in ({"heap": "x", "people": "y"}, {"unit": "none"}, {"unit": "x", "community": "9" * 30}):
            assert desk.get(LIST, query).status_code == 200
        for query in ({"by": "x", "people": "y"}, {"unit": "none"}, {"unit": "x", "community": "-1"}):
            assert desk.get(reverse("reports:funnel_rows"), query).status_code == 200


class TestUnits:
    def make(self, community, **fields):
        unit = make_unit(community.organization)
        liaison = make_liaison(unit)
        typed = {"secretary": "李书记", "members_count": 30, **fields}
        return unit_reports.submit_unit_report(unit, community=community, actor=liaison, **typed), liaison

    def page(self, report, name="change", *args):
        return reverse(f"admin:volunteers_unitreport_{name}", args=[report.pk, *args])

    def test_received_with_an_opinion_and_printed(self, desk, community):
        report, liaison = self.make(community)
        assert desk.get(self.page(report)).status_code == 200
        desk.post(self.page(report, "act", "receive"), {"opinion": "欢迎，请参加轮值"})
        report.refresh_from_db()
        assert (report.status, report.opinion) == ("received", "欢迎，请参加轮值")
        assert liaison.notifications.filter(text__contains="已接收").count() == 1
        assert "欢迎，请参加轮值" in desk.get(self.page(report, "print")).content.decode()

    def test_returned_corrected_and_sent_again(self, desk, community):
        report, liaison = self.make(community)
        assert desk.post(self.page(report, "act", "return"), {"reason": ""}).status_code == 422
        desk.post(self.page(report, "act", "return"), {"reason": "请填在职党员数"})
        report = unit_reports.resubmit_unit_report(report, actor=liaison, members_count=31)
        assert (report.status, report.members_count) == ("submitted", 31)

    def test_a_clerk_writes_one_down_once(self, desk, community):
        unit = make_unit(community.organization)
        typed = {"unit": unit.pk, "community": community.pk, "secretary": "李书记", "members_count": 3}
        add = reverse("admin:volunteers_unitreport_add")
        assert desk.post(add, typed).status_code == 302
        assert "已经向该社区报到" in desk.post(add, typed).content.decode()
        assert UnitReport.objects.get().secretary == "李书记"

    def test_a_foreign_community_sees_nothing(self, desk):
        report, _ = self.make(make_community())
        for name in ("change", "print"):
            assert desk.get(self.page(report, name)).status_code == 404
        assert desk.post(self.page(report, "act", "receive"), {"opinion": "同意"}).status_code == 404

    def test_moved_away_it_may_report_elsewhere(self, desk, community):
        report, liaison = self.make(community)
        desk.post(self.page(report, "act", "receive"), {"opinion": "同意"})
        desk.post(self.page(report, "act", "end"), {"reason": "搬走了"})
        again = unit_reports.submit_unit_report(report.unit, community=community, secretary="李书记", actor=liaison)
        assert again.status == "submitted"
