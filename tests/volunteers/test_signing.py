"""Signing in by phone: the code proves the phone, the phone finds the volunteer."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import channels
from accounts.models import PhoneCode, User
from organizations.models import Post
from tests.factories import PASSWORD, make_post, make_user
from tests.volunteers.people import make_volunteer, new_phone, sign_in
from volunteers.services.people import account_of

pytestmark = pytest.mark.django_db
SIGN_IN, CODE, HOME = "/me/sign-in/", "/me/sign-in/code/", "/me/"


@pytest.fixture(autouse=True)
def empty_outbox():
    channels.outbox.clear()


def ask(client, phone, **query):
    return client.post(SIGN_IN, {"phone": phone, **query})


def sent_code():
    return re.search(r"\d{6}", channels.outbox[-1][1])[0]


def enter(client, phone, code=None, **query):
    ask(client, phone, **query)
    return client.post(CODE, {"code": code or sent_code()})


class TestSignIn:
    def test_code_opens_the_own_page(self, client):
        volunteer = make_volunteer()
        answer = enter(client, volunteer.phone)
        assert (answer.status_code, answer.url) == (302, HOME)
        page = client.get(HOME)
        assert page.status_code == 200 and volunteer.masked_name in page.content.decode()
        user = User.objects.get(volunteer=volunteer)
        assert user.username == volunteer.code and not user.has_usable_password()
        assert user.name == volunteer.masked_name and user.phone == ""

    def test_leads_on_to_the_page_asked_for_and_nowhere_else(self, client):
        volunteer = make_volunteer()
        assert client.get("/me/data/").url == f"{SIGN_IN}?next=%2Fme%2Fdata%2F"
        assert enter(client, volunteer.phone, next="/me/data/").url == "/me/data/"
        client.logout()
        assert enter(client, volunteer.phone, next="https://example.org/").url == HOME

    def test_answer_is_the_same_for_a_stranger(self, client):
        known, strange = ask(client, make_volunteer().phone), ask(client, new_phone())
        assert (known.status_code, known.url) == (strange.status_code, strange.url) == (302, CODE)
        assert len(channels.outbox) == 2

    def test_stranger_goes_on_to_report_with_the_phone_proven(self, client):
        phone = new_phone()
        answer = enter(client, phone)
        assert answer.url == reverse("volunteers:report")
        assert "phone_proven" in client.session and phone not in str(dict(client.session))
        assert "_auth_user_id" not in client.session

    def test_wrong_code_stays_and_says_so(self, client):
        volunteer = make_volunteer()
        ask(client, volunteer.phone)
        wrong = f"{(int(sent_code()) + 1) % 10**6:06}"
        answer = client.post(CODE, {"code": wrong})
        assert answer.status_code == 422 and "验证码不对" in answer.content.decode()
        assert PhoneCode.objects.get().tries_count == 1
        assert "_auth_user_id" not in client.session

    def test_code_opens_no_other_phone(self, client):
        volunteer = make_volunteer()
        ask(client, volunteer.phone)
        code = sent_code()
        ask(client, new_phone())  # the session now waits for this one's
        assert client.post(CODE, {"code": code}).status_code == 422

    def test_session_key_changes_and_second_click_is_harmless(self, client):
        volunteer = make_volunteer()
        ask(client, volunteer.phone)
        before, code = client.cookies["sessionid"].value, sent_code()
        client.post(CODE, {"code": code})
        after = client.cookies["sessionid"].value
        assert before != after
        late = type(client)()
        late.cookies["sessionid"] = before
        answer = late.post(CODE, {"code": code})
        assert answer.status_code == 302 and "sessionid" not in answer.cookies

    def test_code_page_without_a_phone_begins_anew(self, client):
        assert client.get(CODE).url == SIGN_IN

    def test_full_width_digits_and_spaces_are_forgiven(self, client):
        volunteer = make_volunteer()
        ask(client, f" {volunteer.phone[:3]} {volunteer.phone[3:]} ")
        wide = sent_code().translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
        assert client.post(CODE, {"code": f"{wide[:3]} {wide[3:]}"}).url == HOME

    @pytest.mark.parametrize("phone, words", [("1380000", "手机号要 11 位"), ("", "请填 11 位手机号")])
    def test_bad_phone_is_told_beside_the_field(self, client, phone, words):
        answer = ask(client, phone)
        assert answer.status_code == 422 and words in answer.content.decode()
        assert channels.outbox == []

    def test_phone_has_a_limit_an_hour(self, client):
        phone = new_phone()
        answers = [ask(client, phone).status_code for _ in range(6)]
        assert answers == [302] * 5 + [429]

    def test_without_a_channel_the_page_says_so(self, client, settings):
        settings.MESSAGE_CHANNEL = ""
        assert "还没有开通手机号登录" in client.get(SIGN_IN).content.decode()
        assert ask(client, new_phone()).status_code == 503

    def test_who_is_in_needs_no_code(self, client):
        sign_in(client, make_volunteer())
        assert client.get(SIGN_IN).url == HOME

    def test_who_left_is_nobody(self, client):
        volunteer = make_volunteer(has_account=True)
        sign_in(client, volunteer)
        type(volunteer).objects.filter(pk=volunteer.pk).update(left_on=timezone.localdate())
        assert client.get(HOME).status_code == 302


class TestStaff:
    def test_phone_of_a_post_is_never_opened_by_a_code(self, client):
        volunteer = make_volunteer()
        user = make_post(make_user(phone=volunteer.phone))
        answer = enter(client, volunteer.phone)
        assert answer.url == "/accounts/login/?next=%2Fme%2F" and "_auth_user_id" not in client.session
        volunteer.refresh_from_db()
        assert volunteer.user is None
        client.post("/accounts/login/", {"username": user.username, "password": PASSWORD})
        assert client.get(HOME).status_code == 200
        volunteer.refresh_from_db()
        assert volunteer.user == user

    def test_linked_staff_come_by_password(self, client):
        user = make_post()
        volunteer = make_volunteer(user=user)
        assert enter(client, volunteer.phone).url.startswith("/accounts/login/")
        client.force_login(user, backend="organizations.backends.PostBackend")
        assert client.get(HOME).status_code == 200

    def test_staff_without_a_record_prove_the_phone_first(self, client):
        user, volunteer = make_post(), make_volunteer(has_account=True)
        client.force_login(user, backend="organizations.backends.PostBackend")
        assert client.get(HOME).url.startswith(SIGN_IN)
        assert enter(client, volunteer.phone).url == HOME
        volunteer.refresh_from_db()
        assert volunteer.user == user and client.get(HOME).status_code == 200
        assert not User.objects.get(username=volunteer.code).is_active

    def test_post_given_later_ends_the_session_of_the_code(self, client):
        volunteer = make_volunteer(has_account=True)
        sign_in(client, volunteer)
        assert client.get(HOME).status_code == 200
        make_post(volunteer.user)
        assert client.get(HOME).status_code == 302
        assert client.get("/admin/").status_code == 302

    def test_superuser_is_staff(self, client):
        volunteer = make_volunteer()
        make_user(phone=volunteer.phone, is_superuser=True)
        assert enter(client, volunteer.phone).url.startswith("/accounts/login/")

    def test_shared_browser_joins_nobody_else(self, client):
        """A phone proven by one, a password typed by another."""
        volunteer = make_volunteer()
        make_post(make_user(phone=volunteer.phone))
        enter(client, volunteer.phone)
        other = make_post()
        client.post("/accounts/login/", {"username": other.username, "password": PASSWORD})
        assert client.get(HOME).url.startswith(SIGN_IN)


class TestAccount:
    def test_account_of_the_same_phone_is_taken_once_proven(self):
        volunteer = make_volunteer()
        user = make_user(phone=volunteer.phone)
        assert account_of(volunteer, is_proven=True) == user

    def test_unproven_phone_takes_nobodys_account(self):
        volunteer = make_volunteer()
        user = make_user(phone=volunteer.phone)
        assert account_of(volunteer) != user

    def test_ended_post_is_no_post(self):
        volunteer = make_volunteer()
        user = make_post(make_user(phone=volunteer.phone))
        Post.objects.update(ends_on=timezone.localdate() - timedelta(days=1), starts_on="2020-01-01")
        assert account_of(volunteer, is_proven=True) == user
