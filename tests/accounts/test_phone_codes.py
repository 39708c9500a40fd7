"""A code proves that a phone is one's own: once, for some minutes, within some tries."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from accounts import channels, phone_codes
from accounts.models import PhoneCode

PHONE, OTHER = "13800001234", "13900001234"
SIGN_IN, CHANGE = PhoneCode.Purpose.SIGN_IN, PhoneCode.Purpose.PHONE_CHANGE


@pytest.fixture(autouse=True)
def empty_outbox():
    channels.outbox.clear()


def send(phone=PHONE, *, at=None, purpose=SIGN_IN, most=5):
    phone_codes.send_code(phone, purpose=purpose, minutes=5, most_per_hour=most, at=at)
    return re.search(r"\d{6}", channels.outbox[-1][1])[0]


def prove(code, phone=PHONE, *, at=None, purpose=SIGN_IN, most=3):
    phone_codes.prove_phone(phone, code, purpose=purpose, most_tries=most, at=at)


def refusal(code, phone=PHONE, **kwargs):
    with pytest.raises(ValidationError) as caught:
        prove(code, phone, **kwargs)
    return caught.value.error_dict["code"][0].code


def wrong(code):
    return f"{(int(code) + 1) % 10**6:06}"


@pytest.mark.django_db
class TestCode:
    def test_right_one_proves_once(self):
        code = send()
        prove(code)
        assert refusal(code) == "gone"

    def test_neither_phone_nor_code_is_kept(self):
        code = send()
        kept = str(PhoneCode.objects.values().get())
        assert PHONE not in kept and code not in kept

    def test_wrong_tries_are_counted_and_then_even_the_right_one_is_void(self):
        code = send()
        assert [refusal(wrong(code)) for _ in range(3)] == ["wrong"] * 3
        assert refusal(code) == "gone"

    def test_new_code_voids_the_one_before_and_its_tries(self):
        first = send()
        refusal(wrong(first))
        second = send()
        assert PhoneCode.objects.get().tries_count == 0
        if first != second:
            assert refusal(first) == "wrong"
        prove(second)

    def test_code_expires(self):
        now = timezone.now()
        code = send(at=now)
        assert refusal(code, at=now + timedelta(minutes=5)) == "gone"

    @pytest.mark.parametrize("phone, purpose", [(OTHER, SIGN_IN), (PHONE, CHANGE)])
    def test_code_serves_no_other_phone_and_no_other_purpose(self, phone, purpose):
        assert refusal(send(), phone, purpose=purpose) == "gone"

    def test_limit_an_hour_is_each_phones_own(self):
        now = timezone.now()
        for _ in range(2):
            send(at=now, most=2)
        with pytest.raises(ValidationError, match="太多"):
            send(at=now + timedelta(minutes=59), most=2)
        send(OTHER, at=now, most=2)
        send(at=now + timedelta(hours=1), most=2)

    def test_no_channel_is_an_error(self, settings):
        settings.MESSAGE_CHANNEL = ""
        with pytest.raises(ValidationError, match="没有发出去"):
            phone_codes.send_code(PHONE, purpose=SIGN_IN, minutes=5, most_per_hour=5)

    def test_silent_gateway_is_an_error(self, settings):
        settings.MESSAGE_CHANNEL = "accounts.channels.post_to_gateway"
        settings.MESSAGE_GATEWAY_URL = "http://127.0.0.1:1/"
        with pytest.raises(ValidationError, match="没有发出去"):
            phone_codes.send_code(PHONE, purpose=SIGN_IN, minutes=5, most_per_hour=5)

    def test_rows_that_count_for_nothing_are_forgotten(self):
        now = timezone.now()
        send(at=now - timedelta(hours=2))
        send(OTHER, at=now)
        assert phone_codes.forget_codes(now) == 1
        assert PhoneCode.objects.count() == 1


def all_at_once(act, count):
    def run(number):
        try:
            return act(number)
        except ValidationError as error:
            codes = [each.code for each in error.error_dict["code"]] if hasattr(error, "error_dict") else [error.code]
            return codes[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestRace:
    def test_right_code_at_once_proves_once(self):
        code = send()
        answers = all_at_once(lambda _: prove(code), 8)
        assert answers.count(None) == 1 and answers.count("gone") == 7

    def test_tries_at_once_are_all_counted(self):
        code = send()
        answers = all_at_once(lambda _: prove(wrong(code)), 8)
        assert answers.count("wrong") == 3 and answers.count("gone") == 5

    def test_sending_at_once_keeps_the_limit(self):
        answers = all_at_once(lambda _: send(most=3) and None, 8)
        assert answers.count(None) == 3 and answers.count("too_many") == 5
