"""The workplace pages of the guestbook: what is seen, what is offered, what a click does."""

from datetime import timedelta
from io import BytesIO

import pytest
from auditlog.models import LogEntry
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from deliberations.models import Message, WatchedWord
from deliberations.services import moderation
from organizations.models import Role
from tests import factories as make
from tests.deliberations.moderation import Book, acts, appeal, flag

pytestmark = pytest.mark.django_db
Status = Message.Status
LIST = reverse("admin:deliberations_message_changelist")
WHY = {"reason": "广告、推销", "words": "贴了联系方式"}


@pytest.fixture
def book():
    return Book()


@pytest.fixture
def desk(client, book):
    client.force_login(book.clerk)
    return client


def page_of(row):
    return reverse("admin:deliberations_message_change", args=[row.pk])


def act(client, row, verb, **data):
    return client.post(reverse("admin:deliberations_message_act", args=[row.pk, verb]), data, follow=True)


def listed(response):
    return list(response.context["cl"].result_list)


def sheet(response):
    rows = load_workbook(BytesIO(b"".join(response.streaming_content) if response.streaming else response.content))
    return list(rows.active.values)


class TestList:
    def test_heaps(self, desk, book):
        pending, late = book.write(), book.published()
        Message.objects.filter(pk=late.pk).update(reply_by=timezone.now() - timedelta(days=1))
        flagged, hidden, asked = book.published(), book.hidden(), book.hidden()
        flag(flagged)
        appeal(asked)
        answered = book.published()
        answered.replies.create(text="已报修", replied_by=book.clerk)
        heaps = {
            "pending": [pending],
            "unanswered": [late, flagged],
            "flagged": [flagged],
            "appealed": [asked],
            "hidden": [asked, hidden],
        }
        for heap, rows in heaps.items():
            answer = desk.get(LIST, {"heap": heap})
            assert listed(answer) == rows, heap
            tile = next(tile for tile in answer.context["tiles"] if tile["is_current"])
            assert tile["number"] == len(rows)
        answer = desk.get(LIST)
        assert len(listed(answer)) == 6
        assert "1 条超期" in answer.text and "已超期" in answer.text and "1 人举报" in answer.text

    def test_search_by_words_and_by_a_whole_phone(self, desk, book):
        row, _ = book.write("电梯坏了", phone="13911110000"), book.write()
        assert listed(desk.get(LIST, {"q": "电梯"})) == [row]
        assert listed(desk.get(LIST, {"q": "13911110000"})) == [row]
        assert listed(desk.get(LIST, {"q": "1391111"})) == []
        assert listed(desk.get(LIST, {"topic__id__exact": row.topic_id, "q": "电梯"})) == [row]

    def test_who_may_not_read_the_record_neither_reads_nor_finds_what_is_covered(self, client, book):
        row = book.published("请找王小明")
        moderation.redact_message(row, text="请找■■■", actor=book.clerk)
        photo = book.photo(row)
        moderation.redact_photo(photo, areas=[[0, 0, 1, 1]], actor=book.clerk)
        role = Role.objects.get(code="auditor")
        role.permissions.remove(*role.permissions.filter(codename="view_moderationact"))
        client.force_login(make.make_post(role="auditor"))
        assert listed(client.get(LIST, {"q": "请找"})) == [row]
        assert listed(client.get(LIST, {"q": "王小明"})) == []
        page = client.get(page_of(row))
        assert "■■■" in page.text and "王小明" not in page.text
        address = reverse("admin:deliberations_message_photo", args=[photo.pk])
        assert client.get(address).content == client.get(address, {"shown": ""}).content
        assert act(client, row, "hide", **WHY).status_code == 403

    def test_sister_community_sees_nothing(self, client, book):
        row = book.published()
        photo = book.photo(row)
        block = moderation.block_phone(row, days=2, reason="广告", actor=book.clerk)
        client.force_login(make.make_post(organization=make.make_community().organization))
        assert listed(client.get(LIST)) == []
        assert client.get(page_of(row)).status_code == 404
        for verb in ("hide", "reply", "cover-text", "make-need"):
            assert act(client, row, verb, **WHY).status_code == 404
        for name, key in (("message_photo", photo.pk), ("block_change", block.pk)):
            assert client.get(reverse(f"admin:deliberations_{name}", args=[key])).status_code == 404
        reveal = reverse("accounts:reveal", args=["deliberations", "message", row.pk, "phone"])
        assert client.post(reveal).status_code == 404
        assert acts(row) == ["published", "blocked"]

    def test_queries_do_not_grow_with_rows(self, desk, book, django_assert_num_queries):
        desk.get(LIST)
        for count in (3, 12):
            for _ in range(count):
                flag(book.published())
                book.hidden()
            with django_assert_num_queries(QUERIES_OF_LIST):
                assert desk.get(LIST).status_code == 200

    def test_clean_ones_are_published_together(self, desk, book):
        WatchedWord.objects.create(word="加微信")
        clean = [book.write(), book.write("谢谢居委会")]
        left = [book.write("加 微信 便宜"), book.write("找 13800001111"), book.write(author=book.clerk)]
        done = book.hidden()
        keys = [row.pk for row in (*clean, *left, done)]
        answer = desk.post(LIST, {"action": "publish_selected", "_selected_action": keys}, follow=True)
        assert "已公开 2 条" in answer.text and "3 条没有公开" in answer.text and "本人的留言" in answer.text
        assert set(Message.objects.public()) == set(clean)
        again = desk.post(LIST, {"action": "publish_selected", "_selected_action": keys[:2]}, follow=True)
        assert "没有改动" in again.text

    def test_export_is_masked_and_covered(self, desk, book):
        row = book.published("请找王小明")
        moderation.redact_message(row, text="请找■■■", actor=book.clerk)
        head, line = sheet(desk.get(reverse("admin:deliberations_message_export")))
        told = dict(zip(head, line, strict=True))
        assert (told["公开的文字"], told["怎么称呼"], told["手机号"]) == ("请找■■■", "孙**", row.masked_phone)


QUERIES_OF_LIST = 20


class TestPage:
    @pytest.mark.parametrize("status", Status)
    def test_every_state_opens_for_everybody_above(self, client, book, status):
        row = book.write()
        Message.objects.filter(pk=row.pk).update(status=status)
        for user in (book.clerk, book.street, make.make_post(role="auditor"), make.make_superuser()):
            client.force_login(user)
            answer = client.get(page_of(row))
            assert answer.status_code == 200 and status.label in answer.text
            assert row.phone not in answer.text and row.masked_phone in answer.text

    def test_words_are_marked_and_the_record_is_whole(self, desk, book):
        WatchedWord.objects.create(word="便宜")
        row = book.hidden("便宜，电话 13800001111")
        page = desk.get(page_of(row)).text
        assert '<mark title="便宜">便宜</mark>' in page and '<mark title="个人信息">13800001111</mark>' in page
        titles = [step["title"] for step in desk.get(page_of(row)).context["timeline"]]
        assert titles == ["留言", "公开", "隐藏"]

    def test_the_author_is_revealed_by_a_logged_click(self, desk, book):
        row = book.write()
        reveal = reverse("accounts:reveal", args=["deliberations", "message", row.pk, "phone"])
        assert row.phone in desk.post(reveal).text
        log = LogEntry.objects.get_for_object(row).get(action=LogEntry.Action.ACCESS)
        assert log.actor == book.clerk and log.additional_data == {"field": "phone"}

    def test_the_author_is_offered_nothing_and_told_why(self, desk, book):
        row = book.write(author=book.clerk)
        page = desk.get(page_of(row))
        assert "这是您本人的留言" in page.text
        assert page.context["main_steps"] == page.context["more_steps"] == []
        for verb in ("publish", "refuse", "cover-text", "block", "reply"):
            answer = act(desk, row, verb, days=2, pieces="", text="好", **WHY)
            assert answer.status_code == 422 and "本人的留言" in answer.text
        assert acts(row) == []

    def test_reason_is_chosen_or_written(self, desk, book):
        row = book.write()
        assert act(desk, row, "refuse").status_code == 422
        own = act(desk, row, "refuse", reason="其他（请写明）", words="")
        assert own.status_code == 422 and "自己的话" in own.text
        act(desk, row, "refuse", **WHY)
        assert row.moderation_acts.get().reason == "广告、推销：贴了联系方式"

    def test_from_hidden_to_upheld_by_the_street(self, desk, book):
        row = book.published()
        act(desk, row, "hide", **WHY)
        appeal(row, "没有广告")
        page = desk.get(page_of(row))
        assert "申诉由其他人复核" in page.text and "没有广告" in page.text
        assert {step.verb for step in page.context["main_steps"]} == set()
        assert "其他人复核" in act(desk, row, "uphold", reason="").text
        desk.force_login(book.street)
        assert [step.verb for step in desk.get(page_of(row)).context["main_steps"]] == ["uphold", "dismiss"]
        act(desk, row, "uphold", reason="确实没有")
        row.refresh_from_db()
        assert (row.status, acts(row)) == (Status.PUBLISHED, ["published", "hidden", "appealed", "upheld"])

    def test_a_stale_page_reads_who_was_first(self, desk, book):
        row = book.write()
        moderation.refuse_message(row, reason="广告", actor=book.other)
        answer = act(desk, row, "publish")
        assert answer.status_code == 422 and f"已由{book.other}" in answer.text and "未公开" in answer.text

    def test_flags_are_dismissed(self, desk, book):
        row = book.published()
        flag(row, 2)
        assert "举报 2 次" in desk.get(page_of(row)).text
        act(desk, row, "dismiss-flags", reason="")
        assert acts(row) == ["published", "flag_dismissed"]

    def test_it_is_answered_and_becomes_a_topic_and_a_case(self, desk, book):
        row = book.published()
        assert "已答复" in act(desk, row, "reply", text="已报修").text
        assert "已列为议题" in act(desk, row, "make-issue", title="路灯怎么修").text
        assert "已转成调解申请" in act(desk, row, "make-case", kind="property").text
        page = desk.get(page_of(row))
        assert [made["label"] for made in page.context["outcomes"]] == ["调解", "议题"]
        assert not {"make-issue", "make-case"} & {step.verb for step in page.context["more_steps"]}
        desk.force_login(make.make_post(organization=book.body))  # who came later, and whom the case does not name
        made = desk.get(page_of(row)).context["outcomes"][0]
        assert (made["label"], made["url"]) == ("调解", "")

    def test_queries_of_the_page(self, desk, book, django_assert_max_num_queries):
        row = book.hidden()
        flag(row, 3)
        desk.get(page_of(row))
        with django_assert_max_num_queries(QUERIES_OF_PAGE):
            desk.get(page_of(row))


QUERIES_OF_PAGE = 28


class TestCovering:
    def test_text(self, desk, book):
        row = book.published("请找王小明和王小明")
        missing = act(desk, row, "cover-text", pieces="李四")
        assert missing.status_code == 422 and "原文里没有" in missing.text
        act(desk, row, "cover-text", pieces="王小明", reason="他人姓名")
        row.refresh_from_db()
        assert row.shown_text == "请找■■■和■■■"
        assert "原来公开的是：请找王小明" in desk.get(page_of(row)).text
        act(desk, row, "cover-text", pieces="")
        row.refresh_from_db()
        assert row.shown_text == ""

    def test_photo_by_numbers_and_by_parts(self, desk, book):
        row = book.published()
        photo, foreign = book.photo(row), book.photo(book.published())
        wrong = act(desk, row, "cover-photo", photo=photo.pk, areas="10 20 三")
        assert wrong.status_code == 422 and "四个数" in wrong.text
        assert act(desk, row, "cover-photo", photo=foreign.pk, areas="1 1 9 9").status_code == 422
        act(desk, row, "cover-photo", photo=photo.pk, areas="10，20，30%，40", ninths=["8"])
        photo.refresh_from_db()
        assert photo.hidden_areas == [[0.1, 0.2, 0.3, 0.4], [0.6667, 0.6667, 0.3333, 0.3333]]
        page = desk.get(page_of(row))
        assert '<rect x="10.00" y="20.00" width="30.00" height="40.00"' in page.text
        assert "10 20 30 40\n66.67 66.67 33.33 33.33" in page.text
        address = reverse("admin:deliberations_message_photo", args=[photo.pk])
        original = b"".join(desk.get(address).streaming_content)
        assert original != desk.get(address, {"shown": ""}).content
        foreign.refresh_from_db()
        assert foreign.hidden_areas == []
