"""志愿服务站: hours that do not overlap, a stock that never goes below nothing, and the public page."""

from datetime import date, datetime, time

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.db.models import Sum
from django.urls import reverse

from organizations.models import CalendarDay
from tests import factories as make
from tests.races import race, won
from tests.volunteers.people import make_volunteer
from tests.volunteers.sessions import make_session
from tests.volunteers.teams import make_good, make_station
from volunteers.models import Good, Station, StockMove
from volunteers.opening import day_of, state_at, week_words
from volunteers.services import stations

pytestmark = pytest.mark.django_db
MORNING, AFTERNOON = (time(8, 30), time(11, 30)), (time(14), time(17, 30))
WEEK = dict.fromkeys(range(5), [AFTERNOON, MORNING])


@pytest.fixture
def station():
    return make_station(week=[(1, 9, 11)])


@pytest.fixture
def clerk(station):
    return make.make_post(organization=station.community.organization)


class TestOpening:
    @pytest.mark.parametrize(
        ("now", "is_open", "words"),
        [
            ("2026-11-24 08:00", False, "今天 08:30 开"),
            ("2026-11-24 08:30", True, "现在开放，到 11:30"),
            ("2026-11-24 12:00", False, "今天 14:00 开"),
            ("2026-11-24 17:30", False, "今天已关门，明天 08:30 开"),
            ("2026-11-27 18:00", False, "今天已关门，11月30日 周一 08:30 开"),
            ("2026-11-28 10:00", False, "今天不开放，11月30日 周一 08:30 开"),
            ("2026-09-30 18:00", False, "今天已关门，10月8日 周四 08:30 开"),
            ("2026-10-02 10:00", False, "今天国庆节，10月8日 周四 08:30 开"),
            ("2026-10-10 10:00", True, "现在开放，到 11:30"),  # a Saturday on which offices make up
        ],
    )
    def test_goes_by_the_hours_and_the_calendar(self, now, is_open, words):
        state = state_at(datetime.fromisoformat(now), WEEK, {})
        assert (state.is_open, state.words) == (is_open, words)

    def test_weekend_hours_are_its_own_and_stop_on_holidays(self):
        week = {5: [MORNING]}
        assert day_of(date(2026, 11, 28), week, {}).spans == [MORNING]
        assert day_of(date(2026, 10, 3), week, {}).holiday == "国庆节"

    def test_the_calendar_of_the_office_has_the_last_word(self):
        overrides = {date(2026, 11, 24): (False, "停电"), date(2026, 11, 28): (True, "")}
        assert day_of(date(2026, 11, 24), WEEK, overrides).holiday == "停电"
        assert day_of(date(2026, 11, 28), WEEK, overrides).spans == [MORNING, AFTERNOON]

    def test_without_hours_there_is_the_phone(self):
        assert state_at(datetime(2026, 11, 24, 9), {}, {}).words == "开放时间请打电话问"

    def test_week_in_words(self):
        assert week_words({**WEEK, 6: [MORNING]}) == "周一至周五 08:30—11:30、14:00—17:30；周日 08:30—11:30"


class TestHours:
    def test_set_as_a_whole(self, station, clerk):
        kept = station.opening_hours.get()
        spans = {1: [(time(9), time(11)), (time(14), time(16))], 2: [MORNING]}
        stations.set_opening_hours(station, spans, actor=clerk)
        assert station.opening_hours.count() == 3 and station.opening_hours.filter(pk=kept.pk).exists()
        stations.set_opening_hours(station, {}, actor=clerk)
        assert not station.opening_hours.exists()

    def test_overlap_and_the_wrong_way_round_stand_beside_the_day(self, station, clerk):
        spans = {0: [MORNING, (time(11), time(12))], 3: [(time(12), time(9))], 4: [MORNING, (time(11, 30), time(12))]}
        with pytest.raises(ValidationError) as refused:
            stations.set_opening_hours(station, spans, actor=clerk)
        assert set(refused.value.message_dict) == {"day_0", "day_3"} and station.opening_hours.count() == 1

    def test_typed_as_people_write_it(self, client, station, clerk):
        client.force_login(clerk)
        page = reverse("admin:volunteers_station_act", args=[station.pk, "hours"])
        client.post(page, {"day_0": "8：30—11:30，14:00 至 17:30"})
        assert station.week == {0: [MORNING, AFTERNOON]}
        answer = client.post(page, {"day_0": "上午", "day_1": "8:30-11:30 11:00-12:00"})
        text = answer.content.decode()
        assert answer.status_code == 422 and "“上午”看不懂" in text and 'value="上午"' in text
        answer = client.post(page, {"day_1": "8:30-11:30 11:00-12:00"})
        assert "上一段还没结束" in answer.content.decode()

    def test_foreign_staff_change_nothing(self, station):
        stranger = make.make_post(organization=make.make_community().organization)
        good = make_good(station)
        for verb in (
            lambda: stations.set_opening_hours(station, {}, actor=stranger),
            lambda: stations.add_good(station, name="伞", actor=stranger),
            lambda: stations.take_stock(good, 1, reason="采购", actor=stranger),
            lambda: stations.add_keeper(station, code="1", actor=stranger),
        ):
            with pytest.raises(PermissionDenied):
                verb()


class TestStock:
    def test_count_is_kept_with_the_moves(self, station, clerk):
        good = stations.add_good(station, name="雨伞", unit_word="把", points=0, actor=clerk)
        for change in (10, -3, -7):
            stations.take_stock(good, change, reason="盘点", actor=clerk)
        with pytest.raises(ValidationError) as refused:
            stations.take_stock(good, -1, reason="借出", actor=clerk)
        assert refused.value.message_dict == {"change": ["“雨伞”只有 0 把，不够出 1 把。"]}
        good.refresh_from_db()
        assert good.count == good.moves.aggregate(Sum("change"))["change__sum"] == 0

    def test_the_database_refuses_less_than_nothing_and_rewriting(self, station, clerk):
        move = stations.take_stock(make_good(station), 1, reason="采购", actor=clerk)
        with pytest.raises(DatabaseError), transaction.atomic():
            Good.objects.filter(pk=move.good_id).update(count=-1)
        with pytest.raises(DatabaseError), transaction.atomic():
            StockMove.objects.filter(pk=move.pk).update(change=5)

    @pytest.mark.postgres
    @pytest.mark.django_db(transaction=True)
    def test_the_last_pieces_go_once(self, station, clerk):
        good = make_good(station)
        stations.move_stock(good, 3, reason="采购", actor=clerk)
        taken = race(*[lambda: stations.move_stock(good, -1, reason="借出", actor=clerk)] * 8)
        good.refresh_from_db()
        assert len(won(taken)) == 3 and good.count == 0 and good.moves.count() == 4


class TestPublicPage:
    def test_says_where_when_and_what(self, client, station, clerk):
        Station.objects.filter(pk=station.pk).update(phone="0512-87654321")
        shy = make_volunteer(station.community, name="欧阳怕羞")
        glad = make_volunteer(station.community, name="上官乐意", is_honoured=True)
        station.keepers.set([shy, glad])
        make_good(station, name="围裙", points=30)
        make_good(station, name="扫帚")
        session = make_session(station.community)
        text = client.get(reverse("volunteers:station", args=[station.code])).content.decode()
        for words in ("社区服务大厅", "0512-87654321", "上官乐意", "围裙", "30 分", session.title, "暂时没有"):
            assert words in text
        assert "欧阳怕羞" not in text and "扫帚" not in text and glad.phone not in text

    def test_list_and_what_is_closed(self, client, station, django_assert_num_queries):
        closed = make_station(name="停开的站", is_active=False)
        page = reverse("volunteers:stations")
        client.get(page)
        with django_assert_num_queries(5):
            text = client.get(page).content.decode()
        assert station.name in text and "停开的站" not in text
        assert client.get(reverse("volunteers:station", args=[closed.code])).status_code == 404

    def test_holiday_of_the_office_closes_it(self, client, station, django_assert_max_num_queries):
        from django.utils import timezone

        CalendarDay.objects.create(day=timezone.localdate(), is_working=False, name="社区选举")
        with django_assert_max_num_queries(8):
            text = client.get(reverse("volunteers:station", args=[station.code])).content.decode()
        assert "社区选举，不开放" in text


class TestWorkplace:
    def test_founded_filled_and_printed(self, client, clerk, station):
        client.force_login(clerk)
        new = {"community": station.community_id, "name": "东门站", "place": "东门岗亭", "phone": "", "about": ""}
        page = client.post(reverse("admin:volunteers_station_add"), new).url
        fresh = Station.objects.get(name="东门站")
        assert fresh.code and page == reverse("admin:volunteers_station_change", args=[fresh.pk])

        def act(verb, **told):
            return client.post(reverse("admin:volunteers_station_act", args=[fresh.pk, verb]), told)

        keeper = make_volunteer(station.community)
        assert "没有这个编号" in act("keeper", code="12345678901234").content.decode()
        act("keeper", code=keeper.code)
        act("good", name="雨伞", unit_word="把", points=20)
        assert "已有这种物资" in act("good", name="雨伞", unit_word="把", points=20).content.decode()
        good = fresh.goods.get()
        act("stock", good=good.pk, direction="in", change=5, reason="采购")
        answer = act("stock", good=good.pk, direction="out", change=6, reason="借出")
        assert answer.status_code == 422 and "只有 5 把" in answer.content.decode()
        text = client.get(page).content.decode()
        assert keeper.masked_name in text and "5 把" in text
        act("no-keeper", keeper=keeper.pk)
        assert not fresh.keepers.exists()
        edit = reverse("admin:volunteers_station_edit", args=[fresh.pk])
        client.post(edit, {**new, "place": "东门新亭"})
        fresh.refresh_from_db()
        assert fresh.place == "东门新亭" and not fresh.is_active
        posters = client.get(reverse("admin:volunteers_station_posters"), {"pk": station.pk}).content.decode()
        assert station.name in posters and "周二 09:00—11:00" in posters

    def test_lists_hold_the_own_rows(self, client, clerk, station, django_assert_max_num_queries):
        foreign = make_good(make_station())
        client.force_login(clerk)
        for name in ("station", "good", "stockmove"):
            with django_assert_max_num_queries(20):
                text = client.get(reverse(f"admin:volunteers_{name}_changelist")).content.decode()
            assert foreign.name not in text and foreign.station.name not in text
            assert client.get(reverse(f"admin:volunteers_{name}_export")).status_code == 200
        assert client.get(reverse("admin:volunteers_good_change", args=[foreign.pk])).status_code == 404
        assert client.get(reverse("admin:volunteers_station_change", args=[foreign.station_id])).status_code == 404
