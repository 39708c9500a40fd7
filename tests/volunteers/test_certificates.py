"""服务证明: of confirmed voluntary hours, numbered without gaps, verified and revoked."""

from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from tests import factories as make
from tests.races import race
from tests.volunteers.ledgers import TODAY, make_hours
from tests.volunteers.people import make_volunteer, sign_in
from volunteers.models import Certificate
from volunteers.services import certificates, hours

pytestmark = pytest.mark.django_db


@pytest.fixture
def community():
    return make.make_community()


@pytest.fixture
def clerk(community):
    return make.make_post(organization=community.organization)


@pytest.fixture
def volunteer(community):
    return make_volunteer(community, has_account=True)


def period():
    return {"starts_on": TODAY() - timedelta(days=365), "ends_on": TODAY()}


def issue(volunteer, actor=None, **fields):
    return certificates.issue_certificate(volunteer, **{**period(), "actor": actor or volunteer.user, **fields})


class TestIssuing:
    def test_of_voluntary_hours_that_count_alone(self, community, volunteer, clerk):
        make_hours(volunteer, 120, words="清扫", entered_by=clerk)
        make_hours(volunteer, 240, words="巡逻", entered_by=clerk)
        make_hours(volunteer, 600, "duty")
        make_hours(volunteer, 600, counts_on=TODAY() + timedelta(days=2))
        make_hours(volunteer, 600, community=make.make_community())
        wrong = make_hours(volunteer, 60, words="记错的")
        hours.reverse_hours(wrong, reason="记错", actor=clerk)
        certificate = issue(volunteer)
        assert (certificate.minutes, certificate.sessions_count, certificate.content) == (360, 2, "巡逻、清扫")
        assert certificate.number == f"〔{TODAY().year}〕{community.code}-000001"
        assert (certificate.handler, len(certificate.sign)) == (clerk, 16)

    def test_the_same_once_more_is_that_one(self, volunteer, clerk):
        make_hours(volunteer)
        assert issue(volunteer) == issue(volunteer, clerk)
        make_hours(volunteer)
        assert issue(volunteer).number.endswith("-000002")

    def test_refused(self, volunteer, clerk):
        for fields in ({}, {"ends_on": TODAY() + timedelta(days=1)}, {"starts_on": TODAY() + timedelta(days=1)}):
            with pytest.raises(ValidationError):
                issue(volunteer, **fields)
        make_hours(volunteer)
        for actor in (make.make_user(), make.make_post(organization=make.make_community().organization)):
            with pytest.raises(PermissionDenied):
                issue(volunteer, actor)
        assert issue(volunteer, clerk).handler == clerk

    def test_long_content_is_cut_between_two(self, volunteer):
        for number in range(40):
            make_hours(volunteer, words=f"第{number}种很长很长的服务内容")
        content = issue(volunteer).content
        assert len(content) <= 300 and content.endswith("服务内容等")


class TestVerifying:
    def test_number_and_sign_together(self, volunteer, clerk):
        make_hours(volunteer)
        row = issue(volunteer)
        plain = row.number.replace("〔", "").replace("〕", " ")
        assert certificates.find_certificate(plain, f" {row.sign[:8].lower()} {row.sign[8:]}") == row
        assert certificates.find_certificate(row.number, "A" * 16) is None
        assert certificates.find_certificate("〔2026〕1-000009", row.sign) is None

    def test_revoked_once_with_a_reason(self, volunteer, clerk):
        make_hours(volunteer)
        row = issue(volunteer)
        with pytest.raises(ValidationError):
            certificates.revoke_certificate(row, reason="", actor=clerk)
        with pytest.raises(PermissionDenied):
            certificates.revoke_certificate(row, reason="自己不要了", actor=volunteer.user)
        for _ in range(2):
            row = certificates.revoke_certificate(row, reason="时长有误", actor=clerk)
        assert row.revoked_at and row.revoked_reason == "时长有误"
        assert issue(volunteer) != row


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gaps_under_many_at_once():
    community = make.make_community()
    clerk = make.make_post(organization=community.organization)
    people = [make_hours(make_volunteer(community)).volunteer for _ in range(6)]
    race(*(lambda v=v: issue(v, clerk) for v in people))
    last = sorted(number[-6:] for number in Certificate.objects.values_list("number", flat=True))
    assert last == [f"{count:06}" for count in range(1, 7)]


class TestPages:
    VERIFY = reverse("volunteers:verify")

    def test_asked_for_and_printed_by_the_owner_alone(self, client, volunteer):
        sign_in(client, volunteer)
        url = reverse("me:certificates")
        assert "还没有可以证明" in client.get(url).content.decode()
        make_hours(volunteer)
        told = {"community": volunteer.community_id, **{key: f"{day}" for key, day in period().items()}}
        assert client.post(url, {**told, "ends_on": f"{TODAY() + timedelta(days=2)}"}).status_code == 422
        for _ in range(2):
            paper = client.post(url, told, follow=True).content.decode()
        assert volunteer.name in paper and Certificate.objects.get().number in paper
        sign_in(client, make_volunteer())
        assert client.get(reverse("me:certificate", args=[Certificate.objects.get().sign])).status_code == 404

    def test_anybody_verifies(self, client, volunteer, clerk):
        make_hours(volunteer)
        row = issue(volunteer)
        asked = {"number": row.number, "sign": row.sign}
        page = client.get(self.VERIFY, asked).content.decode()
        assert "这份证明有效" in page and volunteer.masked_name in page and volunteer.name not in page
        certificates.revoke_certificate(row, reason="重开", actor=clerk)
        assert "已作废" in client.get(self.VERIFY, asked).content.decode()
        assert "没有查到" in client.get(self.VERIFY, {**asked, "sign": "A" * 16}).content.decode()
        assert client.get(self.VERIFY, {"number": "", "sign": ""}).status_code == 422

    def test_nobody_guesses_for_long(self, client):
        answers = [client.get(self.VERIFY, {"number": "1", "sign": f"{count}"}).status_code for count in range(61)]
        assert set(answers[:60]) == {200} and answers[60] == 429

    def test_staff_issue_print_and_revoke(self, client, community, volunteer, clerk):
        make_hours(volunteer)
        client.force_login(clerk)
        told = {"community": community.pk, "code": volunteer.code, **{key: f"{day}" for key, day in period().items()}}
        assert client.post(reverse("admin:volunteers_certificate_add"), {**told, "code": "1"}).status_code == 422
        assert client.post(reverse("admin:volunteers_certificate_add"), told).status_code == 302
        row = Certificate.objects.get()
        paper = client.get(reverse("admin:volunteers_certificate_print", args=[row.pk])).content.decode()
        assert volunteer.name in paper
        fields = LogEntry.objects.filter(action=LogEntry.Action.ACCESS, actor=clerk).values_list(
            "additional_data__field"
        )
        assert {field for (field,) in fields} == {"name", "identity_number"}
        act = reverse("admin:volunteers_certificate_act", args=[row.pk, "revoke"])
        assert client.post(act, {"reason": "写错"}).status_code == 302
        client.force_login(make.make_post(organization=make.make_community().organization))
        assert client.get(reverse("admin:volunteers_certificate_print", args=[row.pk])).status_code == 404
