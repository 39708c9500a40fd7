"""三会 as residents read them: the notice, the seat, the personal link, and the community's calendar."""

import re
from datetime import datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.channels import outbox
from deliberations.models import Hearing
from deliberations.services.hearings.attendance import person_token
from patrols.models import FieldDesk
from tests import factories as make
from tests.deliberations.hearings import make_attendee, make_hearing, make_issue, make_notice
from tests.deliberations.surveys import make_survey

pytestmark = pytest.mark.django_db
Status = Hearing.Status
DAY = timedelta(days=1)


def TODAY():
    return timezone.localdate()


@pytest.fixture
def community():
    return make.make_community()


def unfolded(response):
    return response.content.decode().replace("\r\n ", "")


class TestNotice:
    def test_drafts_are_nobodys(self, client, community):
        draft = make_hearing(community=community)
        for name in ("hearing", "seat", "hearing_calendar"):
            assert client.get(reverse(f"hearings:{name}", args=[draft.code])).status_code == 404, name
        assert client.get(reverse("hearings:invitation", args=[person_token(make_attendee(draft))])).status_code == 404

    def test_says_when_where_and_how_it_counts_and_names_nobody(self, client, community):
        hearing = make_hearing(Status.ANNOUNCED, community=community, open_seats=3)
        person = make_attendee(hearing, name="诸葛亮", is_open_seat=True)
        body = client.get(reverse("hearings:hearing", args=[hearing.code.lower()])).content.decode()
        assert "还有 2 个" in body and "超过应到的 50%" in body and hearing.background in body
        assert person.name not in body and person.phone not in body

    def test_of_several_communities_the_chosen_one_is_shown(self, client, community, django_assert_max_num_queries):
        mine, other = make_hearing(Status.ANNOUNCED, community=community), make_hearing(Status.ANNOUNCED)
        for _ in range(4):
            make_hearing(Status.PUBLISHED, community=community)
            make_issue("listed", community=community)
        with django_assert_max_num_queries(14):
            body = client.get(reverse("hearings:home"), {"community": community.pk}).content.decode()
        assert mine.title in body and other.title not in body

    def test_rubbish_finds_nothing(self, client):
        for path in (
            "/hearings/%00/",
            "/hearings/i/a:b/",
            "/hearings/calendars/1/",
            "/hearings/calendars/x/calendar.ics",
        ):
            assert client.get(path).status_code == 404, path
        assert client.get(reverse("hearings:home"), {"community": "9" * 30}).status_code == 200


class TestSeat:
    def test_one_for_a_proven_phone(self, client, community):
        make_notice()
        hearing = make_hearing(Status.ANNOUNCED, community=community, open_seats=1)
        page = reverse("hearings:seat", args=[hearing.code])
        told = {"name": "方女士", "phone": "13677001122", "token": client.get(page).context["token"]}
        assert client.post(page, {**told, "consent": "on"}).status_code == 422  # no code yet
        outbox.clear()
        client.post(page, {**told, "step": "code"})
        code = re.match(r"\d{6}", outbox[-1][1])[0]
        done = client.post(page, {**told, "consent": "on", "code": code})
        attendee = hearing.attendees.get()
        assert done.url == reverse("hearings:invitation", args=[person_token(attendee)])
        assert client.post(page, {**told, "consent": "on"}).url == done.url  # a second click
        full = client.get(page).content.decode()
        assert "已经报满" in full

    def test_given_back_by_the_personal_link_alone(self, client, community):
        hearing = make_hearing(Status.ANNOUNCED, community=community, open_seats=1)
        seated, invited = make_attendee(hearing, is_open_seat=True), make_attendee(hearing)
        for person in (seated, invited):
            client.post(reverse("hearings:invitation", args=[person_token(person)]))
        assert list(hearing.attendees.all()) == [invited]


class TestCalendar:
    def feed(self, client, community):
        return unfolded(client.get(reverse("hearings:calendar", args=[community.code])))

    def test_holds_all_that_is_public_and_nothing_else(self, client, community):
        soon = timezone.now() + 5 * DAY
        shown = make_hearing(Status.ANNOUNCED, community=community, title="电梯；停车, 绿化")
        off = make_hearing(Status.CANCELLED, community=community, title="取消了的会")
        draft = make_hearing(community=community, title="还在筹备")
        elsewhere = make_hearing(Status.ANNOUNCED, title="别处的会")
        activity = make.make_activity("announced", community=community, starts_at=soon, ends_at=soon + DAY / 24)
        FieldDesk.objects.create(community=community, place="北门", weekday=2, starts_at=time(9), ends_at=time(11))
        survey = make_survey(community, title="评物业", ends_on=TODAY() + 9 * DAY)
        feed = self.feed(client, community)
        assert "听证会：电梯；停车\\, 绿化" in feed
        assert f"UID:hearing-{off.code}" in feed and feed.count("STATUS:CANCELLED") == 1
        assert activity.name in feed and "移动办公桌" in feed and "评议截止：评物业" in feed
        assert draft.title not in feed and elsewhere.title not in feed
        assert f"DTSTART;VALUE=DATE:{survey.ends_on:%Y%m%d}" in feed
        assert shown.starts_at.strftime("DTSTART:%Y%m%dT%H%M%SZ") in feed

    def test_costs_no_more_for_more_rows(self, client, community, django_assert_max_num_queries):
        for _ in range(5):
            make_hearing(Status.ANNOUNCED, community=community)
        with django_assert_max_num_queries(13):
            assert self.feed(client, community).count("BEGIN:VEVENT") == 5

    def test_a_month_is_a_list_by_day(self, client, community):
        day = (TODAY().replace(day=1) + timedelta(days=40)).replace(day=10)
        starts_at = timezone.make_aware(datetime.combine(day, time(14)))
        hearing = make_hearing(Status.ANNOUNCED, community=community, starts_at=starts_at)
        page = reverse("hearings:month", args=[community.code])
        assert hearing.title in client.get(page, {"month": f"{day:%Y-%m}"}).content.decode()
        assert client.get(page, {"month": "nonsense"}).status_code == 200
