"""巡查事件: reported once, handled in time, handed on, checked, closed."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.test import TransactionTestCase
from django.utils import timezone

from accounts.models import Notification
from grids.models import Duty
from patrols.models import Incident, IncidentEvent, IncidentPhoto
from patrols.services import incidents
from tests import factories as make
from tests.patrols.incidents import MONDAY, World, clean_jpeg, refused, told
from tests.races import race

pytestmark = pytest.mark.django_db
S = Incident.Status


@pytest.fixture
def world():
    return World()


class TestReport:
    def test_goes_to_its_first_receiver_with_a_deadline_in_office_hours(self, world):
        row = world.report(building=world.building, at=make.at("2026-11-20 17:00"))  # a Friday
        assert (row.status, row.grid, row.receiver, row.reporter) == (S.REPORTED, world.grid, world.duty, world.worker)
        assert row.accept_by == make.at("2026-11-23 09:30") and row.deadline == row.accept_by
        event = row.events.get()
        assert event.to_status == S.REPORTED and event.note

    def test_same_key_is_one_row(self, world):
        key = uuid4()
        first, again = (world.report(client_key=key, text=text) for text in ("一次", "两次"))
        assert first == again and Incident.objects.get().text == "一次" and first.events.count() == 1
        other = make.make_post(role="community_staff", organization=world.body)
        assert refused(world.report, client_key=key, actor=other).code == "client_key"

    def test_solved_on_the_spot_is_closed_at_once(self, world):
        row = world.report(solved_note="当场清走", photos=[clean_jpeg()])
        assert (row.status, row.result, row.is_solved_on_spot) == (S.CLOSED, "当场清走", True)
        assert row.closed_at == row.handled_at == MONDAY and row.receiver is None and row.deadline is None
        assert row.photos.get().stage == IncidentPhoto.Stage.REPORTED
        refused(world.report, solved_note=" ", field="solved_note")

    def test_worker_reports_in_their_own_grids_alone(self, world):
        other = make.make_grid(world.community)
        assert world.report().grid == world.grid  # the only one they have
        with pytest.raises(PermissionDenied):
            world.report(grid=other)
        with pytest.raises(PermissionDenied):
            world.report(community=make.make_community())
        assert world.report(grid=other, actor=world.clerk).grid == other
        make.make_duty(grid=other, user=world.worker)
        refused(world.report, field="grid")

    def test_wants_a_kind_in_use_and_a_place_of_this_community(self, world):
        refused(world.report, matter=world.matter.parent, field="matter")
        elsewhere = make.make_building()
        refused(world.report, building=elsewhere, actor=world.clerk, field="building")
        refused(world.report, text=" ", field="text")
        world.matter.is_active = False
        refused(world.report, field="matter")
        assert not Incident.objects.exists()

    def test_a_fast_clock_is_put_right_and_a_moved_building_says_its_grid(self, world):
        old = make.make_grid(world.community)
        row = world.report(noticed_at=MONDAY + timedelta(hours=1), grid=old, building=world.building)
        assert (row.noticed_at, row.grid) == (MONDAY, world.grid)

    def test_urgent_alerts_leader_and_community_at_once_by_day_and_night(self, world):
        world.matter.is_urgent = True
        row = world.report(at=make.at("2026-11-22 02:00"))  # a Sunday night
        assert row.accept_by == make.at("2026-11-22 02:30")
        assert ["紧急上报" in told(user)[0] for user in (world.leader, world.clerk)] == [True, True]
        assert told(world.worker) == []

    def test_receiver_is_told_with_the_page_they_can_open(self, world):
        row = world.report(actor=world.clerk, grid=world.grid)
        line = Notification.objects.get(recipient=world.worker)
        assert line.link == f"/desk/incidents/{row.pk}/" and "您是首接人" in line.text


class TestTaking:
    def test_the_first_receiver_takes_it_in_hand_once(self, world):
        row = world.report(actor=world.clerk, grid=world.grid)
        for _ in range(2):
            row = incidents.take(row, actor=world.worker)
        assert (row.status, row.handler, row.accepted_at is None) == (S.ASSIGNED, row.receiver, False)
        assert [event.to_status for event in row.events.all()] == ["reported", "accepted", "assigned"]

    def test_the_stand_in_takes_it_and_nobody_else_does(self, world):
        row = world.report(actor=world.clerk, grid=world.grid)
        other = make.make_duty(grid=world.grid, user=make.make_worker_of(world.grid, kind="security"))
        with pytest.raises(PermissionDenied):
            incidents.take(row, actor=other.user)
        make.make_leave(row.receiver, other)
        row = incidents.take(row, actor=other.user)
        assert row.handler == other

    def test_what_was_given_to_another_meanwhile_is_told_and_not_taken(self, world):
        row = incidents.accept(world.report(actor=world.clerk, grid=world.grid), actor=world.clerk)
        incidents.assign(row, department="物业公司", actor=world.clerk)
        assert refused(incidents.take, row, actor=world.worker).code == "transition"
        assert Incident.objects.get(pk=row.pk).department == "物业公司"

    def test_what_has_gone_up_is_no_longer_theirs(self, world):
        row = incidents.accept(world.report(actor=world.clerk, grid=world.grid), actor=world.clerk)
        row = incidents.take_up(incidents.escalate(row, reason="难", actor=world.clerk), actor=make.make_superuser())
        with pytest.raises(PermissionDenied):
            incidents.assign(row, department="城管", actor=world.worker)


class TestRace(TransactionTestCase):
    @pytest.mark.postgres
    def test_one_row_for_a_key_posted_at_once(self):
        world, key = World(), uuid4()
        rows = race(*[lambda: world.report(client_key=key, photos=[clean_jpeg()])] * 6)
        assert len({row.pk for row in rows}) == 1
        row = Incident.objects.get()
        assert row.photos.count() == row.events.count() == 1

    @pytest.mark.postgres
    def test_two_who_assign_at_once_leave_one_handler_and_two_events_at_most(self):
        world = World()
        row = incidents.accept(world.report(), actor=world.clerk)
        race(
            lambda: incidents.assign(row, department="城管", actor=world.clerk),
            lambda: incidents.escalate(row, reason="办不了", actor=world.clerk),
        )
        row.refresh_from_db()
        events = list(row.events.order_by("pk").values_list("from_status", "to_status"))
        assert [after for _, after in events][-1] == row.status
        assert all(before == after for (_, before), (after, _) in zip(events, events[1:], strict=False))

    @pytest.mark.postgres
    def test_two_merged_into_each_other_do_not_wait_for_each_other(self):
        world = World()
        one, other = world.report(), world.report()
        race(
            lambda: incidents.merge(one, into=other, actor=world.clerk),
            lambda: incidents.merge(other, into=one, actor=world.clerk),
        )
        assert Incident.objects.filter(status=S.MERGED).count() == 1


class TestHandling:
    def test_whole_way_to_the_end(self, world):
        row = world.assigned()
        assert row.handler == world.duty and row.handle_by == make.at("2026-11-24 08:30") + timedelta(minutes=30)
        row = incidents.handle(row, result="清走了", photos=[clean_jpeg()], actor=world.worker, at=MONDAY)
        assert row.check_by > MONDAY and row.photos.get().stage == IncidentPhoto.Stage.HANDLED
        row = incidents.check(row, passed=True, actor=world.clerk, at=MONDAY)
        assert (row.status, row.closed_at) == (S.CLOSED, MONDAY)
        assert any("已办结" in line for line in told(world.worker))
        assert list(row.events.values_list("to_status", flat=True)) == [
            S.REPORTED,
            S.ACCEPTED,
            S.ASSIGNED,
            S.HANDLED,
            S.CLOSED,
        ]

    def test_worker_handles_and_does_not_direct_and_leader_directs_own_grid(self, world):
        row, other = world.report(), make.make_worker_of(world.grid, kind="security")
        with pytest.raises(PermissionDenied):
            incidents.accept(row, actor=other)
        incidents.accept(row, actor=world.leader)
        with pytest.raises(PermissionDenied):
            incidents.assign(row, duty=world.duty, actor=other)
        foreign = world.report(grid=make.make_grid(world.community), actor=world.clerk)
        with pytest.raises(PermissionDenied):
            incidents.accept(foreign, actor=world.leader)

    def test_returned_with_a_reason_that_the_reporter_reads(self, world):
        row = world.report()
        refused(incidents.return_incident, row, reason="", actor=world.clerk, field="reason")
        row = incidents.return_incident(row, reason="是产权单位的事", actor=world.clerk)
        incidents.return_incident(row, reason="是产权单位的事", actor=world.clerk)
        assert row.status == S.RETURNED and told(world.worker)[-1].endswith("不予受理：是产权单位的事")
        assert row.events.count() == 2

    def test_handed_back_waits_for_another(self, world):
        row = world.assigned()
        refused(incidents.hand_back, row, reason="", actor=world.worker, field="reason")
        row = incidents.hand_back(row, reason="没有工具", actor=world.worker, at=MONDAY)
        assert (row.status, row.handler, row.handle_by) == (S.ACCEPTED, None, make.at("2026-11-23 11:00"))
        assert "被退回" in told(world.clerk)[-1]
        assert row.events.last().note == "网格员 吴**退回：没有工具"

    def test_passed_on_while_being_handled_and_the_same_twice_is_once(self, world):
        row, later = world.assigned(), MONDAY + timedelta(hours=1)
        row = incidents.assign(row, department="物业公司", actor=world.clerk, at=later)
        events = row.events.count()
        row = incidents.assign(row, department="物业公司", actor=world.clerk, at=later + timedelta(hours=1))
        assert (row.handler, row.department, row.assigned_at) == (None, "物业公司", later)
        assert row.events.count() == events
        refused(incidents.assign, row, actor=world.clerk, field="duty")
        refused(
            incidents.assign,
            row,
            duty=make.make_duty(grid=make.make_grid(make.make_community())),
            actor=world.clerk,
            field="duty",
        )

    def test_nobody_checks_their_own_work(self, world):
        row = incidents.handle(world.assigned(), result="好了", actor=world.leader)
        Duty.objects.filter(pk=world.duty.pk).update(user=world.leader)
        row.refresh_from_db()
        assert refused(incidents.check, row, passed=True, actor=world.leader).code == "own"

    def test_rework_returns_to_the_handler_with_a_new_deadline(self, world):
        row, next_day = world.assigned(), make.at("2026-11-24 10:00")
        row = incidents.handle(row, result="好了", actor=world.worker, at=MONDAY)
        refused(incidents.check, row, passed=False, actor=world.clerk, field="note")
        row = incidents.check(row, passed=False, note="还剩一半", actor=world.clerk, at=next_day)
        assert (row.status, row.handler, row.rework_count) == (S.ASSIGNED, world.duty, 1)
        assert row.handle_by == make.at("2026-11-25 10:00") and row.check_by is None
        assert "要返工" in told(world.worker)[-1]

    def test_what_fails_too_often_goes_to_the_street(self, world):
        row = world.assigned()
        for _ in range(3):
            row = incidents.handle(row, result="好了", actor=world.worker)
            row = incidents.check(row, passed=False, note="没好", actor=world.clerk)
        assert (row.status, row.level, row.rework_count) == (S.ESCALATED, Incident.Level.STREET, 3)
        assert row.events.last().actor is None and "上报到街道" in told(world.street)[-1]


class TestPause:
    def test_clock_stands_still_in_office_hours(self, world):
        row = world.assigned()  # due on Tuesday at nine
        row = incidents.suspend(
            row, until=make.at("2026-11-26 00:00").date(), reason="等配件", actor=world.clerk, at=MONDAY
        )
        assert row.deadline is None
        row = incidents.resume(row, actor=world.clerk, at=make.at("2026-11-25 09:00"))
        assert (row.status, row.handler) == (S.ASSIGNED, world.duty)
        assert row.handle_by == make.at("2026-11-26 09:00") and row.suspended_until is None

    def test_not_longer_than_the_rule(self, world):
        row, today = world.assigned(), timezone.localdate(MONDAY)
        for days in (0, 16):
            until = today + timedelta(days=days)
            refused(incidents.suspend, row, until=until, reason="等", actor=world.clerk, at=MONDAY, field="until")

    def test_suspended_before_it_was_assigned(self, world):
        row = incidents.accept(world.report(), actor=world.clerk, at=MONDAY)
        until = timezone.localdate(MONDAY) + timedelta(days=1)
        row = incidents.suspend(row, until=until, reason="等", actor=world.clerk, at=MONDAY)
        row = incidents.wake(row, at=MONDAY + timedelta(hours=1))
        assert row.status == S.SUSPENDED
        row = incidents.wake(row, at=make.at("2026-11-24 09:00"))
        assert (row.status, row.deadline) == (S.ACCEPTED, make.at("2026-11-24 11:00"))


class TestMerge:
    def test_repeat_ends_and_its_reporter_hears_of_the_end(self, world):
        other = make.make_post(role="community_staff", organization=world.body)
        first, repeat = world.report(building=world.building), world.report(building=world.building, actor=other)
        assert incidents.likely_repeats(repeat, Incident.objects.all()) == [first]
        repeat = incidents.merge(repeat, into=first, actor=world.clerk)
        assert (repeat.status, repeat.merged_into) == (S.MERGED, first)
        row = incidents.assign(incidents.accept(first, actor=world.clerk), duty=world.duty, actor=world.clerk)
        incidents.check(incidents.handle(row, result="清了", actor=world.worker), passed=True, actor=world.clerk)
        assert [line for line in told(other) if "已办结：清了" in line]

    def test_only_into_an_open_one_of_the_same_community(self, world):
        row = world.report()
        refused(incidents.merge, row, into=row, actor=world.clerk, field="into")
        refused(incidents.merge, row, into=make.make_incident(), actor=world.clerk, field="into")
        closed = world.report(solved_note="好了")
        refused(incidents.merge, row, into=closed, actor=world.clerk, field="into")

    def test_likely_means_same_matter_and_place_lately(self, world):
        row = world.report(building=world.building)
        world.report(matter=make.make_matter(), building=world.building)
        world.report(building=world.building, at=MONDAY - timedelta(days=8))
        world.report()
        assert incidents.likely_repeats(row, Incident.objects.all()) == []


def test_every_event_is_appended(world):
    row = world.assigned()
    assert IncidentEvent.objects.filter(incident=row).count() == 3
