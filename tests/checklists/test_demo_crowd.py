"""The demonstration at scale is drawn past the services: what they keep true must hold in it too."""

import random
from datetime import date

import pytest
from django.db.models import Sum
from django.test import TestCase
from django.utils import timezone

from checklists.demo.crowd import OfficeTime, codes, crowd_in
from checklists.demo.district import District
from checklists.models import Dispatch, Need, NeedEvent, Resource
from govern.fields import blind_index, grams
from organizations.services import tree_faults
from organizations.services.calendars import deadline
from tests.factories import at

COUNT = 600


@pytest.mark.django_db
def test_office_time_agrees_with_the_services():
    office = OfficeTime(date(2026, 9, 1), date(2026, 12, 31))
    dice = random.Random(3)  # noqa: S311
    first, last = at("2026-09-02 00:00").timestamp(), at("2026-12-01 00:00").timestamp()
    for _ in range(200):
        start, hours = int(dice.uniform(first, last)) // 60 * 60, dice.choice((2, 4, 8, 16, 40, 80))
        moment = timezone.datetime.fromtimestamp(start, tz=timezone.get_current_timezone())
        assert office.deadline(start, hours) == int(deadline(moment, hours).timestamp())


def test_codes_come_once():
    walk = codes(set())
    assert len({next(walk) for _ in range(20_000)}) == 20_000


class TestCrowd(TestCase):
    """One world serves all: it is read, not changed."""

    @classmethod
    def setUpTestData(cls):
        cls.now = at("2026-11-23 18:00")
        district = District(today=cls.now.date(), password="", rng=random.Random(1))  # noqa: S106, S311
        crowd_in(district, count=COUNT, now=cls.now, rng=random.Random(1))  # noqa: S311

    def test_counts(self):
        self.assertEqual(Need.objects.count(), COUNT)
        self.assertEqual(Resource.objects.filter(unit__name__regex=r"第\d+服务站$").count(), COUNT // 10)
        self.assertEqual(NeedEvent.objects.values("need").distinct().count(), COUNT)
        self.assertGreater(Need.objects.values("status").distinct().count(), 8)
        self.assertEqual(tree_faults(), [])

    def test_events_lead_to_the_status_by_edges_of_the_table(self):
        status = dict.fromkeys(Need.objects.values_list("pk", flat=True), "")
        seen = {}
        for event in NeedEvent.objects.order_by("need", "at", "pk"):
            self.assertEqual(event.from_status, status[event.need_id])
            if event.from_status:
                self.assertIn(event.to_status, Need.TRANSITIONS[event.from_status])
            self.assertLessEqual(seen.get(event.need_id, event.at), event.at)
            self.assertLessEqual(event.at, self.now)
            status[event.need_id], seen[event.need_id] = event.to_status, event.at
        self.assertEqual(status, dict(Need.objects.values_list("pk", "status")))

    def test_rows_are_what_the_models_would_have_written(self):
        for need in Need.objects.select_related("category", "building__quarter")[:40]:
            self.assertEqual(need.grams, " ".join(sorted(grams(need.text))))
            self.assertEqual(need.contact_phone_index, blind_index(need.contact_phone))
            self.assertEqual(need.building.quarter.community_id, need.community_id)
            self.assertEqual(need.respond_by, deadline(need.submitted_at, need.category.response_hours))
            self.assertEqual(need.handle_by, deadline(need.submitted_at, need.category.handling_hours))
            need.full_clean()

    def test_places_are_held_by_dispatches_of_the_period(self):
        for resource in Resource.objects.filter(reserved__gt=0):
            held = resource.dispatches.held().filter(offered_at__date__gte=resource.period_start(self.now.date()))
            self.assertEqual(held.aggregate(total=Sum("people_count"))["total"], resource.reserved)

    def test_unit_holds_what_stands_with_a_unit(self):
        by_status = {"dispatched": "offered", "taken": "taken"}
        for status, held in by_status.items():
            for need in Need.objects.with_status(status):
                self.assertEqual(need.dispatches.get().status, held)
        self.assertFalse(Dispatch.objects.open().exclude(need__status__in=[*by_status, "in_service"]).exists())
