from datetime import date

import pytest

from cadres import tasks
from cadres.models import Scheme, Simulation
from cadres.services import prepare_simulation, schemes_due
from tests import factories as make

pytestmark = pytest.mark.django_db
FIRST = date(2027, 1, 1)


class TestFirstOfJanuary:
    @pytest.mark.parametrize(
        ("day", "is_due"),
        [(FIRST, True), (date(2027, 1, 20), True), (date(2027, 2, 1), False), (date(2026, 12, 31), False)],
    )
    def test_is_made_up_for_within_january(self, day, is_due):
        make.make_worker(hired_on=date(2024, 1, 2))
        assert bool(schemes_due(day)) == is_due

    def test_is_due_until_everybody_is_worked_out(self):
        one, other = (make.make_worker(hired_on=date(2024, 1, 2)) for _ in "ab")
        make.make_worker(hired_on=date(2024, 1, 2), track="社区正职")
        street = make.make_post(role="street_staff", organization=one.organization.parent)
        scheme = Scheme.objects.get()
        prepare_simulation(scheme, year=2027, actor=street, at=make.at("2026-12-20 09:00"))
        assert schemes_due(FIRST) == [scheme]  # the other streets have not been
        for _ in range(2):
            prepare_simulation(scheme, year=2027, at=make.at("2027-01-01 00:05"))
        assert schemes_due(FIRST) == []
        assert street.notifications.get().text == "2027年1月1日的级别测算已备好，请核对后批准"
        assert {one, other} < {line.worker for line in Simulation.objects.get().lines.all()}

    def test_nobody_in_post_is_no_error(self):
        tasks.prepare_simulation(Scheme.objects.get().pk, 2027)
        tasks.prepare_simulations()
        assert not Simulation.objects.exists()
