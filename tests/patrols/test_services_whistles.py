"""上报 from level to level, 吹哨 and 报到."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from patrols.models import Incident, Whistle
from patrols.services import incidents
from tests import factories as make
from tests.patrols.incidents import MONDAY, World, refused, told

pytestmark = pytest.mark.django_db
S, Level, Reason = Incident.Status, Incident.Level, Whistle.Reason


@pytest.fixture
def world():
    return World()


@pytest.fixture
def escalated(world):
    return incidents.escalate(world.assigned(), reason="产权不清", actor=world.clerk, at=MONDAY)


class TestLevels:
    def test_goes_up_one_by_one_with_a_deadline_to_be_taken_up(self, world, escalated):
        assert (escalated.status, escalated.level, escalated.handler) == (S.ESCALATED, Level.STREET, None)
        assert escalated.handle_by == make.at("2026-11-24 09:00") and "上报到街道" in told(world.street)[-1]
        again = incidents.escalate(escalated, reason="产权不清", level=Level.STREET, actor=world.clerk)
        assert again.events.count() == 4
        row = world.assigned()
        refused(incidents.escalate, row, reason="大事", level=Level.DISTRICT, actor=world.clerk, field="level")
        refused(incidents.escalate, row, reason="", actor=world.clerk, field="reason")

    def test_community_no_longer_decides_and_the_street_does(self, world, escalated):
        with pytest.raises(PermissionDenied):
            incidents.take_up(escalated, actor=world.clerk)
        row = incidents.take_up(escalated, department="街道城管办", note="明天到场", actor=world.street, at=MONDAY)
        assert (row.status, row.level, row.department) == (S.ASSIGNED, Level.STREET, "街道城管办")
        assert incidents.take_up(row, department="街道城管办", actor=world.street) == row
        row = incidents.handle(row, result="城管办清了", actor=world.clerk)
        with pytest.raises(PermissionDenied):
            incidents.check(row, passed=True, actor=world.clerk)
        assert incidents.check(row, passed=True, actor=world.street).status == S.CLOSED

    def test_street_sends_it_to_the_district_and_district_back(self, world, escalated):
        district = make.make_post(role="district_staff")
        with pytest.raises(PermissionDenied):
            incidents.escalate(escalated, reason="再上报", level=Level.DISTRICT, actor=world.clerk)
        row = incidents.escalate(escalated, reason="要区里", level=Level.DISTRICT, actor=world.street, at=MONDAY)
        assert (row.status, row.level) == (S.ESCALATED, Level.DISTRICT)
        with pytest.raises(PermissionDenied):
            incidents.hand_down(row, note="你们办", actor=world.street)
        row = incidents.hand_down(row, note="已协调产权单位", actor=district, at=MONDAY)
        assert (row.status, row.level) == (S.ACCEPTED, Level.COMMUNITY)
        assert row.handle_by == make.at("2026-11-23 11:00") and "退回社区办理" in told(world.clerk)[-1]


class TestWhistle:
    def call(self, world, row=None, **fields):
        wanted = {"reason": Reason.ENFORCEMENT, "departments": ["城管", "消防", "城管"], "note": "清理通道"}
        row = row or world.assigned()
        return incidents.whistle(row, **{**wanted, "actor": world.clerk, "at": MONDAY, **fields})

    def test_calls_each_department_once_within_the_limit(self, world):
        whistle = self.call(world)
        assert whistle.report_by == MONDAY + timedelta(minutes=30) and whistle.allowed_minutes == 30
        assert [row.department for row in whistle.arrivals.all()] == ["城管", "消防"]
        assert self.call(world, whistle.incident) == whistle  # the double click
        assert refused(self.call, world, whistle.incident, note="另一件事").code == "open"
        assert whistle.incident.events.last().note.startswith("吹哨（综合执法）：城管、消防")
        assert "吹哨" in told(world.street)[-1]

    def test_who_may_not_and_what_is_wrong(self, world):
        row = world.assigned()
        with pytest.raises(PermissionDenied):
            self.call(world, row, actor=world.worker)
        refused(self.call, world, row, departments=[" "], field="departments")
        refused(self.call, world, row, note="", field="note")
        refused(self.call, world, row, report_by=MONDAY, field="report_by")

    def test_arrival_is_measured_and_late_is_said(self, world):
        whistle = self.call(world)
        first = incidents.arrive(whistle, department="城管", actor=world.clerk, at=MONDAY + timedelta(minutes=22))
        late = incidents.arrive(whistle, department="消防", actor=world.clerk, at=MONDAY + timedelta(minutes=41))
        assert (first.minutes, first.is_late, late.minutes, late.is_late) == (22, False, 41, True)
        again = incidents.arrive(whistle, department="城管", actor=world.clerk, at=MONDAY + timedelta(minutes=50))
        assert again.minutes == 22
        assert whistle.incident.events.last().note == "消防报到，用时 41 分钟，迟到。"
        own = incidents.arrive(whistle, department="供电所", actor=world.clerk, at=MONDAY + timedelta(minutes=42))
        assert own.whistle == whistle and whistle.arrivals.count() == 3
        before = MONDAY - timedelta(minutes=1)
        refused(incidents.arrive, whistle, department="水务", arrived_at=before, actor=world.clerk, field="arrived_at")

    def test_ends_with_an_outcome_that_names_who_never_came(self, world):
        whistle, later = self.call(world), MONDAY + timedelta(hours=2)
        incidents.arrive(whistle, department="城管", actor=world.clerk, at=later)
        refused(incidents.end_whistle, whistle, outcome="", actor=world.clerk, field="outcome")
        ended = incidents.end_whistle(whistle, outcome="通道已清", actor=world.clerk, at=later)
        assert incidents.end_whistle(ended, outcome="又一次", actor=world.clerk).outcome == "通道已清"
        assert whistle.incident.events.last().note == "解除吹哨。未报到：消防。通道已清"
        absent = ended.arrivals.get(department="消防")
        assert absent.is_late and absent.minutes is None
        assert refused(incidents.arrive, ended, department="消防", actor=world.clerk).code == "ended"
        assert self.call(world, whistle.incident, at=later) != ended
