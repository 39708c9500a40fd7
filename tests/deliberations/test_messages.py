"""留言 by its verbs: written, joined, flagged, appealed, answered, turned into something else; who is told."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts import channels
from accounts.models import Notification
from checklists.models import Need
from deliberations.models import Message, WatchedWord
from deliberations.services import messages, moderation
from deliberations.tasks.messages import remind_all_messages
from govern.celery import app
from govern.fields import blind_index
from organizations.models import CalendarDay
from tests import factories as make
from tests.deliberations.messages import PHONE, set_parameter, write
from tests.deliberations.moderation import Book, acts, jpeg
from tests.races import race, won

pytestmark = pytest.mark.django_db
Status = Message.Status
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def empty_outbox():
    channels.outbox.clear()


@pytest.fixture
def eager():
    """Tasks run where they are called."""
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


@pytest.fixture
def book():
    return Book()


def refused(code, act, *args, **kwargs):
    with pytest.raises(ValidationError) as error:
        act(*args, **kwargs)
    rows = error.value.error_dict.values() if hasattr(error.value, "error_dict") else [[error.value]]
    assert code in {each.code for row in rows for each in row}


class TestWriting:
    def test_waits_for_review_where_the_community_reviews_first(self, book):
        message = write(book, photos=[jpeg()])
        assert (message.status, message.photos.count(), acts(message)) == (Status.PENDING, 1, [])

    def test_is_public_at_once_otherwise_and_a_reply_is_owed(self, book):
        set_parameter("message_is_reviewed_first", 0)
        message = write(book)
        assert (message.status, acts(message)) == (Status.PUBLISHED, ["published"])
        assert message.reply_by > message.published_at + 4 * DAY

    def test_watched_words_hold_or_refuse(self, book):
        set_parameter("message_is_reviewed_first", 0)
        WatchedWord.objects.create(word="加微信", effect="hold")
        WatchedWord.objects.create(word="骗子", effect="refuse")
        assert write(book, "路灯坏了，加微信聊").status == Status.PENDING
        refused("words", write, book, "物业是骗子")
        assert not Message.objects.filter(text="物业是骗子").exists()

    def test_same_words_again_are_the_first_ones(self, book):
        assert write(book) == write(book)
        assert write(book, phone="13711110001") != write(book)

    def test_so_many_an_hour_from_one_phone(self, book):
        set_parameter("messages_per_hour", 2)
        for text in ("一", "二"):
            write(book, text)
        refused("too_many", write, book, "三")
        assert write(book, "三", phone="13711110001")
        assert write(book, "三", at=timezone.now() + timedelta(hours=1, minutes=1))

    def test_blocked_phone_writes_nothing_in_this_community(self, book):
        moderation.block_phone(write(book), days=3, reason="广告", actor=book.clerk)
        refused("blocked", write, book, "又来了")
        assert write(book, "别处", community=make.make_community())

    def test_withdrawn_by_the_author_twice_is_once(self, book):
        message = book.published(phone=PHONE)
        for _ in range(2):
            assert messages.withdraw_message(message).status == Status.WITHDRAWN
        assert acts(message) == ["published", "withdrawn"]


class TestVoices:
    def test_one_support_of_each_phone_and_none_of_the_author(self, book):
        message = book.published(phone=PHONE)
        assert [messages.support_message(message, phone="13711110001") for _ in range(2)] == [True, False]
        refused("own", messages.support_message, message, phone=PHONE)
        assert message.supports.get().phone_index == blind_index("13711110001")

    def test_only_what_is_public_is_joined_or_flagged(self, book):
        for message in (book.write(), book.hidden()):
            refused("gone", messages.support_message, message, phone=PHONE)
            refused("gone", messages.flag_message, message, reason="false", reader="r")

    def test_enough_readers_put_it_aside_until_staff_look(self, book):
        message = book.published()
        readers = [messages.reader_hash(address=f"10.0.0.{number}") for number in range(3)]
        for reader in (readers[0], *readers[:2]):
            messages.flag_message(message, reason="insult", reader=reader)
        message.refresh_from_db()
        assert (message.status, message.flags.count()) == (Status.PUBLISHED, 2)
        messages.flag_message(message, reason="privacy", reader=readers[2], words="有电话")
        message.refresh_from_db()
        assert message.status == Status.HIDDEN and moderation.is_put_aside(message)
        assert Notification.objects.filter(recipient=book.clerk, text__contains="举报").count() == 1

    def test_flags_that_were_answered_count_no_more(self, book):
        set_parameter("message_flags_to_hide", 2)
        message = book.published()
        messages.flag_message(message, reason="false", reader="a")
        moderation.dismiss_flags(message, actor=book.clerk)
        messages.flag_message(message, reason="false", reader="b")
        assert not messages.flag_message(message, reason="false", reader="c", also=["a"])
        message.refresh_from_db()
        assert message.status == Status.PUBLISHED


class TestAppeals:
    def test_once_against_each_decision_and_another_judges(self, book):
        message = book.hidden(phone=PHONE)
        messages.appeal_message(message, words="写的都是事实")
        refused("transition", messages.appeal_message, message, words="再说一次")
        assert Notification.objects.filter(recipient=book.other, text__contains="申诉").exists()
        message = moderation.uphold_appeal(message, actor=book.other)
        message = moderation.hide_message(message, reason="又有电话", actor=book.clerk)
        messages.appeal_message(message, words="没有电话")
        assert acts(message)[-2:] == ["hidden", "appealed"]

    def test_not_after_the_days_are_over_nor_while_public(self, book):
        message = book.hidden()
        assert messages.can_appeal(message)
        refused("transition", messages.appeal_message, message, words="迟了", at=timezone.now() + 16 * DAY)
        refused("transition", messages.appeal_message, book.published(), words="公开着")
        refused("required", messages.appeal_message, message, words=" ")


class TestReplies:
    @pytest.mark.usefixtures("eager")
    def test_staff_answer_and_the_author_is_told_nothing_of_the_content(self, book, django_capture_on_commit_callbacks):
        message = book.published("晾衣绳挡路", phone=PHONE)
        with django_capture_on_commit_callbacks(execute=True):
            reply = messages.reply_to(message, text="本周内拆除", actor=book.clerk)
        assert messages.reply_to(message, text="本周内拆除", actor=book.clerk) == reply
        ((phone, text),) = channels.outbox
        assert phone == PHONE and "有了官方答复" in text and f"/guestbook/mine/{message.code}/" in text
        assert "晾衣绳" not in text and "拆除" not in text

    def test_not_before_it_is_public_nor_from_elsewhere_nor_by_its_author(self, book):
        refused("transition", messages.reply_to, book.write(), text="好", actor=book.clerk)
        message = book.published(author=book.other)
        for actor in (make.make_post(organization=make.make_organization()), book.other):
            with pytest.raises(PermissionDenied):
                messages.reply_to(message, text="好", actor=actor)
        with pytest.raises(PermissionDenied):
            messages.make_need(message, category=make.make_category(), actor=book.other)

    @pytest.mark.usefixtures("eager")
    def test_made_into_a_need_once_with_its_photos(self, book, django_capture_on_commit_callbacks):
        message = book.published(phone=PHONE)
        book.photo(message)
        with django_capture_on_commit_callbacks(execute=True):
            need = messages.make_need(message, category=make.make_category(), actor=book.clerk)
        assert messages.make_need(message, category=make.make_category(), actor=book.clerk) == need
        assert (need.text, need.contact_phone, need.photos.count()) == (message.text, PHONE, 1)
        assert Need.objects.count() == 1 and "已转为需求" in channels.outbox[-1][1]

    def test_made_into_a_case_and_an_issue(self, book):
        message = book.hidden(phone=PHONE)
        case = messages.make_case(message, kind="neighbours", actor=book.clerk)
        assert messages.make_case(message, kind="other", actor=book.clerk) == case
        issue = messages.make_issue(message, title="步道灯怎么管", actor=book.clerk)
        message.refresh_from_db()
        assert (message.case, message.issue) == (case, issue)
        assert (case.source, case.parties.get().phone, issue.phone) == ("message", PHONE, PHONE)

    def test_what_was_withdrawn_is_left_alone(self, book):
        message = messages.withdraw_message(book.published())
        refused("transition", messages.make_need, message, category=make.make_category(), actor=book.clerk)


class TestReminders:
    def working(self, day):
        CalendarDay.objects.update_or_create(day=day, defaults={"is_working": True})

    def test_staff_are_told_once_a_day_of_what_is_late_due_or_waits(self, book):
        at = timezone.localtime().replace(hour=12)
        self.working(at.date())
        for reply_by in (at - DAY, at + timedelta(hours=2), at + 3 * DAY):
            Message.objects.filter(pk=book.published().pk).update(reply_by=reply_by)
        answered = book.published()
        messages.reply_to(answered, text="好", actor=book.clerk)
        Message.objects.filter(pk=answered.pk).update(reply_by=at - DAY)
        book.write(written_at=at - 2 * DAY)
        assert [messages.remind_community(book.community, at=at) for _ in range(2)] == [2, 0]
        text = Notification.objects.filter(recipient=book.clerk).latest("pk").text
        assert "1 条超过期限没有答复，1 条今天到期要答复，1 条等了一天以上没有审核" in text

    def test_nobody_is_told_on_a_day_off(self, book):
        book.write(written_at=timezone.now() - 2 * DAY)
        CalendarDay.objects.update_or_create(day=timezone.localdate(), defaults={"is_working": False})
        assert messages.remind_community(book.community) == 0

    @pytest.mark.usefixtures("eager")
    def test_sweep_finds_the_communities(self, book):
        now = timezone.now()
        self.working(timezone.localdate(now))
        book.write(written_at=now - 2 * DAY)
        remind_all_messages()
        assert Notification.objects.filter(recipient=book.clerk, text__contains="没有审核").exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_limit_of_an_hour_holds(self, book):
        set_parameter("messages_per_hour", 1)
        results = race(*[lambda text=text: write(book, text) for text in ("一", "二", "三")])
        assert (len(won(results)), Message.objects.count()) == (1, 1)

    def test_last_two_flags_put_it_aside_once(self, book):
        set_parameter("message_flags_to_hide", 2)
        message = book.published()
        race(*[lambda reader=reader: messages.flag_message(message, reason="false", reader=reader) for reader in "ab"])
        assert acts(message) == ["published", "hidden"]

    def test_two_taps_support_once_and_make_one_need(self, book):
        message = book.published(phone=PHONE)
        race(*[lambda: messages.support_message(message, phone="13711110001") for _ in "ab"])
        category = make.make_category()
        needs = race(*[lambda: messages.make_need(message, category=category, actor=book.clerk) for _ in "ab"])
        assert message.supports.count() == Need.objects.count() == 1 and needs[0] == needs[1]
