"""Two clerks at the same moment, on the real database."""

from datetime import date

import pytest

from cadres import services
from cadres.models import CommunityWorker, GradeEntry, Scheme, Simulation
from tests import factories as make
from tests.races import race, won

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
NOW = make.at("2026-11-23 10:00")


def rising():
    grades = dict.fromkeys((2024, 2025, 2026), "competent")
    return make.make_worker(hired_on=date(2024, 1, 2), grades=grades)


class TestApproval:
    def test_one_line_in_the_ledger_for_each(self):
        for _ in range(5):
            rising()
        chief = make.make_superuser()
        simulation = services.prepare_simulation(Scheme.objects.get(), year=2027, actor=chief, at=NOW)
        keys = list(simulation.lines.values_list("pk", flat=True))

        def approve(lines):
            return services.approve_lines(simulation, lines=lines, actor=chief, at=NOW)

        results = race(*[lambda lines=lines: approve(lines) for lines in (keys, keys[::-1], keys[:3], keys[2:])])
        assert sum(results) == 5
        assert GradeEntry.objects.filter(kind="yearly").count() == 5

    def test_a_changed_appraisal_is_before_or_after_and_never_between(self):
        chief, worker = make.make_superuser(), rising()
        simulation = services.prepare_simulation(Scheme.objects.get(), year=2027, actor=chief, at=NOW)
        keys = list(simulation.lines.values_list("pk", flat=True))
        results = race(
            lambda: services.approve_lines(simulation, lines=keys, actor=chief, at=NOW),
            lambda: services.record_appraisal(worker, year=2026, grade="basic", actor=chief, at=NOW),
        )
        assert len(won(results)) == 1
        is_written = GradeEntry.objects.filter(kind="yearly").exists()
        assert (worker.appraisals.get(year=2026).grade == "competent") == is_written

    def test_two_preparations_are_one_simulation(self):
        chief = make.make_superuser()
        workers = [rising() for _ in range(3)]
        scheme = Scheme.objects.get()
        race(*[lambda: services.prepare_simulation(scheme, year=2027, actor=chief, at=NOW)] * 3)
        assert Simulation.objects.get().lines.count() == len(workers)

    def test_who_leaves_while_the_line_is_approved(self):
        chief, worker = make.make_superuser(), rising()
        simulation = services.prepare_simulation(Scheme.objects.get(), year=2027, actor=chief, at=NOW)
        keys = list(simulation.lines.values_list("pk", flat=True))

        race(
            lambda: services.approve_lines(simulation, lines=keys, actor=chief, at=NOW),
            lambda: services.leave_worker(worker, on=date(2026, 11, 20), leaving="resigned", actor=chief, at=NOW),
        )
        assert CommunityWorker.objects.get().status == "left"
        approved = simulation.lines.filter(status="approved").count()
        assert GradeEntry.objects.filter(kind="yearly").count() == approved
