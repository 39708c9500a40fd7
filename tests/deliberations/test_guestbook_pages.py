"""留言簿 as residents meet it: read by anybody, written in by whoever proves a phone."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts import channels
from accounts.models import Notification
from deliberations.demo.message_words import BOOK
from deliberations.models import Message, MessageTopic
from deliberations.services import messages, moderation
from deliberations.services.issues import list_issue
from tests import factories as make
from tests.deliberations.messages import PHONE, prove, sent_code, set_parameter
from tests.deliberations.moderation import Book, jpeg

pytestmark = pytest.mark.django_db
Status = Message.Status
OTHER = "13711110001"


@pytest.fixture(autouse=True)
def empty_outbox():
    channels.outbox.clear()


@pytest.fixture
def book():
    return Book()


def home(book, **query):
    return reverse("guestbook:home", args=[book.community.code], query=query)


def page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def typed(book, **more):
    return {"topic": book.topic.pk, "text": "路灯坏了三天", "name": "王小明", "consent": "on", **more}


def write(client, book, **more):
    address = reverse("guestbook:write", args=[book.community.code])
    answer = client.get(address)
    return client.post(address, {"token": answer.context["token"], **typed(book, **more)})


class TestReading:
    def test_public_ones_alone_with_masked_names_and_no_phone(self, client, book):
        book.published("晾衣绳挡路", name="赵小刚", phone=PHONE)
        for words, row in (("还没审核", book.write), ("已经隐藏", book.hidden)):
            row(words)
        html = page(client, home(book))
        assert "晾衣绳挡路" in html and "赵**" in html
        assert not [words for words in ("还没审核", "已经隐藏", "赵小刚", PHONE) if words in html]

    def test_one_page_costs_the_same_whatever_stands_on_it(self, client, book, django_assert_num_queries):
        for number in range(20):
            message = book.published(f"第 {number} 条")
            messages.support_message(message, phone=OTHER)
            messages.reply_to(message, text="好", actor=book.clerk)
        with django_assert_num_queries(7):
            assert client.get(home(book)).status_code == 200

    def test_topics_search_order_and_pages(self, client, book):
        other = MessageTopic.objects.exclude(pk=book.topic.pk).first()
        joined = book.published("停车太乱")
        messages.support_message(joined, phone=OTHER)
        for number in range(21):
            book.published(f"路灯 {number}")
        assert "停车太乱" not in page(client, home(book))
        assert "停车太乱" in page(client, home(book, page=2))
        for query in ({"order": "supported"}, {"q": "停车"}):
            assert "停车太乱" in page(client, home(book, **query))
        assert "没有符合条件的留言" in page(client, home(book, topic=other.pk))

    def test_what_was_covered_is_neither_read_nor_found(self, client, book):
        message = book.published("找 302 的老刘")
        moderation.redact_message(message, text="找 ■■■ 的老刘", actor=book.clerk)
        assert "302" not in page(client, home(book)) + page(client, reverse("guestbook:message", args=[message.code]))
        assert message.code not in page(client, home(book, q="302"))
        assert message.code in page(client, home(book, q="老刘"))

    def test_says_need_and_issue_but_never_mediation(self, client, book):
        message = book.published("楼上漏水", phone=PHONE)
        messages.make_need(message, category=make.make_category(), actor=book.clerk)
        messages.make_case(message, kind="neighbours", actor=book.clerk)
        message.refresh_from_db()
        html = page(client, reverse("guestbook:message", args=[message.code]))
        assert "已转为需求" in html and "调解" not in html
        assert message.need.code not in html and message.case.code not in html

    def test_leads_to_the_issue_once_it_is_taken_up(self, client, book):
        message = book.published()
        issue = messages.make_issue(message, title="步道灯怎么管", actor=book.clerk)
        address = reverse("guestbook:message", args=[message.code])
        assert "已转为议题" in page(client, address) and issue.code not in page(client, address)
        list_issue(issue, actor=book.clerk)
        assert reverse("hearings:issue", args=[issue.code]) in page(client, address)

    def test_reply_in_its_look_or_the_day_by_which_one_is_owed(self, client, book):
        message = book.published()
        address = reverse("guestbook:message", args=[message.code])
        assert "前答复" in page(client, address)
        Message.objects.filter(pk=message.pk).update(reply_by=timezone.now() - timedelta(days=1))
        assert "已超期" in page(client, address)
        messages.reply_to(message, text="已更换灯泡", actor=book.clerk)
        html = page(client, address)
        assert "已更换灯泡" in html and f"{book.community}答复" in html and book.clerk.name not in html

    def test_left_out_by_search_engines_and_not_there_once_hidden(self, client, book):
        message = book.published()
        address = reverse("guestbook:message", args=[message.code])
        for each in (home(book), address, reverse("guestbook:home")):
            assert client.get(each)["X-Robots-Tag"] == "noindex"
        moderation.hide_message(message, reason="不实", actor=book.clerk)
        for name in ("message", "support", "flag"):
            assert client.get(reverse(f"guestbook:{name}", args=[message.code])).status_code == 404

    def test_says_what_it_is_not_and_where_to_go(self, client, book):
        html = page(client, reverse("guestbook:petition", args=[book.community.code]))
        assert "《信访工作条例》" in html and book.community.hotline in html

    def test_leads_to_the_community_that_was_chosen(self, client, book):
        assert str(book.community) in page(client, reverse("guestbook:home"))
        answer = client.get(reverse("guestbook:home", query={"community": book.community.pk}))
        assert answer.url == home(book)
        assert client.get(reverse("guestbook:home", args=["999999999999"])).status_code == 404


class TestPhotos:
    def black(self, answer):
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        with Image.open(BytesIO(content)) as picture:
            return sum(picture.convert("RGB").getpixel((5, 5))) < 60

    def test_public_see_the_covered_picture_alone_and_the_author_the_own(self, client, book):
        message = book.published(phone=PHONE)
        photo = book.photo(message)
        moderation.redact_photo(photo, areas=[[0, 0, 0.5, 0.5]], actor=book.clerk)
        for query in ({}, {"size": "small"}):
            assert self.black(client.get(reverse("guestbook:photo", args=[message.code, photo.pk], query=query)))
        own = reverse("guestbook:own_photo", args=[message.code, photo.pk])
        assert client.get(own).status_code == 302
        prove(client)
        assert not self.black(client.get(own))

    def test_none_of_what_is_not_public_nor_of_another_message(self, client, book):
        hidden, public = book.published(), book.published()
        photo = book.photo(hidden)
        address = reverse("guestbook:photo", args=[hidden.code, photo.pk])
        assert client.get(reverse("guestbook:photo", args=[public.code, photo.pk])).status_code == 404
        assert client.get(address).status_code == 200
        moderation.hide_message(hidden, reason="不实", actor=book.clerk)
        assert client.get(address).status_code == 404


class TestPhone:
    def test_is_asked_for_and_leads_back_and_nowhere_else(self, client, book):
        wanted = reverse("guestbook:write", args=[book.community.code])
        step = client.get(wanted).url
        assert step == reverse("guestbook:phone", query={"next": wanted})
        assert prove(client, next=wanted).url == wanted
        client.post(reverse("guestbook:phone_leave"))
        assert client.get(wanted).status_code == 302
        assert prove(client, next="https://example.org/").url == reverse("guestbook:mine")

    def test_wrong_code_is_told_and_the_second_click_is_harmless(self, client, book):
        client.post("/guestbook/phone/", {"phone": PHONE})
        assert "社区留言簿" in channels.outbox[-1][1]
        code = sent_code()
        wrong = client.post("/guestbook/phone/code/", {"code": "000000" if code != "000000" else "111111"})
        assert wrong.status_code == 422 and "验证码不对" in wrong.content.decode()
        for _ in range(2):
            assert client.post("/guestbook/phone/code/", {"code": code}).url == reverse("guestbook:mine")

    def test_without_a_channel_the_book_is_only_read(self, client, book, settings):
        settings.MESSAGE_CHANNEL = ""
        assert "只能看" in page(client, reverse("guestbook:phone"))
        assert client.post("/guestbook/phone/", {"phone": PHONE}).status_code == 503


class TestWriting:
    def test_arrives_at_the_own_page_and_a_second_click_too(self, client, book):
        prove(client)
        address = reverse("guestbook:write", args=[book.community.code])
        form = {"token": client.get(address).context["token"], **typed(book), "photos": jpeg()}
        first = client.post(address, form)
        message = Message.objects.get()
        assert first.url == reverse("guestbook:own", args=[message.code])
        assert client.post(address, {**form, "photos": jpeg()}).url == first.url
        assert (Message.objects.count(), message.photos.count(), message.phone) == (1, 1, PHONE)
        assert "已收到，等社区审核" in page(client, first.url)

    def test_errors_stand_beside_their_fields_with_everything_kept(self, client, book):
        prove(client)
        answer = write(client, book, name="", consent="")
        html = answer.content.decode()
        assert answer.status_code == 422 and "请写您的称呼" in html and "路灯坏了三天" in html

    def test_what_was_typed_outlives_the_proof(self, client, book):
        prove(client)
        address = reverse("guestbook:write", args=[book.community.code])
        token = client.get(address).context["token"]
        client.post(reverse("guestbook:phone_leave"))
        answer = client.post(address, {"token": token, **typed(book)})
        html = answer.content.decode()
        assert answer.status_code == 422 and "路灯坏了三天" in html and "重新验证手机号" in html
        assert not Message.objects.exists()
        prove(client)
        assert client.post(address, {"token": answer.context["token"], **typed(book)}).status_code == 302

    def test_too_many_and_blocked_are_told_on_the_page(self, client, book):
        prove(client)
        set_parameter("messages_per_hour", 1)
        write(client, book)
        assert "一小时最多写 1 条" in write(client, book, text="再写一条").content.decode()
        moderation.block_phone(Message.objects.get(), days=3, reason="广告", actor=book.clerk)
        assert "暂停留言" in write(client, book, text="再写一条").content.decode()
        assert "原因：广告" in page(client, reverse("guestbook:mine"))


class TestOwnPages:
    def test_nobody_else_s_message_is_there(self, client, book):
        message = book.write(phone=OTHER)
        prove(client)
        for name in ("own", "appeal", "withdraw"):
            assert client.get(reverse(f"guestbook:{name}", args=[message.code])).status_code == 404
        assert client.post(reverse("guestbook:withdraw", args=[message.code])).status_code == 404
        assert "还没有写过留言" in page(client, reverse("guestbook:mine"))

    def test_reason_is_told_and_one_appeal_offered(self, client, book):
        message = book.hidden(phone=PHONE)
        prove(client)
        own, appeal = (reverse(f"guestbook:{name}", args=[message.code]) for name in ("own", "appeal"))
        html = page(client, own)
        assert "广告、推销" in html and appeal in html and book.clerk.name not in html
        assert client.post(appeal, {"words": ""}).status_code == 422
        for _ in range(2):
            assert client.post(appeal, {"words": "写的都是事实"}).url == own
        assert message.moderation_acts.filter(act="appealed").count() == 1
        assert appeal not in page(client, own) and client.get(appeal).url == own
        assert Notification.objects.filter(recipient=book.clerk, text__contains="申诉").count() == 1

    def test_withdrawn_from_the_page_twice_is_once(self, client, book):
        message = book.published(phone=PHONE)
        prove(client)
        address = reverse("guestbook:withdraw", args=[message.code])
        for _ in range(2):
            assert client.post(address).url == reverse("guestbook:own", args=[message.code])
        message.refresh_from_db()
        assert message.status == Status.WITHDRAWN and message.moderation_acts.filter(act="withdrawn").count() == 1

    def test_author_alone_reads_the_codes_of_what_it_became(self, client, book):
        message = book.published(phone=PHONE)
        need = messages.make_need(message, category=make.make_category(), actor=book.clerk)
        case = messages.make_case(message, kind="neighbours", actor=book.clerk)
        prove(client)
        html = page(client, reverse("guestbook:own", args=[message.code]))
        assert need.spoken_code in html and case.spoken_code in html


class TestVoices:
    def test_support_asks_for_the_phone_and_counts_once(self, client, book):
        message = book.published()
        address = reverse("guestbook:support", args=[message.code])
        assert client.post(address).status_code == 302 and not message.supports.exists()
        prove(client)
        for _ in range(2):
            assert client.post(address).url == reverse("guestbook:message", args=[message.code])
        assert message.supports.count() == 1
        assert "您已附议" in page(client, reverse("guestbook:message", args=[message.code]))

    def test_flag_without_a_phone_counts_once_and_with_one_no_second_time(self, client, book):
        message = book.published()
        address = reverse("guestbook:flag", args=[message.code])
        assert client.post(address, {"words": "乱写"}).status_code == 422
        for _ in range(2):
            assert client.post(address, {"reason": "false", "words": "乱写"}).url == home(book)
        prove(client)
        client.post(address, {"reason": "insult"})
        flag = message.flags.get()
        assert (flag.reason, flag.words) == ("false", "乱写") and "127.0.0.1" not in flag.reader

    def test_so_many_an_hour_from_one_address(self, client, book):
        set_parameter("public_supports_per_hour", 2)
        address = reverse("guestbook:flag", args=[book.published().code])
        codes = [client.post(address, {"reason": "false"}).status_code for _ in range(3)]
        assert codes == [302, 302, 429]


def test_demo_words_fit_their_columns():
    assert all(len(entry.text) <= 500 and len(entry.reply) <= 500 for entry in BOOK)
