"""服务记录: the five parts on the own page and the staff's, ratings, and the sheet for the civil-affairs system."""

from datetime import timedelta
from io import BytesIO

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from openpyxl import load_workbook

from tests import factories as make
from tests.checklists.residents import words_of
from tests.volunteers.ledgers import TODAY, make_held_session, make_hours
from tests.volunteers.people import identity_of, make_volunteer, sign_in
from tests.volunteers.sessions import make_signup
from volunteers.models import Commendation, HourEntry, Star, Training
from volunteers.services import hours, records

pytestmark = pytest.mark.django_db
RECORD = reverse("me:record")
CIVIL = reverse("admin:volunteers_hourentry_civil")


@pytest.fixture
def community():
    return make.make_community()


@pytest.fixture
def clerk(community):
    return make.make_post(organization=community.organization)


@pytest.fixture
def volunteer(community):
    return make_volunteer(community, has_account=True, identity_number=identity_of(TODAY().replace(year=1980, day=1)))


@pytest.fixture
def service(community, volunteer, clerk):
    session = make_held_session(community, leader=make_volunteer(community, has_account=True))
    signup = make_signup(session, volunteer, status="attended")
    hours.settle_session(session, actor=clerk)
    return signup


class TestRating:
    def test_by_the_leader_and_staff_not_by_oneself(self, community, service, volunteer, clerk):
        leader = service.session.leader.user
        for actor, score in ((leader, 4), (clerk, 5)):
            assert records.rate_service(service, score=score, comment="认真", actor=actor).score == score
        with pytest.raises(PermissionDenied):
            records.rate_service(service, score=5, actor=volunteer.user)
        with pytest.raises(ValidationError):
            records.rate_service(service, score=6, actor=clerk)
        own = make_signup(make_held_session(community, leader=volunteer), volunteer, status="attended")
        with pytest.raises(ValidationError):
            records.rate_service(own, score=5, actor=volunteer.user)

    def test_on_the_leaders_phone(self, client, service):
        sign_in(client, service.session.leader)
        url = reverse("me:rate", args=[service.session.code, service.pk])
        assert client.post(url, {"score": "9"}).status_code == 422
        assert client.post(url, {"score": "5", "comment": "好"}).status_code == 302
        service.refresh_from_db()
        assert (service.score, service.comment) == (5, "好")

    def test_not_on_anybody_elses(self, client, service, volunteer):
        sign_in(client, volunteer)
        assert client.get(reverse("me:rate", args=[service.session.code, service.pk])).status_code == 404


class TestPages:
    def test_five_parts(self, client, volunteer, service, clerk):
        day = TODAY()
        Training.objects.create(
            volunteer=volunteer, title="急救培训", minutes=120, organizer="红十字会", on=day, recorded_by=clerk
        )
        Commendation.objects.create(volunteer=volunteer, title="优秀志愿者", awarder="街道", on=day, recorded_by=clerk)
        Star.objects.create(volunteer=volunteer, level=1, minutes=6000, published_until=day)
        records.rate_service(service, score=5, comment="老人夸他", actor=clerk)
        sign_in(client, volunteer)
        page = words_of(client.get(RECORD))
        for words in ("认定 120 分钟", "急救培训", "优秀志愿者", "一星级", "老人夸他", f"signup={service.pk}"):
            assert words in page

    def test_costs_the_same_for_many_services(
        self, client, community, volunteer, service, django_assert_max_num_queries
    ):
        for _ in range(8):
            make_signup(make_held_session(community), volunteer, status="attended")
        sign_in(client, volunteer)
        with django_assert_max_num_queries(26):
            client.get(RECORD)

    def test_nobody_is_led_to_sign_in(self, client):
        assert client.get(RECORD).status_code == 302

    def test_staff_read_it_within_their_reach(self, client, volunteer, clerk):
        url = reverse("admin:volunteers_volunteer_record", args=[volunteer.pk])
        client.force_login(clerk)
        assert "志愿服务情况" in words_of(client.get(url))
        client.force_login(make.make_post(organization=make.make_community().organization))
        assert client.get(url).status_code == 404

    def test_training_is_entered_by_code(self, client, community, volunteer, clerk):
        client.force_login(clerk)
        url = reverse("admin:volunteers_training_add")
        told = {"title": "消防", "minutes": 60, "organizer": "消防站", "on": f"{TODAY()}"}
        assert client.get(url).status_code == 200
        stranger = make_volunteer(make.make_community())
        assert client.post(url, {**told, "code": stranger.code}).status_code == 200
        assert client.post(url, {**told, "code": volunteer.code}).status_code == 302
        row = Training.objects.get()
        assert (row.volunteer, row.recorded_by) == (volunteer, clerk)
        page = reverse("admin:volunteers_training_change", args=[row.pk])
        assert client.post(page, {**told, "title": "消防演练"}).status_code == 302
        assert Training.objects.get().title == "消防演练"


class TestExport:
    def test_columns_and_rows_and_the_trail(self, client, community, volunteer, service, clerk):
        make_hours(volunteer, 600, "duty")
        hours.reverse_hours(make_hours(volunteer, 60), reason="记错", actor=clerk)
        client.force_login(clerk)
        told = {"community": community.pk, "starts_on": f"{TODAY() - timedelta(days=30)}", "ends_on": f"{TODAY()}"}
        answer = client.post(CIVIL, told)
        sheet = load_workbook(BytesIO(answer.content)).active
        heads, row = [list(each) for each in sheet.values]
        assert heads == list(records.COLUMNS)
        assert row[:4] == [volunteer.code, volunteer.name, "居民身份证", volunteer.identity_number]
        assert row[7] == 2 and row[10] == community.name
        entry = LogEntry.objects.filter(action=LogEntry.Action.ACCESS, actor=clerk).latest("pk")
        assert entry.additional_data["rows"] == 1

    def test_bad_input_and_foreign_communities(self, client, clerk):
        client.force_login(clerk)
        told = {"community": make.make_community().pk, "starts_on": "2026-02-01", "ends_on": "2026-01-01"}
        answer = client.post(CIVIL, told)
        assert answer.status_code == 422
        assert {"community", "ends_on"} == set(answer.context["form"].errors)

    def test_not_without_the_right_to_open_personal_data(self, community):
        auditor = make.make_post(role="auditor", organization=None)
        with pytest.raises(PermissionDenied):
            records.export_rows(community, starts_on=TODAY(), ends_on=TODAY(), actor=auditor)
        assert not HourEntry.objects.exists()
