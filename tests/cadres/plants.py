"""One row of every model of the community workers, for the scope matrix."""

from datetime import date

from django.utils import timezone

from cadres import models
from tests import factories


def cadre_rows(place):
    worker = factories.make_worker(
        place.body, grades={2025: "competent"}, qualifications=[("bachelor", date(2020, 1, 1))]
    )
    simulation = models.Simulation.objects.create(
        scheme=models.Scheme.objects.get(), effective_on=date(2030, 1, place.number), prepared_at=timezone.now()
    )
    line = {"level_before": 1, "level_after": 2, "pay_before": 1, "pay_after": 2, "outcome": "rises"}
    return [
        worker,
        worker.placements.get(),
        worker.interruptions.create(starts_on=date(2025, 1, 1), reason="病假"),
        worker.qualifications.get(),
        worker.events.get(),
        worker.appraisals.get(),
        worker.grade_entries.get(),
        simulation,
        simulation.lines.create(worker=worker, track=models.Track.objects.first(), **line),
    ]
