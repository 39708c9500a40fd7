"""The sweeps: each finds its rows, tells once, and a second run finds nothing to do."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Notification
from govern.celery import app
from organizations.models import Parameter
from patrols import tasks
from patrols.models import Incident, Whistle
from patrols.services import incidents
from tests import factories as make
from tests.checklists.residents import set_parameter
from tests.patrols.incidents import MONDAY, World, told

pytestmark = pytest.mark.django_db
S = Incident.Status


@pytest.fixture
def world():
    return World()


@pytest.fixture
def queued():
    """`queued()`: [(task, arguments)] sent since the last look."""

    def look():
        sent = []
        with app.connection_for_read() as broker:
            queue = broker.SimpleQueue("celery")
            while True:
                try:
                    message = queue.get_nowait()
                except queue.Empty:
                    break
                sent.append((app.tasks[message.headers["task"]], message.payload[0]))
                message.ack()
            queue.close()
        return sent

    look()
    yield look
    look()


@pytest.fixture
def sweep(queued):
    """Runs a sweep, and all that it queued."""

    def run(task):
        task()
        for each, arguments in queued():
            each(*arguments)

    return run


def put(incident, **columns):
    Incident.objects.filter(pk=incident.pk).update(**columns)


def kept(incident):
    return Incident.objects.filter(pk=incident.pk).values().get(), incident.events.count()


class TestReminders:
    def test_once_when_near_and_once_when_over(self, world):
        row = world.assigned()  # due on Tuesday at nine
        Notification.objects.all().delete()
        moments = ["2026-11-24 04:00", "2026-11-24 05:30", "2026-11-24 06:00", "2026-11-24 09:01", "2026-11-25 09:00"]
        lines = []
        for moment in moments:
            incidents.remind(row, at=make.at(moment))
            lines.append(len(told(world.worker)))
        assert lines == [0, 1, 1, 2, 2]
        assert "将在 11月24日 09:00 到期" in told(world.worker)[0] and "已超期" in told(world.worker)[1]
        assert len(told(world.clerk)) == 1  # whoever directs hears of what is over

    def test_a_new_clock_reminds_anew(self, world):
        row = world.assigned()
        incidents.remind(row, at=make.at("2026-11-24 09:01"))
        row = incidents.handle(row, result="好了", actor=world.worker, at=make.at("2026-11-24 09:30"))
        assert row.reminded_at is None
        incidents.remind(row, at=row.check_by + timedelta(minutes=1))
        assert "已超期" in told(world.clerk)[-1]

    def test_sweep_finds_those_alone(self, world, sweep):
        now = timezone.now()
        near, over, later, done = (world.assigned(at=now) for _ in range(4))
        put(near, handle_by=now + timedelta(hours=1))
        put(over, handle_by=now - timedelta(hours=1), reminded_at=now - timedelta(hours=3))
        put(later, handle_by=now + timedelta(hours=30))
        put(done, handle_by=now - timedelta(hours=1), reminded_at=now)
        Notification.objects.all().delete()
        sweep(tasks.remind_incidents)
        assert sorted(line[:9] for line in told(world.worker)) == sorted([near.spoken_code, over.spoken_code])
        sweep(tasks.remind_incidents)
        assert len(told(world.worker)) == 2

    def test_a_task_that_was_lost_is_found_again(self, world, queued):
        row = world.assigned()
        put(row, handle_by=timezone.now() - timedelta(hours=1))
        tasks.remind_incidents()
        assert queued() == [(tasks.remind_incident, [row.pk])]  # and the worker died
        tasks.remind_incidents()
        assert queued() == [(tasks.remind_incident, [row.pk])]


class TestWaking:
    def test_on_its_day_and_once(self, world, sweep):
        row, today = world.assigned(), timezone.localdate()
        row = incidents.suspend(
            row, until=timezone.localdate(MONDAY) + timedelta(days=2), reason="等", actor=world.clerk, at=MONDAY
        )
        put(row, suspended_until=today + timedelta(days=1))
        sweep(tasks.wake_incidents)
        assert Incident.objects.get(pk=row.pk).status == S.SUSPENDED
        put(row, suspended_until=today)
        sweep(tasks.wake_incidents)
        row.refresh_from_db()
        assert (row.status, row.handler, row.events.last().actor) == (S.ASSIGNED, world.duty, None)
        before = kept(row)
        tasks.wake_incident(row.pk)
        assert kept(row) == before


class TestEscalation:
    def test_only_where_a_rule_is_set_and_in_office_hours(self, world):
        row = world.assigned()  # due on Tuesday at nine
        late = make.at("2026-11-24 14:00")
        assert incidents.escalate_overdue(row, at=late).status == S.ASSIGNED
        set_parameter("incident_overdue_hours", 4)
        assert incidents.escalate_overdue(row, at=make.at("2026-11-24 13:59")).status == S.ASSIGNED
        row = incidents.escalate_overdue(row, at=make.at("2026-11-24 14:31"))
        assert (row.status, row.level) == (S.ESCALATED, Incident.Level.STREET)
        before = kept(row)
        incidents.escalate_overdue(row, at=make.at("2026-11-30 14:31"))
        assert kept(row) == before

    def test_what_nobody_accepted_goes_up_too(self, world, sweep):
        set_parameter("incident_overdue_hours", 1)
        row = world.report(at=timezone.now() - timedelta(days=20))
        closed = world.report(solved_note="好了")
        sweep(tasks.escalate_incidents)
        row.refresh_from_db()
        assert row.status == S.ESCALATED
        assert list(row.events.values_list("to_status", flat=True)) == [S.REPORTED, S.ACCEPTED, S.ESCALATED]
        assert Incident.objects.get(pk=closed.pk).status == S.CLOSED


class TestAbsence:
    def test_whistler_is_told_once_of_who_has_not_come(self, world, sweep):
        row, now = world.assigned(), timezone.now()
        calls = {"reason": "enforcement", "note": "清理", "actor": world.clerk}
        whistle = incidents.whistle(row, departments=["城管", "消防"], at=now - timedelta(hours=1), **calls)
        other = incidents.whistle(world.assigned(), departments=["城管"], at=now, **calls)
        Notification.objects.all().delete()
        sweep(tasks.report_absences)
        sweep(tasks.report_absences)
        assert ["有部门没有报到" in line for line in told(world.clerk)] == [True]
        late = Whistle.objects.late(timezone.now())
        assert list(late) == [whistle] and other not in late


def test_every_parameter_of_incidents_says_its_source(world):
    rows = Parameter.objects.filter(key__startswith="incident_") | Parameter.objects.filter(key__startswith="whistle_")
    assert rows.count() == 11 and all(row.source and row.unit for row in rows)
