"""/desk/reports/: our unit's report, our members, the year and its receipt; of another unit nothing."""

from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from tests.factories import make_community, make_liaison, make_post, make_unit
from tests.volunteers.reviews import TODAY, make_report, make_review, serve
from volunteers.models import UnitReport, YearReview
from volunteers.services.reports import return_report
from volunteers.services.unit_reports import receive_unit_report, return_unit_report

pytestmark = pytest.mark.django_db
FILLED = {"secretary": "周书记", "members_count": 30, "offers": "会议室周末开放", "wishes": "一起办夜校"}


@pytest.fixture
def community():
    return make_community(name="红星社区")


@pytest.fixture
def clerk(community):
    return make_post(organization=community.organization)


@pytest.fixture
def unit(community):
    return make_unit(community.organization, name="第二小学")


@pytest.fixture
def liaison(unit):
    return make_liaison(unit)


@pytest.fixture
def desk(client, liaison):
    client.force_login(liaison)
    return client


def page(name, *args):
    return reverse(f"reports:{name}", args=args)


def words_of(answer):
    return answer.content.decode()


class TestUnitReport:
    def test_filed_once_returned_and_filed_again(self, desk, clerk, unit, community):
        form = page("unit_report", unit.pk)
        assert "填写单位报到" in words_of(desk.get(page("list")))
        assert desk.post(form, {**FILLED, "secretary": "", "members_count": "很多"}).status_code == 422
        for _ in range(2):  # the second is a double click
            assert desk.post(form, FILLED)["Location"] == page("list")
        report = UnitReport.objects.get()
        assert (report.community, report.status, report.secretary) == (community, "submitted", "周书记")
        assert "待接收" in words_of(desk.get(page("list")))
        return_unit_report(report, reason="请写党员人数", actor=clerk)
        assert "请写党员人数" in words_of(desk.get(form))
        desk.post(form, {**FILLED, "members_count": 31})
        report.refresh_from_db()
        assert (report.status, report.members_count) == ("submitted", 31)
        receive_unit_report(report, opinion="同意", actor=clerk)
        words = words_of(desk.get(page("unit_report_print", report.pk)))
        assert all(each in words for each in ("单位党组织报到单", "周书记", "同意", "31 名"))

    def test_a_unit_whose_community_is_not_there(self, client):
        unit = make_unit()
        unit.organization.community.delete()
        client.force_login(make_liaison(unit))
        answer = client.get(page("unit_report", unit.pk), follow=True)
        assert "还没有登记" in words_of(answer)


class TestMembers:
    def test_masked_with_states_and_each_ledger(self, desk, unit, community):
        report = make_report(community, "posted", person={"unit": unit})
        serve(report.volunteer, 90)
        serve(report.volunteer, 60, ledger="voluntary")
        words = words_of(desk.get(page("member_list")))
        assert all(each in words for each in ("王**", "已安排岗位", "1.5 小时", "1 小时", report.volunteer.code))
        assert "王小明" not in words
        assert report.volunteer.phone not in words

    def test_who_waits_too_long_is_found(self, desk, unit, community):
        late = timezone.now() - timedelta(hours=1)
        first = make_report(community, "registered", person={"unit": unit}, contact_by=late)
        second = make_report(community, "registered", person={"unit": unit})
        assert "1 名过了期限社区还没有对接" in words_of(desk.get(page("list")))
        words = words_of(desk.get(page("member_list"), {"heap": "late"}))
        assert first.volunteer.code in words
        assert second.volunteer.code not in words
        assert desk.get(page("member_list"), {"heap": "nonsense", "page": "x"}).status_code == 404
        assert desk.get(page("member_list"), {"heap": "nonsense"}).status_code == 200

    def test_what_was_returned_is_put_right(self, desk, clerk, unit, community):
        report = make_report(community, "submitted", person={"unit": unit})
        assert desk.get(page("member_resubmit", report.pk))["Location"] == page("member_list")
        return_report(report, reason="不住在本社区", actor=clerk)
        assert "补正" in words_of(desk.get(page("member_list")))
        form, right = page("member_resubmit", report.pk), make_community(name="青松社区")
        assert "不住在本社区" in words_of(desk.get(form))
        assert desk.post(form, {"community": ""}).status_code == 422
        for _ in range(2):
            assert desk.post(form, {"community": right.pk})["Location"] == page("member_list")
        report.refresh_from_db()
        assert (report.status, report.community, report.events.count()) == ("submitted", right, 2)

    def test_pages_ask_as_little_for_many(self, desk, unit, community, django_assert_max_num_queries):
        for _ in range(15):
            make_report(community, person={"unit": unit})
        with django_assert_max_num_queries(16):
            desk.get(page("member_list"))
        with django_assert_max_num_queries(16):
            desk.get(page("list"))


class TestYear:
    def test_receipt_for_what_the_page_showed(self, desk, unit, community, liaison):
        shown = make_review(community, "sent", unit=unit, grade="excellent", comment="热心")
        year = page("year", unit.pk, TODAY().year)
        answer = desk.get(year)
        assert "热心" in words_of(answer)
        later = make_review(community, "sent", unit=unit)
        given = {"reviews": [shown.pk], "opinion": "已收悉"}
        assert desk.post(year, {**given, "opinion": ""}).status_code == 422
        assert "已回执 1 份" in words_of(desk.post(year, given, follow=True))
        assert "已经回执过" in words_of(desk.post(year, given, follow=True))
        for review, status in ((shown, "receipted"), (later, "sent")):
            review.refresh_from_db()
            assert review.status == status
        assert "1 份等回执" in words_of(desk.get(page("list")))

    def test_papers_are_masked_until_asked_for_and_that_is_written_down(self, desk, unit, community, liaison):
        review = make_review(community, "receipted", unit=unit, receipt="计入年度考核", receipted_by=liaison)
        for url in (page("year_print", unit.pk, TODAY().year), page("review_print", review.pk)):
            before = LogEntry.objects.count()
            words = words_of(desk.get(url))
            assert "王**" in words
            assert "王小明" not in words
            assert "计入年度考核" in words
            assert LogEntry.objects.count() == before
            assert "王小明" in words_of(desk.post(url))
            entry = LogEntry.objects.latest("pk")
            assert (LogEntry.objects.count(), entry.additional_data) == (before + 1, {"field": "name"})

    def test_what_is_not_sent_is_not_there(self, desk, unit, community):
        review = make_review(community, "graded", unit=unit)
        assert desk.get(page("year", unit.pk, TODAY().year)).status_code == 404
        assert desk.get(page("review_print", review.pk)).status_code == 404


class TestOthers:
    def test_the_liaison_of_another_unit_sees_nothing(self, client, clerk, unit, community):
        UnitReport.objects.create(unit=unit, community=community, secretary="周书记")
        report = make_report(community, "posted", person={"unit": unit})
        review = make_review(report=report, status="sent", unit=unit)
        year = TODAY().year
        client.force_login(make_liaison(make_unit(name="区税务局")))
        urls = [
            page("unit_report", unit.pk),
            page("member_resubmit", report.pk),
            page("unit_report_print", UnitReport.objects.get().pk),
            page("year", unit.pk, year),
            page("year_print", unit.pk, year),
            page("review_print", review.pk),
        ]
        for url in urls:
            assert client.get(url).status_code == 404
            assert client.post(url, {"reviews": review.pk, "opinion": "行", **FILLED}).status_code in (404, 405)
        for name in ("list", "member_list"):
            words = words_of(client.get(page(name)))
            assert "第二小学" not in words
            assert report.volunteer.code not in words
        assert YearReview.objects.get().status == "sent"

    def test_staff_and_strangers(self, client, clerk, unit, community):
        make_report(community, "posted", person={"unit": unit})
        assert client.get(page("list")).status_code == 302
        assert client.get(page("year", unit.pk, TODAY().year)).status_code == 302
        client.force_login(clerk)
        assert "还没有关联单位" in words_of(client.get(page("list")))
        assert client.get(page("unit_report", unit.pk)).status_code == 404
