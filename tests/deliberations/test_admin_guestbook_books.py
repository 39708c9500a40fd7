"""The lists that the guestbook's staff keep: topics, watched words, and whom they asked to pause."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from deliberations.models import Block, WatchedWord
from deliberations.services import moderation
from tests import factories as make
from tests.deliberations.moderation import Book, acts
from tests.deliberations.test_admin_messages import WHY, act, listed, sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def book():
    return Book()


@pytest.fixture
def desk(client, book):
    client.force_login(book.clerk)
    return client


class TestBooks:
    def test_words_go_out_and_come_in(self, client):
        client.force_login(make.make_post(role="platform_admin"))
        WatchedWord.objects.create(word="便宜")
        book = Workbook()
        for line in (("词", "遇到时"), ("便宜", "不收"), ("加微信", ""), ("，。", ""), ("加 微信", "")):
            book.active.append(line)
        out = BytesIO()
        book.save(out)
        path = reverse("admin:deliberations_watchedword_import")
        answer = client.post(path, {"file": SimpleUploadedFile("words.xlsx", out.getvalue())}, follow=True)
        assert "有字或数字" in answer.text and "重复" in answer.text
        assert list(WatchedWord.objects.values_list("word", "effect")) == [("便宜", "hold")]
        good = Workbook()
        for line in (("词", "遇到时"), ("便宜", "不收"), ("加微信", "")):
            good.active.append(line)
        out = BytesIO()
        good.save(out)
        answer = client.post(path, {"file": SimpleUploadedFile("words.xlsx", out.getvalue())}, follow=True)
        client.post(answer.redirect_chain[-1][0], {"agreed": "on"}, follow=True)
        assert set(WatchedWord.objects.values_list("word", "effect")) == {("便宜", "refuse"), ("加微信", "hold")}
        head, *lines = sheet(client.get(reverse("admin:deliberations_watchedword_export")))
        assert head == ("词", "遇到时") and ("便宜", "不收") in lines

    def test_clerk_reads_words_and_changes_none(self, desk):
        word = WatchedWord.objects.create(word="便宜")
        assert desk.get(reverse("admin:deliberations_watchedword_changelist")).status_code == 200
        assert desk.get(reverse("admin:deliberations_watchedword_import")).status_code == 403
        change = reverse("admin:deliberations_watchedword_change", args=[word.pk])
        assert desk.post(change, {"word": "别的", "effect": "hold"}).status_code == 403

    def test_topics_are_switched_off_and_never_deleted(self, client, book):
        client.force_login(make.make_post(role="platform_admin"))
        topics = reverse("admin:deliberations_messagetopic_changelist")
        assert client.get(topics).status_code == 200
        assert client.get(reverse("admin:deliberations_messagetopic_delete", args=[book.topic.pk])).status_code == 403

    def test_a_block_is_listed_and_lifted(self, desk, book):
        row = book.write()
        assert act(desk, row, "block", days=400, **WHY).status_code == 422
        act(desk, row, "block", days=3, **WHY)
        block = Block.objects.get()
        blocks = reverse("admin:deliberations_block_changelist")
        page = desk.get(blocks)
        assert row.masked_phone in page.text and "解除" in page.text and row.phone not in page.text
        lift = reverse("admin:deliberations_block_change", args=[block.pk])
        assert desk.post(lift, {"reason": ""}).status_code == 422
        assert "可以继续留言" in desk.post(lift, {"reason": "说清楚了"}, follow=True).text
        assert listed(desk.get(blocks)) == [] and listed(desk.get(blocks, {"standing": "all"})) == [block]
        assert acts(row) == ["blocked", "unblocked"]
        over = desk.post(lift, {"reason": "再来"})
        assert over.status_code == 200 and "已经结束" in over.text and acts(row) == ["blocked", "unblocked"]

    def test_an_auditor_reads_a_block_and_lifts_none(self, client, book):
        block = moderation.block_phone(book.write(), days=3, reason="广告", actor=book.clerk)
        client.force_login(make.make_post(role="auditor"))
        page = reverse("admin:deliberations_block_change", args=[block.pk])
        assert "为什么解除" not in client.get(page).text
        client.post(page, {"reason": "放行"})
        block.refresh_from_db()
        assert block.ends_at > timezone.now()
