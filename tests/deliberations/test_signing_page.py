"""The signing page opens to whoever holds the phone of a party, shows the text to nobody else, and is signed once."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import channels
from deliberations.models import Accord, Mediator, Signature
from deliberations.services.cases import sign_links
from tests.deliberations.accords import (
    PHONES,
    TEXT,
    drawn,
    make_draft,
    make_open_case,
    mediator_of,
    name_drawn,
    sign_all,
)
from tests.factories import make_post


@pytest.fixture(autouse=True)
def empty_outbox():
    channels.outbox.clear()


def address_of(accord, role="申请人"):
    signer = next(each for each in sign_links.signers_of(accord) if each.role == role)
    return sign_links.address_of(signer)


def path_of(accord, role="申请人"):
    return "/" + address_of(accord, role).split("/", 3)[3]


def prove(client, path):
    assert client.post(f"{path}code/").status_code == 302
    code = re.search(r"\d{6}", channels.outbox[-1][1])[0]
    return client.post(f"{path}proof/", {"code": code})


def filled(accord, **kwargs):
    return {"digest": accord.digest, "image": name_drawn(), "has_read": "on", **kwargs}


@pytest.mark.django_db
class TestProof:
    def test_text_is_shown_only_after_the_code_of_that_phone(self, client):
        accord = make_draft(make_open_case())
        path = path_of(accord)
        first = client.get(path)
        assert TEXT["terms"] not in first.content.decode()
        assert "周**" in first.content.decode()
        assert "周小明" not in first.content.decode()
        assert "no-store" in first["Cache-Control"]
        assert prove(client, path).status_code == 302
        assert channels.outbox[-1][0] == PHONES[0]
        assert "签署调解协议" in channels.outbox[-1][1]
        assert TEXT["terms"] in client.get(path).content.decode()

    def test_wrong_code_opens_nothing(self, client):
        accord = make_draft(make_open_case())
        path = path_of(accord)
        client.post(f"{path}code/")
        response = client.post(f"{path}proof/", {"code": "000000"})
        assert response.status_code == 422
        assert "验证码不对" in response.content.decode()
        assert client.post(path, filled(accord)).status_code == 422
        assert not Signature.objects.exists()

    def test_proof_of_one_party_is_not_that_of_the_other(self, client):
        accord = make_draft(make_open_case())
        prove(client, path_of(accord))
        other = path_of(accord, "被申请人")
        assert TEXT["terms"] not in client.get(other).content.decode()
        assert client.post(other, filled(accord)).status_code == 422
        assert not Signature.objects.exists()

    def test_code_for_signing_in_elsewhere_is_none_here(self, client):
        from accounts import phone_codes

        accord = make_draft(make_open_case())
        phone_codes.send_code(PHONES[0], purpose="sign_in", minutes=5, most_per_hour=5)
        code = re.search(r"\d{6}", channels.outbox[-1][1])[0]
        assert client.post(f"{path_of(accord)}proof/", {"code": code}).status_code == 422

    def test_without_a_channel_or_a_phone_paper_is_offered(self, client, settings):
        case = make_open_case()
        accord = make_draft(case)
        path = path_of(accord)
        case.parties.update(phone="")
        assert "在纸上签" in client.get(path).content.decode()
        assert client.post(f"{path}code/").status_code == 404
        settings.MESSAGE_CHANNEL = ""
        assert "获取验证码" not in client.get(path_of(accord, "被申请人")).content.decode()

    def test_mediator_signed_in_needs_no_code_and_a_stranger_gets_nowhere(self, client):
        case = make_open_case()
        user = make_post(role="community_staff", organization=case.community.organization)
        case.readers.create(user=user)
        Mediator.objects.filter(pk=mediator_of(case).pk).update(user=user)
        accord = make_draft(case)
        path = path_of(accord, "调解员")
        assert TEXT["terms"] not in client.get(path).content.decode()
        client.force_login(user)
        assert client.post(path, filled(accord)).status_code == 302
        assert accord.signatures.get().mediator == mediator_of(case)


@pytest.mark.django_db
class TestLink:
    def test_expired_is_gone_and_forged_is_unknown(self, client):
        accord = make_draft(make_open_case())
        path = path_of(accord)
        late = timezone.now() + timedelta(hours=73)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("django.core.signing.time.time", late.timestamp)
            gone = client.get(path)
        assert gone.status_code == 410
        assert "重新要一个链接" in gone.content.decode()
        assert client.get(path[:-2] + "x/").status_code == 404
        assert client.get(reverse("mediation:sign", args=["nonsense"])).status_code == 404

    def test_withdrawn_party_or_closed_case_signs_no_more(self, client):
        case = make_open_case()
        accord = make_draft(case)
        path = path_of(accord)
        prove(client, path)
        type(case).objects.filter(pk=case.pk).update(status="failed")
        assert client.post(path, filled(accord)).status_code == 410
        case.parties.all().delete()
        assert client.get(path).status_code == 404


@pytest.mark.django_db
class TestSigning:
    def test_sign_and_again(self, client):
        accord = make_draft(make_open_case())
        path = path_of(accord)
        prove(client, path)
        assert client.post(path, filled(accord)).status_code == 302
        again = client.post(path, filled(accord))
        assert "您已签字" in again.content.decode()
        assert accord.signatures.count() == 1
        assert not accord.signatures.get().is_scan

    def test_last_signature_says_from_when_it_binds_and_what_comes_next(self, client):
        case = make_open_case()
        accord = make_draft(case)
        path = path_of(accord)
        sign_all(accord)
        accord = Accord.objects.get()
        words = client.get(path).content.decode()
        assert f"{accord.confirm_by.month}月{accord.confirm_by.day}日前，双方可以共同向人民法院申请" in words
        assert TEXT["terms"] not in words

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"image": ""}, "没有看到签名"),
            ({"image": "data:image/png;base64,aGVsbG8="}, "没有传完整"),
            ({"has_read": ""}, "同意的请打勾"),
            ({"digest": "0" * 64}, "刚刚改过"),
        ],
    )
    def test_refusal_is_said_and_nothing_is_signed(self, client, wrong, words):
        accord = make_draft(make_open_case())
        path = path_of(accord)
        prove(client, path)
        response = client.post(path, filled(accord, **wrong))
        assert response.status_code == 422
        assert words in response.content.decode()
        assert not Signature.objects.exists()

    def test_text_that_changed_is_shown_anew_with_its_own_digest(self, client):
        case = make_open_case()
        old = make_draft(case)
        path = path_of(old)
        prove(client, path)
        new = make_draft(case, terms="赔 900 元")
        words = client.post(path, filled(old)).content.decode()
        assert "刚刚改过" in words
        assert "赔 900 元" in words
        assert new.digest in words

    def test_drawn_name_is_kept_black_on_white(self):
        assert drawn().read().startswith(b"\x89PNG")
