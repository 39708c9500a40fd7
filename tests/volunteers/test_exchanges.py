"""兑换: on the open days, for points that are there, out of a stock that is there; returned with both."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from organizations.models import ParameterValue
from tests import factories as make
from tests.races import race, won
from tests.volunteers.ledgers import make_good, make_hours, make_points
from tests.volunteers.people import make_volunteer
from volunteers.models import Exchange, PointEntry, StockMove
from volunteers.services import exchanges, hours
from volunteers.services.points import balance_of

pytestmark = pytest.mark.django_db
OPEN = make.at("2026-10-10 10:00")


@pytest.fixture
def community():
    return make.make_community()


@pytest.fixture
def clerk(community):
    return make.make_post(organization=community.organization)


@pytest.fixture
def volunteer(community):
    volunteer = make_volunteer(community)
    make_points(volunteer, 30)
    return volunteer


@pytest.fixture
def good(community):
    return make_good(community)


class TestWindow:
    @pytest.mark.parametrize(
        ("day", "opens_on", "closes_on", "is_open"),
        [
            (date(2026, 10, 1), date(2026, 10, 1), date(2026, 10, 15), True),
            (date(2026, 10, 15), date(2026, 10, 1), date(2026, 10, 15), True),
            (date(2026, 10, 16), date(2027, 1, 1), date(2027, 1, 15), False),
            (date(2026, 11, 5), date(2027, 1, 1), date(2027, 1, 15), False),
        ],
    )
    def test_every_three_months_for_fifteen_days(self, day, opens_on, closes_on, is_open):
        assert exchanges.window_on(day) == (opens_on, closes_on, is_open)

    def test_the_whole_month_is_no_longer_than_the_month(self):
        ParameterValue.objects.filter(parameter__key="exchange_open_days").update(value=31)
        ParameterValue.objects.filter(parameter__key="exchange_every_months").update(value=1)
        assert exchanges.window_on(date(2026, 2, 28)) == (date(2026, 2, 1), date(2026, 2, 28), True)


class TestHandingOut:
    def test_points_and_stock_go_and_hours_stay(self, community, volunteer, good, clerk):
        make_hours(volunteer, 600)
        before = hours.totals_of(volunteer)
        row = exchanges.exchange(volunteer, good=good, count=2, actor=clerk, at=OPEN)
        good.refresh_from_db()
        assert (row.points, good.count, balance_of(volunteer)) == (20, 3, before.points - 20)
        assert hours.totals_of(volunteer)[:2] == before[:2]
        assert StockMove.objects.get().change == -2

    def test_the_same_form_twice_hands_out_once(self, volunteer, good, clerk):
        key = uuid4()
        rows = {exchanges.exchange(volunteer, good=good, actor=clerk, key=key, at=OPEN) for _ in range(2)}
        assert len(rows) == 1 and balance_of(volunteer) == 20

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            ({"at": make.at("2026-11-10 10:00")}, "closed"),
            ({"count": 4}, "points"),
            ({"count": 6}, "short"),
            ({"count": 0}, "count"),
        ],
    )
    def test_refused(self, volunteer, good, clerk, fields, code):
        with pytest.raises(ValidationError) as refused:
            exchanges.exchange(volunteer, good=good, actor=clerk, **{"at": OPEN, **fields})
        assert code in str([error.code for error in _all(refused.value)])
        assert not Exchange.objects.exists()

    def test_what_is_not_for_points(self, community, volunteer, clerk):
        for fields in ({"points": 0}, {"is_active": False}):
            with pytest.raises(ValidationError):
                exchanges.exchange(volunteer, good=make_good(community, **fields), actor=clerk, at=OPEN)

    def test_by_a_keeper_and_not_for_oneself(self, community, volunteer):
        keeper = make_volunteer(community, has_account=True)
        make_points(keeper, 50)
        good = make_good(community, keepers=[keeper])
        assert exchanges.exchange(volunteer, good=good, actor=keeper.user, at=OPEN).handed_by == keeper.user
        with pytest.raises(ValidationError):
            exchanges.exchange(keeper, good=good, actor=keeper.user, at=OPEN)
        with pytest.raises(PermissionDenied):
            exchanges.exchange(volunteer, good=make_good(community), actor=keeper.user, at=OPEN)

    def test_points_of_hours_in_publicity_do_not_count(self, community, good, clerk):
        volunteer = make_volunteer(community)
        make_hours(volunteer, 6000, counts_on=timezone.localdate() + timedelta(days=3))
        with pytest.raises(ValidationError):
            exchanges.exchange(volunteer, good=good, actor=clerk, at=OPEN)


class TestReturning:
    def test_both_come_back_once(self, volunteer, good, clerk):
        row = exchanges.exchange(volunteer, good=good, count=2, actor=clerk, at=OPEN)
        with pytest.raises(ValidationError):
            exchanges.reverse_exchange(row, reason="", actor=clerk)
        for _ in range(2):
            exchanges.reverse_exchange(row, reason="拿错了", actor=clerk)
        good.refresh_from_db()
        assert (good.count, balance_of(volunteer), PointEntry.objects.count()) == (5, 30, 3)
        with pytest.raises(PermissionDenied):
            exchanges.reverse_exchange(row, reason="外人", actor=make.make_post(organization=make.make_organization()))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_points_are_spent_once(self):
        volunteer = make_volunteer()
        make_points(volunteer, 10)
        community = volunteer.community
        goods = [make_good(community), make_good(community)]
        clerk = make.make_post(organization=community.organization)
        calls = [lambda g=g: exchanges.exchange(volunteer, good=g, actor=clerk, at=OPEN) for g in goods]
        assert len(won(race(*calls))) == 1 and balance_of(volunteer) == 0

    def test_the_last_piece_goes_to_one(self):
        community = make.make_community()
        good = make_good(community, count=1)
        clerk = make.make_post(organization=community.organization)
        people = [make_volunteer(community) for _ in range(4)]
        for volunteer in people:
            make_points(volunteer, 10)
        calls = [lambda v=v: exchanges.exchange(v, good=good, actor=clerk, at=OPEN) for v in people]
        assert len(won(race(*calls))) == 1
        good.refresh_from_db()
        assert (good.count, Exchange.objects.count(), StockMove.objects.count()) == (0, 1, 1)


def _all(error):
    return [each for row in error.error_dict.values() for each in row] if hasattr(error, "error_dict") else [error]
