"""The calendar on its pages: the unit's phone, the staff's workplace, the residents' menu, and the API."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from checklists.halfdays import spell
from checklists.models import Booking, Resource
from checklists.occupancy import month_of, periods_of
from checklists.services import bookings
from tests import factories as make
from tests.checklists.residents import words_of

pytestmark = pytest.mark.django_db
DAY = timezone.localdate() + timedelta(days=3)


@pytest.fixture
def venue():
    return make.make_resource(kind=Resource.Kind.VENUE, name="活动室")


@pytest.fixture
def liaison(venue):
    return make.make_liaison(venue.unit)


@pytest.fixture
def clerk(venue):
    return make.make_post(organization=venue.unit.organization)


def desk(name, pk):
    return reverse(f"desk:{name}", args=[pk])


def staff(name, *args):
    return reverse(f"admin:checklists_{name}", args=args)


class TestPicture:
    NOW = make.at("2026-11-23 10:00")

    def test_every_half_day_has_one_state(self, venue, liaison):
        today = timezone.localdate(self.NOW)
        Resource.objects.filter(pk=venue.pk).update(availability=0b1111)  # Mondays and Tuesdays
        venue.refresh_from_db()
        Booking.objects.create(resource=venue, day=today - timedelta(days=7), half=0, note="去过")
        bookings.book(venue, today + timedelta(days=1), 1, actor=liaison, note="会", at=self.NOW)
        bookings.add_exceptions(venue, today + timedelta(days=2), [0], is_open=True, actor=liaison, at=self.NOW)
        month = month_of(venue, today.replace(day=1), at=self.NOW)
        cells = {
            (day["day"].day, half): cell
            for week in month["weeks"]
            for day in week
            for half, cell in enumerate(day["cells"])
        }
        assert len(cells) == 60
        states = {slot: cells[slot]["state"] for slot in ((16, 0), (16, 1), (23, 0), (24, 1), (25, 0), (25, 1))}
        assert states == {
            (16, 0): "used",
            (16, 1): "past",
            (23, 0): "free",
            (24, 1): "taken",
            (25, 0): "free",
            (25, 1): "closed",
        }
        assert cells[24, 1]["what"] == "会" and cells[25, 0]["exception"] and not cells[25, 1]["slot"]
        assert (month["taken"], month["free"]) == (2, 6)

    def test_queries_do_not_grow(self, venue, django_assert_num_queries):
        for count in (1, 8):
            for number in range(count):
                Booking.objects.get_or_create(resource=venue, day=DAY + timedelta(days=number), half=0)
            with django_assert_num_queries(3):
                month_of(venue, DAY.replace(day=1))

    def test_periods_are_what_dispatches_held(self, venue):
        community = venue.unit.organization.community
        for days in (0, 40, 400):
            clock = timezone.now() - timedelta(days=days)
            make.make_need("taken", resource=venue, category=venue.category, community=community, clock=clock)
        periods = periods_of(venue)
        assert len(periods) == 6 and periods[-1]["used"] == 1 and sum(each["used"] for each in periods) == 2
        Resource.objects.filter(pk=venue.pk).update(period="once")
        venue.refresh_from_db()
        assert [each["used"] for each in periods_of(venue)] == [3]


class TestDesk:
    def test_shows_and_books(self, client, venue, liaison):
        client.force_login(liaison)
        page = client.get(desk("resource_change", venue.pk), {"slot": spell(DAY, 1), "month": f"{DAY:%Y-%m}"})
        assert page.context["acts"]["book"]["slot"].value() == spell(DAY, 1)
        client.post(desk("resource_book", venue.pk), {"slot": spell(DAY, 1), "note": "例会"})
        row = venue.bookings.get()
        assert (row.day, row.half, row.note, row.booked_by) == (DAY, 1, "例会", liaison)
        again = client.post(desk("resource_book", venue.pk), {"slot": spell(DAY, 1), "note": "排练"})
        assert again.status_code == 422 and "刚被约走" in words_of(again) and "排练" in again.content.decode()
        client.post(desk("booking_cancel", row.pk))
        client.post(desk("booking_cancel", row.pk))
        assert not venue.bookings.exists()

    def test_exceptions(self, client, venue, liaison):
        client.force_login(liaison)
        typed = {"day": DAY.isoformat(), "halves": ["0", "1"], "is_open": "no", "note": "考试"}
        client.post(desk("resource_except", venue.pk), typed)
        assert venue.exceptions.count() == 2
        bad = client.post(desk("resource_except", venue.pk), {"day": "2026-02-31", "is_open": "no"})
        assert bad.status_code == 422 and "请选择上午、下午" in words_of(bad)
        client.post(desk("exception_remove", venue.exceptions.first().pk))
        assert venue.exceptions.count() == 1

    def test_extends(self, client, venue, liaison):
        client.force_login(liaison)
        until = timezone.localdate() + timedelta(days=9)
        client.post(desk("resource_extend", venue.pk), {"until": until.isoformat()})
        venue.refresh_from_db()
        assert venue.valid_until == until
        assert client.post(desk("resource_extend", venue.pk), {"until": until.isoformat()}).status_code == 422

    def test_strangers_find_nothing(self, client, venue):
        row = Booking.objects.create(resource=venue, day=DAY, half=0, note="会")
        client.force_login(make.make_liaison(make.make_unit()))
        for name in ("resource_book", "resource_except", "resource_extend"):
            assert client.post(desk(name, venue.pk)).status_code == 404
        assert client.post(desk("booking_cancel", row.pk)).status_code == 404

    def test_a_page_without_calendar_shows_what_was_used(self, client, liaison, venue):
        plain = make.make_resource(venue.unit)
        client.force_login(liaison)
        page = client.get(desk("resource_change", plain.pk))
        assert page.context["month"] is None and "最近用了多少" in words_of(page)


class TestStaff:
    def test_page_and_acts(self, client, venue, clerk):
        client.force_login(clerk)
        assert venue.name in words_of(client.get(staff("resource_detail", venue.pk)))
        client.post(staff("resource_act", venue.pk, "book"), {"slot": spell(DAY, 0), "note": "培训"})
        refused = client.post(staff("resource_act", venue.pk, "book"), {"slot": spell(DAY, 0), "note": "排练"})
        assert refused.status_code == 422
        assert "培训" in words_of(client.get(staff("resource_detail", venue.pk), {"month": f"{DAY:%Y-%m}"}))
        client.post(staff("booking_cancel", venue.bookings.get().pk))
        assert not venue.bookings.exists()
        assert client.post(staff("resource_act", venue.pk, "burn")).status_code == 404

    def test_a_resource_for_ever_has_its_page(self, client, venue, clerk):
        client.force_login(clerk)
        type(venue).objects.filter(pk=venue.pk).update(valid_until="9999-12-31")
        assert client.get(staff("resource_detail", venue.pk)).status_code == 200

    def test_list_leads_to_the_page(self, client, venue, clerk):
        client.force_login(clerk)
        page = client.get(staff("resource_changelist")).content.decode()
        assert staff("resource_detail", venue.pk) in page
        assert staff("resource_detail", venue.pk) in client.get(staff("resource_change", venue.pk)).content.decode()

    def test_foreign_rows_are_404(self, client, venue):
        row = Booking.objects.create(resource=venue, day=DAY, half=0, note="会")
        client.force_login(make.make_post(organization=make.make_community().organization))
        assert client.get(staff("resource_detail", venue.pk)).status_code == 404
        assert client.get(staff("resource_act", venue.pk, "book")).status_code == 404
        assert client.post(staff("resource_act", venue.pk, "book")).status_code == 404
        assert client.post(staff("booking_cancel", row.pk)).status_code == 404

    def test_supervisors_look_and_change_nothing(self, client, venue):
        client.force_login(make.make_post(role="supervisor", organization=venue.unit.organization))
        page = client.get(staff("resource_detail", venue.pk))
        if page.status_code == 200:
            assert page.context["acts"] == {}
        assert client.post(staff("resource_act", venue.pk, "extend")).status_code in (302, 403)


class TestResidents:
    def test_free_half_days_and_places(self, client, venue):
        Resource.objects.filter(pk=venue.pk).update(period="week", capacity=3)
        page = client.get(reverse("checklists:resource_detail", args=[venue.pk]))
        assert "本周还有 3 个名额" in words_of(page) and "下周" in words_of(page) and "点单" in words_of(page)
        monday = timezone.localdate() + timedelta(days=7 - timezone.localdate().weekday())
        shown = page.context["weeks"][1]["days"]
        assert [day["day"] for day in shown] == [monday + timedelta(days=number) for number in range(7)]
        Booking.objects.create(resource=venue, day=monday, half=0, note="内部会议")
        page = client.get(reverse("checklists:resource_detail", args=[venue.pk]))
        assert page.context["weeks"][1]["days"][0]["words"] == "下午" and "内部会议" not in words_of(page)

    @pytest.mark.parametrize("change", [{"is_public": False}, {"is_paused": True}, {"valid_until": "2020-01-01"}])
    def test_what_is_not_offered_is_404(self, client, venue, change):
        Resource.objects.filter(pk=venue.pk).update(**change)
        assert client.get(reverse("checklists:resource_detail", args=[venue.pk])).status_code == 404


class TestInterface:
    def test_calendar_bookings_and_exceptions(self, client, venue, clerk, liaison):
        bookings.book(venue, DAY, 0, actor=liaison, note="会")
        bookings.add_exceptions(venue, DAY, [1], is_open=False, actor=liaison)
        client.force_login(clerk)
        days = client.get(f"/api/resources/{venue.pk}/calendar/", {"month": f"{DAY:%Y-%m}"}).json()
        mine = {(row["day"], row["half"]): row["state"] for row in days}
        assert (mine[DAY.isoformat(), 0], mine[DAY.isoformat(), 1]) == ("taken", "closed")
        assert client.get("/api/bookings/").json()["results"][0]["note"] == "会"
        assert client.get("/api/resource-exceptions/", {"day__gte": DAY.isoformat()}).json()["count"] == 1
        client.force_login(make.make_post(organization=make.make_community().organization))
        assert client.get(f"/api/resources/{venue.pk}/calendar/").status_code == 404
        assert client.get("/api/bookings/").json()["count"] == 0
