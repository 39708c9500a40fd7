"""What the demonstration has of volunteers keeps the rules of the models, and gives the report's figures."""

import random

from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.test import TestCase
from django.utils import timezone

from checklists.demo.claims import Claims
from checklists.demo.district import District
from checklists.demo.members import Members
from checklists.models import Claim, Need
from govern.fields import blind_index
from grids.models import Duty
from organizations.models import Organization
from organizations.services.calendars import named_days
from organizations.workdays import holiday_on
from tests.factories import at
from volunteers.demo.groups import Groups
from volunteers.demo.people import Volunteers
from volunteers.demo.posts import Posts
from volunteers.demo.reviews import Reviews
from volunteers.demo.service import Service
from volunteers.models import (
    Certificate,
    Good,
    Holding,
    HourEntry,
    Membership,
    PointEntry,
    Position,
    Report,
    ReportEvent,
    Session,
    Signup,
    Star,
    Team,
    UnitReport,
    Volunteer,
    YearReview,
)
from volunteers.services.hours import totals_of
from volunteers.services.stars import thresholds

NOW = at("2026-11-23 18:00")
TODAY = NOW.date()
S = Report.Status


class TestDemo(TestCase):
    """One district serves all: it is read, not changed."""

    @classmethod
    def setUpTestData(cls):
        cls.district = District(today=TODAY, password="", rng=random.Random(1))  # noqa: S106, S311
        for part in (Members, Volunteers, Posts, Groups, Service, Reviews, Claims):
            part(cls.district, now=NOW, rng=random.Random(2)).run()  # noqa: S311
        cls.guest = cls.district.volunteers.guest

    def test_the_figures_are_the_reports_own(self):
        reports = Report.objects.open()
        registered = reports.registered()
        assert registered.count() == 8723
        assert registered.filter(volunteer__is_from_office=True).count() == 2512
        assert (reports.contacted().count(), reports.posted().count()) == (6542, 3271)
        assert Team.objects.exclude(kind="volunteer").count() == 45
        assert Team.objects.filter(kind="volunteer").count() == 50

    def test_people_are_found_by_their_phones(self):
        person = Volunteer.objects.get(pk=self.guest.pk)
        assert (person.name, person.phone_index) == (self.guest.name, blind_index(person.phone))
        assert Volunteer.objects.values("phone_index").distinct().count() == Volunteer.objects.count()
        assert Volunteer.objects.exclude(member=None).exclude(kind="member").count() == 0
        assert (
            Volunteer.objects.exclude(building=None).exclude(building__quarter__community=F("community")).count() == 0
        )

    def test_a_report_tells_how_it_came_where_it_is(self):
        last = ReportEvent.objects.filter(report=OuterRef("pk")).order_by("-pk")
        rows = Report.objects.annotate(
            last=Subquery(last.values("to_status")[:1]), last_at=Subquery(last.values("at")[:1])
        )
        assert rows.exclude(last=F("status")).count() == 0
        assert rows.filter(last_at__gt=NOW).count() == 0
        assert rows.filter(contacted_at__lt=F("registered_at")).count() == 0
        assert rows.filter(posted_at__lt=F("contacted_at")).count() == 0
        assert set(rows.values_list("status", flat=True)) == set(S.values)
        assert Report.objects.waiting_for_contact(NOW).exists()

    def test_whoever_is_posted_holds_a_post_and_nobody_else(self):
        held = Holding.objects.held()
        assert held.values("volunteer").distinct().count() == held.count() == 3271
        assert not held.exclude(volunteer__reports__status=S.POSTED).exists()

    def test_posts_keep_to_their_headcount_and_their_members(self):
        over = Position.objects.with_counts().filter(held_count__gt=F("headcount"))
        assert not over.exists()
        assert (
            not Holding.objects.held().filter(position__is_for_members=True).exclude(volunteer__kind="member").exists()
        )
        assert not Holding.objects.exclude(volunteer__community=F("position__community")).exists()
        waiting = Position.objects.with_counts().filter(holdings__status="waiting")
        assert waiting.exists() and not waiting.filter(held_count__lt=F("headcount")).exists()

    def test_heads_and_households_are_the_rows_that_say_so(self):
        heads = Holding.objects.held().filter(position__kind="building_head").select_related("duty", "volunteer")
        assert heads.count() == Duty.objects.filter(kind="building_head").count() == 460
        for row in heads[:20]:
            assert (row.duty.name, row.duty.phone) == (row.volunteer.name, row.volunteer.phone)
            assert row.duty.building_id == row.volunteer.building_id
        households = Organization.objects.active().filter(kind=Organization.Kind.MEMBER_HOUSEHOLD)
        assert set(households) == {
            row.household for row in Holding.objects.filter(position__kind="household").select_related("household")
        }

    def test_teams_have_members_of_their_kind_and_a_leader_among_them(self):
        assert not Team.objects.exclude(memberships__volunteer=F("leader")).exists()
        foreign = Membership.objects.exclude(team__kind="volunteer").exclude(volunteer__kind="member")
        assert not foreign.exists()
        assert not Membership.objects.exclude(team__community=F("volunteer__community")).exists()

    def test_tuesdays_are_held_in_every_community_but_on_holidays(self):
        tuesdays = Session.objects.filter(series__is_red_vest=True)
        days = {timezone.localdate(each) for each in tuesdays.values_list("starts_at", flat=True)}
        assert {day.weekday() for day in days} == {1}
        calendar = named_days()
        assert not any(holiday_on(day, calendar) for day in days)
        counts = tuesdays.order_by().values("community").annotate(count=Count("pk"))
        assert len(counts) == 16 and min(row["count"] for row in counts) > 50
        assert not Session.objects.filter(ends_at__lte=NOW, status="open").exists()
        assert Session.objects.upcoming(NOW).values("community").distinct().count() == 16

    def test_no_session_is_overbooked_and_the_guest_is_in_the_next(self):
        over = Session.objects.with_seats().filter(seated_count__gt=F("seats"))
        assert not over.exists()
        assert Signup.objects.filter(volunteer=self.guest, session__starts_at__gt=NOW, status="seated").exists()
        assert not Signup.objects.filter(signed_at__gt=NOW).exists()

    def test_hours_are_those_of_settled_sign_ups(self):
        entries = HourEntry.objects.select_related("signup__session", "volunteer")
        credited = Signup.objects.filter(credited_minutes__gt=0)
        assert entries.count() == credited.count() > 5000
        assert entries.exclude(minutes=F("signup__credited_minutes")).count() == 0
        assert entries.exclude(signup__session__status="settled").count() == 0
        assert entries.filter(ledger="duty").exclude(volunteer__kind="member").count() == 0
        assert entries.filter(volunteer__registered_at__date__gt=F("served_on")).count() == 0
        for entry in entries[:20]:
            assert entry.minutes == entry.signup.actual_minutes
            assert entry.point_entry.points == entry.minutes // 60
        assert PointEntry.objects.aggregate(total=Sum("points"))["total"] > 5000

    def test_stars_and_certificates_rest_on_hours(self):
        first = thresholds(TODAY)[1]
        assert set(Star.objects.values_list("status", flat=True)) == {"published", "awarded"}
        for star in Star.objects.all():
            assert totals_of(star.volunteer, TODAY).voluntary_minutes >= first
        assert Certificate.objects.count() == 6

    def test_last_years_reviews_say_what_was_served_then(self):
        rows = YearReview.objects.filter(year=TODAY.year - 1)
        assert rows.count() > 100 and not rows.filter(status="drafted").exists()
        assert not rows.exclude(report__registered_at__year__lte=TODAY.year - 1).exists()
        assert not rows.filter(Q(status__in=["sent", "receipted"]), unit=None).exists()
        assert set(UnitReport.objects.values_list("status", flat=True)) >= {"submitted", "returned", "received"}
        review = rows.filter(sessions_count__gt=0).select_related("report").first()
        served = HourEntry.objects.filter(
            volunteer=review.report.volunteer_id, ledger="duty", served_on__year=TODAY.year - 1
        )
        assert review.duty_minutes == served.aggregate(total=Sum("minutes"))["total"]

    def test_stations_have_the_stock_that_came_in(self):
        stock = Good.objects.annotate(moved=Sum("moves__change"))
        assert stock.count() == 80 and not stock.exclude(moved=F("count")).exists()

    def test_wishes_stand_in_every_state(self):
        states = set(Claim.objects.values_list("status", flat=True))
        assert states == {"claimed", "approved", "fulfilled", "offered"}
        assert Claim.objects.spoken_for_by(self.guest).filter(status="approved").exists()
        assert Claim.objects.exclude(thanks="").exists()
        wishes = Need.objects.filter(channel="wish_wall")
        assert wishes.filter(appeal__isnull=False, status="accepted").count() == 2
        assert not Need.objects.match_due(TODAY).exists()
