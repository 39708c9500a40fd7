"""What the daily work adds to the demonstration district; without the stories of its needs."""

import random
from collections import Counter
from datetime import timedelta

from django.db.models import F, Sum
from django.test import TestCase
from shapely.geometry import Point, shape

from accounts.models import Notification
from checklists.demo.district import District
from grids.models import Building, Duty, Grid, Leave, Outline, Route
from grids.services.routes import first_receiver
from organizations.services.calendars import deadline
from patrols.demo.care import Care
from patrols.demo.channels import Channels
from patrols.demo.crowd import Crowd
from patrols.demo.errands import Errands
from patrols.demo.ground import GAP, OVERLAP, WITHOUT_OUTLINE, Ground
from patrols.demo.incidents import Incidents
from patrols.demo.messages import Messages
from patrols.demo.people import People
from patrols.models import (
    Admission,
    Arrival,
    CareHousehold,
    ErrandShare,
    FieldDesk,
    Incident,
    IncidentEvent,
    Note,
    Round,
    Ticket,
    Visit,
)
from tests.factories import at

NOW = at("2026-11-23 18:00")
TODAY = NOW.date()
S = Incident.Status


class TestDemo(TestCase):
    """One district serves all: it is read, not changed."""

    @classmethod
    def setUpTestData(cls):
        district = District(today=TODAY, password="", rng=random.Random(1))  # noqa: S106, S311
        for part in (Ground, People, Care, Incidents, Channels, Errands, Messages):
            part(district, now=NOW, rng=random.Random(2)).run()  # noqa: S311
        cls.communities, cls.grids = district.communities, district.grids

    def test_every_building_lies_in_the_outline_of_its_quarter(self):
        shapes = {row.quarter_id: shape(row.geometry) for row in Outline.objects.filter(quarter__isnull=False)}
        bare = {self.communities[place].pk for place in WITHOUT_OUTLINE}
        for building in Building.objects.select_related("quarter"):
            point = Point(building.longitude, building.latitude)
            if building.quarter.community_id not in bare:
                assert shapes[building.quarter_id].contains(point), building
        assert not Outline.objects.filter(community__in=bare).exists()

    def test_outlines_adjoin_but_for_one_overlap_and_one_gap(self):
        grids = [shape(row.geometry) for row in Outline.objects.filter(grid__isnull=False).order_by("grid__code")]
        assert len(grids) == 9
        square = 1e-9  # degrees, some ten square metres
        found = {
            (one, other)
            for one in range(len(grids))
            for other in range(one)
            if grids[one].intersection(grids[other]).area > square
        }
        assert found == {OVERLAP[::-1]}
        community = self.grids[GAP].communities.get()
        assert shape(community.outline.geometry).difference(grids[GAP]).area > square

    def test_most_grids_keep_to_the_norm(self):
        sizes = [
            grid.buildings.aggregate(total=Sum("households"))["total"] for grid in Grid.objects.exclude(parent=None)
        ]
        assert 6 <= sum(300 <= size <= 500 for size in sizes) < len(sizes)

    def test_all_kinds_of_duty_and_the_workers_of_the_report(self):
        duties = Duty.objects.current(TODAY)
        assert set(duties.values_list("kind", flat=True)) == set(Duty.Kind.values)
        assert duties.filter(kind=Duty.Kind.WORKER).values("phone_index").distinct().count() == 11
        for duty in Duty.objects.all():
            duty.full_clean(validate_unique=False)

    def test_the_stand_in_of_today_receives_what_comes(self):
        grid = self.grids[1]
        leave = Leave.objects.current(TODAY).get(duty__grid=grid)
        found = first_receiver(
            Route.Subject.INCIDENT, code="S0102", community=grid.communities.get(), grid=grid, on=TODAY
        )
        assert (found.duty, found.away) == (leave.stand_in, leave.duty)
        assert leave.stand_in.user.username == "daiban"

    def test_incidents_stand_in_every_status_and_their_events_lead_there(self):
        assert set(Incident.objects.values_list("status", flat=True)) == set(S.values)
        own = Incident.objects.filter(grid=self.grids[0])
        assert own.open().count() > 12
        assert own.overdue(NOW).exists()
        status = {}
        for event in IncidentEvent.objects.order_by("incident", "at", "pk"):
            assert event.at <= NOW
            assert event.from_status == status.get(event.incident_id, "")
            status[event.incident_id] = event.to_status
        assert status == dict(Incident.objects.values_list("pk", "status"))

    def test_whistles_are_answered_late_and_not_at_all(self):
        arrivals = list(Arrival.objects.select_related("whistle"))
        assert any(row.arrived_at and row.is_late for row in arrivals)
        assert any(row.arrived_at is None for row in arrivals)

    def test_messages_name_the_incident_and_came_with_it(self):
        rows = Notification.objects.exclude(link="/desk/").filter(link__contains="incident")
        codes = {row.text[:9].replace("-", "") for row in rows}
        assert codes <= set(Incident.objects.values_list("code", flat=True))
        assert not rows.filter(created_at__gt=NOW).exists()
        assert rows.unread().exists()

    def test_households_are_due_as_their_visits_say(self):
        assert set(CareHousehold.objects.values_list("group", flat=True)) == set(CareHousehold.Group.values)
        late = CareHousehold.objects.due(TODAY - timedelta(days=1))
        assert 3 < late.count() < CareHousehold.objects.count() / 3
        assert late.filter(building__grid=self.grids[0]).exists()
        assert not Visit.objects.filter(visited_at__gt=NOW).exists()
        assert not CareHousehold.objects.filter(visits=None).exclude(last_visit_at=None).exists()

    def test_channels_and_errands_have_something_of_everything(self):
        assert set(Ticket.objects.of_day(TODAY).values_list("status", flat=True)) == set(Ticket.Status.values)
        assert FieldDesk.objects.published().values("community").distinct().count() >= 4
        assert set(Admission.objects.values_list("status", flat=True)) == set(Admission.Status.values)
        assert ErrandShare.objects.overdue(TODAY).exists()
        assert Round.objects.filter(grid=self.grids[0]).count() > 10
        weeks = Counter((NOW - heard_at).days // 7 for heard_at in Note.objects.values_list("heard_at", flat=True))
        assert sorted(weeks) == [0, 1, 2, 3, 4]


class TestCrowd(TestCase):
    """Drawn past the services: what they keep true must hold in it too."""

    @classmethod
    def setUpTestData(cls):
        district = District(today=TODAY, password="", rng=random.Random(1))  # noqa: S106, S311
        People(district, now=NOW, rng=random.Random(2)).run()  # noqa: S311
        spots = Incidents(district, now=NOW, rng=random.Random(2)).spots()  # noqa: S311
        Crowd(spots, count=800, days=40, now=NOW, rng=random.Random(3)).run()  # noqa: S311

    def test_every_change_is_an_edge_of_the_table(self):
        assert Incident.objects.count() == 800
        for before, to in IncidentEvent.objects.exclude(from_status="").values_list("from_status", "to_status"):
            assert to in Incident.TRANSITIONS[before]
        assert not IncidentEvent.objects.filter(at__gt=NOW).exists()

    def test_clocks_are_those_of_the_services(self):
        for row in Incident.objects.select_related("matter"):
            if not row.matter.is_urgent:
                assert row.accept_by == deadline(row.reported_at, 2)
            if row.status == S.HANDLED and not row.matter.is_urgent:
                assert row.check_by == deadline(row.handled_at, 16)
            last = row.events.order_by("at", "pk").last()
            if row.status == S.ASSIGNED and last.from_status == S.ACCEPTED and not row.matter.is_urgent:
                assert row.handle_by == deadline(row.assigned_at, row.matter.handling_hours)
            row.full_clean()

    def test_columns_say_what_the_status_says(self):
        rows = Incident.objects.all()
        assert not rows.filter(status=S.CLOSED, closed_at=None).exists()
        assert not rows.exclude(status=S.CLOSED).exclude(closed_at=None).exists()
        assert not rows.filter(status=S.ASSIGNED, handler=None).exists()
        assert not rows.exclude(grid=F("building__grid")).exists()
        assert rows.open().exists()
        assert rows.overdue(NOW).exists()
