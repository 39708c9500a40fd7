from datetime import date

import pytest
from django.utils import timezone

from checklists.models import Need
from dashboards import figures, rates
from tests.dashboards.worlds import World
from tests.factories import at, make_community, make_need

Status = Need.Status
pytestmark = pytest.mark.django_db


def counted(figure, moment):
    return set(figures.select(Need.objects.all(), figure, moment))


class TestGroups:
    def test_six_groups_hold_every_status_once(self):
        held = [status for group in figures.GROUPS.values() for status in group.statuses]
        assert sorted(held) == sorted(Status.values) and len(figures.GROUPS) <= 6

    def test_received_is_finished_open_and_dropped(self):
        world = World()
        world.fill(world.foreign)
        counts = figures.totals(Need.objects.all(), at("2030-01-01 00:00"), ("received", "finished", "open", "dropped"))
        assert counts["received"] == counts["finished"] + counts["open"] + counts["dropped"] > 0


class TestResponse:
    """Submitted on Friday 2026-11-20 09:00 with 8 hours: to be answered by Monday 09:00 at the latest."""

    clock, due = at("2026-11-20 09:00"), at("2026-11-24 09:00")

    def test_neither_answered_nor_due_is_not_asked(self):
        make_need(clock=self.clock)
        assert not counted("response_due", at("2026-11-20 10:00"))

    def test_unanswered_counts_once_due(self):
        need = make_need(clock=self.clock)
        assert counted("response_due", self.due) == counted("unanswered", self.due) == {need}
        assert not counted("responded", self.due)

    def test_answered_in_time_and_late(self):
        on_time = make_need(Status.REJECTED, clock=self.clock)
        late = make_need(Status.ACCEPTED, clock=self.clock)
        Need.objects.filter(pk=late.pk).update(responded_at=self.due)
        assert counted("response_due", self.due) == {on_time, late}
        assert counted("responded", self.due) == {on_time}

    def test_withdrawn_in_time_leaves_and_withdrawn_too_late_stays(self):
        make_need(Status.WITHDRAWN, clock=self.clock)
        waited = make_need(Status.WITHDRAWN, clock=self.clock)
        Need.objects.filter(pk=waited.pk).update(closed_at=self.due)
        assert counted("response_due", self.due) == {waited}


class TestRating:
    def test_only_standing_ratings_of_finished_needs_count(self):
        rated = make_need(Status.RATED)
        for status in (Status.DONE, Status.REJECTED, Status.MERGED, Status.WITHDRAWN):
            make_need(status)
        back = make_need(Status.CLOSED)
        Need.objects.filter(pk=back.pk).update(status=Status.REOPENED)
        moment = at("2030-01-01 00:00")
        assert counted("rated", moment) == counted("solved", moment) == counted("satisfied", moment) == {rated}

    def test_mostly_satisfied_is_satisfied_and_solved_is_asked_apart(self):
        need = make_need(Status.RATED)
        Need.objects.update(satisfaction="mostly", is_solved=False)
        moment = at("2030-01-01 00:00")
        assert counted("satisfied", moment) == {need} and not counted("solved", moment)

    def test_no_answer_is_no_rate(self):
        assert rates.percentage(0, 0) is None
        assert rates.percentage(312, 338) == 92.3


class TestOverdue:
    def test_suspended_and_done_are_never_overdue(self):
        make_need(Status.SUSPENDED, clock=at("2026-11-02 09:00"))
        make_need(Status.DONE, clock=at("2026-11-02 09:00"))
        late = make_need(Status.TAKEN, clock=at("2026-11-02 09:00"))
        assert counted("overdue", at("2026-11-20 09:00")) == {late}

    def test_causes_name_the_main_category(self):
        world = World()
        for _ in range(3):
            world.need(days_ago=20)
        world.need(days_ago=20, community=world.here[1])
        causes = figures.overdue_causes(Need.objects.all(), at("2030-01-01 00:00"))
        assert [(cause[0], cause[2:]) for cause in causes] == [
            ("青松社区", (3, "楼道照明", 3)),
            ("红星社区", (1, "楼道照明", 1)),
        ]


class TestDays:
    def test_a_day_begins_at_midnight_in_beijing(self):
        community = make_community()
        make_need(community=community, clock=at("2026-11-19 23:59"))
        make_need(community=community, clock=at("2026-11-20 00:00"))
        spans = figures.buckets(date(2026, 11, 19), date(2026, 11, 20))
        assert figures.by_day(Need.objects.all(), spans)["waiting"] == [1, 1]

    def test_a_long_period_is_told_in_weeks_without_gap_or_overlap(self):
        spans = figures.buckets(date(2026, 1, 1), date(2026, 11, 20))
        assert spans[0][0] == date(2026, 1, 1) and spans[-1][1] == date(2026, 11, 20)
        assert all(
            after[0].toordinal() - before[1].toordinal() == 1 for before, after in zip(spans, spans[1:], strict=False)
        )
        assert all(first.weekday() == 0 for first, _ in spans[1:])


class TestCover:
    def test_an_instructor_who_left_covers_nothing(self):
        world = World().quarters()
        rows = figures.coverage(world.here[0].quarters.all(), timezone.localdate())
        assert {row["cover"]: row["count"] for row in rows} == {"own": 1, "joint": 1, "instructor": 1, "none": 1}
