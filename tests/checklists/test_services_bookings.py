"""Half days of a venue: given away once, refused with a reason, free again when a dispatch comes back."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import TransactionTestCase
from django.utils import timezone

from checklists.models import Booking, Dispatch, Need, NeedEvent, Resource
from checklists.services import bookings, dispatches
from checklists.services.bookings import add_exceptions, book, cancel_booking, free_half_days, remove_exception
from checklists.services.resources import change_resource
from tests import factories as make
from tests.races import race, won

pytestmark = pytest.mark.django_db
NOW = make.at("2026-11-23 10:00")  # a Monday
TODAY = timezone.localdate(NOW)
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def venue():
    return make.make_resource(kind=Resource.Kind.VENUE)


@pytest.fixture
def liaison(venue):
    return make.make_liaison(venue.unit)


def refusal(call, *args, **kwargs):
    with pytest.raises(ValidationError) as caught:
        call(*args, **kwargs)
    return caught.value


class TestBook:
    def test_gives_a_half_day_once(self, venue, liaison):
        row = book(venue, TOMORROW, 0, actor=liaison, note="家长会", at=NOW)
        assert (row.booked_by, row.note) == (liaison, "家长会")
        error = refusal(book, venue, TOMORROW, 0, actor=liaison, note="排练", at=NOW)
        assert "已经有人用了" in error.messages[0] and error.error_dict["slot"][0].code == "taken"
        assert book(venue, TOMORROW, 1, actor=liaison, note="排练", at=NOW)

    def test_database_refuses_a_second_one_too(self, venue):
        Booking.objects.create(resource=venue, day=TOMORROW, half=0, note="一")
        with pytest.raises(IntegrityError), transaction.atomic():
            Booking.objects.create(resource=venue, day=TOMORROW, half=0, note="二")

    @pytest.mark.parametrize(
        ("change", "day", "half", "code", "words"),
        [
            ({}, TODAY - timedelta(days=1), 1, "past", "已经过去"),
            ({"availability": 0b10}, TOMORROW, 1, "closed", "不开放"),
            ({"valid_until": TODAY}, TOMORROW, 0, "closed", "不开放"),
        ],
    )
    def test_is_refused_with_the_reason(self, venue, liaison, change, day, half, code, words):
        Resource.objects.filter(pk=venue.pk).update(**change)
        error = refusal(book, venue, day, half, actor=liaison, note="会", at=NOW)
        assert error.error_dict["slot"][0].code == code and words in error.messages[0]
        assert not Booking.objects.exists()

    def test_own_use_goes_on_while_orders_are_paused(self, venue, liaison):
        need = make.make_need("dispatched", resource=venue, category=venue.category, community=community_of(venue))
        Resource.objects.filter(pk=venue.pk).update(is_paused=True)
        row = need.dispatches.get()
        assert refusal(book, venue, TOMORROW, 0, actor=liaison, dispatch=row, at=NOW).error_dict["slot"]
        assert book(venue, TOMORROW, 0, actor=liaison, note="例会", at=NOW)

    def test_demands_a_purpose(self, venue, liaison):
        assert "note" in refusal(book, venue, TOMORROW, 0, actor=liaison, note=" ", at=NOW).error_dict

    def test_strangers_are_refused(self, venue):
        stranger = make.make_liaison(make.make_unit())
        with pytest.raises(PermissionDenied):
            book(venue, TOMORROW, 0, actor=stranger, note="会", at=NOW)
        with pytest.raises(PermissionDenied):
            book(venue, TOMORROW, 0, actor=NeedEvent.Party.UNIT, note="会", at=NOW)

    def test_activity_of_a_community_that_it_serves(self, venue):
        clerk = make.make_post(organization=venue.unit.organization)
        activity = make.make_activity(community=community_of(venue))
        assert book(venue, TOMORROW, 0, actor=clerk, activity=activity, at=NOW).activity == activity
        foreign = make.make_activity()
        away = make.make_post(organization=foreign.community.organization)
        with pytest.raises(PermissionDenied):
            book(venue, TOMORROW, 1, actor=away, activity=foreign, at=NOW)


def community_of(venue):
    return venue.unit.organization.community


class TestDispatch:
    @pytest.fixture
    def row(self, venue):
        need = make.make_need("taken", resource=venue, category=venue.category, community=community_of(venue))
        return need.dispatches.get()

    def test_has_one_half_day_and_may_move_it(self, venue, row):
        book(venue, TOMORROW, 0, actor=NeedEvent.Party.UNIT, dispatch=row, at=NOW)
        book(venue, TOMORROW, 1, actor=NeedEvent.Party.UNIT, dispatch=row, at=NOW)
        assert list(row.bookings.values_list("day", "half")) == [(TOMORROW, 1)]

    def test_frees_what_is_to_come_when_it_comes_back(self, venue, row):
        day = timezone.localdate() + timedelta(days=2)
        book(venue, day, 0, actor=NeedEvent.Party.UNIT, dispatch=row)
        dispatches.decline(row, actor=NeedEvent.Party.UNIT, reason="no_time")
        assert not venue.bookings.exists()
        assert refusal(book, venue, day, 0, actor=NeedEvent.Party.UNIT, dispatch=row).code == "transition"

    def test_keeps_it_when_it_is_finished(self, venue, row):
        book(venue, timezone.localdate() + timedelta(days=2), 0, actor=NeedEvent.Party.UNIT, dispatch=row)
        dispatches.finish_dispatch(row, actor=NeedEvent.Party.UNIT, note="办好了")
        assert venue.bookings.exists()

    def test_the_needs_own_staff_may_book_a_venue_of_elsewhere(self, venue):
        street = community_of(venue).street
        Resource.objects.filter(pk=venue.pk).update(radius=2)
        need = make.make_need(
            "taken", resource=venue, category=venue.category, community=make.make_community(street=street)
        )
        clerk = make.make_post(organization=need.community.organization)
        assert book(venue, TOMORROW, 0, actor=clerk, dispatch=need.dispatches.get(), at=NOW)


class TestCancel:
    def test_frees_the_half_day_and_twice_is_harmless(self, venue, liaison):
        row = book(venue, TOMORROW, 0, actor=liaison, note="会", at=NOW)
        cancel_booking(row, actor=liaison, at=NOW)
        cancel_booking(row, actor=liaison, at=NOW)
        assert (TOMORROW, 0) in free_half_days(venue, TODAY, TOMORROW, at=NOW)

    def test_what_has_passed_stays(self, venue, liaison):
        row = book(venue, TOMORROW, 0, actor=liaison, note="会", at=NOW)
        assert refusal(cancel_booking, row, actor=liaison, at=NOW + timedelta(days=2)).code == "past"

    def test_strangers_are_refused(self, venue, liaison):
        row = book(venue, TOMORROW, 0, actor=liaison, note="会", at=NOW)
        with pytest.raises(PermissionDenied):
            cancel_booking(row, actor=make.make_liaison(make.make_unit()), at=NOW)


class TestExceptions:
    def test_closes_and_opens_against_the_week(self, venue, liaison):
        Resource.objects.filter(pk=venue.pk).update(availability=0b11)  # Mondays
        add_exceptions(venue, TOMORROW, [1], is_open=True, actor=liaison, at=NOW)
        monday = TODAY + timedelta(days=7)
        add_exceptions(venue, monday, [0, 1], is_open=False, note="考试", actor=liaison, at=NOW)
        venue.refresh_from_db()
        assert free_half_days(venue, TOMORROW, monday, at=NOW) == [(TOMORROW, 1)]

    def test_said_again_it_changes(self, venue, liaison):
        add_exceptions(venue, TOMORROW, [0], is_open=False, actor=liaison, at=NOW)
        (row,) = add_exceptions(venue, TOMORROW, [0], is_open=True, note="改了", actor=liaison, at=NOW)
        assert venue.exceptions.get() == row and row.is_open

    def test_does_not_close_over_a_booking(self, venue, liaison):
        book(venue, TOMORROW, 1, actor=liaison, note="会", at=NOW)
        error = refusal(add_exceptions, venue, TOMORROW, [0, 1], is_open=False, actor=liaison, at=NOW)
        assert "先取消预约" in error.messages[0] and not venue.exceptions.exists()

    def test_is_not_taken_back_from_under_a_booking(self, venue, liaison):
        Resource.objects.filter(pk=venue.pk).update(availability=0b11)
        (row,) = add_exceptions(venue, TOMORROW, [0], is_open=True, actor=liaison, at=NOW)
        booking = book(venue, TOMORROW, 0, actor=liaison, note="会", at=NOW)
        assert refusal(remove_exception, row, actor=liaison).code == "taken"
        cancel_booking(booking, actor=liaison, at=NOW)
        remove_exception(row, actor=liaison)
        remove_exception(row, actor=liaison)
        assert not venue.exceptions.exists()

    def test_is_the_owners_alone(self, venue):
        with pytest.raises(PermissionDenied):
            add_exceptions(venue, TOMORROW, [0], is_open=False, actor=make.make_liaison(make.make_unit()), at=NOW)


@pytest.mark.postgres
class TestRace(TransactionTestCase):
    def test_one_of_many_gets_the_half_day(self):
        venue = make.make_resource(kind=Resource.Kind.VENUE)
        chief = make.make_superuser()
        day = timezone.localdate() + timedelta(days=3)
        calls = [lambda n=n: bookings.book(venue, day, 0, actor=chief, note=f"第{n}") for n in range(6)]
        assert len(won(race(*calls))) == venue.bookings.count() == 1

    def test_a_dispatch_that_comes_back_keeps_no_half_day(self):
        venue = make.make_resource(kind=Resource.Kind.VENUE)
        need = make.make_need(Need.Status.TAKEN, resource=venue, category=venue.category, community=community_of(venue))
        row, unit = need.dispatches.get(), NeedEvent.Party.UNIT
        day = timezone.localdate() + timedelta(days=3)
        race(
            lambda: bookings.book(venue, day, 0, actor=unit, dispatch=row),
            lambda: dispatches.decline(Dispatch.objects.get(pk=row.pk), actor=unit, reason="no_time"),
        )
        assert not venue.bookings.exists()

    def test_a_unit_that_is_corrected_meanwhile_hinders_nobody(self):
        venue, chief = make.make_resource(kind=Resource.Kind.VENUE), make.make_superuser()
        units = [venue.unit, make.make_unit(venue.unit.organization)]
        for number in range(1, 6):
            day = timezone.localdate() + timedelta(days=number)
            change = {"actor": chief, "unit": units[number % 2]}
            race(
                lambda change=change: change_resource(venue, **change),
                *[
                    lambda day=day, half=half: bookings.book(venue, day, half, actor=chief, note="会")
                    for half in (0, 1)
                ],
            )
        assert venue.bookings.count() == 10
