"""年度鉴定: drafted with the year's figures, graded, sent, receipted; by whom, once, and put right in time."""

from datetime import date, timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.models import Notification
from tests.checklists.lists import sheet_of
from tests.factories import make_community, make_liaison, make_post, make_unit
from tests.races import race
from tests.volunteers.people import make_volunteer
from tests.volunteers.reviews import TODAY, make_report, make_review, serve
from volunteers.models import YearReview
from volunteers.services import review_reminders, year_reviews
from volunteers.services.hours import reverse_hours
from volunteers.tasks.year_reviews import remind_community_reviews

pytestmark = pytest.mark.django_db
Status, Grade = YearReview.Status, YearReview.Grade


@pytest.fixture
def community():
    return make_community(name="红星社区")


@pytest.fixture
def clerk(community):
    return make_post(organization=community.organization)


@pytest.fixture
def unit():
    return make_unit(name="第二小学")


@pytest.fixture
def liaison(unit):
    return make_liaison(unit)


def told(user):
    return [note.text for note in Notification.objects.filter(recipient=user).order_by("pk")]


class TestDraft:
    def test_every_registered_member_once_with_the_figures_of_the_year(self, community, clerk, unit):
        report = make_report(community, "posted", person={"unit": unit})
        person = report.volunteer
        entry = serve(person, 60, 90, 30)[0]
        serve(person, 45, ledger="voluntary")
        serve(person, 600, served_on=date(TODAY().year - 1, 6, 1))
        serve(person, 500, counts_on=TODAY() + timedelta(days=3))
        reverse_hours(entry, reason="记错了", actor=clerk)
        for status in ("submitted", "returned", "ended", "moved"):
            make_report(community, status)
        make_report(volunteer=make_volunteer(community))  # 群众
        make_report(make_community())
        assert year_reviews.draft_reviews(community, TODAY().year, actor=clerk) == 1
        review = YearReview.objects.get()
        assert (review.report, review.unit, review.status) == (report, unit, "drafted")
        assert (review.duty_minutes, review.voluntary_minutes, review.sessions_count) == (120, 45, 2)

    def test_again_adds_nobody_and_renews_the_figures_of_what_is_not_graded(self, community, clerk):
        year = TODAY().year
        drafted, graded = make_review(community, "drafted"), make_review(community)
        for review in (drafted, graded):
            serve(review.report.volunteer, 30)
        assert year_reviews.draft_reviews(community, year, actor=clerk) == 0
        drafted.refresh_from_db()
        graded.refresh_from_db()
        assert (drafted.sessions_count, graded.sessions_count) == (1, 0)
        make_report(community)
        assert year_reviews.draft_reviews(community, year, actor=clerk) == 1

    def test_who_moved_has_one_sheet(self, community, clerk):
        review = make_review(community, "drafted")
        type(review.report).objects.filter(pk=review.report_id).update(status="moved")
        make_report(community, volunteer=review.report.volunteer)
        assert year_reviews.draft_reviews(community, TODAY().year, actor=clerk) == 0

    def test_who_came_after_the_year_is_left_out_and_no_year_is_to_come(self, community, clerk):
        make_report(community)
        assert year_reviews.draft_reviews(community, TODAY().year - 1, actor=clerk) == 0
        with pytest.raises(ValidationError) as caught:
            year_reviews.draft_reviews(community, TODAY().year + 1, actor=clerk)
        assert "year" in caught.value.message_dict

    def test_of_another_community(self, community, liaison):
        for actor in (make_post(organization=make_community().organization), liaison):
            with pytest.raises(PermissionDenied):
                year_reviews.draft_reviews(community, TODAY().year, actor=actor)

    def test_a_hundred_cost_as_little(self, community, clerk, django_assert_max_num_queries):
        for _ in range(20):
            make_report(community)
        with django_assert_max_num_queries(16):
            assert year_reviews.draft_reviews(community, TODAY().year, actor=clerk) == 20


class TestGrade:
    def test_with_the_figures_of_the_moment_and_the_same_again_is_nothing(self, community, clerk):
        review = make_review(community, "drafted")
        serve(review.report.volunteer, 90)
        for _ in range(2):
            (row,) = year_reviews.grade_reviews({review.pk: ("excellent", " 热心 ")}, actor=clerk)
        assert (row.status, row.grade, row.comment, row.graded_by) == ("graded", "excellent", "热心", clerk)
        assert (row.duty_minutes, row.sessions_count) == (90, 1)

    def test_all_or_none(self, community, clerk):
        rows = [make_review(community, "drafted"), make_review(community, "graded")]
        foreign = make_review(make_community(), "drafted")
        cases = [
            ({row.pk: ("excellent", "") for row in rows}, ValidationError),  # one was graded otherwise meanwhile
            ({rows[0].pk: ("excellent", ""), foreign.pk: ("excellent", "")}, PermissionDenied),
            ({rows[0].pk: ("basic", " ")}, ValidationError),
            ({rows[0].pk: ("splendid", "")}, ValidationError),
        ]
        for marks, error in cases:
            with pytest.raises(error):
                year_reviews.grade_reviews(marks, actor=clerk)
        rows[0].refresh_from_db()
        assert rows[0].status == "drafted"

    def test_put_right_before_it_is_sent_only(self, community, clerk):
        review = make_review(community, "graded", comment="写错了")
        for _ in range(2):
            row = year_reviews.reopen_review(review, actor=clerk)
            assert (row.status, row.graded_at, row.comment) == ("drafted", None, "写错了")
        with pytest.raises(ValidationError):
            year_reviews.reopen_review(make_review(community, "sent"), actor=clerk)


class TestSend:
    def test_the_liaison_is_told_once_and_who_has_no_unit_stays(self, community, clerk, unit, liaison):
        rows = [make_review(community, unit=unit) for _ in range(3)]
        alone = make_review(community, report=make_report(community))
        keys = [row.pk for row in [*rows, alone]]
        sent = year_reviews.send_reviews(keys, actor=clerk)
        assert (sent.count, sent.units_count, [row.pk for row in sent.without_unit]) == (3, 1, [alone.pk])
        assert told(liaison) == [f"红星社区送来{TODAY().year}年度鉴定 3 份，请看过后回执。"]
        assert year_reviews.send_reviews(keys, actor=clerk).count == 0
        assert len(told(liaison)) == 1
        alone.refresh_from_db()
        assert alone.status == "graded"

    def test_the_member_is_told(self, community, clerk, unit):
        person = make_volunteer(community, kind="member", unit=unit, has_account=True)
        review = make_review(community, report=make_report(volunteer=person))
        year_reviews.send_reviews([review.pk], actor=clerk)
        assert told(person.user) == [f"红星社区给您的{TODAY().year}年度鉴定：合格，已反馈第二小学。"]

    def test_what_is_not_graded_is_not_sent(self, community, clerk):
        with pytest.raises(ValidationError):
            year_reviews.send_reviews([make_review(community, "drafted").pk], actor=clerk)


class TestReceipt:
    def test_by_the_liaison_once(self, community, clerk, unit, liaison):
        review = make_review(community, "sent", unit=unit)
        assert year_reviews.receipt_reviews([review.pk], opinion="已收悉", actor=liaison)
        assert year_reviews.receipt_reviews([review.pk], opinion="又一句", actor=liaison) == []
        review.refresh_from_db()
        assert (review.status, review.receipt, review.receipted_by) == ("receipted", "已收悉", liaison)
        assert told(clerk) == [f"第二小学已回执{TODAY().year}年度鉴定 1 份。"]

    def test_by_nobody_else_but_from_paper_where_there_is_no_liaison(self, community, clerk, unit):
        review = make_review(community, "sent", unit=unit)
        stranger = make_liaison(make_unit())
        with pytest.raises(PermissionDenied):
            year_reviews.receipt_reviews([review.pk], opinion="已收悉", actor=stranger)
        assert year_reviews.receipt_reviews([review.pk], opinion="已收悉", actor=clerk)
        make_liaison(unit)
        with pytest.raises(PermissionDenied):
            year_reviews.receipt_reviews([make_review(community, "sent", unit=unit).pk], opinion="行", actor=clerk)

    def test_a_unit_knows_only_what_was_sent(self, community, unit, liaison):
        rows = {status: make_review(community, status, unit=unit) for status in Status.values}
        seen = YearReview.objects.visible_to(liaison)
        assert {row.status for row in seen} == {"sent", "receipted"}
        assert not YearReview.objects.editable_by(liaison).exists()
        with pytest.raises(PermissionDenied):
            year_reviews.receipt_reviews([rows["graded"].pk], opinion="已收悉", actor=liaison)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_receipts_at_once_one_stands(community, clerk, unit, liaison):
    keys = [make_review(community, "sent", unit=unit).pk for _ in range(5)]
    calls = [
        partial(year_reviews.receipt_reviews, keys, opinion=words, actor=liaison) for words in ("已收悉", "都看过了")
    ]
    assert sorted(map(len, race(*calls))) == [0, 5]
    assert len(set(YearReview.objects.values_list("receipt", flat=True))) == 1
    assert len(told(clerk)) == 1


class TestRemind:
    def test_when(self):
        assert review_reminders.year_to_review(date(2026, 11, 29)) is None
        assert review_reminders.year_to_review(date(2026, 12, 1)) == 2026
        assert review_reminders.year_to_review(date(2027, 1, 31)) == 2026
        assert review_reminders.year_to_review(date(2027, 2, 1)) is None

    def test_communities_that_have_not_begun_once(self, community, clerk):
        make_report(community)
        make_review(make_community(), "drafted")
        year = TODAY().year
        assert list(review_reminders.communities_to_remind(year)) == [community]
        for _ in range(2):
            review_reminders.remind_reviews(community, year)
        assert told(clerk) == [f"红星社区的报到党员等着做{year}年度鉴定，还没有开始。"]
        year_reviews.draft_reviews(community, year, actor=clerk)
        assert not review_reminders.communities_to_remind(year).exists()

    def test_the_task_tells_once(self, community, clerk):
        make_report(community)
        for _ in range(2):
            remind_community_reviews(community.pk, TODAY().year)
        assert len(told(clerk)) == 1


class TestPages:
    def page(self, name, *args):
        return reverse(f"admin:volunteers_yearreview_{name}", args=args)

    def test_draft_grade_with_preview_send(self, client, community, clerk, unit, liaison):
        for minutes in ((60,) * 4, (60,)):
            serve(make_report(community, person={"unit": unit}).volunteer, *minutes)
        client.force_login(clerk)
        year = TODAY().year
        answer = client.post(self.page("draft"), {"community": community.pk, "year": year}, follow=True)
        assert "起草了 2 份" in answer.content.decode()
        good, poor = YearReview.objects.order_by("-sessions_count")
        keys = [good.pk, poor.pk]
        chosen = {"action": "grade_selected", "_selected_action": keys}
        answer = client.post(self.page("changelist"), chosen, follow=True)
        fields = answer.context["form"]
        assert fields[f"grade_{good.pk}"].value() == "qualified"
        assert fields[f"grade_{poor.pk}"].value() == "basic"
        marks = {"reviews": keys, f"grade_{good.pk}": "excellent", f"grade_{poor.pk}": "basic", "comment": "热心"}
        answer = client.post(self.page("grade"), {**marks, "preview": "1"})
        assert answer.status_code == 422
        assert "请写明原因" in answer.content.decode()
        marks["reason"] = "全年只来了一次。"
        words = client.post(self.page("grade"), {**marks, "preview": "1"}).content.decode()
        assert "优秀 1 / 一共 2，占 50.0%" in words
        assert not YearReview.objects.exclude(status="drafted").exists()
        answer = client.post(self.page("grade"), {**marks, "confirm": "1"}, follow=True)
        assert "已鉴定 2 份" in answer.content.decode()
        assert dict(YearReview.objects.values_list("grade", "comment")) == {
            "excellent": "热心",
            "basic": "全年只来了一次。",
        }
        answer = client.post(self.page("grade"), {**marks, "confirm": "1"}, follow=True)
        assert "已经鉴定过，没有再改动" in answer.content.decode()
        answer = client.post(
            self.page("changelist"), {"action": "send_selected", "_selected_action": keys}, follow=True
        )
        assert "已把 2 份鉴定反馈给 1 家单位" in answer.content.decode()
        assert len(told(liaison)) == 1

    def test_one_with_its_story(self, client, community, clerk):
        review = make_review(community, "drafted")
        client.force_login(clerk)
        act = reverse("admin:volunteers_yearreview_act", args=[review.pk, "grade"])
        assert client.post(act, {"grade": "failed", "comment": ""}).status_code == 422
        client.post(act, {"grade": "excellent", "comment": "热心"})
        client.post(reverse("admin:volunteers_yearreview_act", args=[review.pk, "reopen"]))
        answer = client.get(self.page("change", review.pk))
        titles = [step["title"] for step in answer.context["timeline"]]
        assert titles == ["起草", "社区鉴定", "退回重新鉴定", "等社区鉴定"]
        words = client.get(self.page("print", review.pk)).content.decode()
        assert "王**" in words
        assert "王小明" not in words
        assert "王小明" in client.post(self.page("print", review.pk)).content.decode()
        assert client.get(self.page("summary", review.pk)).status_code == 404
        client.post(act, {"grade": "excellent", "comment": "热心"})
        words = client.get(self.page("summary", review.pk)).content.decode()
        assert f"{review.unit}{review.year}年报到党员鉴定汇总表" in words

    def test_list_counts_grades_of_the_year_and_exports_masked(
        self, client, community, clerk, django_assert_max_num_queries
    ):
        for grade in ("excellent", "qualified", "qualified", "qualified"):
            make_review(community, grade=grade)
        make_review(make_community(), grade="failed")
        client.force_login(clerk)
        with django_assert_max_num_queries(35):
            answer = client.get(self.page("changelist"))
        tiles = {tile["label"]: (tile["number"], tile["note"]) for tile in answer.context["tiles"]}
        assert tiles["优秀"] == (1, "占已鉴定的 25.0%")
        assert tiles[f"{TODAY().year}年一共"][0] == 4
        head, first, *rest = sheet_of(client.get(self.page("export")))
        assert head[:5] == ("年度", "志愿者编号", "姓名", "所在单位", "报到社区")
        assert len(rest) == 3
        assert first[2] == "王**"

    def test_a_foreign_community_sees_nothing(self, client, community):
        review = make_review(community, "drafted")
        client.force_login(make_post(organization=make_community().organization))
        for name in ("change", "print", "summary"):
            assert client.get(self.page(name, review.pk)).status_code == 404
        act = reverse("admin:volunteers_yearreview_act", args=[review.pk, "grade"])
        assert client.post(act, {"grade": "excellent"}).status_code == 404
        answer = client.post(self.page("draft"), {"community": community.pk, "year": TODAY().year})
        assert answer.status_code == 422
        client.post(self.page("grade"), {"reviews": review.pk, f"grade_{review.pk}": "excellent", "confirm": "1"})
        review.refresh_from_db()
        assert review.status == "drafted"
