import random

import pytest
from django.utils import timezone

from cadres.models import CommunityWorker, GradeEntry, SimulationLine
from cadres.services import Book
from checklists.demo.cadres import Cadres
from checklists.demo.district import District

pytestmark = pytest.mark.django_db


def test_the_ledger_is_what_the_rules_say():
    """About 150 people in 16 communities; one simulation is prepared, with somebody in each of its usual piles."""
    now = timezone.now()
    district = District(today=timezone.localdate(now), password="x", rng=random.Random(1))
    Cadres(district, now=now, rng=random.Random(1)).run()
    assert 16 * 8 <= CommunityWorker.objects.count() <= 16 * 10
    assert set(SimulationLine.objects.values_list("outcome", flat=True)) >= {"rises", "stays", "waits"}
    assert not SimulationLine.objects.exclude(status="pending").exists()
    for worker in CommunityWorker.objects.with_record():
        entry = max(worker.grade_entries.all(), key=lambda row: row.effective_on)
        book = Book(entry.track.scheme, entry.effective_on)
        assert book.place(worker).level == entry.level
        assert book.pay(worker, book.place(worker)).total == entry.pay
    assert GradeEntry.objects.filter(kind="yearly").exists()
