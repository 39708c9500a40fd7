"""移动办公桌 and 周二红马甲: published, cancelled on holidays, and what comes in by them is counted."""

from datetime import date

import pytest
from django.urls import reverse

from checklists.models import Need
from organizations.models import CalendarDay
from patrols.desk_days import next_days
from patrols.models import FieldDesk, Intake
from tests import factories as make
from tests.checklists.residents import file_need, words_of

pytestmark = pytest.mark.django_db
LIST = reverse("channels:desk_list")


@pytest.fixture
def building():
    return make.make_building()


@pytest.fixture
def community(building):
    return building.quarter.community


@pytest.fixture
def desk(community):
    return make.make_field_desk(community)


class TestDays:
    def test_weekly_and_not_on_holidays(self):
        wednesdays = next_days(2, date(2026, 9, 28), 3, {})
        assert [each.day for each in wednesdays] == [date(2026, 9, 30), date(2026, 10, 7), date(2026, 10, 14)]
        assert [each.holiday for each in wednesdays] == ["", "国庆节", ""]

    def test_a_weekend_desk_is_there_at_weekends_and_away_on_holidays(self):
        assert [each.holiday for each in next_days(6, date(2026, 11, 1), 2, {})] == ["", ""]
        assert next_days(6, date(2026, 10, 4), 1, {})[0].holiday == "国庆节"

    def test_the_calendar_of_the_office_has_the_last_word(self):
        overrides = {date(2026, 11, 25): (False, "停电"), date(2026, 10, 7): (True, "")}
        assert next_days(2, date(2026, 11, 25), 1, overrides)[0].holiday == "停电"
        assert next_days(2, date(2026, 10, 7), 1, overrides)[0].holiday == ""


class TestPages:
    def test_list_is_open_and_shows_what_is_published(self, client, desk):
        make.make_field_desk(place="没公布的", is_active=False)
        text = words_of(client.get(LIST))
        assert "北门凉亭" in text and "每周三 09:00—11:00" in text and "没公布的" not in text
        other = make.make_community()
        assert "北门凉亭" not in words_of(client.get(LIST, {"community": other.pk}))
        day = next_days(2, date.today(), 2, {})[1].day
        CalendarDay.objects.create(day=day, is_working=False, name="社区选举")
        assert "社区选举，暂停" in words_of(client.get(LIST))

    def test_calendar_for_the_phone(self, client, desk):
        text = words_of(client.get(reverse("channels:desk_calendar", args=[desk.code])))
        assert text.startswith("BEGIN:VCALENDAR\r\n") and text.count("BEGIN:VEVENT") >= 11
        assert "T010000Z" in text  # nine o'clock in Beijing

    def test_need_by_the_desks_code_is_counted(self, client, desk, building):
        url = reverse("channels:desk_need", args=[desk.code.lower()])
        page = client.get(url)
        assert page.context["form"].initial["community"] == desk.community and "北门凉亭" in words_of(page)
        file_need(client, building, url)
        need = Need.objects.get()
        assert (need.channel, Intake.objects.get().desk) == ("mobile_desk", desk)
        assert FieldDesk.objects.with_intake().get().intake_count == 1
        file_need(client, building)
        assert Need.objects.per_channel() == {"mobile_desk": 1, "web": 1}

    def test_a_second_click_is_counted_once(self, client, desk, building):
        url = reverse("channels:desk_need", args=[desk.code])
        token = client.get(url).context["token"]
        for _ in range(2):
            file_need(client, building, url, token=token)
        assert Intake.objects.count() == Need.objects.count() == 1

    def test_red_vest(self, client, building, community):
        url = reverse("channels:red_vest_need", args=[community.code])
        file_need(client, building, url)
        assert Need.objects.get().channel == "red_vest"
        assert client.get(reverse("channels:red_vest_need", args=["0"])).status_code == 404


class TestStaff:
    def url(self, name, *args):
        return reverse(f"admin:patrols_fielddesk_{name}", args=args)

    def test_own_community_only(self, client, desk, community):
        client.force_login(make.make_post(organization=community.organization))
        other = make.make_field_desk(place="别处")
        text = words_of(client.get(self.url("changelist")))
        assert "北门凉亭" in text and "别处" not in text
        typed = {"place": "南门", "weekday": 1, "starts_at": "09:00", "ends_at": "08:00", "is_active": "on"}
        answer = client.post(self.url("add"), {**typed, "community": community.pk})
        assert "结束时间要晚于开始时间" in words_of(answer)
        answer = client.post(self.url("add"), {**typed, "ends_at": "10:00", "community": other.community.pk})
        assert answer.status_code == 200 and FieldDesk.objects.count() == 2
        client.post(self.url("add"), {**typed, "ends_at": "10:00", "community": community.pk})
        assert FieldDesk.objects.filter(place="南门", community=community).exists()

    def test_posters(self, client, desk, community):
        client.force_login(make.make_post(organization=community.organization))
        text = words_of(client.get(self.url("posters"), {"desk": desk.pk}))
        assert "北门凉亭" in text and "data:image/svg+xml" in text
        assert client.get(self.url("posters"), {"desk": make.make_field_desk().pk}).status_code == 404
        assert community.name in words_of(client.get(self.url("red_vest")))

    def test_what_took_needs_in_is_not_deleted(self, client, desk, community):
        client.force_login(make.make_post(organization=community.organization))
        Intake.objects.create(desk=desk, need=make.make_need(community=community))
        assert client.post(self.url("delete", desk.pk), {"post": "yes"}).status_code == 403
