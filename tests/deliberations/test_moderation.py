"""审核: who may judge what, what is on record, who is told, and that nothing is done twice."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from PIL import Image

from accounts import channels
from accounts.models import Notification, User
from deliberations.blackening import blackened, covered, covered_pieces
from deliberations.models import Block, Message, ModerationAct, WatchedWord
from deliberations.services import moderation
from deliberations.tasks import tell_moderation_act
from deliberations.watching import found, marked
from organizations.workdays import is_working_day
from tests import factories as make
from tests.deliberations.moderation import Book, acts, appeal, flag
from tests.races import race, won
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db
Status = Message.Status
WHY = "广告、推销"


@pytest.fixture
def book():
    return Book()


def refused(call, *args, code=None, field=None, **kwargs):
    with pytest.raises(ValidationError) as caught:
        call(*args, **kwargs)
    error = caught.value
    if field:
        assert field in error.error_dict
    elif code:
        assert error.code == code
    return error


class TestDoor:
    def test_publishing_sets_the_day_by_which_a_reply_is_owed(self, book):
        row = book.published()
        assert (row.status, acts(row)) == (Status.PUBLISHED, ["published"])
        days = [timezone.localdate(row.published_at) + timedelta(days=each) for each in range(20)]
        working = [day for day in days if is_working_day(day, {})]
        assert timezone.localdate(row.reply_by) in working[4:6]

    def test_a_message_moves_only_along_its_table(self, book):
        for status in Status:
            for to in Status:
                row = book.write()
                Message.objects.filter(pk=row.pk).update(status=status)
                actor = None if to == Status.WITHDRAWN else book.clerk
                if to in Message.TRANSITIONS[status]:
                    assert moderation.change_status(row, to, actor=actor).status == to
                    assert len(acts(row)) == 1
                elif to != status:
                    refused(moderation.change_status, row, to, actor=actor, code="transition")
                    assert acts(row) == []

    def test_by_itself_it_is_only_published_at_once_or_put_aside(self, book):
        row = moderation.change_status(book.write(), Status.PUBLISHED, actor=None)
        assert moderation.change_status(row, Status.HIDDEN, actor=None).status == Status.HIDDEN
        with pytest.raises(PermissionDenied):
            moderation.change_status(row, Status.PUBLISHED, actor=None)
        with pytest.raises(PermissionDenied):
            moderation.change_status(book.write(), Status.REFUSED, actor=None)

    def test_only_the_author_withdraws(self, book):
        with pytest.raises(PermissionDenied):
            moderation.change_status(book.write(), Status.WITHDRAWN, actor=book.clerk)

    def test_the_second_moderator_reads_who_was_first(self, book):
        row = book.write()
        moderation.refuse_message(row, reason=WHY, actor=book.clerk)
        moderation.refuse_message(row, reason=WHY, actor=book.clerk)  # a double click
        refused(moderation.publish_message, row, actor=book.other, code="transition")
        error = refused(moderation.refuse_message, row, reason=WHY, actor=book.other, code="transition")
        assert str(book.clerk) in error.messages[0] and "不公开" in error.messages[0]
        assert acts(row) == ["refused"]

    def test_the_record_is_never_rewritten(self, book):
        act = book.published().moderation_acts.get()
        with pytest.raises(IntegrityError), transaction.atomic():
            ModerationAct.objects.filter(pk=act.pk).update(reason="别的")


class TestWhoMay:
    def test_nobody_of_another_community_and_nobody_without_the_right(self, book):
        row = book.write()
        sister = make.make_post(organization=make.make_community().organization)
        for user in (sister, make.make_post(role="supervisor"), make.make_post(role="auditor")):
            with pytest.raises(PermissionDenied):
                moderation.publish_message(row, actor=user)
        assert moderation.publish_message(row, actor=book.street).status == Status.PUBLISHED

    @pytest.mark.parametrize("whose", ["account", "phone", "volunteer"])
    def test_nobody_judges_the_own_message(self, book, whose):
        clerk = book.clerk
        if whose == "account":
            row = book.write(author=clerk)
        elif whose == "phone":
            row = book.write(phone="13912345678")
            User.objects.filter(pk=clerk.pk).update(phone_index=row.phone_index)
            clerk = User.objects.get(pk=clerk.pk)
        else:
            row = book.write(phone="13912345679")
            facts = {"community": book.community, "notice": book.notice, "registered_at": timezone.now()}
            Volunteer.objects.create(user=clerk, phone=row.phone, name="王莉", **facts)
        for call in (
            lambda: moderation.publish_message(row, actor=clerk),
            lambda: moderation.refuse_message(row, reason=WHY, actor=clerk),
            lambda: moderation.redact_message(row, text="■" * len(row.text), actor=clerk),
            lambda: moderation.block_phone(row, days=1, reason=WHY, actor=clerk),
        ):
            with pytest.raises(PermissionDenied, match="本人的留言"):
                call()
        assert (acts(row), Block.objects.count()) == ([], 0)
        assert moderation.is_own(row, clerk) and not moderation.is_own(row, book.other)


class TestTelling:
    def test_the_author_is_told_without_a_word_of_the_content(self, book, django_capture_on_commit_callbacks):
        channels.outbox.clear()
        row = book.write(author=make.make_user(), phone="13911112222")
        with django_capture_on_commit_callbacks(execute=True):
            moderation.refuse_message(row, reason="辱骂、攻击他人：骂了邻居", actor=book.clerk)
        (line,) = Notification.objects.filter(recipient=row.author)
        assert "没有公开" in line.text and row.code in line.link
        for words in (line.text, *(text for _, text in channels.outbox)):
            assert "骂" not in words and row.text not in words

    def test_a_text_message_carries_the_way_to_the_own_page(self, book):
        channels.outbox.clear()
        row = book.hidden()
        tell_moderation_act(row.moderation_acts.last().pk)
        ((phone, words),) = channels.outbox
        assert phone == row.phone and row.code in words and WHY not in words


class TestAppeal:
    def test_another_person_judges_it(self, book):
        row = book.hidden()
        appeal(row)
        for verb in (moderation.uphold_appeal, moderation.dismiss_appeal):
            with pytest.raises(PermissionDenied, match="其他人复核"):
                verb(row, reason="复核", actor=book.clerk)
        refused(moderation.restore_message, row, reason="改主意", actor=book.clerk, code="appealed")
        row = moderation.uphold_appeal(row, reason="没有广告", actor=book.street)
        assert row.status == Status.PUBLISHED
        assert acts(row) == ["published", "hidden", "appealed", "upheld"]
        assert not moderation.appeal_stands(row)
        moderation.uphold_appeal(row, actor=book.street)  # a double click
        refused(moderation.dismiss_appeal, row, reason="不同意", actor=book.other, code="transition")

    def test_dismissed_it_stays_hidden_and_the_reason_is_on_record(self, book):
        row = book.hidden()
        appeal(row)
        refused(moderation.dismiss_appeal, row, reason=" ", actor=book.other, field="reason")
        row = moderation.dismiss_appeal(row, reason="有联系方式", actor=book.other)
        assert row.status == Status.HIDDEN and not moderation.appeal_stands(row)
        assert row.moderation_acts.last().reason == "有联系方式"
        refused(moderation.uphold_appeal, row, actor=book.street, code="transition")

    def test_put_aside_by_readers_anybody_judges_it(self, book):
        row = moderation.change_status(book.published(), Status.HIDDEN, actor=None, reason="多人举报")
        appeal(row)
        assert moderation.uphold_appeal(row, actor=book.clerk).status == Status.PUBLISHED

    def test_a_mistake_is_mended_without_an_appeal(self, book):
        row = book.hidden()
        refused(moderation.publish_message, row, actor=book.other, code="transition")
        refused(moderation.restore_message, row, reason="", actor=book.clerk, field="reason")
        row = moderation.restore_message(row, reason="看错了", actor=book.clerk)
        assert (row.status, acts(row)) == (Status.PUBLISHED, ["published", "hidden", "published"])


class TestFlags:
    def test_dismissed_flags_bring_back_what_they_put_aside(self, book):
        row = book.published()
        flag(row, 3)
        row = moderation.change_status(row, Status.HIDDEN, actor=None, reason="多人举报")
        assert moderation.is_put_aside(row)
        row = moderation.dismiss_flags(row, reason="属实", actor=book.clerk)
        assert row.status == Status.PUBLISHED and acts(row)[-1] == "flag_dismissed"
        assert not row.flags.filter(answered_at=None).exists()
        moderation.dismiss_flags(row, actor=book.clerk)
        refused(moderation.dismiss_flags, row, actor=book.other, code="transition")

    def test_hiding_confirms_what_was_put_aside_and_answers_the_flags(self, book):
        row = book.published()
        flag(row, 3)
        row = moderation.change_status(row, Status.HIDDEN, actor=None, reason="多人举报")
        row = moderation.hide_message(row, reason=WHY, actor=book.clerk)
        assert (row.status, moderation.is_put_aside(row)) == (Status.HIDDEN, False)
        assert moderation.hider_of(row) == book.clerk
        assert not Message.objects.flagged().exists()


class TestCovering:
    def test_letters_are_covered_and_nothing_is_put_into_the_authors_mouth(self, book):
        row = book.published("请找王小明，电话 13800001111")
        text = covered(row.text, ["王小明", "13800001111"])
        refused(moderation.redact_message, row, text="我很满意", actor=book.clerk, field="text")
        row = moderation.redact_message(row, text=text, actor=book.clerk)
        assert row.public_text == "请找■■■，电话 ■■■■■■■■■■■" and "王小明" in row.text
        assert row.moderation_acts.last().text_before == row.text
        assert covered_pieces(row.shown_text, row.text) == ["王小明", "13800001111"]
        moderation.redact_message(row, text=text, actor=book.other)
        row = moderation.redact_message(row, text=row.text, actor=book.other)
        assert (row.shown_text, acts(row)) == ("", ["published", "redacted", "redacted"])

    def test_boxes_of_a_photo_are_black_for_the_public(self, book):
        photo = book.photo(book.published())
        for areas in ([[0, 0, 0, 0]], [["x", 0, 1, 1]], [[2, 2, 1, 1]], [[float("nan"), 0, 1, 1]], "x", [[0, 0, 1]]):
            refused(moderation.redact_photo, photo, areas=areas, actor=book.clerk, field="areas")
        photo = moderation.redact_photo(photo, areas=[[-0.5, 0, 1, 0.5]], actor=book.clerk)
        assert photo.hidden_areas == [[0.0, 0.0, 0.5, 0.5]]
        with Image.open(BytesIO(blackened(photo.image, photo.hidden_areas))) as shown:
            assert shown.getpixel((20, 20)) == (0, 0, 0) and shown.getpixel((180, 180)) == (255, 255, 255)
        with Image.open(photo.image) as kept:
            assert kept.getpixel((20, 20)) == (255, 255, 255)
        assert photo.message.moderation_acts.last().reason == "照片 1 遮盖 1 处"


class TestBlocks:
    def test_a_phone_is_blocked_in_one_community_for_some_days(self, book):
        row, now = book.write(), timezone.now()
        refused(moderation.block_phone, row, days=400, reason=WHY, actor=book.clerk, field="days")
        block = moderation.block_phone(row, days=3, reason=WHY, actor=book.clerk, at=now)
        assert moderation.is_blocked(book.community, row.phone)
        assert not moderation.is_blocked(make.make_community(), row.phone)
        assert not moderation.is_blocked(book.community, row.phone, now + timedelta(days=3, minutes=1))
        refused(moderation.block_phone, row, days=3, reason=WHY, actor=book.other, code="blocked")
        moderation.lift_block(block, reason="说清楚了", actor=book.other)
        moderation.lift_block(block, reason="说清楚了", actor=book.other)
        assert not moderation.is_blocked(book.community, row.phone)
        assert acts(row) == ["blocked", "unblocked"]

    def test_another_community_does_not_lift_it(self, book):
        block = moderation.block_phone(book.write(), days=3, reason=WHY, actor=book.clerk)
        sister = make.make_post(organization=make.make_community().organization)
        with pytest.raises(PermissionDenied):
            moderation.lift_block(block, reason="放行", actor=sister)


class TestWords:
    def test_words_are_found_however_they_are_spaced(self):
        WatchedWord.objects.bulk_create([WatchedWord(word="加微信"), WatchedWord(word="赌博", effect="refuse")])
        assert moderation.weigh("路灯坏了") == ("", [])
        assert moderation.weigh("请加 微-信 联系") == ("hold", ["加微信"])
        assert moderation.weigh("加微信，赌 博") == ("refuse", ["赌博"])
        assert moderation.weigh("打 138 0000 1111") == ("hold", [])
        assert moderation.weigh("订单 20261123138000011119999") == ("", [])

    def test_marks_stand_where_the_words_stand(self):
        assert found("ＶＸ和vx", ["VX"]) == [(0, 2, "VX"), (3, 5, "VX")]
        text = "找李四 13800001111，加微信"
        pieces = marked(text, ["加微信", "微信"])
        assert "".join(piece for piece, _ in pieces) == text
        assert [piece for piece in pieces if piece[1]] == [("13800001111", "个人信息"), ("加微信", "加微信")]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_of_two_moderators_one_decides(self):
        book = Book()
        for _ in range(4):
            row = book.write()
            results = race(
                lambda row=row: moderation.publish_message(row, actor=book.clerk),
                lambda row=row: moderation.refuse_message(row, reason=WHY, actor=book.other),
            )
            assert len(acts(row)) == 1
            assert len(won(results)) == 1
            (error,) = set(results) - set(won(results))
            assert "公开" in error.messages[0]

    def test_hidden_appealed_and_blocked_once(self):
        book = Book()
        row = book.published()
        hide = [lambda by=by: moderation.hide_message(row, reason=WHY, actor=by) for by in (book.clerk, book.other)]
        assert len(won(race(*hide))) == 1
        appeal(row)
        judges = [by for by in (book.clerk, book.other, book.street) if by != moderation.hider_of(row)]
        judge = [lambda by=by: moderation.dismiss_appeal(row, reason=WHY, actor=by) for by in judges]
        assert len(won(race(*judge))) == 1
        block = [lambda by=by: moderation.block_phone(row, days=2, reason=WHY, actor=by) for by in judges]
        assert len(won(race(*block))) == 1
        assert acts(row) == ["published", "hidden", "appealed", "dismissed", "blocked"]
        assert Block.objects.count() == 1 and connection.vendor == "postgresql"
