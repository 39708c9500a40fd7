import re

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import channels
from accounts.models import PrivacyNotice
from govern.choices import QUICK_WINDOWS
from tests.checklists.residents import set_parameter
from tests.factories import make_branch, make_building, make_community, make_member, make_quarter, make_unit
from tests.volunteers.people import make_volunteer, new_phone, sign_in
from tests.volunteers.positions import make_clerk, make_position
from tests.volunteers.reporting import filled, make_report
from volunteers.models import Report, Volunteer
from volunteers.services import reports

S = Report.Status
pytestmark = pytest.mark.django_db
PAGE = "/volunteers/report/"
IDENTITY = "110101199003070038"


@pytest.fixture
def community():
    return make_community()


@pytest.fixture
def silent(settings):
    settings.MESSAGE_CHANNEL = ""


def send(client, place, **changes):
    query = changes.pop("query", "")
    token = client.get(PAGE + query).context["token"]
    return client.post(PAGE + query, {"token": token, **filled(place, **changes)})


def errors(response):
    return {name: rows[0] for name, rows in response.context["form"].errors.items()}


@pytest.mark.usefixtures("silent")
class TestForm:
    def test_a_citizen_reports_and_reads_what_comes_next(self, client, community):
        response = send(client, community, times=[QUICK_WINDOWS[0][0]])
        report = Report.objects.get()
        assert response.url == reverse("volunteers:report_detail", args=[report.code])
        person = report.volunteer
        assert (report.source, report.status, person.notice) == ("self", S.SUBMITTED, PrivacyNotice.objects.first())
        page = client.get(response.url).content.decode()
        assert community.name in page and f"{report.code[:4]}-{report.code[4:]}" in page
        assert person.phone not in page and person.name not in page

    def test_a_member_is_found_in_the_register_and_the_unit_among_units(self, client, community):
        unit = make_unit(kind="government")
        member = make_member(make_branch(community.organization), identity_number=IDENTITY)
        send(client, community, kind="member", identity_number=IDENTITY, born_on="", employer=f" {unit.name} ")
        person = Volunteer.objects.get()
        assert (person.member, person.unit, person.employer, person.is_from_office) == (member, unit, "", True)
        assert person.born_on.isoformat() == "1990-03-07"

    def test_part_of_a_name_is_asked_about_once(self, client, community):
        unit = make_unit(name="新市第一小学")
        make_unit(name="新市第二小学")
        response = send(client, community, employer="新市第")
        assert response.status_code == 422 and "unit" in errors(response)
        assert "都不是" in response.content.decode()
        send(client, community, employer="新市第", unit=unit.pk)
        send(client, community, employer="新市第", unit="")
        assert [(each.unit, each.employer) for each in Volunteer.objects.order_by("pk")] == [
            (unit, ""),
            (None, "新市第"),
        ]

    @pytest.mark.parametrize(
        ("field", "changes", "words"),
        [
            ("name", {"name": ""}, "姓名"),
            ("identity_number", {"kind": "member"}, "党员"),
            ("identity_number", {"identity_number": "110101199003070039"}, "最后一位"),
            ("born_on", {"born_on": ""}, "出生日期"),
            ("born_on", {"identity_number": IDENTITY}, "对不上"),
            ("phone", {"phone": "1380000"}, "11 位"),
            ("community", {"community": 999999}, "没有这个社区"),
            ("consent", {"consent": None}, "打勾同意"),
        ],
    )
    def test_what_is_wrong_is_said_beside_it(self, client, community, field, changes, words):
        response = send(client, community, **changes)
        assert response.status_code == 422 and words in errors(response)[field]
        assert not Volunteer.objects.exists()

    def test_a_minor_needs_the_guardian(self, client, community):
        young = {"born_on": timezone.localdate().replace(day=1, year=timezone.localdate().year - 15)}
        response = send(client, community, **young)
        assert {"guardian_name", "guardian_phone", "guardian_agrees"} <= set(errors(response))
        guardian = {"guardian_name": "陈父", "guardian_phone": new_phone(), "guardian_agrees": "on"}
        send(client, community, **young, **guardian)
        assert Volunteer.objects.get().guardian_agreed_at is not None

    def test_second_click_makes_no_second_report(self, client, community):
        token, typed = client.get(PAGE).context["token"], filled(community)
        first, second = (client.post(PAGE, {"token": token, **typed}) for _ in "ab")
        assert first.url == second.url and Report.objects.count() == 1

    def test_a_code_of_the_door_brings_the_building_and_a_foreign_one_does_not(self, client, community):
        building = make_building(make_quarter(community))
        send(client, community, query=f"?building={building.code}")
        send(client, make_community(), query=f"?building={building.code}")
        assert [each.building for each in Volunteer.objects.order_by("pk")] == [building, None]

    def test_a_code_of_the_community_chooses_it(self, client, community):
        assert client.get(f"{PAGE}?community={community.code}").context["form"].initial["community"] == community.pk
        assert client.get(f"{PAGE}?community=nowhere&building=x").status_code == 200

    def test_wanted_posts_are_claimed_and_what_cannot_be_stops_nothing(self, client, community):
        open_one, old = make_position(community), make_position(community, least_age=60)
        response = send(client, community, wanted=[open_one.pk, old.pk])
        person = Volunteer.objects.get()
        assert [holding.position for holding in person.holdings.all()] == [open_one]
        assert "没有认领上" in client.get(response.url).content.decode()

    def test_posts_are_offered_by_community(self, client, community):
        mine, foreign = make_position(community), make_position()
        page = client.get(reverse("volunteers:report_wanted"), {"community": community.pk}).content.decode()
        assert mine.title in page and foreign.title not in page
        assert client.get(reverse("volunteers:report_wanted"), {"community": "x"}).status_code == 200

    def test_names_of_units_as_they_are_typed(self, client):
        unit = make_unit(name="望湖中学")
        make_unit(name="望湖小学", is_active=False)
        page = client.get(reverse("volunteers:report_units"), {"employer": "望湖"}).content.decode()
        assert unit.name in page and "望湖小学" not in page
        assert "option" not in client.get(reverse("volunteers:report_units"), {"employer": "望"}).content.decode()

    def test_without_a_notice_nothing_is_taken(self, client, community):
        PrivacyNotice.objects.all().delete()
        assert "隐私告知书" in errors(send(client, community))["__all__"]

    def test_too_many_from_one_address(self, client, community):
        set_parameter("public_needs_per_hour", 2)
        assert [send(client, community).status_code for _ in range(3)] == [302, 302, 429]


@pytest.mark.usefixtures("silent")
class TestKnown:
    def test_nothing_is_told_of_who_is_known(self, client, community):
        known = make_volunteer(make_community(), identity_number=IDENTITY, name="王秘密")
        by_phone = send(client, community, phone=known.phone)
        by_number = send(client, community, identity_number=IDENTITY, born_on="")
        assert errors(by_phone) == errors(by_number) and set(errors(by_phone)) == {"__all__"}
        for response in (by_phone, by_number):
            page = response.content.decode()
            assert "王秘密" not in page and known.community.name not in page.replace("<option", "").split("您是")[0]
            assert reverse("me:sign_in") in page
        assert Volunteer.objects.count() == 1


class TestPhone:
    def code(self):
        return re.search(r"\d{6}", channels.outbox[-1][1]).group()

    def ask(self, client, community, **changes):
        token = client.get(PAGE).context["token"]
        typed = {"token": token, **filled(community, **changes)}
        response = client.post(PAGE, {**typed, "step": "code"})
        return typed, response

    def test_is_proven_by_a_code(self, client, community):
        typed, response = self.ask(client, community)
        assert response.status_code == 200 and "验证码已发到" in response.content.decode()
        wrong = "000000" if self.code() != "000000" else "000001"
        assert client.post(PAGE, {**typed, "code": ""}).status_code == 422
        assert "code" in errors(client.post(PAGE, {**typed, "code": wrong}))
        assert client.post(PAGE, {**typed, "code": self.code()}).status_code == 302
        assert Report.objects.get().volunteer.phone == typed["phone"]

    def test_once_proven_it_is_not_asked_again_and_not_changed(self, client, community):
        typed, _ = self.ask(client, community, employer="厂")
        make_volunteer(identity_number=IDENTITY)
        response = client.post(PAGE, {**typed, "identity_number": IDENTITY, "born_on": "", "code": self.code()})
        assert response.status_code == 422 and "code" not in response.context["form"].fields
        assert client.post(PAGE, {**typed, "phone": new_phone()}).status_code == 302
        assert Report.objects.get().volunteer.phone == typed["phone"]

    def test_who_is_known_is_led_to_the_own_report(self, client, community):
        report = make_report(community=community)
        typed, _ = self.ask(client, community, phone=report.volunteer.phone)
        assert client.post(PAGE, {**typed, "code": self.code()}).url == reverse("me:report")
        assert report.code in client.get(reverse("me:report")).content.decode().replace("-", "")

    def test_a_wrong_phone_is_sent_nothing(self, client, community):
        before = len(channels.outbox)
        _, response = self.ask(client, community, phone="138")
        assert response.status_code == 422 and len(channels.outbox) == before


class TestFollowing:
    def find(self, client, report, **changes):
        typed = {"code": report.code, "digits": report.volunteer.phone[-4:], **changes}
        return client.post(reverse("volunteers:report_track"), typed)

    def test_by_code_and_four_digits(self, client):
        report = make_report()
        page = reverse("volunteers:report_detail", args=[report.code])
        assert client.get(page).url.startswith(reverse("volunteers:report_track"))
        assert (
            self.find(client, report, digits="0000" if report.volunteer.phone[-4:] != "0000" else "1").status_code
            == 422
        )
        spoken = f"{report.code[:4]}-{report.code[4:].lower()}"
        assert self.find(client, report, code=spoken).url == page
        assert client.get(page).status_code == 200
        assert client.get(reverse("volunteers:report_slip", args=[report.code])).status_code == 200

    def test_guessing_is_stopped(self, client):
        report = make_report()
        set_parameter("public_lookups_per_hour", 2)
        statuses = [self.find(client, report, code="AAAAAAAA").status_code for _ in range(3)]
        assert statuses == [422, 422, 429]
        assert self.find(client, report).status_code == 429

    def test_the_reason_is_read_and_corrected(self, client):
        report = make_report(S.RETURNED, name="陈志愿")
        self.find(client, report)
        page = client.get(reverse("volunteers:report_detail", args=[report.code])).content.decode()
        assert "请写明工作单位" in page
        url = reverse("volunteers:report_correct", args=[report.code])
        assert "陈志愿" not in client.get(url).content.decode()
        typed = filled(report.community, name="", born_on="1990-05-01", employer="第一机床厂", phone=None, consent=None)
        assert client.post(url, typed).status_code == 302
        report.refresh_from_db()
        assert (report.status, report.volunteer.employer, report.volunteer.name) == (
            S.SUBMITTED,
            "第一机床厂",
            "陈志愿",
        )
        assert client.get(url).status_code == 302

    def test_no_names_of_staff(self, client):
        report = make_report(S.CONTACTED)
        self.find(client, report)
        page = client.get(reverse("volunteers:report_detail", args=[report.code])).content.decode()
        assert "王莉" not in page and "周末的活动" not in page


class TestMine:
    def test_asks_to_sign_in(self, client):
        assert reverse("me:sign_in") in client.get(reverse("me:report")).url

    def test_reports_without_filling_in_again_and_moves(self, client):
        volunteer, to = make_volunteer(has_account=True), make_community()
        sign_in(client, volunteer)
        assert client.get(PAGE).url == reverse("me:report")
        client.post(reverse("me:report"), {"community": volunteer.community_id})
        report = Report.objects.get()
        assert client.post(reverse("me:report"), {"community": to.pk}).status_code == 422
        reports.receive_report(report, actor=make_clerk(report.community))
        assert client.post(reverse("me:report"), {"community": to.pk, "reason": "搬家"}).status_code == 302
        assert Report.objects.get(status=S.SUBMITTED).community == to
        page = client.get(reverse("me:report")).content.decode()
        assert "以前的报到" in page and volunteer.community.name in page

    def test_a_foreign_code_stays_closed(self, client):
        sign_in(client, make_volunteer(has_account=True))
        report = make_report()
        for name in ("report_detail", "report_correct", "report_slip"):
            assert "track" in client.get(reverse(f"volunteers:{name}", args=[report.code])).url
