"""Tasks: sweeps that only enumerate, and small idempotent jobs. What is queued is read from the real broker."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from checklists import tasks
from checklists.models import Dispatch, Need, NeedEvent
from checklists.services import dispatches, needs
from checklists.tasks.retrying import RETRY
from govern.celery import app
from tests import factories as make

S = Need.Status


@pytest.fixture
def queued():
    """`queued()`: [(task, arguments)] sent since the last look, in any order."""

    def look():
        sent = []
        with app.connection_for_read() as broker:
            queue = broker.SimpleQueue("celery")
            while True:
                try:
                    message = queue.get_nowait()
                except queue.Empty:
                    break
                sent.append((message.headers["task"].rsplit(".", 1)[1], *message.payload[0]))
                message.ack()
            queue.close()
        return sorted(sent)

    look()
    yield look
    look()


@pytest.mark.django_db
class TestSweeps:
    def test_lost_matches_and_dispatches(self, queued):
        lost, fresh, done = (make.make_need(S.ACCEPTED) for _ in range(3))
        old = timezone.now() - timedelta(minutes=5)
        Need.objects.filter(pk=lost.pk).update(match_due_at=old)
        Need.objects.filter(pk=done.pk).update(match_due_at=None, matched_at=timezone.now())
        automatic = make.make_need(S.ACCEPTED, category=make.make_category(auto_dispatch=True))
        make.make_resource(make.make_unit(automatic.community.organization), automatic.category)
        make.make_proposals(automatic)
        Need.objects.filter(pk=automatic.pk).update(matched_at=old)
        queued()
        tasks.match_open_needs()
        assert set(queued()) == {("match_need", lost.pk), ("match_need", automatic.pk)}

    def test_unanswered(self, queued):
        late, waiting, taken = (make.make_need(status) for status in (S.DISPATCHED, S.DISPATCHED, S.TAKEN))
        for need in (late, taken):
            Dispatch.objects.filter(need=need).update(reply_by=timezone.now() - timedelta(seconds=1))
        queued()
        tasks.expire_dispatches()
        (sent,) = queued()
        assert sent == ("expire_dispatch", late.dispatches.get().pk)
        tasks.expire_dispatch(sent[1])
        tasks.expire_dispatch(sent[1])
        late.refresh_from_db()
        assert (late.status, late.events.filter(to_status=S.ACCEPTED).count()) == (S.ACCEPTED, 2)
        waiting.refresh_from_db()
        assert waiting.status == S.DISPATCHED

    def test_due_soon_is_reminded_once(self, queued):
        now = timezone.now()
        soon, far, over = (make.make_need() for _ in range(3))
        for need, left in ((soon, 1), (far, 50), (over, -1)):
            Need.objects.filter(pk=need.pk).update(
                respond_by=now + timedelta(hours=left), handle_by=now + timedelta(99)
            )
        queued()
        for sent in ([("remind_deadline", soon.pk)], []):
            tasks.remind_deadlines()
            assert queued() == sent
            tasks.remind_deadline(soon.pk)

    def test_suspensions_that_end(self, queued):
        ends, lasts = make.make_need(S.SUSPENDED), make.make_need(S.SUSPENDED)
        Need.objects.filter(pk=ends.pk).update(suspended_until=timezone.localdate())
        queued()
        tasks.resume_needs()
        assert queued() == [("resume_need", ends.pk)]
        for need in (ends, lasts):
            tasks.resume_need(need.pk)
            need.refresh_from_db()
        assert (ends.status, lasts.status) == (S.ACCEPTED, S.SUSPENDED)

    def test_rated_and_silent_needs(self, queued):
        now = timezone.now()
        ages = {S.RATED: (6, 8), S.DONE: (29, 31)}
        needs_of = {
            (status, days): make.make_need(status, clock=now - timedelta(days=days))
            for status, both in ages.items()
            for days in both
        }
        queued()
        tasks.close_needs()
        expected = [("close_need", needs_of[key].pk) for key in ((S.RATED, 8), (S.DONE, 31))]
        assert queued() == sorted(expected)


@pytest.mark.django_db
class TestHints:
    def test_task_is_sent_after_the_commit_and_not_without_one(self, queued, django_capture_on_commit_callbacks):
        need, chief = make.make_need(), make.make_superuser()
        queued()
        with django_capture_on_commit_callbacks(execute=True):
            needs.accept(need, actor=chief)
            assert queued() == []
        assert queued() == [("match_need", need.pk)]

    def test_refusal_asks_for_the_need_and_for_those_who_wait(self, queued, django_capture_on_commit_callbacks):
        row = make.make_need(S.DISPATCHED).dispatches.get()
        queued()
        with django_capture_on_commit_callbacks(execute=True):
            dispatches.decline(row, actor=NeedEvent.Party.UNIT, reason="no_time")
        assert queued() == [("match_affected", row.resource_id), ("match_need", row.need_id)]

    def test_vanished_need_is_no_error(self):
        tasks.match_need(0)


class TestSchedule:
    def test_every_task_is_registered_and_retries_what_passes(self):
        app.loader.import_default_modules()
        own = {name.rsplit(".", 1)[1]: task for name, task in app.tasks.items() if name.startswith("checklists.tasks.")}
        assert set(own) == set(tasks.__all__)
        assert all(task.autoretry_for == RETRY["autoretry_for"] and task.max_retries == 5 for task in own.values())

    def test_every_sweep_is_on_the_beat(self):
        beaten = {entry["task"].rsplit(".", 1)[1] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
        assert {"match_open_needs", "expire_dispatches", "remind_deadlines", "resume_needs", "close_needs"} <= beaten
        assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)
